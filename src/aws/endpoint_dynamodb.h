/*
 * Room: aws. Where DynamoDB is when no override says so: FIPS, dual-stack, the account's own host; and what excludes what.
 * Source: DynamoDB's endpoint rules as botocore has them.
 */
#ifndef AWS_ENDPOINT_DYNAMODB_H
#define AWS_ENDPOINT_DYNAMODB_H

#include "aws/endpoint.h"
#include "aws/profile.h"

/* Whose host; unset in AWS's own settings means the regional one here. */
enum endpoint_dynamodb_mode {
    ENDPOINT_DYNAMODB_REGIONAL,
    ENDPOINT_DYNAMODB_PREFERRED, /* the account's, if an account is known and the rest allows it */
    ENDPOINT_DYNAMODB_REQUIRED,
};

struct endpoint_dynamodb {
    bool fips, dual_stack;
    enum endpoint_dynamodb_mode mode;
};

/* The settings: variables, else the profile. false: ERR_USAGE, an unknown word. */
bool endpoint_dynamodb_read(const struct profile *profile, struct endpoint_dynamodb *want,
                            struct err *e) MUST_LOOK;

/* As endpoint_resolve. account: NULL when none is known (yet: then a required one is not missed). */
bool endpoint_dynamodb_resolve(const struct endpoint_dynamodb *want, const char *region,
                               const char *override, const char *source, const char *account,
                               struct endpoint *out, struct err *e) MUST_LOOK;

/* A required account that is not known: ERR_USAGE. */
bool endpoint_dynamodb_has_account(const struct endpoint_dynamodb *want, const char *account,
                                   struct err *e) MUST_LOOK;

#endif
