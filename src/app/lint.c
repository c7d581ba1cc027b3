#include "app/lint.h"

#include "app/answer.h"
#include "app/config.h"

#include <stdio.h>

#define LINT_WORDS_SIZE 1400

static void lint_note(struct answer *a, const struct spec_note *note)
{
    char words[LINT_WORDS_SIZE];
    json_t *check;

    snprintf(words, sizeof(words), "%s%s%s", note->path, note->path[0] ? ": " : "", note->text);
    check = answer_add(a, "spec", note->file, note->warning ? "warning" : "error", words);
    answer_member(check, "file", note->file);
    answer_member(check, "path", note->path);
    answer_member(check, "message", note->text);
}

bool lint_run(const struct options *o, int64_t deadline, int bad_status, struct err *e)
{
    CLEAN_ANSWER struct answer answer = {0};
    CLEAN_CONFIG struct config c = {0};
    bool good = config_tables(o, deadline, &c.spec, e);

    if (!good && e->kind != ERR_SPEC) {
        return false;
    }
    for (size_t i = 0; i < c.spec.count; i++) {
        answer_add(&answer, "table", c.spec.tables[i].shape.name, "ok", "keeps every rule");
    }
    for (size_t i = 0; i < c.spec.notes.count; i++) {
        lint_note(&answer, &c.spec.notes.items[i]);
    }
    return answer_write(&answer, o->output_json, good ? 0 : bad_status, e) && good;
}
