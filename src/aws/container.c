#include "aws/container.h"

#include "aws/container_uri.h"
#include "aws/document.h"
#include "aws/fetch.h"
#include "aws/quote.h"
#include "aws/token_file.h"
#include "base/text.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define CONTAINER_CONNECT_MS 2000
#define CONTAINER_WHOLE_MS 5000
#define CONTAINER_RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define CONTAINER_FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define CONTAINER_TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define CONTAINER_TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define CONTAINER_HEADER "Authorization: "

bool container_is_set(struct look *look)
{
    if (system_env(CONTAINER_RELATIVE) || system_env(CONTAINER_FULL)) {
        return true;
    }
    look_absent(look, CONTAINER_FULL " and " CONTAINER_RELATIVE " are not set");
    return false;
}

static bool container_address(struct look *look, struct container_uri *uri, struct err *e)
{
    const char *relative = system_env(CONTAINER_RELATIVE);
    int64_t until = system_now_ms() + CONTAINER_WHOLE_MS;

    if (relative) {
        return container_uri_relative(relative, uri, e);
    }
    return container_uri_full(system_env(CONTAINER_FULL),
                              until < look->deadline ? until : look->deadline, uri, e);
}

/* One line break at the end is cut off, any other control character refused. */
static bool container_clean(char *token, const char *path, enum err_kind kind, struct err *e)
{
    size_t len = strlen(token);

    if (len > 0 && token[len - 1] == '\n') {
        token[--len] = '\0';
    }
    if (len > 0 && token[len - 1] == '\r') {
        token[--len] = '\0';
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)token[i] < 0x20 || token[i] == 0x7f) {
            return err_set(e, kind,
                           "%s%s%s: the token (%zu characters) has a control character inside",
                           path ? CONTAINER_TOKEN_FILE : CONTAINER_TOKEN, path ? ": " : "",
                           path ? path : "", len);
        }
    }
    return true;
}

/* The whole header, empty when no token is set. */
static bool container_authorize(struct look *look, struct buf *header, struct err *e)
{
    const char *path = system_env(CONTAINER_TOKEN_FILE);
    const char *value = system_env(CONTAINER_TOKEN);
    CLEAN_BUF struct buf token = BUF_OF(TOKEN_FILE_MAX);

    if (!path && !value) {
        return true;
    }
    if (path && !token_file_read(path, CONTAINER_TOKEN_FILE, look->deadline, &token, e)) {
        return false;
    }
    if (!path && !buf_append(&token, value, strlen(value))) {
        return err_set(e, ERR_USAGE, CONTAINER_TOKEN ": it is too long");
    }
    if (strlen(buf_text(&token)) != token.len) {
        return err_set(e, path ? ERR_FILE : ERR_USAGE, "%s: the token has a NUL inside",
                       path ? CONTAINER_TOKEN_FILE : CONTAINER_TOKEN);
    }
    jwt_read(buf_text(&token), &look->row->token);
    return container_clean(token.data, path, path ? ERR_FILE : ERR_USAGE, e) &&
           (buf_addf(header, CONTAINER_HEADER "%s", buf_text(&token)) ||
            err_set(e, ERR_USAGE, "container credentials: the token is too long"));
}

static enum look_end container_unreached(struct look *look, const struct container_uri *uri,
                                         const struct http_exchange *x, struct err *e)
{
    const char *hint = "";
    enum retry_class class = retry_classify(x->end, x->status, "", "");

    if (x->end == HTTP_STOPPED) {
        err_set(e, ERR_STOPPED, "stopped while asking for container credentials");
        return look_failed(look, RETRY_FINAL);
    }
    if (uri->ipv6 && x->cause == HTTP_CAUSE_NO_ROUTE) {
        hint = "; there is no IPv6 route here: is the cluster IPv4 only?";
    } else if (uri->eks_agent) {
        hint = "; is the eks-pod-identity-agent running on this node, and link-local not blocked?";
    }
    err_set(e, retry_kind(class, x->end, x->status), "container credentials: %s%s", x->error, hint);
    return look_failed(look, class);
}

