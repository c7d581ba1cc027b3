/*
 * Room: dynamodb. What is wrong in a spec, and where: a place is a chain up to the file, a note is one complaint or
 * warning. All notes of a file are kept, not the first alone; whoever has a place can add one. Pure.
 */
#ifndef DYNAMODB_SPEC_NOTE_H
#define DYNAMODB_SPEC_NOTE_H

#include "base/json.h"

#include <stddef.h>

#define SPEC_NOTE_MAX \
    100 /* mistakes, and warnings: more than anybody reads; the rest is counted only */

struct spec_note {
    bool warning; /* a quota or a doubt: nothing fails by it */
    bool whole;   /* the text names the file: it could not be read */
    char *file, *path, *text;
};

struct spec_notes {
    struct spec_note *items;
    size_t count;
    size_t errors;
    bool unreadable;  /* a file is missing or cannot be read */
    bool is_template; /* the file is CloudFormation's: texts and numbers pass for each other */
};

/* A place in a file: the root's name is the file's, below it a name, or a number. */
struct spec_place {
    const struct spec_place *up;
    const char *name; /* NULL: an element of an array */
    size_t index;
    struct spec_notes *notes; /* the root's alone */
};

struct spec_notes *spec_note_all(const struct spec_place *at);

/* Adds a complaint, or a warning; field may be NULL. The complaint returns false. */
bool spec_note_error(const struct spec_place *at, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void spec_note_warning(const struct spec_place *at, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A complaint that shows the value (its beginning) and says what it must be. */
bool spec_note_value(const struct spec_place *at, const json_t *value, const char *right);

/* A note as a person reads it, "path: text", or with its file in front; returns out. */
const char *spec_note_text(const struct spec_note *note, bool with_file, char *out, size_t size);

/* Fills e, ERR_SPEC or with an unreadable file ERR_FILE, with the errors from the n-th note on, as many as a line holds;
 * returns false. */
bool spec_note_refuse(const struct spec_notes *notes, size_t n, struct err *e);

/* A complaint about a file as a whole: it has no path. */
void spec_note_file(struct spec_notes *notes, const char *file, const char *text);

/* A file that could not be read, in words that name it; unreadable: it is not there, or nobody may read it. */
void spec_note_unread(struct spec_notes *notes, const char *file, const char *text,
                      bool unreadable);

void spec_note_clear(struct spec_notes *notes);

#endif
