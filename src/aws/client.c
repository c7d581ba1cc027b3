#include "aws/client.h"

#include "aws/quote.h"
#include "aws/sigv4.h"
#include "aws/skew.h"
#include "base/mem.h"
#include "base/text.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT_CONNECT_MS 5000
#define CLIENT_ATTEMPT_MS 10000
#define CLIENT_TYPE "application/x-amz-json-1.0"
#define CLIENT_TARGET "DynamoDB_20120810."
#define CLIENT_TOKEN_MAX 16384
#define CLIENT_WORDS 840        /* of AWS, in an error record with table and request id */
#define CLIENT_WORDS_DENIED 480 /* and with the remedy */

static void client_reset(struct client_call *c)
{
    http_clear(&c->http);
    buf_clear(&c->authorization);
    buf_clear(&c->token);
    json_clear(&c->json);
    c->code[0] = '\0';
    c->message[0] = '\0';
}

void client_begin(struct client_call *c, const char *operation, char *body)
{
    client_reset(c);
    free(c->body);
    c->operation = operation;
    c->body = body;
    c->retry = (struct retry){0};
    c->bare = false;
    c->corrected = false;
}

void client_clear(struct client_call *c)
{
    client_reset(c);
    free(c->body);
    c->body = NULL;
}

/* The headers that are signed, sorted; returns how many. */
static size_t client_sign_list(const struct client *client, const char *date, const char *target,
                               struct sigv4_header out[5])
{
    size_t n = 0;

    out[n++] = (struct sigv4_header){"content-type", CLIENT_TYPE};
    out[n++] = (struct sigv4_header){"host", client->endpoint->host};
    out[n++] = (struct sigv4_header){"x-amz-date", date};
    if (client->identity->now.token) {
        out[n++] = (struct sigv4_header){"x-amz-security-token", client->identity->now.token};
    }
    out[n++] = (struct sigv4_header){"x-amz-target", target};
    return n;
}

static bool client_sign(const struct client *client, struct client_call *c,
                        char date[DATE_BASIC_SIZE])
{
    char target[120];
    struct sigv4_header headers[5];
    struct sigv4_scope scope = {
        .key_id = client->identity->now.key_id,
        .secret = client->identity->now.secret,
        .region = client->endpoint->signing_region,
        .service = "dynamodb",
    };
    struct sigv4_request request = {
        .method = "POST",
        .path = client->endpoint->path,
        .query = "",
        .headers = headers,
        .body = c->body,
        .body_len = strlen(c->body),
    };

    snprintf(target, sizeof(target), CLIENT_TARGET "%s", c->operation);

    c->system_s = system_wall_ms() / 1000;
    c->signed_at = c->system_s + client->identity->skew_s;
    snprintf(c->key_id, sizeof(c->key_id), "%s", scope.key_id);
    date_basic(c->signed_at, scope.date);
    memcpy(date, scope.date, DATE_BASIC_SIZE);
    request.header_count = client_sign_list(client, scope.date, target, headers);
    return buf_addf(&c->authorization, "Authorization: ") &&
           sigv4_authorization(&scope, &request, &c->authorization);
}

static struct retry_rule client_rule(const struct client *client)
{
    return retry_rule_of(RETRY_DYNAMODB, client->identity->setup.attempts);
}

