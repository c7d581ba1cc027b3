#include "aws/imds.h"

#include "aws/document.h"
#include "aws/endpoint.h"
#include "aws/fetch.h"
#include "aws/profile.h"
#include "aws/quote.h"
#include "aws/switch.h"
#include "base/text.h"
#include "io/log.h"
#include "io/system.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define IMDS_SWITCH "AWS_EC2_METADATA_DISABLED"
#define IMDS_MS 1000
#define IMDS_TRIES_BROKEN 4 /* on 5xx and 401 */
#define IMDS_LIST "/latest/meta-data/iam/security-credentials/"
#define IMDS_ROLE_MAX 128
#define IMDS_BASE_SIZE sizeof(((struct endpoint *)NULL)->url)

/* Where the service is and how patient we are. */
struct imds_way {
    char base[IMDS_BASE_SIZE];
    int64_t limit_ms;
    int64_t tries; /* when nobody answers */
};

bool imds_is_on(struct look *look)
{
    const char *off = system_env(IMDS_SWITCH);

    if (off && text_same_word(off, "true")) {
        look_absent(look, "switched off by " IMDS_SWITCH);
        return false;
    }
    return true;
}

static bool imds_base(const struct look *look, char out[IMDS_BASE_SIZE], struct err *e)
{
    const struct profile *profile = look->setup->profile;
    const char *url_source;
    const char *mode_source;
    const char *url = switch_text("AWS_EC2_METADATA_SERVICE_ENDPOINT", profile,
                                  "ec2_metadata_service_endpoint", &url_source);
    const char *mode = switch_text("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", profile,
                                   "ec2_metadata_service_endpoint_mode", &mode_source);
    bool v6 = mode && text_same_word(mode, "IPv6");
    struct endpoint given;

    if (mode && !v6 && !text_same_word(mode, "IPv4")) {
        return err_set(e, ERR_USAGE, "%s \"%.200s\": it is IPv4 or IPv6", mode_source, mode);
    }
    if (!url) {
        snprintf(out, IMDS_BASE_SIZE, "%s",
                 v6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
        return true;
    }
    if (!endpoint_resolve("us-east-1", url, url_source, &given, e)) {
        return false;
    }
    snprintf(out, IMDS_BASE_SIZE, "%s", given.url);
    if (out[strlen(out) - 1] == '/') {
        out[strlen(out) - 1] = '\0';
    }
    return true;
}

static bool imds_number(const char *name, int64_t unset, int64_t *out, struct err *e)
{
    const char *value = system_env(name);

    *out = unset;
    return !value || text_to_number(value, 1, 1000, out) ||
           err_set(e, ERR_USAGE, "%s \"%.200s\": it is a whole number from 1 to 1000", name, value);
}

static bool imds_way(const struct look *look, struct imds_way *way, struct err *e)
{
    bool off;
    int64_t seconds;

    if (!switch_read(IMDS_SWITCH, NULL, "", &off, e)) {
        return false;
    }
    if (!imds_base(look, way->base, e) ||
        !imds_number("AWS_METADATA_SERVICE_TIMEOUT", 1, &seconds, e) ||
        !imds_number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1, &way->tries, e)) {
        return false;
    }
    way->limit_ms = seconds * IMDS_MS;
    return true;
}

/* One request. header: "Name: value". */
static void imds_ask(const struct look *look, const struct imds_way *way, const char *method,
                     const char *path, const char *header, struct http_exchange *x)
{
    static const char nothing[] = "";
    char url[IMDS_BASE_SIZE + 400];

    http_clear(x);
    snprintf(url, sizeof(url), "%s%s", way->base, path);
    *x = (struct http_exchange){.method = method, .url = url, .direct = true, .body = nothing};
    x->headers[0] = header;
    log_line(LOG_DEBUG, "%s %s", method, url);
    fetch_run(x, way->limit_ms, way->limit_ms, look->deadline);
    x->url = NULL;
    x->headers[0] = NULL;
}

