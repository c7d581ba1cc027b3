/*
 * A byte buffer that knows its ceiling from birth. Its content is always followed by a NUL, so that data is a C
 * string when the bytes hold none.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"

#include <stddef.h>

struct buf {
    char *data; /* NULL while nothing was appended: use buf_text */
    size_t len;
    size_t size;
    size_t ceiling;
};

#define BUF_OF(limit) ((struct buf){.ceiling = (limit)})

/* Appends len bytes. false, and nothing appended, when they would lift the length above the ceiling. */
bool buf_append(struct buf *b, const void *bytes, size_t len) MUST_LOOK;

/* Appends formatted text, under the same rule. */
bool buf_addf(struct buf *b, const char *format, ...) MUST_LOOK
    __attribute__((format(printf, 2, 3)));

/* The content as a string, "" when empty. Valid until the next append. */
const char *buf_text(const struct buf *b);

/* Wipes and frees; the ceiling stays. May be called twice. */
void buf_clear(struct buf *b);

#define CLEAN_BUF __attribute__((cleanup(buf_clear)))

#endif