static void client_fill(const struct client *client, struct client_call *c, const char *date)
{
    size_t n = 0;
    uint32_t id[4];

    system_random(id, sizeof(id));
    snprintf(c->headers[0], sizeof(c->headers[0]), "Host: %s", client->endpoint->host);
    snprintf(c->headers[1], sizeof(c->headers[1]), "X-Amz-Date: %s", date);
    snprintf(c->headers[2], sizeof(c->headers[2]), "X-Amz-Target: " CLIENT_TARGET "%s",
             c->operation);
    snprintf(c->headers[3], sizeof(c->headers[3]),
             "amz-sdk-invocation-id: %08x-%04x-4%03x-8%03x-%08x%04x", id[0], id[1] >> 16,
             id[1] & 0xfffU, id[2] >> 20, id[3], id[2] & 0xffffU);
    snprintf(c->headers[4], sizeof(c->headers[4]), "amz-sdk-request: attempt=%d; max=%d",
             c->retry.attempt + 1, client_rule(client).attempts);
    for (; n < 5; n++) {
        c->http.headers[n] = c->headers[n];
    }
    c->http.headers[n++] = "Content-Type: " CLIENT_TYPE;
    c->http.headers[n++] = "Accept-Encoding: identity";
    c->http.headers[n++] = buf_text(&c->authorization);
    if (client->identity->now.token) {
        c->http.headers[n++] = buf_text(&c->token);
    }
}

void client_send(struct client *client, struct client_call *c)
{
    char date[DATE_BASIC_SIZE] = "";
    int64_t until;

    client_reset(c);
    c->unsent = !identity_fresh(client->identity, client->deadline, &c->last);
    if (c->unsent) {
        c->http = (struct http_exchange){.done = true};
        return;
    }
    until = system_now_ms() + CLIENT_ATTEMPT_MS;
    c->authorization = BUF_OF((size_t)4096);
    c->token = BUF_OF((size_t)CLIENT_TOKEN_MAX);
    if (!client_sign(client, c, date) ||
        (client->identity->now.token &&
         !buf_addf(&c->token, "X-Amz-Security-Token: %s", client->identity->now.token))) {
        /* Too long a key or token: sent without, AWS's refusal names the cause. */
        log_line(LOG_WARN, "the access key or session token is too long to sign with");
    }
    c->http = (struct http_exchange){
        .method = "POST",
        .url = client->endpoint->url,
        .whole_name = client->endpoint->own,
        .body = c->body,
        .body_len = strlen(c->body),
        .once = c->once,
        .connect_ms = CLIENT_CONNECT_MS,
        .until = until < client->deadline ? until : client->deadline,
        .body_in = BUF_OF(HTTP_BODY_MAX),
    };
    client_fill(client, c, date);
    log_line(LOG_DEBUG, "%s: attempt %d to %s", c->operation, c->retry.attempt + 1,
             client->endpoint->url);
    http_start(&c->http);
}

/* CRC-32 (IEEE) of the body as it came. */
static uint32_t client_crc32(const char *data, size_t len)
{
    uint32_t crc = 0xffffffffU;

    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xedb88320U & (0U - (crc & 1U)));
        }
    }
    return ~crc;
}

static bool client_crc_is_wrong(const struct http_exchange *x)
{
    int64_t told;

    return x->end == HTTP_ANSWERED && x->crc32[0] != '\0' &&
           (!text_to_number(x->crc32, 0, UINT32_MAX, &told) ||
            told != (int64_t)client_crc32(buf_text(&x->body_in), x->body_in.len));
}

/* An answer that repeats what we sent must not bring a secret into the log. */
static void client_hide(const struct client *client, const struct client_call *c, char *text,
                        size_t size)
{
    const char *equals = strrchr(buf_text(&c->authorization), '=');
    const struct credentials *keys = &client->identity->now;
    const char *const secrets[] = {keys->placeholder ? NULL : keys->secret, keys->token,
                                   equals ? equals + 1 : NULL};

    char copy[CLIENT_MESSAGE_SIZE];

    snprintf(copy, sizeof(copy), "%s", text);
    quote_words(copy, secrets, 3, true, text, size);
}

/* Of an operation that it does not know a server may speak in XML, and in one word. */
static bool client_is_unknown(const struct client_call *c)
{
    static const char word[] = "<UnknownOperationException";

    return strncmp(buf_text(&c->http.body_in), word, strlen(word)) == 0;
}

