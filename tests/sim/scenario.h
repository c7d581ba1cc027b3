/*
 * From a seed to a world and a task: wishes, what is there already, what goes wrong, and how it must end.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "world.h"

struct scenario {
    json_t *wishes;    /* the spec's tables, in CreateTable's words */
    char *spec;        /* the spec as text */
    int expected;      /* exit status once the service is healthy and time is no matter */
    char reasons[64];  /* each exit status that some table gives then, as words */
    char frozen[4096]; /* tables that differ: no write may be sent to them */
};

/* Fills the opened world too. */
void scenario_make(struct scenario *s, struct dice *d);

/* So many missing tables, so many that may be under way at once. */
void scenario_many(struct scenario *s, struct dice *d, int tables, int simultaneous);

void scenario_clear(struct scenario *s);

/* A wish with a bit of everything, from the dice. */
json_t *scenario_wish(struct dice *d, int number);

#endif
