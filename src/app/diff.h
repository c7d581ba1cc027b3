/*
 * Room: app. The answer of `plan` on standard output: a diff for a person, coloured on a terminal, or JSON for machines.
 * Foreign text may go in as it is; it is escaped here.
 */
#ifndef APP_DIFF_H
#define APP_DIFF_H

#include "dynamodb/reconcile.h"

/* How many differences there are; what an emulator lacks is listed, and not one of them. found: one list per table of
 * the spec. */
size_t diff_count(const struct spec *spec, const struct compare *found);

/* drift: which of them ensure fails at, for a person. false: ERR_INTERNAL, standard output cannot be written. */
bool diff_write(const struct spec *spec, const struct compare *found, enum plan_drift drift,
                bool json, struct err *e) MUST_LOOK;

#endif
