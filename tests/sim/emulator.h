/*
 * Servers that stand in for DynamoDB on a developer's machine: they lack calls, or take them and do nothing. Which of them a
 * seed gets, and what must hold all the same. Written from what the real ones do (test-parts.md, "DynamoDB servers").
 */
#ifndef SIM_EMULATOR_H
#define SIM_EMULATOR_H

#include "world.h"

/* How they say that they lack a call, of as many. */
#define EMULATOR_GAPS 3

/* Makes the world an emulator's, which lacks, forgets and drops by chance; other rules stay as far as they can. */
void emulator_draw(struct dice *d, struct world_rules *r);

/* A call, or a member of UpdateTable: not known; taken, and nothing happens. */
bool emulator_lacks(const char *what);
bool emulator_forgets(const char *what);

/* Takes away from a new table what the emulator drops of a CreateTable. */
void emulator_drop(json_t *state);

/* What a run owes to its user. */
struct emulator_verdict {
    int planned; /* `plan` can list it as missing */
    int told;    /* `ensure` says that it is not supported */
};

/* After a run that went well, all settled: each table has what this emulator can keep, and what is missing for want of a
 * call was told once in the run's log. */
struct emulator_verdict emulator_judge(const json_t *wishes, const char *log);

/* No gap is told twice in one run. */
void emulator_judge_log(const char *log);

#endif
