/*
 * One run of the product against the world, under the judge's eyes.
 */
#ifndef SIM_PRODUCT_H
#define SIM_PRODUCT_H

#include "doors.h"
#include "judge.h"

#define PRODUCT_SETTLED_MS 700000 /* after so long nothing is young, stale or faulty any more */

struct product_run {
    const char *words; /* the command and its options, between spaces */
    const char *spec;  /* the text for --spec /tables.json, or for --spec - in words; NULL: none */
    int64_t timeout;   /* in seconds; 0: no deadline */
    size_t tables;     /* how many it is about */
    enum judge_may may;
    const char *frozen; /* tables that must not be written to, between spaces; NULL: none */
    struct doors_run doors;
    uint64_t seed; /* of the product's random numbers and the net's */
};

extern bool product_verbose;

/* Answers with the exit status. */
int product_run(const struct product_run *how);

/* What the last run wrote to standard output. */
extern char *product_out;

/* The same, where nothing but that exit status will do. */
void product_expect(const char *what, const struct product_run *how, int expected);

#endif
