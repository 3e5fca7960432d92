/* The bytes of the released templates, between two labels each. */
    .section .rodata
    .macro released name file
    .global fieldseal_\name\()_start
    .global fieldseal_\name\()_end
fieldseal_\name\()_start:
    .incbin "\file"
fieldseal_\name\()_end:
    .endm
    released csb_1_0_0 FIELDSEAL_CSB_1_0_0
    released csb_1_1_0 FIELDSEAL_CSB_1_1_0
    released csb_1_2_0 FIELDSEAL_CSB_1_2_0
    .section .note.GNU-stack,"",@progbits
