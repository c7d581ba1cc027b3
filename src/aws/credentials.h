/*
 * Room: aws. The noun: one set of access keys and what is known of it. Secrets live in this struct alone and are wiped
 * by credentials_clear. The sources fill it (source.h), the identity owns it (identity.h), the signer reads it.
 */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "base/err.h"

#include <stdint.h>

struct credentials {
    char *key_id;
    char *secret;
    char *token;     /* NULL without one */
    char *account;   /* NULL when nobody said it */
    char *arn;       /* of the role's session, when STS said it; NULL otherwise */
    int64_t expires; /* seconds since 1970; 0: never */
    bool placeholder;
};

/* What goes into a header must not end it: no control character in key id, secret and token. origin names where they
 * come from, kind is the refusal's. */
bool credentials_are_clean(const struct credentials *c, const char *origin, enum err_kind kind,
                           struct err *e) MUST_LOOK;

/* Field 5 of an ARN, to be freed; NULL when it is no account id. */
char *credentials_account_of(const char *arn);

/* Wipes and frees one secret; NULL is allowed. */
void credentials_drop(char **text);

/* Wipes and frees. May be called twice; zeroed is valid. */
void credentials_clear(struct credentials *c);

#define CLEAN_CREDENTIALS __attribute__((cleanup(credentials_clear)))

#endif