/* What to do about a refusal, or an agent that cannot answer yet. */
static const char *container_cure(const struct container_uri *uri, int status, bool again)
{
    if (!uri->eks_agent) {
        return again ? "" : "; check the task role and the authorization token";
    }
    if (again) {
        return status == 429
                   ? "; this node asks it too often"
                   : "; the agent cannot get keys from EKS Auth yet: see its log on this node";
    }
    return status == 400 || status == 401
               ? "; the token must be the one that the kubelet projects for pods.eks.amazonaws.com"
               : "; is there a Pod Identity association for this namespace and service account? "
                 "After one is made, delete the pod";
}

/* An answer that is no success. */
static enum look_end container_refused(struct look *look, const struct container_uri *uri,
                                       const struct http_exchange *x, const struct document *d,
                                       const char *words, struct err *e)
{
    char claims[JWT_SHOWN_SIZE] = "";
    bool again = x->status >= 500 || x->status == 429;

    if (!again && look->row->token.there) {
        jwt_show(&look->row->token, claims, sizeof(claims));
    }
    err_set(e, again ? ERR_TIME : ERR_DENIED,
            "container credentials: %s answers HTTP %d%s%.64s%s%.200s%s%s%s", uri->shown, x->status,
            d->code[0] ? " " : "", d->code, words[0] ? ": " : "", words,
            claims[0] ? "; token: " : "", claims, container_cure(uri, x->status, again));
    return look_failed(look, x->status == 429 ? RETRY_THROTTLED
                             : again          ? RETRY_TRANSIENT
                                              : RETRY_GRACE);
}

static enum look_end container_answer(struct look *look, const struct container_uri *uri,
                                      const struct http_exchange *x, const char *authorization,
                                      struct err *e)
{
    const char *const secrets[] = {authorization};
    struct document d;
    char words[300];
    enum document_kind kind = document_read(buf_text(&x->body_in), x->body_in.len, look->found, &d);

    if (fetch_succeeded(x) && kind == DOCUMENT_GOOD) {
        return credentials_are_clean(look->found, "container credentials", ERR_TIME, e)
                   ? LOOK_FOUND
                   : look_failed(look, RETRY_TRANSIENT);
    }
    credentials_clear(look->found);
    if (fetch_succeeded(x) && d.code[0] == '\0') {
        err_set(e, ERR_TIME, "container credentials: the answer of %s cannot be used: %s",
                uri->shown, kind == DOCUMENT_UNREADABLE ? d.message : "it holds no keys");
        return look_failed(look, RETRY_TRANSIENT);
    }
    quote_words(kind == DOCUMENT_REFUSAL               ? d.message
                : strpbrk(buf_text(&x->body_in), "<{") ? ""
                                                       : buf_text(&x->body_in),
                secrets, 1, false, words, sizeof(words));
    return container_refused(look, uri, x, &d, words, e);
}

enum look_end container_find(struct look *look, struct err *e)
{
    struct container_uri uri;
    CLEAN_BUF struct buf header = BUF_OF(TOKEN_FILE_MAX + sizeof(CONTAINER_HEADER));
    CLEAN_FETCH struct http_exchange x = {.method = "GET", .url = uri.url, .direct = true};
    char host[320];

    if (!container_is_set(look)) {
        return LOOK_ABSENT;
    }
    if (!container_address(look, &uri, e)) {
        return look_failed(look, e->kind == ERR_NETWORK ? RETRY_TRANSIENT : RETRY_FINAL);
    }
    if (!container_authorize(look, &header, e)) {
        return look_failed(look, RETRY_FINAL);
    }
    snprintf(host, sizeof(host), "Host: %s", uri.host);
    x.headers[0] = host;
    x.headers[1] = "Accept: application/json";
    x.headers[2] = header.len > 0 ? buf_text(&header) : NULL;
    log_line(LOG_DEBUG, "container credentials from %s", uri.shown);
    look->waits_for = uri.eks_agent ? "waiting for EKS Pod Identity agent" : NULL;
    fetch_run(&x, CONTAINER_CONNECT_MS, CONTAINER_WHOLE_MS, look->deadline);
    snprintf(look->after, sizeof(look->after), "%s", x.retry_after);
    if (x.end != HTTP_ANSWERED) {
        return container_unreached(look, &uri, &x, e);
    }
    return container_answer(
        look, &uri, &x, header.len > 0 ? buf_text(&header) + strlen(CONTAINER_HEADER) : NULL, e);
}
