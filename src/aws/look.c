#include "aws/look.h"

#include <stdarg.h>
#include <stdio.h>

enum look_end look_absent(struct look *look, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(look->row->why, sizeof(look->row->why), format, args);
    va_end(args);
    return LOOK_ABSENT;
}

enum look_end look_failed(struct look *look, enum retry_class class)
{
    look->class = class;
    return LOOK_FAILED;
}
