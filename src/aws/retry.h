/*
 * Room: aws. Whether and when to ask again: pure, with its lists written out. One failed attempt goes in; a class, then
 * a delay come out. Sources: the SDKs' retry specification 2.1 and the outer loop, reference "credentials", section 12.
 */
#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include "base/err.h"
#include "io/http.h"

#include <stdint.h>

enum retry_class {
    RETRY_TRANSIENT, /* at once a few times, then the outer loop */
    RETRY_THROTTLED, /* the same, slower */
    RETRY_OUTER,     /* somebody between us and AWS: the outer loop alone */
    RETRY_GRACE,     /* denied: IAM spreads slowly */
    RETRY_TWICE,     /* an error that nobody foresaw: while retry.odd is below RETRY_ODD */
    RETRY_CALLER,    /* the caller knows what the code means */
    RETRY_FINAL,
};

#define RETRY_GRACE_MS 60000
#define RETRY_BUCKET 500
#define RETRY_ODD 2
#define RETRY_ATTEMPTS 4       /* of one call, in a row: DynamoDB's */
#define RETRY_ATTEMPTS_OTHER 3 /* those of the other services */

struct retry {
    int attempt; /* within the call */
    int round;   /* of the outer loop */
    int cost;    /* what the last retry within the call took from the bucket */
    int odd;     /* answers so far that were RETRY_TWICE */
};

/* The class of an answer that is no success. code: AWS's error name, "" without one. */
enum retry_class retry_classify(enum http_end end, int status, const char *code,
                                const char *message);

/* The keys are expired or unknown: new ones may help. */
bool retry_is_expired(const char *code);

/* What the class means for the exit status, when it ends the run. */
enum err_kind retry_kind(enum retry_class class, enum http_end end, int status);

/* Milliseconds until the next attempt; moves r on and takes from the bucket. random: 0 to 0xffffffff.
 * attempts: of one call, in a row; 0: RETRY_ATTEMPTS. after: x-amz-retry-after as it came, "" without one. */
int64_t retry_delay(struct retry *r, enum retry_class class, int attempts, int *bucket,
                    uint32_t random, const char *after);

/* After a success: what its own retry took goes back, else one token comes in. */
void retry_succeeded(struct retry *r, int *bucket);

#endif
