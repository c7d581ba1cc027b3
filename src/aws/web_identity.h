/*
 * Room: aws. The source "web identity" (IRSA): a projected service account token that STS changes into a role's keys.
 */
#ifndef AWS_WEB_IDENTITY_H
#define AWS_WEB_IDENTITY_H

#include "aws/sts.h"

/* Is the token file's variable set? Else look->row->why says what is missing. */
bool web_identity_is_set(struct look *look);

enum look_end web_identity_find(struct look *look, struct err *e) MUST_LOOK;

/* The same for a role and a file that a profile names. named_by: the variable or key that names the file. */
enum look_end web_identity_assume(struct look *look, const struct sts_role *role, const char *path,
                                  const char *named_by, struct err *e) MUST_LOOK;

#endif
