/*
 * Room: dynamodb. What a table has otherwise than it was written: pure, from wanted and seen to a list. It knows no
 * network, no time and no order of steps; what can be done about a difference is its kind. Source: the DynamoDB API.
 */
#ifndef DYNAMODB_COMPARE_H
#define DYNAMODB_COMPARE_H

#include "dynamodb/table.h"

enum compare_kind {
    COMPARE_MISSING,     /* can be added */
    COMPARE_TUNABLE,     /* set to something else: reported, never changed */
    COMPARE_UNSUPPORTED, /* an emulator lacks it: told once, no work for anybody */
    COMPARE_BREAKING,    /* an application written for the spec would fail */
};

#define COMPARE_FIELD_SIZE \
    560 /* the key of a tag: 128 characters of four bytes; two names of 255 never meet */

struct compare_item {
    enum compare_kind kind;
    /* The path in the spec, elements of lists by name: "BillingMode", "GlobalSecondaryIndexes[by-x].KeySchema". */
    char field[COMPARE_FIELD_SIZE];
    char seen[320], wanted[320];
    char text[1100]; /* the sentence for people */
};

struct compare {
    struct compare_item *items;
    size_t count;
};

/* How strictly. */
struct compare_rules {
    bool defaults;      /* keys that nobody wrote count too */
    bool emulator;      /* what an emulator does not report is unknown, not different */
    bool looks;         /* and nobody goes on to try it */
    bool leaving;       /* an index on its way out is missing already */
    const char *region; /* our own: a replica there is the table itself */
};

/* Appends what DescribeTable can show, breaking ones first. */
void compare_table(const struct table_wanted *wanted, const struct table_seen *seen,
                   const struct compare_rules *rules, struct compare *out);

/* "GlobalSecondaryIndexes[by-x].KeySchema"; member may be "", for the index itself. Returns out. */
const char *compare_index_field(bool global, const char *index, const char *member,
                                char out[COMPARE_FIELD_SIZE]);

/* Appends "FIELD is SEEN, the spec says WANTED". */
void compare_add(struct compare *out, enum compare_kind kind, const char *field, const char *seen,
                 const char *wanted);

/* Adds "; more" to the sentence of the last one. */
void compare_explain(struct compare *list, const char *more);

/* Appends a copy of more, which may be NULL. */
void compare_append(struct compare *out, const struct compare *more);

/* The first of that kind, or NULL. */
const struct compare_item *compare_first(const struct compare *list, enum compare_kind kind);

const char *compare_kind_word(enum compare_kind kind);

void compare_clear(struct compare *list);

#endif
