/*
 * What must hold, whatever the seed. The judge follows what the product was told (answers that arrived whole), looks at
 * every request with that knowledge, and compares the end with the spec.
 */
#ifndef SIM_JUDGE_H
#define SIM_JUDGE_H

#include "service.h"

extern int judge_failures;

/* Before each run of the product. read_only: no write may be sent. frozen: tables (names between spaces) that must not
 * be written to. */
void judge_begin(bool read_only, const char *frozen);

/* A property does not hold. */
void judge_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The product sends this. */
void judge_request(const struct call *c);

/* The product got this answer, whole. */
void judge_answer(const struct call *c);

/* Every table is as its wish says; wishes: the array of the spec's tables. */
void judge_end(const json_t *wishes);

#endif
