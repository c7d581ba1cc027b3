#include "aws/credentials.h"

#include "base/mem.h"
#include "io/log.h"
#include "io/system.h"

#include <stdlib.h>
#include <string.h>

#define CREDENTIALS_KEY_ID "AWS_ACCESS_KEY_ID"
#define CREDENTIALS_SECRET "AWS_SECRET_ACCESS_KEY"
#define CREDENTIALS_TOKEN "AWS_SESSION_TOKEN"

static bool credentials_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool credentials_has_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

/* A variable without the white space that a Secret made from a file brings along; NULL when unset or blank. */
static char *credentials_read(const char *name)
{
    const char *value = system_env(name);
    size_t len;
    char *copy;

    if (!value) {
        return NULL;
    }
    len = strlen(value);
    while (len > 0 && credentials_is_space(value[len - 1])) {
        len--;
    }
    while (len > 0 && credentials_is_space(*value)) {
        value++;
        len--;
    }
    if (len == 0) {
        return NULL;
    }
    copy = mem_zalloc(len + 1, 1);
    memcpy(copy, value, len);
    return copy;
}

static bool credentials_check(const char *name, const char *value, struct err *e)
{
    const char *given = system_env(name);

    if (!value) {
        return true;
    }
    if (credentials_has_control(value)) {
        return err_set(
            e, ERR_USAGE,
            "%s: the value has a control character inside (a line break?): set it to the key alone",
            name);
    }
    if (given && strlen(given) != strlen(value)) {
        log_line(LOG_WARN, "%s: white space around the value is ignored", name);
    }
    return true;
}

static bool credentials_half(const char *there, const char *missing, struct err *e)
{
    return err_set(e, ERR_USAGE, "%s is missing: %s is set, and an access key needs both", missing,
                   there);
}

static bool credentials_environment(struct credentials *out, struct err *e)
{
    out->key_id = credentials_read(CREDENTIALS_KEY_ID);
    out->secret = credentials_read(CREDENTIALS_SECRET);
    if (!out->key_id && !out->secret) {
        return true;
    }
    if (!out->secret) {
        return credentials_half(CREDENTIALS_KEY_ID, CREDENTIALS_SECRET, e);
    }
    if (!out->key_id) {
        return credentials_half(CREDENTIALS_SECRET, CREDENTIALS_KEY_ID, e);
    }
    out->token = credentials_read(CREDENTIALS_TOKEN);
    out->source = "environment";
    return credentials_check(CREDENTIALS_KEY_ID, out->key_id, e) &&
           credentials_check(CREDENTIALS_SECRET, out->secret, e) &&
           credentials_check(CREDENTIALS_TOKEN, out->token, e);
}

bool credentials_find(bool emulator, struct credentials *out, struct err *e)
{
    *out = (struct credentials){0};
    if (!credentials_environment(out, e)) {
        credentials_clear(out);
        return false;
    }
    if (out->key_id) {
        return true;
    }
    if (!emulator) {
        return err_set(e, ERR_IDENTITY,
                       "no AWS credentials found: " CREDENTIALS_KEY_ID " and " CREDENTIALS_SECRET
                       " are not set; set both (with temporary credentials " CREDENTIALS_TOKEN
                       " too), in Kubernetes from a Secret");
    }
    out->key_id = mem_strdup("placeholder");
    out->secret = mem_strdup("placeholder");
    out->source = "placeholders";
    out->placeholder = true;
    return true;
}

static void credentials_drop(char *text)
{
    if (text) {
        mem_wipe(text, strlen(text));
        free(text);
    }
}

void credentials_clear(struct credentials *c)
{
    credentials_drop(c->key_id);
    credentials_drop(c->secret);
    credentials_drop(c->token);
    *c = (struct credentials){0};
}
