/*
 * Room: dynamodb. The thinking: from what is wanted and what was seen to the next step. Pure; it never looks at time or
 * network, and what is remembered of earlier steps is handed in (plan_past).
 */
#ifndef DYNAMODB_PLAN_H
#define DYNAMODB_PLAN_H

#include "dynamodb/compare.h"

enum plan_act { PLAN_READY, PLAN_CREATE, PLAN_UPDATE, PLAN_WAIT, PLAN_FAIL };
enum plan_existing { PLAN_CONVERGE, PLAN_VERIFY, PLAN_SKIP };
enum plan_drift { PLAN_FAIL_BREAKING, PLAN_FAIL_ANY, PLAN_FAIL_NEVER };

/* What a run may do, and what it minds. */
struct plan_rules {
    bool may_write;              /* ensure; else `wait` */
    bool look_only;              /* `plan`: one look, nothing is waited for */
    enum plan_existing existing; /* what is done with a table that exists */
    enum plan_drift drift;
    bool emulator;
    const char *region; /* our own; NULL: unknown */
};

/* What this run knows besides the last look. A request that was accepted is not sent twice. */
struct plan_past {
    bool stream, protection;       /* asked for */
    bool no_stream, no_protection; /* an emulator does not make it */
    bool *replicas, *dropped;      /* per wanted replica: asked for; an emulator does not make it */
    bool *asked, *given_up;        /* per wanted index: asked for; an emulator does not make it */
    const struct compare *noted;   /* what other calls than DescribeTable showed; NULL: nothing */
};

/* What one UpdateTable adds. */
enum plan_addition {
    PLAN_ADDS_NOTHING,
    PLAN_ADDS_SETTINGS, /* stream, protection or both: they come before TTL and the like */
    PLAN_ADDS_INDEX,
    PLAN_ADDS_REPLICA,
};

#define PLAN_WHAT_SIZE 330 /* an index's name, a status word, and a few more */

/* Texts are for people; "" where there is nothing to say. */
struct plan {
    enum plan_act act;
    struct compare differences;
    char warning[200]; /* said once */
    /* PLAN_FAIL: kind and text, without the table's name */
    struct err why;
    /* PLAN_WAIT: for what: "CREATING", "index x CREATING", "not found" */
    char waiting[PLAN_WHAT_SIZE];
    bool waits_for_replica;
    bool waits_for_ensure; /* an index is missing, and this command adds none */
    /* PLAN_READY: the differences that are left as they are, as many as fit; one is breaking: nothing more is done to this table */
    char report[700];
    bool breaking;
    /* PLAN_UPDATE: the body of UpdateTable, the caller's; what it adds, and which of the wanted indexes or replicas */
    char *body;
    char what[PLAN_WHAT_SIZE];
    enum plan_addition adds;
    size_t which;
    bool stream, protection;
};

/* seen: NULL when the table was not found. out is to be cleared. */
void plan_decide(const struct table_wanted *wanted, const struct table_seen *seen,
                 const struct plan_rules *rules, const struct plan_past *past, struct plan *out);

/* plan_decide gave PLAN_UPDATE, and the request was accepted: it is not sent again. */
void plan_remember(const struct plan *plan, struct plan_past *past);

/* So it did, and the emulator does not know it: nor is it waited for. */
void plan_give_up(const struct plan *plan, struct plan_past *past);

void plan_clear(struct plan *p);

#define CLEAN_PLAN __attribute__((cleanup(plan_clear)))

#endif
