/*
 * The twelve tables of twelve.json, which together use every field of a spec: from nothing and from the half-done states of
 * twelve.before.json to the same end, also when the program is stopped at an exchange.
 */
#ifndef SIM_TWELVE_H
#define SIM_TWELVE_H

#include <stdbool.h>

/* One case: the state with that name, stopped at that exchange (0: never); lost: that and all that is under way never
 * arrives. */
void twelve_case(const char *before, int stop, bool lost);

/* Every state, and from each the program stopped at its first, then each step-th exchange; only those cases whose number
 * modulo workers is worker. Tells how many cases it ran. */
int twelve_all(int step, int worker, int workers);

#endif
