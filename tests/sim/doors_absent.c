/* What the simulated machine does not have: folders, secrets, a terminal. The rest of the system door is in doors.c. */
#include "io/system.h"

bool system_is_denied(const char *path, char *out, size_t size)
{
    (void)path;
    (void)out;
    (void)size;
    return false;
}

bool system_is_terminal(int fd)
{
    (void)fd;
    return false;
}

bool system_is_folder(const char *path)
{
    (void)path;
    return false;
}

bool system_list(const char *folder, const char *ending, char ***paths, size_t *count,
                 struct err *e)
{
    (void)ending;
    *paths = NULL;
    *count = 0;
    return err_set(e, ERR_FILE, "%s: no folders here", folder);
}
