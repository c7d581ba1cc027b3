#include "app/lint.h"

#include "app/config.h"

#define LINT_WORDS_SIZE 1400

static void lint_note(struct answer *a, const struct spec_note *note)
{
    char words[LINT_WORDS_SIZE];
    json_t *check;

    check = answer_add(a, "spec", note->file, note->warning ? "warning" : "error",
                       spec_note_text(note, false, words, sizeof(words)));
    answer_member(check, "file", note->file);
    answer_member(check, "path", note->path);
    answer_member(check, "message", note->text);
}

bool lint_run(const struct options *o, int64_t deadline, struct answer *a, struct err *e)
{
    CLEAN_CONFIG struct config c = {0};
    bool good = config_tables(o, deadline, &c.spec, e);

    if (!good && e->kind != ERR_SPEC && e->kind != ERR_FILE) {
        return false;
    }
    for (size_t i = 0; i < c.spec.count; i++) {
        answer_add(a, "table", c.spec.tables[i].shape.name, "ok", "keeps every rule");
    }
    for (size_t i = 0; i < c.spec.notes.count; i++) {
        lint_note(a, &c.spec.notes.items[i]);
    }
    return good;
}
