#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_set(struct err *e, enum err_kind kind, const char *format, ...)
{
    va_list args;

    e->kind = kind;
    va_start(args, format);
    vsnprintf(e->text, sizeof(e->text), format, args);
    va_end(args);
    return false;
}

bool err_wrap(struct err *e, const char *format, ...)
{
    char old[ERR_TEXT_SIZE];
    va_list args;
    int used;

    memcpy(old, e->text, sizeof(old));
    va_start(args, format);
    used = vsnprintf(e->text, sizeof(e->text), format, args);
    va_end(args);
    if (used < 0 || used > ERR_TEXT_SIZE - 3) {
        return false;
    }
    snprintf(e->text + used, sizeof(e->text) - (size_t)used, ": %.*s", ERR_TEXT_SIZE - 3 - used,
             old);
    return false;
}
