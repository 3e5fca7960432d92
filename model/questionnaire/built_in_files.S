/* The bytes of the built-in templates, between two labels each. */
    .section .rodata
    .global fieldseal_baseline_start
    .global fieldseal_baseline_end
fieldseal_baseline_start:
    .incbin FIELDSEAL_BASELINE
fieldseal_baseline_end:
    .section .note.GNU-stack,"",@progbits
