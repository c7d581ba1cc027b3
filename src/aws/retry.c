#include "aws/retry.h"

#include "base/text.h"

#include <string.h>

#define RETRY_BASE_THROTTLED_MS 1000
#define RETRY_MAX_MS 20000
#define RETRY_OUTER_MAX_MS 10000
#define RETRY_COST_TRANSIENT 14
#define RETRY_COST_THROTTLED 5
#define RETRY_AFTER_SLACK_MS 5000

static const char *const retry_transient[] = {"RequestTimeout",
                                              "RequestTimeoutException",
                                              "ReplicatedWriteConflictException",
                                              "InternalServerError",
                                              "InternalFailure",
                                              "ServiceUnavailable",
                                              NULL};

static const char *const retry_throttled[] = {"Throttling",
                                              "ThrottlingException",
                                              "ThrottledException",
                                              "RequestThrottledException",
                                              "RequestThrottled",
                                              "TooManyRequestsException",
                                              "ProvisionedThroughputExceededException",
                                              "TransactionInProgressException",
                                              "RequestLimitExceeded",
                                              "BandwidthLimitExceeded",
                                              "SlowDown",
                                              "PriorRequestNotComplete",
                                              "EC2ThrottledException",
                                              NULL};

static const char *const retry_grace[] = {"AccessDeniedException",
                                          "AccessDenied",
                                          "UnauthorizedOperation",
                                          "OptInRequired",
                                          "UnrecognizedClientException",
                                          "InvalidClientTokenId",
                                          "ExpiredToken",
                                          "ExpiredTokenException",
                                          "RequestExpired",
                                          "SignatureDoesNotMatch",
                                          "InvalidSignatureException",
                                          "AuthFailure",
                                          "RequestTimeTooSkewed",
                                          "RequestInTheFuture",
                                          NULL};

static const char *const retry_caller[] = {"ResourceNotFoundException",
                                           "TableNotFoundException",
                                           "ResourceInUseException",
                                           "LimitExceededException",
                                           "ValidationException",
                                           "PolicyNotFoundException",
                                           "ConditionalCheckFailedException",
                                           "ContinuousBackupsUnavailableException",
                                           NULL};

static const char *const retry_malformed[] = {
    "MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature",
    "IncompleteSignatureException", NULL};

bool retry_is_expired(const char *code)
{
    static const char *const expired[] = {"ExpiredToken",         "ExpiredTokenException",
                                          "RequestExpired",       "UnrecognizedClientException",
                                          "InvalidClientTokenId", NULL};

    return text_is_one_of(code, expired);
}

bool retry_is_malformed(const char *code)
{
    return text_is_one_of(code, retry_malformed);
}

enum retry_class retry_classify(enum http_end end, int status, const char *code,
                                const char *message)
{
    if (end == HTTP_UNTRUSTED) {
        return RETRY_OUTER;
    }
    if (end == HTTP_BAD_CA) {
        return RETRY_FINAL;
    }
    if (end == HTTP_ANSWERED && strcmp(code, "UnknownOperationException") == 0) {
        return RETRY_FINAL; /* whatever the status: it comes with 400, 404 and 501 */
    }
    if (end != HTTP_ANSWERED || status >= 500 || (status >= 200 && status < 300) ||
        text_is_one_of(code, retry_transient)) {
        return RETRY_TRANSIENT;
    }
    if (status == 429 || text_is_one_of(code, retry_throttled)) {
        return RETRY_THROTTLED;
    }
    if (*code == '\0') {
        return RETRY_OUTER;
    }
    if (text_is_one_of(code, retry_grace)) {
        return text_contains(message, "explicit deny") ? RETRY_FINAL : RETRY_GRACE;
    }
    if (text_is_one_of(code, retry_caller)) {
        return RETRY_CALLER;
    }
    return retry_is_malformed(code) ? RETRY_FINAL : RETRY_TWICE;
}

enum err_kind retry_kind(enum retry_class class, enum http_end end, int status)
{
    if (end == HTTP_BAD_CA) {
        return ERR_FILE;
    }
    if (end == HTTP_UNREACHABLE || end == HTTP_UNTRUSTED || class == RETRY_OUTER) {
        return ERR_NETWORK;
    }
    if (class == RETRY_TRANSIENT || class == RETRY_THROTTLED ||
        (status >= 500 && class != RETRY_FINAL)) {
        return ERR_TIME;
    }
    return class == RETRY_GRACE ? ERR_DENIED : ERR_INTERNAL;
}

/* base * 2^i, at most max. */
static int64_t retry_doubled(int64_t base, int i, int64_t max)
{
    while (i-- > 0 && base < max) {
        base *= 2;
    }
    return base < max ? base : max;
}

struct retry_rule retry_rule_of(struct retry_rule service, int attempts)
{
    if (attempts > 0) {
        service.attempts = attempts;
    }
    return service;
}

int64_t retry_delay(struct retry *r, enum retry_class class, struct retry_rule rule, int *bucket,
                    uint32_t random, const char *after)
{
    bool throttled = class == RETRY_THROTTLED;
    bool inner = throttled || class == RETRY_TRANSIENT || class == RETRY_TWICE;
    int cost = throttled ? RETRY_COST_THROTTLED : RETRY_COST_TRANSIENT;
    int64_t wait;
    int64_t wish;

    r->odd += class == RETRY_TWICE;
    if (inner && r->attempt < rule.attempts - 1 && *bucket >= cost) {
        *bucket -= cost;
        r->cost = cost;
        wait = retry_doubled(throttled ? RETRY_BASE_THROTTLED_MS : rule.base_ms, r->attempt++,
                             RETRY_MAX_MS);
        wait = (int64_t)((uint64_t)wait * random >> 32);
    } else {
        r->attempt = 0;
        wait = retry_doubled(1000, r->round++, RETRY_OUTER_MAX_MS);
        wait = wait / 2 + (int64_t)((uint64_t)(wait / 2) * random >> 32);
    }
    if (text_to_number(after, 0, INT32_MAX, &wish) && wish > wait) {
        wait = wish < wait + RETRY_AFTER_SLACK_MS ? wish : wait + RETRY_AFTER_SLACK_MS;
    }
    return wait;
}

void retry_succeeded(struct retry *r, int *bucket)
{
    *bucket += r->attempt > 0 ? r->cost : 1;
    if (*bucket > RETRY_BUCKET) {
        *bucket = RETRY_BUCKET;
    }
    *r = (struct retry){0};
}
