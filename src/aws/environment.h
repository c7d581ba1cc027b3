/*
 * Room: aws. The source "environment": AWS_ACCESS_KEY_ID and its companions. White space around a value, which a Secret made
 * from a file brings along, is cut off.
 */
#ifndef AWS_ENVIRONMENT_H
#define AWS_ENVIRONMENT_H

#include "aws/look.h"

/* Is a key id set? Else look->row->why says what is missing. */
bool environment_is_set(struct look *look);

/* LOOK_FAILED: ERR_USAGE, half a pair or a control character. */
enum look_end environment_find(struct look *look, struct err *e) MUST_LOOK;

#endif
