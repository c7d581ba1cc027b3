#include "dynamodb/spec_note.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEC_NOTE_PATH_SIZE 600
#define SPEC_NOTE_TEXT_SIZE 600
#define SPEC_NOTE_FILE_SHOWN 200
#define SPEC_NOTE_VALUE_SHOWN 100
#define SPEC_NOTE_LINE_SIZE (SPEC_NOTE_PATH_SIZE + SPEC_NOTE_TEXT_SIZE + SPEC_NOTE_FILE_SHOWN + 8)

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

    /* So many of each kind: warnings leave room for the mistakes behind them. */
    size_t errors = notes->errors < SPEC_NOTE_MAX ? notes->errors : SPEC_NOTE_MAX;

    notes->errors += !warning;
    if ((warning ? notes->count - errors : errors) >= SPEC_NOTE_MAX) {
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
    size_t len = text_fit(shown ? shown : "", SPEC_NOTE_VALUE_SHOWN);

    spec_note_error(at, NULL, "%.*s%s is not right: it must be %s", (int)len, shown ? shown : "",
                    shown && shown[len] ? "..." : "", right);
    free(shown);
    return false;
}

const char *spec_note_text(const struct spec_note *note, bool with_file, char *out, size_t size)
{
    bool file = with_file && !note->whole;

    snprintf(out, size, "%s%s%s%s%s", file ? note->file : "", file ? ": " : "", note->path,
             note->path[0] ? ": " : "", note->text);
    return out;
}

/* How many errors there are from the n-th note on; *files: of more than one file. */
static size_t spec_note_count(const struct spec_notes *notes, size_t n, bool *files)
{
    const char *file = NULL;
    size_t errors = 0;

    *files = false;
    for (size_t i = n; i < notes->count; i++) {
        if (!notes->items[i].warning) {
            *files = *files || (file && strcmp(file, notes->items[i].file) != 0);
            file = notes->items[i].file;
            errors++;
        }
    }
    return errors;
}

bool spec_note_refuse(const struct spec_notes *notes, size_t n, struct err *e)
{
    CLEAN_BUF struct buf line = BUF_OF(ERR_TEXT_SIZE - 1);
    bool files;
    size_t errors = spec_note_count(notes, n, &files);
    const char *file = NULL;
    const char *more = notes->errors > SPEC_NOTE_MAX ? "more than " : "";
    bool room = errors < 2 || !files || buf_addf(&line, "%s%zu mistakes: ", more, errors);

    for (size_t i = n; room && i < notes->count; i++) {
        const struct spec_note *note = &notes->items[i];
        bool other = !file || strcmp(file, note->file) != 0;
        char text[SPEC_NOTE_LINE_SIZE];

        if (note->warning) {
            continue;
        }
        spec_note_text(note, other && (files || errors == 1), text, sizeof(text));
        if (!file && !files && errors > 1) {
            room = buf_addf(&line, "%s: %s%zu mistakes: ", note->file, more, errors);
        }
        room = room && buf_addf(&line, "%s%s", file ? "; " : "", text);
        file = note->file;
    }
    return err_set(e, notes->unreadable ? ERR_FILE : ERR_SPEC, "%s", buf_text(&line));
}

void spec_note_file(struct spec_notes *notes, const char *file, const char *text)
{
    struct spec_place root = {.name = file, .notes = notes};
    size_t before = notes->count;

    spec_note_add(&root, NULL, false, text);
    if (notes->count > before) {
        notes->items[before].path[0] = '\0';
    }
}

void spec_note_unread(struct spec_notes *notes, const char *file, const char *text, bool unreadable)
{
    size_t before = notes->count;
    struct spec_note note;

    spec_note_file(notes, file, text);
    notes->unreadable = notes->unreadable || unreadable;
    if (notes->count > before) {
        /* In front: it decides the status, and a line may end before the other mistakes do. */
        note = notes->items[before];
        note.whole = true;
        memmove(notes->items + 1, notes->items, before * sizeof(note));
        notes->items[0] = note;
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
