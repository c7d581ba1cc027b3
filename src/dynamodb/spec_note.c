#include "dynamodb/spec_note.h"

#include "base/buf.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEC_NOTE_PATH_SIZE 600
#define SPEC_NOTE_TEXT_SIZE 600
#define SPEC_NOTE_FILE_SHOWN 200

/* The place right below above on the way to at; below NULL stands the root. */
static const struct spec_place *spec_note_below(const struct spec_place *above,
                                                const struct spec_place *at)
{
    while (at->up != above) {
        at = at->up;
    }
    return at;
}

struct spec_notes *spec_note_all(const struct spec_place *at)
{
    return spec_note_below(NULL, at)->notes;
}

static void spec_note_path(const struct spec_place *at, char *out, size_t size)
{
    const struct spec_place *shown = spec_note_below(NULL, at);
    size_t used = 0;
    int more = snprintf(out, size, "$");

    while (shown != at && more >= 0 && (size_t)more < size - used) {
        used += (size_t)more;
        shown = spec_note_below(shown, at);
        more = shown->name ? snprintf(out + used, size - used, ".%.100s", shown->name)
                           : snprintf(out + used, size - used, "[%zu]", shown->index);
    }
}

static void spec_note_add(const struct spec_place *at, const char *field, bool warning,
                          const char *text)
{
    struct spec_place below = {.up = at, .name = field};
    struct spec_notes *notes = spec_note_all(at);
    char path[SPEC_NOTE_PATH_SIZE];
    /* Of a long file name the end says more. */
    const char *file = spec_note_below(NULL, at)->name;
    size_t len = strlen(file);

    notes->errors += !warning;
    if (notes->count >= SPEC_NOTE_MAX) {
        return;
    }
    spec_note_path(field ? &below : at, path, sizeof(path));
    notes->items = mem_grow(notes->items, notes->count + 1, sizeof(*notes->items));
    notes->items[notes->count++] = (struct spec_note){
        .warning = warning,
        .file = mem_strdup(file + (len > SPEC_NOTE_FILE_SHOWN ? len - SPEC_NOTE_FILE_SHOWN : 0)),
        .path = mem_strdup(path),
        .text = mem_strdup(text),
    };
}

bool spec_note_error(const struct spec_place *at, const char *field, const char *format, ...)
{
    char text[SPEC_NOTE_TEXT_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    spec_note_add(at, field, false, text);
    return false;
}

void spec_note_warning(const struct spec_place *at, const char *field, const char *format, ...)
{
    char text[SPEC_NOTE_TEXT_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    spec_note_add(at, field, true, text);
}

bool spec_note_value(const struct spec_place *at, const json_t *value, const char *right)
{
    char *shown = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

    spec_note_error(at, NULL, "%.100s%s is not right: it must be %s", shown ? shown : "this",
                    shown && strlen(shown) > 100 ? "..." : "", right);
    free(shown);
    return false;
}

bool spec_note_refuse(const struct spec_notes *notes, size_t n, struct err *e)
{
    CLEAN_BUF struct buf line = BUF_OF(ERR_TEXT_SIZE - 1);
    const char *file = NULL;
    size_t errors = 0;

    for (size_t i = n; i < notes->count; i++) {
        errors += !notes->items[i].warning;
    }
    for (size_t i = n; i < notes->count; i++) {
        const struct spec_note *note = &notes->items[i];
        bool first = !file;

        if (note->warning) {
            continue;
        }
        file = note->file;
        if (first && errors > 1 && !buf_addf(&line, "%s: %zu mistakes: ", file, errors)) {
            break;
        }
        if (!(errors == 1 ? buf_addf(&line, "%s: ", file) : first || buf_addf(&line, "; ")) ||
            !buf_addf(&line, "%s%s%s", note->path, note->path[0] ? ": " : "", note->text)) {
            break;
        }
    }
    return err_set(e, ERR_SPEC, "%s", buf_text(&line));
}

void spec_note_file(struct spec_notes *notes, const char *file, const char *text)
{
    struct spec_place root = {.name = file, .notes = notes};

    spec_note_add(&root, NULL, false, text);
    if (notes->count > 0 && strcmp(notes->items[notes->count - 1].path, "$") == 0) {
        notes->items[notes->count - 1].path[0] = '\0';
    }
}

void spec_note_clear(struct spec_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++) {
        free(notes->items[i].file);
        free(notes->items[i].path);
        free(notes->items[i].text);
    }
    free(notes->items);
    *notes = (struct spec_notes){0};
}
