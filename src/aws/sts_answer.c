#include "aws/sts_answer.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdio.h>
#include <string.h>

#define STS_ANSWER_TEXT_MAX ((size_t)32768)
#define STS_ANSWER_PATH_MAX 200

static bool sts_answer_is_json(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '{';
}

/* Walks the members that the path names. */
static const json_t *sts_answer_member(const json_t *at, const char *path)
{
    while (at && *path) {
        size_t len = strcspn(path, "/");
        char name[STS_ANSWER_PATH_MAX];

        if (len >= sizeof(name)) {
            return NULL;
        }
        memcpy(name, path, len);
        name[len] = '\0';
        at = json_object_get(at, name);
        path += len;
        path += *path == '/';
    }
    return at;
}

static char *sts_answer_json(const char *text, size_t len, const char *path)
{
    struct err ignored;
    CLEAN_JSON json_t *root = json_parse(text, len, ERR_INTERNAL, &ignored);
    const json_t *found = sts_answer_member(root, path);
    double number = json_number_value(found);
    char digits[32];

    if (json_is_string(found) && !text_is_blank(json_string_value(found))) {
        return mem_strdup(json_string_value(found));
    }
    if (json_is_number(found) && number > 0 && number < 1e12) {
        snprintf(digits, sizeof(digits), "%lld", (long long)number);
        return mem_strdup(digits);
    }
    return NULL;
}

char *sts_answer_text(const char *text, size_t len, const char *path)
{
    CLEAN_BUF struct buf found = BUF_OF(STS_ANSWER_TEXT_MAX);

    if (sts_answer_is_json(text)) {
        return sts_answer_json(text, len, path);
    }
    return xml_text(text, len, path, &found) && strlen(buf_text(&found)) == found.len
               ? mem_strdup(text_trim(found.data))
               : NULL;
}

static char *sts_answer_field(const char *text, size_t len, const char *action, const char *name)
{
    char path[STS_ANSWER_PATH_MAX];

    snprintf(path, sizeof(path), "%sResponse/%sResult/%s", action, action, name);
    return sts_answer_text(text, len, path);
}

static bool sts_answer_expires(char *text, int64_t *seconds)
{
    bool good =
        text && (date_from_iso(text, seconds) || text_to_number(text, 1, INT64_MAX, seconds));

    credentials_drop(&text);
    return good;
}

static bool sts_answer_fill(const char *text, size_t len, const char *action, struct credentials *c)
{
    c->key_id = sts_answer_field(text, len, action, "Credentials/AccessKeyId");
    c->secret = sts_answer_field(text, len, action, "Credentials/SecretAccessKey");
    c->token = sts_answer_field(text, len, action, "Credentials/SessionToken");
    c->arn = sts_answer_field(text, len, action, "AssumedRoleUser/Arn");
    c->account = credentials_account_of(c->arn);
    return c->key_id && c->secret && c->token &&
           sts_answer_expires(sts_answer_field(text, len, action, "Credentials/Expiration"),
                              &c->expires);
}

bool sts_answer_credentials(const char *text, size_t len, const char *action, struct credentials *c)
{
    *c = (struct credentials){0};
    if (!sts_answer_fill(text, len, action, c)) {
        credentials_clear(c);
        return false;
    }
    return true;
}

/* The first of the layouts that has the part; "" when none has. */
static void sts_answer_part(const char *text, size_t len, const char *const layouts[],
                            const char *name, char *out, size_t size)
{
    char *found = NULL;

    for (; !found && *layouts; layouts++) {
        char path[STS_ANSWER_PATH_MAX];

        snprintf(path, sizeof(path), "%s%s", *layouts, name);
        found = sts_answer_text(text, len, path);
    }
    snprintf(out, size, "%s", found ? found : "");
    credentials_drop(&found);
}

void sts_answer_error(const char *text, size_t len, struct sts_answer_error *out)
{
    /* AWS's own in XML and in JSON, and that of stand-ins which wrap the error once more */
    static const char *const error[] = {"ErrorResponse/Error/", "Error/",
                                        "ErrorResponse/Errors/Error/", NULL};
    static const char *const whole[] = {"ErrorResponse/", "", NULL};

    sts_answer_part(text, len, error, "Code", out->code, sizeof(out->code));
    sts_answer_part(text, len, error, "Message", out->message, sizeof(out->message));
    sts_answer_part(text, len, whole, "RequestId", out->request_id, sizeof(out->request_id));
}
