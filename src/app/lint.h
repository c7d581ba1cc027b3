/*
 * Room: app. The lint command: the tables of specs and options against the rules, offline, told on standard output. It asks
 * nobody and needs no identity.
 */
#ifndef APP_LINT_H
#define APP_LINT_H

#include "app/answer.h"
#include "app/options.h"

/* Reads until the deadline (system_now_ms) and fills the answer: the good tables, and all that is wrong. false: e says why. */
bool lint_run(const struct options *o, int64_t deadline, struct answer *a, struct err *e) MUST_LOOK;

#endif
