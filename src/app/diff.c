#include "app/diff.h"

#include "app/answer.h"
#include "base/text.h"
#include "io/system.h"

#include <stdio.h>

#define DIFF_TEXT_SIZE 2000
#define DIFF_GREEN "\033[32m"
#define DIFF_RED "\033[31m"
#define DIFF_PLAIN "\033[0m"

size_t diff_count(const struct spec *spec, const struct compare *found)
{
    size_t count = 0;

    for (size_t i = 0; i < spec->count; i++) {
        for (size_t j = 0; j < found[i].count; j++) {
            count += found[i].items[j].kind != COMPARE_UNSUPPORTED;
        }
    }
    return count;
}

static json_t *diff_table_json(const char *name, const struct compare *list)
{
    json_t *differences = json_array();

    for (size_t i = 0; i < list->count; i++) {
        const struct compare_item *item = &list->items[i];
        json_t *one = json_object();

        answer_member(one, "kind", compare_kind_word(item->kind));
        answer_member(one, "field", item->field);
        answer_member(one, "seen", item->seen);
        answer_member(one, "wanted", item->wanted);
        json_array_append_new(differences, one);
    }
    return json_pack("{s:s, s:o}", "table", name, "differences", differences);
}

static bool diff_json(const struct spec *spec, const struct compare *found, struct err *e)
{
    json_t *tables = json_array();
    json_t *all CLEAN_JSON = json_pack("{s:I, s:o}", "differences",
                                       (json_int_t)diff_count(spec, found), "tables", tables);

    for (size_t i = 0; i < spec->count; i++) {
        json_array_append_new(tables, diff_table_json(spec->tables[i].shape.name, &found[i]));
    }
    return answer_json(all, e);
}

/* "-  FIELD: SEEN" or "+  FIELD: WANTED". */
static void diff_line(FILE *out, char sign, const char *field, const char *value, const char *note,
                      bool colour)
{
    char a[DIFF_TEXT_SIZE];
    char b[DIFF_TEXT_SIZE];

    text_escape(field, a, sizeof(a));
    text_escape(value, b, sizeof(b));
    fprintf(out, "%s%c   %s: %s%s%s\n",
            !colour       ? ""
            : sign == '+' ? DIFF_GREEN
                          : DIFF_RED,
            sign, a, b, note, colour ? DIFF_PLAIN : "");
}

static const char *diff_note(enum compare_kind kind, enum plan_drift drift)
{
    switch (kind) {
    case COMPARE_MISSING:
        return "";
    case COMPARE_TUNABLE:
        return drift == PLAN_FAIL_ANY ? "  (ensure fails)" : "  (left as it is)";
    case COMPARE_UNSUPPORTED:
        return "";
    case COMPARE_BREAKING:
        return drift == PLAN_FAIL_NEVER ? "  (breaking: all is left as it is)"
                                        : "  (breaking: ensure fails)";
    }
    return "";
}

static void diff_table(FILE *out, const char *name, const struct compare *list,
                       enum plan_drift drift, bool colour)
{
    if (list->count > 0) {
        fprintf(out, "table %s:\n", name);
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct compare_item *item = &list->items[i];

        if (item->kind == COMPARE_UNSUPPORTED) {
            diff_line(out, '!', item->field, item->seen, "", false);
            continue;
        }
        if (item->kind != COMPARE_MISSING) {
            diff_line(out, '-', item->field, item->seen, "", colour);
        }
        diff_line(out, '+', item->field, item->wanted, diff_note(item->kind, drift), colour);
    }
}

bool diff_write(const struct spec *spec, const struct compare *found, enum plan_drift drift,
                bool json, struct err *e)
{
    bool colour = system_is_terminal(1) && !system_env("NO_COLOR");
    struct answer_text t;

    if (json) {
        return diff_json(spec, found, e);
    }
    answer_begin(&t);
    for (size_t i = 0; i < spec->count; i++) {
        diff_table(t.out, spec->tables[i].shape.name, &found[i], drift, colour);
    }
    if (diff_count(spec, found) == 0) {
        fputs("no differences\n", t.out);
    }
    return answer_end(&t, e);
}
