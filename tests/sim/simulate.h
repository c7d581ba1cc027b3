/*
 * A seed from its world to the end: runs of any command that are stopped or have little time, then one that must succeed,
 * then those that must find nothing to do.
 */
#ifndef SIM_SIMULATE_H
#define SIM_SIMULATE_H

#include <stdint.h>

void simulate_seed(uint64_t seed);

/* A hundred missing tables, of which ten may be created at once: all ready, no failure, no busy loop. */
void simulate_hundred(void);

#endif
