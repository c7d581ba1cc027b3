/*
 * Room: app. The lint command: the tables of specs and options against the rules, offline, told on standard output. It asks
 * nobody and needs no identity.
 */
#ifndef APP_LINT_H
#define APP_LINT_H

#include "app/options.h"

/* Reads until the deadline and answers; bad_status goes into the JSON when the spec is wrong. false: e says why. */
bool lint_run(const struct options *o, int64_t deadline, int bad_status, struct err *e) MUST_LOOK;

#endif
