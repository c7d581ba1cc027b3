/*
 * Room: aws. One signed call to a JSON service, from request to a verdict: the answer, a refusal that the caller must
 * judge, "again at that time", or failure. The client is what all calls share; a call is one operation under way.
 */
#ifndef AWS_CLIENT_H
#define AWS_CLIENT_H

#include "aws/endpoint.h"
#include "aws/identity.h"
#include "aws/retry.h"
#include "base/json.h"
#include "io/http.h"

struct client {
    const struct endpoint *endpoint;
    struct identity *identity; /* its keys sign, its skew dates */
    int64_t deadline;          /* system_now_ms; INT64_MAX: none */
    int bucket;                /* retry tokens */
    int64_t denied_since;      /* first denial, 0 before: the grace for IAM propagation */
    bool throttled;            /* ever, in this run */
};

enum client_end {
    CLIENT_ANSWERED, /* call.json */
    CLIENT_REFUSED,  /* call.code and call.message: the caller knows */
    CLIENT_AGAIN,    /* send again at call.due; call.last says why */
    CLIENT_FAILED,   /* call.last */
    CLIENT_STOPPED,
};

#define CLIENT_CODE_SIZE 128
#define CLIENT_MESSAGE_SIZE 1000
#define CLIENT_KEY_SIZE 132 /* AWS: key ids have up to 128 characters */

/* Zeroed is valid; client_clear ends it. */
struct client_call {
    const char *operation; /* "DescribeTable" */
    char *body;
    struct http_exchange http;
    char headers[8][320];
    struct buf authorization;
    struct buf token;
    bool once; /* not to be sent again behind our back: its effect would pass for another's */
    bool bare; /* its success may come without a body, as TagResource's does */
    struct retry retry;
    char key_id[CLIENT_KEY_SIZE]; /* that signed this attempt */
    int64_t signed_at, system_s;  /* the time that was signed, and our own clock then */
    bool corrected;               /* the clock was, for this operation: no second time */
    bool unsent;                  /* there were no keys to sign with: last says why */
    int64_t due;
    json_t *json;
    char code[CLIENT_CODE_SIZE];
    char message[CLIENT_MESSAGE_SIZE];
    struct err last;
};

/* Prepares an operation; takes over body. What an earlier operation of this call left is dropped. */
void client_begin(struct client_call *c, const char *operation, char *body);

/* Signs and starts an attempt; http_wait lets it proceed. It waits itself when the keys must be renewed first. */
void client_send(struct client *client, struct client_call *c);

/* When c->http.done: what came of it. */
enum client_end client_finish(struct client *client, struct client_call *c);

/* The three in a row, for those who wait for one call alone: an attempt from its signature to its end. */
enum client_end client_attempt(struct client *client, struct client_call *c);

/* An error text with AWS's words: `WHAT: AWS says "..." (Code, request id X)`. */
void client_words(const struct client_call *c, enum err_kind kind, const char *what, struct err *e);

void client_clear(struct client_call *c);

#define CLEAN_CALL __attribute__((cleanup(client_clear)))

#endif
