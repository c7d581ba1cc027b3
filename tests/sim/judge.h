/*
 * What must hold, whatever the seed. The judge follows what the product was told (answers that arrived whole), looks at
 * every request with that knowledge, and compares the end with the spec.
 */
#ifndef SIM_JUDGE_H
#define SIM_JUDGE_H

#include "service.h"

extern int judge_failures;

/* What a run may send beside calls that only read. */
enum judge_may {
    JUDGE_MAY_WRITE,
    JUDGE_MAY_CREATE, /* writes go only to tables that the run asked to be created */
    JUDGE_MAY_PUT,    /* seed items that are there already, and will not be overwritten */
    JUDGE_MAY_READ
};

/* Before each run of the product. frozen: tables (names between spaces) that must not be written to. */
void judge_begin(enum judge_may may, const char *frozen);

/* A property does not hold. */
void judge_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The product sends this. */
void judge_request(const struct call *c);

/* The product got this answer, whole. */
void judge_answer(const struct call *c);

/* A state is as it should be (state.h), in what matters; the table is. */
void judge_states(const char *name, const json_t *is, const json_t *should);
void judge_table(const char *name, const json_t *should);

/* The run went well, and asked for a probe: was each table, and each index that had to serve, asked and did it answer? */
void judge_probed(const json_t *wishes);

/* Every table is as its wish says; wishes: the array of the spec's tables. */
void judge_end(const json_t *wishes);

#endif
