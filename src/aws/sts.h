/*
 * Room: aws. AWS's Security Token Service: a token or other keys in, a role's temporary keys out. One attempt a call; identity.c
 * repeats. AssumeRole is signed, AssumeRoleWithWebIdentity is not.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
#ifndef AWS_STS_H
#define AWS_STS_H

#include "aws/endpoint.h"
#include "aws/look.h"

struct sts_role {
    const char *arn;
    const char *session;     /* NULL: dynamodb-init-HOSTNAME */
    const char *external_id; /* NULL without one */
    const char *duration;    /* seconds, as written; NULL: STS's own */
    const char *origin;      /* for messages: "web identity", "profile \"x\"" */
};

/* Where STS is, for this look. false: ERR_USAGE (no region, a bad override). */
bool sts_endpoint(const struct look *look, struct endpoint *out, struct err *e) MUST_LOOK;

/* By a token: its claims go into look->row. An expired one is RETRY_CALLER: a new one may be in the file. */
enum look_end sts_by_token(struct look *look, const struct sts_role *role, const char *token,
                           struct err *e) MUST_LOOK;

/* By other keys. */
enum look_end sts_by_keys(struct look *look, const struct sts_role *role,
                          const struct credentials *keys, struct err *e) MUST_LOOK;

/* The ARN of these keys, as AWS has it, to be freed; NULL: *e. One attempt; for people alone. */
char *sts_caller(struct look *look, const struct credentials *keys, struct err *e) MUST_LOOK;

#endif
