#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_OUT_OF_MEMORY 70

void mem_exhausted(void)
{
    static const char line[] = "dynamodb-init: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, line, sizeof(line) - 1);

    (void)ignored;
    _exit(EXIT_OUT_OF_MEMORY);
}

void *mem_zalloc(size_t count, size_t size)
{
    void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (!p) {
        mem_exhausted();
    }
    return p;
}

void *mem_grow(void *array, size_t count, size_t size)
{
    size_t bytes = count * size;
    void *p = NULL;

    if (size == 0 || count <= (size_t)-1 / size) {
        p = realloc(array, bytes > 0 ? bytes : 1);
    }
    if (!p) {
        mem_exhausted();
    }
    return p;
}

char *mem_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *p = malloc(size);

    if (!p) {
        mem_exhausted();
    }
    memcpy(p, text, size);
    return p;
}

void mem_wipe(void *start, size_t size)
{
    volatile unsigned char *p = start;

    while (p && size > 0) {
        *p++ = 0;
        size--;
    }
}
