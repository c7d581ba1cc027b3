/*
 * Room: aws. How far AWS's clock is ahead of ours, learnt from an answer that refuses a signature: its Date header, or the time that
 * its text names, against the time that was signed.
 */
#ifndef AWS_SKEW_H
#define AWS_SKEW_H

#include "base/err.h"

#include <stdint.h>

/* Times in seconds since 1970. signed_at: what the attempt was signed with, an earlier correction included; system_s: our own
 * clock then. True when the answer (its error code, its Date header, its message) shows that another correction is needed:
 * *skew. */
bool skew_read(const char *code, const char *date, const char *message, int64_t signed_at,
               int64_t system_s, int64_t *skew) MUST_LOOK;

/* The one warning for people. */
void skew_say(int64_t skew);

#endif
