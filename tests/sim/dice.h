/*
 * Chance that a seed decides: the same seed, the same world. Every user has dice of its own, so that one more throw here
 * moves nothing there. The generator is splitmix64.
 */
#ifndef SIM_DICE_H
#define SIM_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

uint64_t dice_next(struct dice *d);

/* 0 to n - 1; 0 for an n below 1. */
int64_t dice_below(struct dice *d, int64_t n);

/* True so many times in a thousand. */
bool dice_chance(struct dice *d, int permille);

/* 0 to most, small ones as likely as large ones. */
int64_t dice_delay(struct dice *d, int64_t most);

#endif
