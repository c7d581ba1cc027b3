#include "aws/document.h"

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* The member's string, or NULL; name or other, without regard to case. */
static const char *document_text(json_t *object, const char *name, const char *other)
{
    const char *key;
    json_t *value;
    const char *found = NULL;

    json_object_foreach(object, key, value)
    {
        if (json_is_string(value) &&
            (text_same_word(key, name) || (other && text_same_word(key, other)))) {
            found = json_string_value(value);
        }
    }
    return text_is_blank(found) ? NULL : found;
}

static enum document_kind document_unreadable(struct document *d, const char *what)
{
    snprintf(d->message, sizeof(d->message), "%s", what);
    return DOCUMENT_UNREADABLE;
}

static enum document_kind document_take(json_t *root, struct credentials *c, struct document *d)
{
    const char *key_id = document_text(root, "AccessKeyId", NULL);
    const char *secret = document_text(root, "SecretAccessKey", NULL);
    const char *token = document_text(root, "Token", "SessionToken");
    const char *expires = document_text(root, "Expiration", "ExpiresAt");
    const char *account = document_text(root, "AccountId", NULL);
    const char *missing = !key_id    ? "its AccessKeyId is missing"
                          : !secret  ? "its SecretAccessKey is missing"
                          : !token   ? "its Token is missing"
                          : !expires ? "its Expiration is missing"
                                     : NULL;
    int64_t seconds;

    if (missing) {
        return document_unreadable(d, missing);
    }
    if (!date_from_iso(expires, &seconds)) {
        return document_unreadable(d, "its Expiration is no date");
    }
    c->key_id = mem_strdup(key_id);
    c->secret = mem_strdup(secret);
    c->token = mem_strdup(token);
    c->account = account ? mem_strdup(account) : NULL;
    c->expires = seconds;
    return DOCUMENT_GOOD;
}

enum document_kind document_read(const char *text, size_t len, struct credentials *c,
                                 struct document *d)
{
    struct err ignored;
    CLEAN_JSON json_t *root = json_parse(text, len, ERR_INTERNAL, &ignored);
    const char *code;
    const char *message;

    *d = (struct document){0};
    if (!json_is_object(root)) {
        return document_unreadable(d, "it is no JSON object");
    }
    code = document_text(root, "Code", NULL);
    message = document_text(root, "Message", NULL);
    if (code ? !text_same_word(code, "Success")
             : message && !document_text(root, "AccessKeyId", NULL)) {
        snprintf(d->code, sizeof(d->code), "%s", code ? code : "");
        snprintf(d->message, sizeof(d->message), "%s", message ? message : "");
        return DOCUMENT_REFUSAL;
    }
    return document_take(root, c, d);
}
