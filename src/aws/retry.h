/*
 * Room: aws. Whether and when to ask again: pure, with its lists written out. One failed attempt goes in; a class, then
 * a delay come out. Source: the SDKs' standard mode, https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html;
 * the outer loop is ours: an SDK gives up, we have until the deadline.
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

/* How one service is asked again within a call. */
struct retry_rule {
    int attempts; /* in a row */
    int base_ms;  /* of the delay before a transient failure's first retry */
};

#define RETRY_DYNAMODB ((struct retry_rule){4, 25})
#define RETRY_OTHER ((struct retry_rule){3, 50}) /* STS, the container agents, instance metadata */

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

/* AWS could not read our signature at all: a mistake of ours. */
bool retry_is_malformed(const char *code);

/* What the class means for the exit status, when it ends the run. */
enum err_kind retry_kind(enum retry_class class, enum http_end end, int status);

/* The service's rule, with the user's number of attempts; 0: none was set. */
struct retry_rule retry_rule_of(struct retry_rule service, int attempts);

/* Milliseconds until the next attempt; moves r on and takes from the bucket. random: 0 to 0xffffffff.
 * after: x-amz-retry-after as it came, "" without one. */
int64_t retry_delay(struct retry *r, enum retry_class class, struct retry_rule rule, int *bucket,
                    uint32_t random, const char *after);

/* After a success: what its own retry took goes back, else one token comes in. */
void retry_succeeded(struct retry *r, int *bucket);

#endif
