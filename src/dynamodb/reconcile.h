/*
 * Room: dynamodb. The loop: look, think, do, wait, for many tables side by side, until each is ready, has failed, or the
 * deadline is there. Every step is derived from what was seen. Remembered within a run: that a create was accepted.
 */
#ifndef DYNAMODB_RECONCILE_H
#define DYNAMODB_RECONCILE_H

#include "aws/identity.h"
#include "aws/endpoint.h"
#include "dynamodb/plan.h"
#include "dynamodb/spec.h"

struct reconcile_options {
    struct plan_rules rules;
    bool probe;          /* success needs an answer of the data plane */
    size_t max_parallel; /* requests in flight */
    int64_t deadline;    /* system_now_ms; INT64_MAX: none */
};

struct reconcile_result {
    size_t created, existing, attempts;
    /* look_only: what is different, one list per table of the spec. NULL otherwise. */
    struct compare *found;
    size_t count;
};

/* Does e give the exit status where worst, an earlier table's failure (kind ERR_NONE: there is none), did so far? */
bool reconcile_is_worse(const struct err *e, const struct err *worst);

/* Frees what was found. May be called twice; zeroed is valid. */
void reconcile_result_clear(struct reconcile_result *result);

#define CLEAN_RESULT __attribute__((cleanup(reconcile_result_clear)))

/* Logs its own lines per table. With rules.look_only nothing is written or waited for. result is to be cleared either way.
 * false: e is the failure that gives the exit status; every other one was logged. */
bool reconcile_run(const struct spec *spec, const struct endpoint *endpoint,
                   struct identity *identity, const struct reconcile_options *options,
                   struct reconcile_result *result, struct err *e) MUST_LOOK;

#endif
