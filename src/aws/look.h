/*
 * Room: aws. The nouns of looking for credentials: what a source is told (settings), where it puts what it finds, what it says
 * for people, and how its failure is to be retried. The sources speak of these; source.c runs them, identity.c repeats.
 */
#ifndef AWS_LOOK_H
#define AWS_LOOK_H

#include "aws/credentials.h"
#include "aws/jwt.h"
#include "aws/retry.h"

#include <stdint.h>

/* In the order in which they are asked. */
enum look_source {
    LOOK_ENVIRONMENT,
    LOOK_PROFILE,
    LOOK_WEB_IDENTITY,
    LOOK_CONTAINER,
    LOOK_IMDS,
    LOOK_SOURCES, /* their number; as a demand: none in particular */
};

enum look_state {
    LOOK_UNASKED, /* an earlier source ended the chain */
    LOOK_USED,
    LOOK_SKIPPED, /* not configured, or left out */
    LOOK_BROKEN,  /* configured, and failed */
};

#define LOOK_WHY_SIZE ERR_TEXT_SIZE

/* One source, as people see it (doctor, the message of status 67). */
struct look_row {
    enum look_state state;
    char why[LOOK_WHY_SIZE]; /* used: which identity; else the reason */
    struct jwt_claims token; /* of the token that was presented, if any */
};

enum look_end {
    LOOK_FOUND,
    LOOK_ABSENT, /* not configured: the next one may be asked; row.why says what is missing */
    LOOK_FAILED, /* the chain ends; *e, look.class */
};

struct profile; /* profile.h */
struct imds;    /* imds.h */

/* What does not change within a run. */
struct look_setup {
    enum look_source demanded;     /* LOOK_SOURCES: the whole chain */
    const char *demanded_by;       /* "--credentials", for messages */
    const struct profile *profile; /* the shared files, and the profile's name */
    const char *region;            /* for STS; NULL: none is known */
    int attempts;                  /* of one call, in a row; 0: the usual number */
    bool emulator;                 /* placeholders may stand in for keys */
};

/* One look. */
struct look {
    const struct look_setup *setup;
    struct imds *imds;
    int64_t deadline; /* system_now_ms */
    int64_t skew_s;   /* AWS's clock is so far ahead of ours; a source may learn it */
    struct credentials *found;
    struct look_row *row;
    enum retry_class class;     /* of a failure; RETRY_FINAL unless a source says otherwise */
    char after[HTTP_VALUE_MAX]; /* the server's wish, "" without one */
    const char *waits_for; /* what a retry waits for, when there is a better word than the error */
};

/* Records why a source is left out; returns LOOK_ABSENT. */
enum look_end look_absent(struct look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For `return look_failed(look, class)` behind err_set. */
enum look_end look_failed(struct look *look, enum retry_class class);

#endif
