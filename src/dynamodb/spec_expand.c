#include "dynamodb/spec_expand.h"

#include "base/buf.h"
#include "base/mem.h"
#include "io/system.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_EXPAND_MAX ((size_t)1 << 20)

static const char spec_expand_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

/* The reference that starts at from ("${"); *end: behind its "}". */
static bool spec_expand_one(const char *from, const char **end, struct buf *out,
                            const struct spec_place *at)
{
    const char *name = from + 2;
    const char *close = strchr(name, '}');
    size_t len = strspn(name, spec_expand_letters);
    const char *rest = name + len;
    const char *inner = strstr(name, "${"); /* a default is plain text: nothing is replaced in it */
    char *copy;
    const char *value;

    if (!close || (inner && inner < close) || len == 0 || (*name >= '0' && *name <= '9') ||
        (rest != close && strncmp(rest, ":-", 2) != 0)) {
        return spec_note_error(
            at, NULL,
            "\"%.100s\" holds no ${NAME} or ${NAME:-default}; a literal ${ is written $${", from);
    }
    copy = mem_strdup(name);
    copy[len] = '\0';
    value = system_env(copy);
    *end = close + 1;
    if (!value && rest == close) {
        spec_note_error(at, NULL, "the variable %.100s is not set, and ${%.100s} has no default",
                        copy, copy);
        free(copy);
        return false;
    }
    free(copy);
    return (value ? buf_append(out, value, strlen(value))
                  : buf_append(out, rest + 2, (size_t)(close - rest) - 2)) ||
           spec_note_error(at, NULL, "too long once its variables are replaced");
}

static bool spec_expand_text(json_t *string, const struct spec_place *at)
{
    CLEAN_BUF struct buf out = BUF_OF(SPEC_EXPAND_MAX);
    const char *text = json_string_value(string);
    const char *mark = strstr(text, "${");
    bool good = true;

    while (good && mark) {
        bool literal = mark > text && mark[-1] == '$';

        good = buf_append(&out, text, (size_t)(mark - text) - (literal ? 1 : 0));
        text = mark + 2;
        good =
            good && (literal ? buf_append(&out, mark, 2) : spec_expand_one(mark, &text, &out, at));
        mark = strstr(text, "${");
    }
    if (!good || text == json_string_value(string)) {
        return good;
    }
    return (buf_append(&out, text, strlen(text)) && json_string_set(string, buf_text(&out)) == 0) ||
           spec_note_error(at, NULL, "a variable's value is too long or not UTF-8");
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
bool spec_expand(json_t *value, const struct spec_place *at)
{
    bool good = true;
    const char *name;
    json_t *one;
    size_t i;

    if (json_is_string(value)) {
        return spec_expand_text(value, at);
    }
    json_object_foreach(value, name, one)
    {
        struct spec_place place = {.up = at, .name = name};

        good = spec_expand(one, &place) && good;
    }
    json_array_foreach(value, i, one)
    {
        struct spec_place place = {.up = at, .index = i};

        good = spec_expand(one, &place) && good;
    }
    return good;
}
