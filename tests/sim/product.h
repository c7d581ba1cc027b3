/*
 * One run of the product against the world, under the judge's eyes.
 */
#ifndef SIM_PRODUCT_H
#define SIM_PRODUCT_H

#include "doors.h"
#include "judge.h"

#define PRODUCT_SETTLED_MS \
    4000000 /* after so long nothing is young, stale or faulty any more, and TTL is on */

struct product_run {
    const char *words; /* the command and its options, between spaces */
    const char *spec;  /* the text for --spec /tables.json, or for --spec - in words; NULL: none */
    int64_t timeout;   /* in seconds; 0: no deadline */
    const json_t *wishes; /* the tables that it is about; `export` names them */
    enum judge_may may;
    const char *frozen; /* tables that must not be written to, between spaces; NULL: none */
    struct doors_run doors;
    uint64_t seed; /* of the product's random numbers and the net's */
};

extern bool product_verbose;

/* What the last run wrote to standard output. */
extern char *product_out;

/* Answers with the exit status. */
int product_run(const struct product_run *how);

/* The same, where nothing but that exit status will do. */
void product_expect(const char *what, const struct product_run *how, int expected);

/* `export` of these tables, piped into `plan --spec -`, must find nothing. */
void product_export(const json_t *wishes, uint64_t seed);

#endif
