#include "aws/token_file.h"

#include "base/mem.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define TOKEN_FILE_PATIENCE_MS 10000
#define TOKEN_FILE_STEP_MS 1000

static void token_file_trim(struct buf *b)
{
    while (b->len > 0 && (b->data[b->len - 1] == ' ' ||
                          (b->data[b->len - 1] >= '\t' && b->data[b->len - 1] <= '\r'))) {
        b->data[--b->len] = '\0';
    }
}

/* One look. True when a later one may succeed: nothing is there yet. */
static bool token_file_look(const char *path, const char *named_by, int64_t deadline,
                            struct buf *out, struct err *e)
{
    char access[160];

    buf_clear(out);
    e->kind = ERR_NONE;
    if (system_is_denied(path, access, sizeof(access))) {
        err_set(e, ERR_FILE,
                "%s: cannot read %s: permission denied (%s): set securityContext.fsGroup", named_by,
                path, access);
        return false;
    }
    if (!system_read_file(path, deadline, out, e)) {
        bool missing = e->kind == ERR_FILE && !system_file_exists(path);
        size_t used;

        err_wrap(e, "%s", named_by);
        used = strlen(e->text);
        snprintf(e->text + used, sizeof(e->text) - used, "%s",
                 missing ? ": is the token's volume mounted into this container?" : "");
        return missing;
    }
    token_file_trim(out);
    if (out->len > 0) {
        return false;
    }
    err_set(e, ERR_FILE, "%s: the file %s is empty", named_by, path);
    return true;
}

bool token_file_read(const char *path, const char *named_by, int64_t deadline, struct buf *out,
                     struct err *e)
{
    int64_t until = system_now_ms() + TOKEN_FILE_PATIENCE_MS;
    bool said = false;

    until = until < deadline ? until : deadline;
    while (token_file_look(path, named_by, deadline, out, e)) {
        if (system_now_ms() + TOKEN_FILE_STEP_MS > until) {
            return false;
        }
        if (!said) {
            log_line(LOG_INFO, "%s; waiting for it", e->text);
            said = true;
        }
        system_sleep_until(system_now_ms() + TOKEN_FILE_STEP_MS);
        if (system_stopped()) {
            return err_set(e, ERR_STOPPED, "stopped while waiting for %s", path);
        }
    }
    return e->kind == ERR_NONE;
}
