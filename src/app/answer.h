/*
 * Room: app. What a command answers on standard output, for a person or for a machine: a list of checks, each with a state
 * and words. Foreign text may go in as it is; it is escaped here. No secret goes in.
 */
#ifndef APP_ANSWER_H
#define APP_ANSWER_H

#include "base/json.h"

#include <stdio.h>

struct answer {
    json_t *checks; /* NULL while there is none */
};

/* Adds a check: what is looked at ("source"), which one ("web identity", "" without), how it is ("used", "failed"), and words.
 * Returns it, for members that machines want beside these; it stays the answer's. */
json_t *answer_add(struct answer *a, const char *check, const char *name, const char *state,
                   const char *words);

/* A text member of a check. */
void answer_member(json_t *check, const char *name, const char *text);

/* Prints all: a line a check, or one JSON object with the exit status. false: as answer_end. */
bool answer_write(const struct answer *a, bool json, int status, struct err *e) MUST_LOOK;

/* An answer that is one JSON value. false: as answer_end. */
bool answer_json(const json_t *value, struct err *e) MUST_LOOK;

/* An answer that is text: what goes into out by stdio, standard output gets from answer_end. */
struct answer_text {
    FILE *out;
    char *text;
    size_t len;
};

void answer_begin(struct answer_text *t);

/* false: ERR_INTERNAL, standard output did not take all of it. */
bool answer_end(struct answer_text *t, struct err *e) MUST_LOOK;

void answer_clear(struct answer *a);

#define CLEAN_ANSWER __attribute__((cleanup(answer_clear)))

#endif