/* The error's name: __type, else code, else the header; cut at the first ':', kept behind the last '#'. */
static void client_read_code(struct client_call *c)
{
    const char *name = json_text_of(c->json, "__type");
    const char *message = json_text_of(c->json, "message");
    const char *hash;

    if (!name) {
        name = json_text_of(c->json, "code");
    }
    if (!name) {
        name = client_is_unknown(c) ? "UnknownOperationException" : c->http.error_type;
    }
    if (!message) {
        message = json_text_of(c->json, "Message");
    }
    hash = strchr(name, '#');
    if (hash) {
        name = hash + 1;
    }
    snprintf(c->code, sizeof(c->code), "%.*s", (int)strcspn(name, ":#"), name);
    snprintf(c->message, sizeof(c->message), "%s", message ? message : "");
}

void client_words(const struct client_call *c, enum err_kind kind, const char *what, struct err *e)
{
    const char *id = c->http.request_id;
    size_t len = text_fit(c->message, kind == ERR_DENIED ? CLIENT_WORDS_DENIED : CLIENT_WORDS);

    err_set(e, kind, "%s: AWS says \"%.*s\" (%s%s%s)", what, (int)len, c->message, c->code,
            *id ? ", request id " : "", id);
}

static const char *client_remedy(const struct client *client, const struct client_call *c)
{
    if (client->identity->source == LOOK_IMDS && system_env("KUBERNETES_SERVICE_HOST")) {
        return "these are the NODE's keys: no IRSA or Pod Identity variables were injected into "
               "this pod; when its annotation or association is made, delete the pod";
    }
    if (strcmp(c->code, "OptInRequired") == 0) {
        return "this account is not signed up for the service in this region";
    }
    if (text_contains(c->code, "AccessDenied") || strcmp(c->code, "UnauthorizedOperation") == 0) {
        return "allow this action on this resource in the IAM policy of this identity";
    }
    if (text_contains(c->code, "Signature") || strcmp(c->code, "AuthFailure") == 0) {
        return "check AWS_SECRET_ACCESS_KEY and the clock of this machine";
    }
    return "check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN: they are unknown, expired or of another partition";
}

/* Fills c->last for a failed attempt. */
static void client_explain(struct client *client, struct client_call *c, enum retry_class class,
                           bool crc)
{
    const struct http_exchange *x = &c->http;
    enum err_kind kind = retry_kind(class, x->end, x->status);
    char what[160];

    if (class == RETRY_FINAL && text_contains(c->message, "explicit deny")) {
        kind = ERR_DENIED;
    }
    if (x->end != HTTP_ANSWERED) {
        err_set(&c->last, kind, "%s: %s", c->operation, x->error);
    } else if (crc) {
        err_set(&c->last, ERR_TIME, "%s: the answer's checksum (x-amz-crc32) is wrong",
                c->operation);
    } else if (x->status >= 200 && x->status < 300) {
        err_set(&c->last, ERR_TIME, "%s: HTTP %d with an answer that is not DynamoDB's",
                c->operation, x->status);
    } else if (c->code[0] == '\0') {
        err_set(&c->last, kind, "%s: HTTP %d without an AWS error code from %s%s", c->operation,
                x->status, client->endpoint->host,
                kind == ERR_NETWORK ? ": a proxy or another server answers there" : "");
    } else {
        snprintf(what, sizeof(what), "%s was %s", c->operation,
                 kind == ERR_DENIED ? "denied" : "refused");
        client_words(c, kind, what, &c->last);
        if (kind == ERR_DENIED) {
            size_t used = strlen(c->last.text);

            snprintf(c->last.text + used, sizeof(c->last.text) - used, "; %s",
                     client_remedy(client, c));
        }
    }
}

/* The first denial starts the grace; true while it lasts. */
static bool client_in_grace(struct client *client, int64_t now)
{
    int64_t left;

    if (client->denied_since == 0) {
        client->denied_since = now;
    }
    left = client->denied_since + RETRY_GRACE_MS - now;
    if (left > 0) {
        log_line(LOG_INFO, "retrying for IAM propagation, %llds left", (long long)(left / 1000));
    }
    return left > 0;
}

