/*
 * Room: aws. AWS's own settings that are words: a variable, else a key of the profile; a blank one is unset, an unknown word an error.
 */
#ifndef AWS_SWITCH_H
#define AWS_SWITCH_H

#include "aws/profile.h"

/* The variable's value, else the profile's, else NULL; *source names it for messages. */
const char *switch_text(const char *variable, const struct profile *profile, const char *key,
                        const char **source);

/* true or false in any case; off when unset. false: ERR_USAGE. */
bool switch_read(const char *variable, const struct profile *profile, const char *key, bool *on,
                 struct err *e) MUST_LOOK;

/* AWS_MAX_ATTEMPTS: of one call, in a row; 0 when unset. AWS_RETRY_MODE is read for its mistakes: all modes are treated alike.
 * false: ERR_USAGE. */
bool switch_attempts(const struct profile *profile, int *attempts, struct err *e) MUST_LOOK;

#endif