/* Nobody is there: remembered for the rest of the run. */
static enum look_end imds_nobody(struct look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum look_end imds_nobody(struct look *look, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(look->imds->why, sizeof(look->imds->why), format, args);
    va_end(args);
    return look_absent(look, "%s", look->imds->why);
}

static enum look_end imds_unreached(struct look *look, const struct imds_way *way,
                                    const struct http_exchange *x, struct err *e)
{
    if (x->end == HTTP_STOPPED) {
        err_set(e, ERR_STOPPED, "stopped while asking the instance metadata service");
        return look_failed(look, RETRY_FINAL);
    }
    if (look->imds->token[0]) { /* it spoke a moment ago, and may again */
        return look_absent(look, "%.300s", x->error);
    }
    if (x->cause == HTTP_CAUSE_NO_CONNECT || x->cause == HTTP_CAUSE_NO_ANSWER) {
        return imds_nobody(look,
                           "IMDSv2 token request to %s timed out, typical for hop limit 1: raise "
                           "HttpPutResponseHopLimit, use IRSA or Pod Identity, or hostNetwork",
                           strstr(way->base, "//") + 2);
    }
    return imds_nobody(look, "nobody answers: %.200s", x->error);
}

/* The service is there and broken. */
static enum look_end imds_broken(struct look *look, const char *what, const struct http_exchange *x,
                                 struct err *e)
{
    if (x->end == HTTP_CUT) {
        err_set(e, ERR_TIME, "instance metadata: %s: %s", what, x->error);
    } else {
        err_set(e, ERR_TIME, "instance metadata: %s: HTTP %d", what, x->status);
    }
    return look_failed(look, RETRY_TRANSIENT);
}

static bool imds_keep_token(struct imds *imds, const struct http_exchange *x)
{
    const char *token = buf_text(&x->body_in);

    if (x->body_in.len == 0 || x->body_in.len >= sizeof(imds->token) ||
        strlen(token) != x->body_in.len || strpbrk(token, "\r\n")) {
        return false;
    }
    memcpy(imds->token, token, x->body_in.len + 1);
    return true;
}

/* One more try, at once? */
static bool imds_again(const struct look *look, const struct imds_way *way,
                       const struct http_exchange *x, int64_t tries)
{
    if (system_now_ms() >= look->deadline) {
        return false;
    }
    if (x->end != HTTP_ANSWERED) {
        return x->end != HTTP_STOPPED && tries < way->tries;
    }
    return (x->status >= 500 || x->status == 401) && tries < IMDS_TRIES_BROKEN;
}

/* Step 1. LOOK_FOUND: imds->token is there. */
static enum look_end imds_token(struct look *look, const struct imds_way *way, struct err *e)
{
    CLEAN_FETCH struct http_exchange x = {0};
    int64_t tries = 0;

    if (look->imds->why[0]) {
        return look_absent(look, "%s", look->imds->why);
    }
    if (look->imds->token[0]) {
        return LOOK_FOUND;
    }
    do {
        imds_ask(look, way, "PUT", "/latest/api/token",
                 "x-aws-ec2-metadata-token-ttl-seconds: 21600", &x);
    } while (imds_again(look, way, &x, ++tries));
    if (x.end != HTTP_ANSWERED && x.end != HTTP_CUT) {
        return imds_unreached(look, way, &x, e);
    }
    if (x.end == HTTP_CUT || x.status >= 500) {
        return imds_broken(look, "the token", &x, e);
    }
    if (x.status == 403) {
        return imds_nobody(look, "the service is switched off for this instance (403)");
    }
    if (!fetch_succeeded(&x) || !imds_keep_token(look->imds, &x)) {
        return imds_nobody(look, "the token request was answered with HTTP %d", x.status);
    }
    return LOOK_FOUND;
}

/* Steps 2 and 3: a GET with the token, anew after 401. LOOK_FOUND: an answer of the service is in *x, 404 among them. */
static enum look_end imds_get(struct look *look, const struct imds_way *way, const char *path,
                              struct http_exchange *x, struct err *e)
{
    int64_t tries = 0;

    do {
        char header[sizeof(look->imds->token) + 32];
        enum look_end end = imds_token(look, way, e);

        if (end != LOOK_FOUND) {
            return end;
        }
        snprintf(header, sizeof(header), "x-aws-ec2-metadata-token: %s", look->imds->token);
        imds_ask(look, way, "GET", path, header, x);
        if (x->end == HTTP_ANSWERED && x->status == 401) {
            look->imds->token[0] = '\0';
        }
    } while (imds_again(look, way, x, ++tries));
    if (x->end != HTTP_ANSWERED && x->end != HTTP_CUT) {
        return imds_unreached(look, way, x, e);
    }
    if (x->end == HTTP_CUT || x->status >= 500 || x->status == 401) {
        return imds_broken(look, path, x, e);
    }
    return LOOK_FOUND;
}

/* The first line, if it is made of such characters as names are. */
static bool imds_line(const struct http_exchange *x, char *out, size_t size)
{
    const char *text = buf_text(&x->body_in);
    size_t len = strcspn(text, "\r\n");

    if (!fetch_succeeded(x) || len == 0 || len >= size) {
        return false;
    }
    memcpy(out, text, len);
    out[len] = '\0';
    return strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-") ==
           len;
}

static enum look_end imds_document(struct look *look, const char *role,
                                   const struct http_exchange *x, struct err *e)
{
    const char *const secrets[] = {look->imds->token};
    struct document d;
    char words[300];
    enum document_kind kind = document_read(buf_text(&x->body_in), x->body_in.len, look->found, &d);

    if (fetch_succeeded(x) && kind == DOCUMENT_GOOD) {
        snprintf(look->row->why, sizeof(look->row->why), "instance metadata, role %s", role);
        return credentials_are_clean(look->found, "instance metadata", ERR_TIME, e)
                   ? LOOK_FOUND
                   : look_failed(look, RETRY_TRANSIENT);
    }
    credentials_clear(look->found);
    if (kind == DOCUMENT_REFUSAL) {
        quote_words(d.message, secrets, 1, true, words, sizeof(words));
        err_set(e, ERR_DENIED, "instance metadata: no keys for the role %s: %s%s%s%s", role, d.code,
                words[0] ? ": " : "", words,
                strcmp(d.code, "AssumeRoleUnauthorizedAccess") == 0
                    ? "; the role's trust policy must allow ec2.amazonaws.com"
                    : "");
        return look_failed(look, RETRY_GRACE);
    }
    err_set(e, ERR_TIME, "instance metadata: the keys of the role %s cannot be used: HTTP %d%s%s",
            role, x->status, d.message[0] ? ", " : "", d.message);
    return look_failed(look, RETRY_TRANSIENT);
}

static void imds_say_node(const char *role)
{
    if (system_env("KUBERNETES_SERVICE_HOST")) {
        log_line(
            LOG_WARN,
            "using NODE role %s; no IRSA or Pod Identity variables were injected into this pod; "
            "to insist on them: --credentials web-identity or container",
            role);
    }
}

enum look_end imds_find(struct look *look, struct err *e)
{
    struct imds_way way;
    CLEAN_FETCH struct http_exchange x = {0};
    char role[IMDS_ROLE_MAX];
    char path[sizeof(IMDS_LIST) + IMDS_ROLE_MAX];
    enum look_end end;

    if (!imds_is_on(look)) {
        return LOOK_ABSENT;
    }
    if (!imds_way(look, &way, e)) {
        return look_failed(look, RETRY_FINAL);
    }
    end = imds_get(look, &way, IMDS_LIST, &x, e);
    if (end != LOOK_FOUND) {
        return end;
    }
    if (x.status == 404) {
        return look_absent(look, "no role is attached to this instance (404)");
    }
    if (!imds_line(&x, role, sizeof(role))) {
        return look_absent(look, "the list of roles cannot be used (HTTP %d)", x.status);
    }
    snprintf(path, sizeof(path), IMDS_LIST "%s", role);
    end = imds_get(look, &way, path, &x, e);
    if (end != LOOK_FOUND) {
        return end;
    }
    end = imds_document(look, role, &x, e);
    if (end == LOOK_FOUND) {
        imds_say_node(role);
    }
    return end;
}

enum look_end imds_region(struct look *look, struct buf *out, struct err *e)
{
    struct imds_way way;
    CLEAN_FETCH struct http_exchange x = {0};
    char region[64];
    enum look_end end;

    if (!imds_is_on(look)) {
        return LOOK_ABSENT;
    }
    if (!imds_way(look, &way, e)) {
        return look_failed(look, RETRY_FINAL);
    }
    end = imds_get(look, &way, "/latest/meta-data/placement/region", &x, e);
    if (end != LOOK_FOUND) {
        return end;
    }
    if (!imds_line(&x, region, sizeof(region)) || !buf_append(out, region, strlen(region))) {
        return look_absent(look, "the region's answer cannot be used (HTTP %d)", x.status);
    }
    return LOOK_FOUND;
}
