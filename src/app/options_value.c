#include "app/options_value.h"

#include "aws/source.h"
#include "base/mem.h"
#include "base/text.h"
#include "dynamodb/plan.h"
#include "io/log.h"

#include <stdlib.h>
#include <string.h>

#define OPTIONS_VALUE_CAPACITY_MAX 1000000000000
#define OPTIONS_VALUE_PARALLEL_MAX 1000

static bool options_value_refuse(const char *source, const char *value, const char *why,
                                 struct err *e)
{
    return err_set(e, ERR_USAGE, "%s \"%.200s\": %s", source, value, why);
}

/* The value's place in words, which end with NULL. -1: it is none of them, which is refused; all is the list for people. */
static int options_value_word(const char *const *words, const char *all, const char *source,
                              const char *value, struct err *e)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(value, words[i]) == 0) {
            return i;
        }
    }
    err_set(e, ERR_USAGE, "%s \"%.200s\": it is %s", source, value, all);
    return -1;
}

bool options_value_text(void *field, const char *source, const char *value, struct err *e)
{
    (void)e;
    *(struct options_text *)field = (struct options_text){source, value};
    return true;
}

bool options_value_prefix(void *field, const char *source, const char *value, struct err *e)
{
    if (!table_may_begin(value)) {
        return options_value_refuse(
            source, value, "a table name has 3 to 255 characters of a-z, A-Z, 0-9, '_', '.', '-'",
            e);
    }
    return options_value_text(field, source, value, e);
}

bool options_value_bare(void *field, const char *source, const char *value, struct err *e)
{
    (void)source;
    (void)e;
    *(const char **)field = value;
    return true;
}

bool options_value_switch(void *field, const char *source, const char *value, struct err *e)
{
    bool on = true;

    if (value && !text_to_switch(value, &on)) {
        return options_value_refuse(source, value, "it is true or false", e);
    }
    *(const char **)field = on ? source : NULL;
    return true;
}

bool options_value_list(void *field, const char *source, const char *value, struct err *e)
{
    struct options_list *list = field;

    (void)e;
    list->source = source;
    list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = mem_strdup(value);
    return true;
}

bool options_value_key(void *field, const char *source, const char *value, struct err *e)
{
    struct options_key *key = field;
    const char *colon = strrchr(value, ':');
    size_t len = colon ? (size_t)(colon - value) : 0;

    if (len == 0 || len > 255 || strlen(colon) != 2 || !strchr("SNB", colon[1]) ||
        !text_is_utf8(value)) {
        return options_value_refuse(
            source, value,
            "a key is NAME:TYPE, a name of 1 to 255 bytes in UTF-8 and one of S, N, B", e);
    }
    free(key->name);
    key->name = mem_strdup(value);
    key->name[len] = '\0';
    key->type = colon[1];
    key->source = source;
    key->text = value;
    return true;
}

bool options_value_billing_mode(void *field, const char *source, const char *value, struct err *e)
{
    static const char *const modes[] = {"PROVISIONED", "PAY_PER_REQUEST", NULL};

    return options_value_word(modes, "PROVISIONED or PAY_PER_REQUEST", source, value, e) >= 0 &&
           options_value_text(field, source, value, e);
}

bool options_value_capacity(void *field, const char *source, const char *value, struct err *e)
{
    struct options_number *n = field;

    if (!text_to_number(value, 1, OPTIONS_VALUE_CAPACITY_MAX, &n->number)) {
        return options_value_refuse(source, value,
                                    "a capacity is a whole number from 1 to 1000000000000", e);
    }
    n->source = source;
    return true;
}

bool options_value_duration(void *field, const char *source, const char *value, struct err *e)
{
    return text_to_duration(value, field) ||
           options_value_refuse(
               source, value, "a duration is written 90s, 4m, 1h30m, or as a number of seconds", e);
}

bool options_value_parallel(void *field, const char *source, const char *value, struct err *e)
{
    int64_t number;

    if (!text_to_number(value, 1, OPTIONS_VALUE_PARALLEL_MAX, &number)) {
        return options_value_refuse(source, value, "it is a whole number from 1 to 1000", e);
    }
    *(size_t *)field = (size_t)number;
    return true;
}

/* Of two words the second is true; any other leaves *field as it is. */
static bool options_value_second(void *field, const char *const *words, const char *all,
                                 const char *source, const char *value, struct err *e)
{
    int which = options_value_word(words, all, source, value, e);

    if (which >= 0) {
        *(bool *)field = which == 1;
    }
    return which >= 0;
}

bool options_value_on_failure(void *field, const char *source, const char *value, struct err *e)
{
    static const char *const actions[] = {"exit", "continue", NULL};

    return options_value_second(field, actions, "exit or continue", source, value, e);
}

bool options_value_on_existing(void *field, const char *source, const char *value, struct err *e)
{
    static const char *const words[] = {
        [PLAN_CONVERGE] = "converge", [PLAN_VERIFY] = "verify", [PLAN_SKIP] = "skip", NULL};
    int which = options_value_word(words, "converge, verify or skip", source, value, e);

    if (which >= 0) {
        *(enum plan_existing *)field = (enum plan_existing)which;
    }
    return which >= 0;
}

bool options_value_on_drift(void *field, const char *source, const char *value, struct err *e)
{
    static const char *const words[] = {[PLAN_FAIL_BREAKING] = "breaking",
                                        [PLAN_FAIL_ANY] = "any",
                                        [PLAN_FAIL_NEVER] = "never",
                                        NULL};
    int which = options_value_word(words, "breaking, any or never", source, value, e);

    if (which >= 0) {
        *(enum plan_drift *)field = (enum plan_drift)which;
    }
    return which >= 0;
}

bool options_value_log_format(void *field, const char *source, const char *value, struct err *e)
{
    static const char *const formats[] = {"text", "json", NULL};

    return options_value_second(field, formats, "text or json", source, value, e);
}

bool options_value_log_level(void *field, const char *source, const char *value, struct err *e)
{
    static const char *const levels[] = {[LOG_ERROR] = "error",
                                         [LOG_WARN] = "warn",
                                         [LOG_INFO] = "info",
                                         [LOG_DEBUG] = "debug",
                                         NULL};
    int which = options_value_word(levels, "error, warn, info or debug", source, value, e);

    if (which >= 0) {
        *(enum log_level *)field = (enum log_level)which;
    }
    return which >= 0;
}

void options_value_clear_list(struct options_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct options_list){0};
}

void options_value_clear_key(struct options_key *key)
{
    free(key->name);
    key->name = NULL;
}

bool options_value_credentials(void *field, const char *source, const char *value, struct err *e)
{
    struct options_source *s = field;

    if (!source_from_word(value, &s->kind)) {
        return err_set(e, ERR_USAGE,
                       "%s \"%.200s\": it is auto, env, profile, web-identity, container or imds",
                       source, value);
    }
    s->source = source;
    return true;
}
