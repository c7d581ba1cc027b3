/*
 * Room: dynamodb. The features that no CreateTable carries and DescribeTable does not show: tags, TTL, recovery, policy,
 * Kinesis, insights. For each: what to ask, what the answer means, what to send. Pure. Source: the DynamoDB API.
 */
#ifndef DYNAMODB_FEATURE_CALL_H
#define DYNAMODB_FEATURE_CALL_H

#include "dynamodb/compare.h"

/* Why another attribute of TTL is never set. */
#define FEATURE_CALL_TTL_STEPS \
    "to change it takes two steps, off and on again, and up to an hour between them: a person must do it"

enum feature_call_kind {
    FEATURE_CALL_TAGS,
    FEATURE_CALL_TTL,
    FEATURE_CALL_RECOVERY,
    FEATURE_CALL_POLICY,
    FEATURE_CALL_KINESIS,
    FEATURE_CALL_INSIGHTS,
};

struct feature_call {
    enum feature_call_kind kind;
    const char *field;        /* as the spec calls it */
    const char *read, *write; /* operations */
    const char *index;        /* of insights; NULL: the table's */
    bool rides;               /* in CreateTable, too */
};

/* The n-th feature that the spec names; false behind the last. */
bool feature_call_at(const struct table_wanted *wanted, size_t n, struct feature_call *out);

/* The body that asks; arn: the table's; token: of the next page, NULL for the first. The caller's. */
char *feature_call_read(const struct feature_call *f, const struct table_wanted *wanted,
                        const char *arn, const char *token);

/* Appends a difference of the feature, or of a member of it; member "": of the whole. */
void feature_call_note(struct compare *out, enum compare_kind kind, const struct feature_call *f,
                       const char *member, const char *seen, const char *wanted);

/* Appends what differs; answer NULL: there is none (a policy that is not there). Returns the body of f->write when
 * something is missing that can be added, else NULL. */
char *feature_call_judge(const struct feature_call *f, const struct table_wanted *wanted,
                         const char *arn, const json_t *answer, struct compare *out);

/* This refusal of a read says that the feature was never there, though the table is. */
bool feature_call_is_absent(const char *operation, const char *code);

/* An emulator's way to say that it lacks a read or a write: status and body of the answer, code and message in it. */
bool feature_call_is_gap(int status, const char *body, const char *code, const char *message);

/* Seed item n, put only where no item has its key. */
char *feature_call_put(const struct table_wanted *wanted, size_t n);

/* The question of --probe to a table that is there, by its own keys: a GetItem of a key that nobody has, or a Query of one
 * of its indexes. digits: 38 random ones. operation says which it is. */
char *feature_call_probe(const struct table_shape *seen, const struct table_index *index,
                         const char *digits, const char **operation);

#endif
