/* The bytes of the outlines, between two labels. */
    .section .rodata
    .global fieldseal_outlines_start
    .global fieldseal_outlines_end
fieldseal_outlines_start:
    .incbin FIELDSEAL_OUTLINES
fieldseal_outlines_end:
    .section .note.GNU-stack,"",@progbits
