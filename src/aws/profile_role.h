/*
 * Room: aws. The source "profile": keys that a profile holds, or the role that it names, through as many profiles as the chain of
 * source_profile has.
 */
#ifndef AWS_PROFILE_ROLE_H
#define AWS_PROFILE_ROLE_H

#include "aws/look.h"

/* Is there credential data in the chosen profile, or a profile that was named and is missing? Else look->row->why. */
bool profile_role_is_set(struct look *look);

enum look_end profile_role_find(struct look *look, struct err *e) MUST_LOOK;

#endif
