#include "io/ca_roots.h"

#include <stdint.h>

/* By the assembler: as an array in C, a quarter of a megabyte would take the compiler seconds. */
__asm__(".pushsection .rodata.ca_roots, \"a\"\n"
        ".hidden ca_roots_size\n"
        ".hidden ca_roots_first\n"
        ".global ca_roots_size\n"
        ".global ca_roots_first\n"
        ".balign 8\n"
        "ca_roots_size:\n"
        ".quad ca_roots_end - ca_roots_first\n"
        "ca_roots_first:\n"
        ".incbin \"" CA_ROOTS_PEM "\"\n"
        "ca_roots_end:\n"
        ".popsection\n");

extern const uint64_t ca_roots_size __attribute__((visibility("hidden")));
extern const char ca_roots_first[] __attribute__((visibility("hidden")));

const char *ca_roots_pem(size_t *len)
{
    *len = ca_roots_size;
    return ca_roots_first;
}