/* Does the refusal speak of the clock? Then the identity's is corrected, once for an operation. */
static bool client_corrects(struct client *client, struct client_call *c)
{
    int64_t skew;

    if (c->corrected ||
        !skew_read(c->code, c->http.date, c->message, c->signed_at, c->system_s, &skew)) {
        return false;
    }
    c->corrected = true;
    if (skew != client->identity->skew_s) {
        client->identity->skew_s = skew;
        skew_say(skew);
    }
    return true;
}

/* Other keys or another time: the same call again, at once. */
static bool client_is_cured(struct client *client, struct client_call *c)
{
    return client_corrects(client, c) ||
           (retry_is_expired(c->code) &&
            identity_renew(client->identity, c->key_id, client->deadline));
}

static enum client_end client_again(struct client *client, struct client_call *c,
                                    enum retry_class class)
{
    int64_t now = system_now_ms();
    uint32_t random;

    if (class == RETRY_GRACE && !client_in_grace(client, now)) {
        return CLIENT_FAILED;
    }
    if (class == RETRY_FINAL || (class == RETRY_TWICE && c->retry.odd >= RETRY_ODD)) {
        return CLIENT_FAILED;
    }
    client->throttled = client->throttled || class == RETRY_THROTTLED;
    system_random(&random, sizeof(random));
    c->due = now + retry_delay(&c->retry, class, client_rule(client), &client->bucket, random,
                               c->http.retry_after);
    if (class == RETRY_GRACE && c->due > client->denied_since + RETRY_GRACE_MS) {
        c->due = client->denied_since + RETRY_GRACE_MS; /* the last attempt is at its end */
    }
    return CLIENT_AGAIN;
}

/* Nothing, or an empty string, where the operation answers no object. */
static bool client_may_be_bare(const struct client_call *c)
{
    const char *body = buf_text(&c->http.body_in);

    return c->bare && (*body == '\0' || strcmp(body, "\"\"") == 0);
}

enum client_end client_finish(struct client *client, struct client_call *c)
{
    const struct http_exchange *x = &c->http;
    bool success = x->end == HTTP_ANSWERED && x->status >= 200 && x->status < 300;
    bool crc = client_crc_is_wrong(x);
    enum retry_class class;
    struct err ignored;

    if (c->unsent) {
        return system_stopped() ? CLIENT_STOPPED : CLIENT_FAILED;
    }
    if (x->end == HTTP_STOPPED) {
        return CLIENT_STOPPED;
    }
    if (x->end == HTTP_ANSWERED && !crc) {
        c->json = json_parse(buf_text(&x->body_in), x->body_in.len, ERR_TIME, &ignored);
        if (success && (json_is_object(c->json) || client_may_be_bare(c))) {
            retry_succeeded(&c->retry, &client->bucket);
            return CLIENT_ANSWERED;
        }
        if (!success) {
            client_read_code(c);
            client_hide(client, c, c->code, sizeof(c->code));
            client_hide(client, c, c->message, sizeof(c->message));
            client_hide(client, c, c->http.request_id, sizeof(c->http.request_id));
        }
    }
    class = crc ? RETRY_TRANSIENT : retry_classify(x->end, x->status, c->code, c->message);
    if (class == RETRY_CALLER) {
        retry_succeeded(&c->retry, &client->bucket);
        return CLIENT_REFUSED;
    }
    client_explain(client, c, class, crc);
    if (client_is_cured(client, c)) {
        c->due = system_now_ms();
        return CLIENT_AGAIN;
    }
    return client_again(client, c, class);
}

enum client_end client_attempt(struct client *client, struct client_call *c)
{
    client_send(client, c);
    while (!c->http.done) {
        http_wait(INT64_MAX);
    }
    return client_finish(client, c);
}
