/*
 * Room: aws. What every AWS service has in common: identity, signature, endpoint, one call with its retries. It knows
 * nothing of tables. The dynamodb room calls it; it calls io and base.
 *
 * Signature Version 4, pure: the time is handed in, the request is signed exactly as it will be sent.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include "base/buf.h"
#include "base/date.h"

#include <stdint.h>

struct sigv4_header {
    const char *name; /* lower case */
    const char *value;
};

struct sigv4_request {
    const char *method;
    const char *path;                   /* as sent; it is percent-encoded once more for signing */
    const char *query;                  /* canonical already (sorted, encoded), "" without one */
    const struct sigv4_header *headers; /* sorted by name; all are signed */
    size_t header_count;
    const void *body;
    size_t body_len;
};

struct sigv4_scope {
    const char *key_id;
    const char *secret;
    const char *region;         /* the signing region */
    const char *service;        /* "dynamodb" */
    char date[DATE_BASIC_SIZE]; /* of date_basic */
};

/* The three steps, each appended to out; false when out's ceiling or the crypto library refuses. */
bool sigv4_canonical(const struct sigv4_request *r, struct buf *out) MUST_LOOK;
bool sigv4_string_to_sign(const struct sigv4_scope *s, const char *canonical,
                          struct buf *out) MUST_LOOK;
/* Value of the Authorization header. */
bool sigv4_authorization(const struct sigv4_scope *s, const struct sigv4_request *r,
                         struct buf *out) MUST_LOOK;

#endif
