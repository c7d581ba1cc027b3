#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_SIZE 256

/* By copy and wipe, never by realloc: buffers carry secrets. */
static void buf_make_room(struct buf *b, size_t wanted)
{
    size_t size = b->size > 0 ? b->size : BUF_FIRST_SIZE;
    char *data;

    if (wanted < b->size) {
        return;
    }
    while (size <= wanted) {
        size *= 2;
    }
    data = mem_zalloc(size, 1);
    if (b->len > 0) {
        memcpy(data, b->data, b->len);
    }
    mem_wipe(b->data, b->size);
    free(b->data);
    b->data = data;
    b->size = size;
}

bool buf_append(struct buf *b, const void *bytes, size_t len)
{
    if (len > b->ceiling || b->len > b->ceiling - len) {
        return false;
    }
    buf_make_room(b, b->len + len);
    if (len > 0) {
        memcpy(b->data + b->len, bytes, len);
    }
    b->len += len;
    b->data[b->len] = '\0';
    return true;
}

bool buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || (size_t)len > b->ceiling || b->len > b->ceiling - (size_t)len) {
        return false;
    }
    buf_make_room(b, b->len + (size_t)len);
    va_start(args, format);
    vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
    va_end(args);
    b->len += (size_t)len;
    return true;
}

const char *buf_text(const struct buf *b)
{
    return b->data ? b->data : "";
}

void buf_clear(struct buf *b)
{
    mem_wipe(b->data, b->size);
    free(b->data);
    *b = BUF_OF(b->ceiling);
}
