/*
 * The two doors of the simulation: a clock that jumps from happening to happening, a net between the product and the
 * service on which requests and answers get lost, a few files, an environment. Stands in for src/io/system_posix.c and
 * src/io/http_curl*.c, chosen by the linker.
 */
#ifndef SIM_DOORS_H
#define SIM_DOORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOORS_SECRET "SIMULATIONSECRETSIMULATIONSECRET0123456789"

struct doors_run {
    const char *spec;  /* the text of /tables.json, and of standard input */
    int stop_exchange; /* a stop signal when so many were begun; 0: none */
    bool
        stop_lost; /* and it and all that is under way never arrive; else they take effect, unanswered */
    int64_t stop_at; /* a stop signal at that time; 0: none */
    bool verbose;    /* every exchange and line to standard error */
};

struct doors_told {
    int exchanges;
    int writes;
    int describes;      /* DescribeTable */
    int waits;          /* for an answer or a time */
    size_t together;    /* the most that were under way at once */
    int64_t stopped_at; /* -1: never */
    char log[65536];    /* what was said; the end of it is cut */
};

extern struct doors_told doors_told;

/* Before each run of the product. */
void doors_begin(const struct doors_run *run, uint64_t seed);

#endif
