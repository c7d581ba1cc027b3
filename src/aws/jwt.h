/*
 * Room: aws. What a JSON Web Token claims, for people who debug a trust policy. The signature is neither checked nor kept:
 * that is the business of whoever the token is for. Pure.
 */
#ifndef AWS_JWT_H
#define AWS_JWT_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define JWT_CLAIM_SIZE 200

struct jwt_claims {
    bool there; /* the token is a JWT; the rest holds */
    char iss[JWT_CLAIM_SIZE];
    char sub[JWT_CLAIM_SIZE];
    char aud[JWT_CLAIM_SIZE]; /* of several: with commas between */
    int64_t exp;              /* seconds since 1970; 0: not claimed */
};

/* Reads the claims. NULL, or what keeps this from being a JWT. */
const char *jwt_read(const char *token, struct jwt_claims *out);

/* `iss X, sub Y, aud Z, exp 2026-01-01T00:00:00Z`; returns out. */
const char *jwt_show(const struct jwt_claims *c, char *out, size_t size);

#define JWT_SHOWN_SIZE (3 * JWT_CLAIM_SIZE + 64)

#endif
