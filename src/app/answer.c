#include "app/answer.h"

#include "base/mem.h"
#include "base/text.h"
#include "io/system.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_WORDS_SIZE 2000
#define ANSWER_LABEL_SIZE 300

/* What jansson cannot make is memory that ran out: the texts are UTF-8 once they are escaped. */
static json_t *answer_there(json_t *value)
{
    if (!value) {
        mem_exhausted();
    }
    return value;
}

static void answer_set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, answer_there(value)) != 0) {
        mem_exhausted();
    }
}

void answer_member(json_t *check, const char *name, const char *text)
{
    char safe[ANSWER_WORDS_SIZE];

    text_escape(text, safe, sizeof(safe));
    answer_set(check, name, json_string(safe));
}

json_t *answer_add(struct answer *a, const char *check, const char *name, const char *state,
                   const char *words)
{
    json_t *made = answer_there(json_object());

    if (!a->checks) {
        a->checks = answer_there(json_array());
    }
    answer_member(made, "check", check);
    if (*name) {
        answer_member(made, "name", name);
    }
    answer_member(made, "state", state);
    answer_member(made, "words", words);
    if (json_array_append_new(a->checks, made) != 0) {
        mem_exhausted();
    }
    return made;
}

static void answer_lines(const struct answer *a, FILE *out)
{
    size_t i;
    json_t *check;

    json_array_foreach(a->checks, i, check)
    {
        const char *name = json_text_of(check, "name");
        char label[ANSWER_LABEL_SIZE];

        snprintf(label, sizeof(label), "%s%s%s", json_text_of(check, "check"), name ? " " : "",
                 name ? name : "");
        fprintf(out, "%-24s  %-7s  %s\n", label, json_text_of(check, "state"),
                json_text_of(check, "words"));
    }
}

static bool answer_object(const struct answer *a, int status, struct err *e)
{
    CLEAN_JSON json_t *all = answer_there(json_object());

    answer_set(all, "status", json_integer(status));
    answer_set(all, "checks", a->checks ? json_incref(a->checks) : json_array());
    return answer_json(all, e);
}

bool answer_write(const struct answer *a, bool json, int status, struct err *e)
{
    struct answer_text t;

    if (json) {
        return answer_object(a, status, e);
    }
    answer_begin(&t);
    answer_lines(a, t.out);
    return answer_end(&t, e);
}

/* However long the reader takes: it may be a person. */
static bool answer_print(char *text, size_t len, struct err *e)
{
    bool good = system_write(1, text, len, INT64_MAX);

    if (!good) {
        err_set(e, ERR_INTERNAL, "standard output cannot be written: %s", strerror(errno));
    }
    free(text);
    return good;
}

bool answer_json(const json_t *value, struct err *e)
{
    char *text = json_lines(value);

    return answer_print(text, strlen(text), e);
}

void answer_begin(struct answer_text *t)
{
    t->out = open_memstream(&t->text, &t->len);
    if (!t->out) {
        mem_exhausted();
    }
}

bool answer_end(struct answer_text *t, struct err *e)
{
    if (ferror(t->out) || fclose(t->out) != 0) {
        mem_exhausted();
    }
    return answer_print(t->text, t->len, e);
}

void answer_clear(struct answer *a)
{
    json_clear(&a->checks);
}
