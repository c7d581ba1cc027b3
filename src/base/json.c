#include "base/json.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void *json_malloc(size_t size)
{
    return mem_zalloc(size, 1);
}

void json_open(void)
{
    json_set_alloc_funcs(json_malloc, free);
}

json_t *json_parse(const char *text, size_t len, enum err_kind kind, struct err *e)
{
    json_error_t why;
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

    if (!root) {
        err_set(e, kind, "line %d, column %d: %s", why.line, why.column,
                strstr(why.text, "JSON_ALLOW_NUL") ? "\\u0000 is not allowed" : why.text);
    }
    return root;
}

const char *json_text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

char *json_lines(const json_t *value)
{
    char *text = json_dumps(value, JSON_INDENT(2));
    char *lines;
    size_t len;

    if (!text) {
        mem_exhausted();
    }
    len = strlen(text);
    lines = mem_grow(text, len + 2, 1);
    lines[len] = '\n';
    lines[len + 1] = '\0';
    return lines;
}

void json_clear(json_t **value)
{
    json_decref(*value);
    *value = NULL;
}
