/*
 * Room: aws. The chain of credential sources: their order, what makes one step aside for the next, and what ends the chain.
 * A source that is not configured is skipped; one that is configured and fails ends the chain, so that no pod slides
 * down to the node's role. It keeps a row for each source, which doctor prints.
 */
#ifndef AWS_SOURCE_H
#define AWS_SOURCE_H

#include "aws/look.h"

/* "web-identity": the word of --credentials; and for people: "web identity". */
const char *source_word(enum look_source source);
const char *source_name(enum look_source source);

/* LOOK_SOURCES for "auto"; false: no such word. */
bool source_from_word(const char *word, enum look_source *source) MUST_LOOK;

/* Asks one source after the other, from *committed on if that is not LOOK_SOURCES (then it alone). rows has LOOK_SOURCES
 * entries. LOOK_FOUND: look->found is filled, *committed names the source. LOOK_FAILED: *e, look->class and *committed.
 * LOOK_ABSENT: none is configured; the rows say why. */
enum look_end source_ask(struct look *look, struct look_row *rows, enum look_source *committed,
                         struct err *e) MUST_LOOK;

/* ERR_IDENTITY with every row in one line; returns false. */
bool source_none(const struct look_setup *setup, const struct look_row *rows, struct err *e);

/* Fills rows without asking anybody on the network: LOOK_UNASKED is a configured source, why then says what is set. */
void source_survey(const struct look_setup *setup, struct look_row *rows);

#endif
