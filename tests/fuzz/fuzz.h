/*
 * What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput; the doors to the outside are the unit tests'
 * stand-ins. A property that does not hold ends the process, as a sanitizer's finding does.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_HOLDS(property)                                                              \
    do {                                                                                  \
        if (!(property)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property); \
            abort();                                                                      \
        }                                                                                 \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a string of its own length, so that a byte too far is seen; to be freed. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = mem_zalloc(size + 1, 1);

    if (size > 0) {
        memcpy(text, data, size);
    }
    return text;
}

static inline bool fuzz_is_clean(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

#endif
