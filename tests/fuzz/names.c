/* Stands in for src/io/resolve.c: every name has the two addresses of localhost, so that no target waits for a name server. */
#include "io/resolve.h"

#include <stdio.h>

bool resolve_name(const char *name, int64_t deadline, char addresses[RESOLVE_MAX][RESOLVE_SIZE],
                  size_t *count, struct err *e)
{
    (void)name;
    (void)deadline;
    (void)e;
    snprintf(addresses[0], RESOLVE_SIZE, "127.0.0.1");
    snprintf(addresses[1], RESOLVE_SIZE, "::1");
    *count = 2;
    return true;
}
