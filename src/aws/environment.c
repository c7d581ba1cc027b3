#include "aws/environment.h"

#include "base/mem.h"
#include "base/text.h"
#include "io/log.h"
#include "io/system.h"

#include <string.h>

#define ENVIRONMENT_KEY_ID "AWS_ACCESS_KEY_ID"
#define ENVIRONMENT_SECRET "AWS_SECRET_ACCESS_KEY"
#define ENVIRONMENT_TOKEN "AWS_SESSION_TOKEN"

/* A variable without the white space around it; NULL when unset or blank. */
static char *environment_read(const char *name)
{
    const char *value = system_env(name);
    char *copy = value ? mem_strdup(value) : NULL;
    const char *trimmed = copy ? text_trim(copy) : NULL;

    if (trimmed && strlen(trimmed) != strlen(value)) {
        log_line(LOG_WARN, "%s: white space around the value is ignored", name);
    }
    if (trimmed && trimmed != copy) {
        memmove(copy, trimmed, strlen(trimmed) + 1);
    }
    return copy;
}

bool environment_is_set(struct look *look)
{
    if (system_env(ENVIRONMENT_KEY_ID)) {
        return true;
    }
    look_absent(look, system_env(ENVIRONMENT_SECRET) ? ENVIRONMENT_KEY_ID
                          " is not set, though " ENVIRONMENT_SECRET " is"
                                                     : ENVIRONMENT_KEY_ID " is not set");
    return false;
}

static bool environment_fill(struct credentials *c, struct err *e)
{
    c->secret = environment_read(ENVIRONMENT_SECRET);
    if (!c->secret) {
        return err_set(e, ERR_USAGE,
                       ENVIRONMENT_SECRET " is missing: " ENVIRONMENT_KEY_ID
                                          " is set, and an access key needs both");
    }
    c->key_id = environment_read(ENVIRONMENT_KEY_ID);
    c->token = environment_read(ENVIRONMENT_TOKEN);
    c->account = environment_read("AWS_ACCOUNT_ID");
    return credentials_are_clean(c, "environment", ERR_USAGE, e);
}

enum look_end environment_find(struct look *look, struct err *e)
{
    if (!environment_is_set(look)) {
        if (system_env(ENVIRONMENT_SECRET)) {
            log_line(LOG_WARN, "environment: %s; it is left out", look->row->why);
        }
        return LOOK_ABSENT;
    }
    return environment_fill(look->found, e) ? LOOK_FOUND : look_failed(look, RETRY_FINAL);
}
