#include "aws/credentials.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define CREDENTIALS_ACCOUNT_LEN 12

static bool credentials_is_clean(const char *text)
{
    for (; text && *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

bool credentials_are_clean(const struct credentials *c, const char *origin, enum err_kind kind,
                           struct err *e)
{
    const char *name = !credentials_is_clean(c->key_id)   ? "the access key id"
                       : !credentials_is_clean(c->secret) ? "the secret access key"
                       : !credentials_is_clean(c->token)  ? "the session token"
                                                          : NULL;

    return !name ||
           err_set(e, kind, "%s: %s has a control character inside (a line break?)", origin, name);
}

char *credentials_account_of(const char *arn)
{
    char account[CREDENTIALS_ACCOUNT_LEN + 1] = "";

    for (int i = 0; arn && i < 4; i++) {
        arn = strchr(arn, ':');
        arn = arn ? arn + 1 : NULL;
    }
    if (!arn || strspn(arn, "0123456789") != CREDENTIALS_ACCOUNT_LEN ||
        arn[CREDENTIALS_ACCOUNT_LEN] != ':') {
        return NULL;
    }
    memcpy(account, arn, CREDENTIALS_ACCOUNT_LEN);
    return mem_strdup(account);
}

void credentials_drop(char **text)
{
    if (*text) {
        mem_wipe(*text, strlen(*text));
        free(*text);
        *text = NULL;
    }
}

void credentials_clear(struct credentials *c)
{
    credentials_drop(&c->key_id);
    credentials_drop(&c->secret);
    credentials_drop(&c->token);
    free(c->account);
    free(c->arn);
    *c = (struct credentials){0};
}
