#include "aws/sts.h"

#include "aws/fetch.h"
#include "aws/quote.h"
#include "aws/sigv4.h"
#include "aws/skew.h"
#include "aws/sts_answer.h"
#include "aws/sts_endpoint.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STS_CONNECT_MS 5000
#define STS_WHOLE_MS 10000
#define STS_FORM_MAX ((size_t)65536)
#define STS_HEADER_MAX ((size_t)20480)
#define STS_TYPE "application/x-www-form-urlencoded"
#define STS_SESSION_MAX 64
#define STS_CALLER "GetCallerIdentity"
#define STS_EXPIRED "the token has expired: is the kubelet alive, is the file the projected one?"

/* One request and its answer. */
struct sts_call {
    const char *action;
    const struct sts_role *role;
    struct endpoint endpoint;
    struct buf form;          /* holds the token */
    struct buf authorization; /* "Authorization: ..." */
    struct buf token;         /* "X-Amz-Security-Token: ..." */
    struct http_exchange http;
    const char *secrets[3]; /* what no message may repeat; the last is the signature */
    struct sts_answer_error error;
};

static void sts_clear(struct sts_call *c)
{
    http_clear(&c->http);
    buf_clear(&c->form);
    buf_clear(&c->authorization);
    buf_clear(&c->token);
}

#define CLEAN_STS __attribute__((cleanup(sts_clear)))

bool sts_endpoint(const struct look *look, struct endpoint *out, struct err *e)
{
    return sts_endpoint_resolve(look->setup->region, look->setup->profile, out, e);
}

/* As HTML forms are encoded: a stand-in that builds the form anew then signs the same. */
static bool sts_add(struct buf *form, const char *name, const char *value)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    bool good = buf_addf(form, "%s%s=", form->len > 0 ? "&" : "", name);

    for (; good && *value; value++) {
        good = *value == ' '           ? buf_append(form, "+", 1)
               : strchr(plain, *value) ? buf_append(form, value, 1)
                                       : buf_addf(form, "%%%02X", (unsigned char)*value);
    }
    return good;
}

/* The default name of a session: legal characters of the host's name, 64 at most. */
static void sts_session(char out[STS_SESSION_MAX + 1])
{
    const char *host = system_env("HOSTNAME");

    snprintf(out, STS_SESSION_MAX + 1, "dynamodb-init%s%s", host ? "-" : "", host ? host : "");
    for (char *c = out; *c; c++) {
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-", *c)) {
            *c = '-';
        }
    }
}

static bool sts_fill(struct sts_call *c, const char *token)
{
    const struct sts_role *role = c->role;
    char session[STS_SESSION_MAX + 1];

    sts_session(session);
    c->form = BUF_OF(STS_FORM_MAX);
    if (!sts_add(&c->form, "Action", c->action) || !sts_add(&c->form, "Version", "2011-06-15")) {
        return false;
    }
    if (strcmp(c->action, STS_CALLER) == 0) {
        return true;
    }
    return sts_add(&c->form, "RoleArn", role->arn) &&
           sts_add(&c->form, "RoleSessionName", role->session ? role->session : session) &&
           (!role->external_id || sts_add(&c->form, "ExternalId", role->external_id)) &&
           (!role->duration || sts_add(&c->form, "DurationSeconds", role->duration)) &&
           (!token || sts_add(&c->form, "WebIdentityToken", token));
}

/* Signs for this moment by AWS's clock; tells the date that was signed. */
static bool sts_sign(struct sts_call *c, const struct look *look, const struct credentials *keys,
                     char date[DATE_BASIC_SIZE])
{
    struct sigv4_header headers[4];
    size_t n = 0;
    struct sigv4_scope scope = {keys->key_id, keys->secret, c->endpoint.signing_region, "sts", ""};
    struct sigv4_request request = {"POST", c->endpoint.path,   "",         headers,
                                    0,      buf_text(&c->form), c->form.len};

    date_basic(system_wall_ms() / 1000 + look->skew_s, scope.date);
    memcpy(date, scope.date, DATE_BASIC_SIZE);
    headers[n++] = (struct sigv4_header){"content-type", STS_TYPE};
    headers[n++] = (struct sigv4_header){"host", c->endpoint.host};
    headers[n++] = (struct sigv4_header){"x-amz-date", scope.date};
    if (keys->token) {
        headers[n++] = (struct sigv4_header){"x-amz-security-token", keys->token};
    }
    request.header_count = n;
    buf_clear(&c->authorization);
    buf_clear(&c->token);
    c->authorization = BUF_OF(STS_HEADER_MAX);
    c->token = BUF_OF(STS_HEADER_MAX);
    if (!buf_addf(&c->authorization, "Authorization: ") ||
        !sigv4_authorization(&scope, &request, &c->authorization) ||
        (keys->token && !buf_addf(&c->token, "X-Amz-Security-Token: %s", keys->token))) {
        return false;
    }
    c->secrets[2] = strrchr(buf_text(&c->authorization), '=');
    return true;
}

static void sts_send(struct sts_call *c, struct look *look, const char *date)
{
    char host[320];
    char when[DATE_BASIC_SIZE + 16];
    size_t n = 0;

    snprintf(host, sizeof(host), "Host: %s", c->endpoint.host);
    snprintf(when, sizeof(when), "X-Amz-Date: %s", date ? date : "");
    c->http = (struct http_exchange){.method = "POST",
                                     .url = c->endpoint.url,
                                     .whole_name = c->endpoint.own,
                                     .body = buf_text(&c->form),
                                     .body_len = c->form.len};
    c->http.headers[n++] = host;
    c->http.headers[n++] = "Content-Type: " STS_TYPE;
    c->http.headers[n++] = "Accept: application/json";
    if (date) {
        c->http.headers[n++] = when;
        c->http.headers[n++] = buf_text(&c->authorization);
    }
    if (c->token.len > 0) {
        c->http.headers[n++] = buf_text(&c->token);
    }
    log_line(LOG_DEBUG, "%s at %s", c->action, c->endpoint.url);
    fetch_run(&c->http, STS_CONNECT_MS, STS_WHOLE_MS, look->deadline);
    snprintf(look->after, sizeof(look->after), "%s", c->http.retry_after);
    c->error = (struct sts_answer_error){0};
    if (c->http.end == HTTP_ANSWERED && !fetch_succeeded(&c->http)) {
        sts_answer_error(buf_text(&c->http.body_in), c->http.body_in.len, &c->error);
    }
}

/* Codes of STS alone; the others are as everywhere. */
static enum retry_class sts_classify(const struct sts_call *c)
{
    static const char *const final[] = {"IDPRejectedClaim", "RegionDisabledException",
                                        "MalformedPolicyDocument", "PackedPolicyTooLarge", NULL};
    enum retry_class class;

    if (text_is_one_of(c->error.code, final)) {
        return RETRY_FINAL;
    }
    if (strcmp(c->error.code, "IDPCommunicationError") == 0) {
        return RETRY_TRANSIENT;
    }
    if (strcmp(c->error.code, "InvalidIdentityToken") == 0) {
        return text_contains(c->error.message, "verification key") ? RETRY_TRANSIENT : RETRY_GRACE;
    }
    class = retry_classify(c->http.end, c->http.status, c->error.code, c->error.message);
    if (class == RETRY_CALLER) { /* a name with a meaning for DynamoDB's callers alone */
        return strcmp(c->error.code, "LimitExceededException") == 0 ? RETRY_THROTTLED : RETRY_TWICE;
    }
    return class;
}

static enum err_kind sts_kind(const struct sts_call *c, enum retry_class class)
{
    bool answered = c->http.end == HTTP_ANSWERED && c->http.status < 500;

    if (retry_is_malformed(c->error.code)) {
        return ERR_INTERNAL;
    }
    if (answered && c->error.code[0] && class != RETRY_TRANSIENT && class != RETRY_THROTTLED) {
        return ERR_DENIED;
    }
    return retry_kind(class, c->http.end, c->http.status);
}

static void sts_unreached(const struct sts_call *c, const struct look *look, enum err_kind kind,
                          struct err *e)
{
    bool timeout = c->http.cause == HTTP_CAUSE_NO_CONNECT || c->http.cause == HTTP_CAUSE_NO_ANSWER;

    err_set(e, kind, "%s: %s: %s", c->role->origin, c->action, c->http.error);
    if (timeout && !c->endpoint.emulator) {
        size_t used = strlen(e->text);

        snprintf(e->text + used, sizeof(e->text) - used,
                 "; a private cluster needs the VPC endpoint com.amazonaws.%s.sts with private DNS",
                 look->setup->region);
    }
}

static void sts_explain(struct sts_call *c, const struct look *look, enum retry_class class,
                        struct err *e)
{
    enum err_kind kind = sts_kind(c, class);
    const struct http_exchange *x = &c->http;
    const char *id = *x->request_id ? x->request_id : c->error.request_id;
    char words[STS_ANSWER_MESSAGE_SIZE];
    char code[sizeof(c->error.code)];
    char shown_id[64];

    quote_words(c->error.code, c->secrets, 3, true, code, 64);
    quote_words(c->error.message, c->secrets, 3, true, words, 320);
    quote_words(id, c->secrets, 3, true, shown_id, sizeof(shown_id));
    if (x->end != HTTP_ANSWERED) {
        sts_unreached(c, look, kind, e);
    } else if (fetch_succeeded(x)) {
        err_set(e, ERR_TIME, "%s: %s: HTTP %d from %s without credentials in it", c->role->origin,
                c->action, x->status, c->endpoint.host);
    } else if (c->error.code[0] == '\0') {
        err_set(e, kind, "%s: %s: HTTP %d without an AWS error code from %s%s", c->role->origin,
                c->action, x->status, c->endpoint.host,
                kind == ERR_NETWORK ? ": a proxy or another server answers there" : "");
    } else {
        err_set(e, kind, "%s: %s of %.200s was %s: AWS says \"%s\" (%s%s%s)", c->role->origin,
                c->action, c->role->arn, kind == ERR_DENIED ? "denied" : "refused", words, code,
                *shown_id ? ", request id " : "", shown_id);
    }
}

/* The answer's credentials, or why there are none. */
static enum look_end sts_finish(struct sts_call *c, struct look *look, struct err *e)
{
    struct http_exchange *x = &c->http;
    enum retry_class class;

    if (x->end == HTTP_STOPPED) {
        err_set(e, ERR_STOPPED, "stopped while asking STS");
        return look_failed(look, RETRY_FINAL);
    }
    if (fetch_succeeded(x) &&
        sts_answer_credentials(buf_text(&x->body_in), x->body_in.len, c->action, look->found)) {
        return credentials_are_clean(look->found, c->role->origin, ERR_TIME, e)
                   ? LOOK_FOUND
                   : look_failed(look, RETRY_TRANSIENT);
    }
    class = sts_classify(c);
    sts_explain(c, look, class, e);
    return look_failed(look, class);
}

static bool sts_begin(struct sts_call *c, const struct look *look, const char *token, struct err *e)
{
    if (!sts_endpoint(look, &c->endpoint, e)) {
        return err_wrap(e, "%s", c->role->origin);
    }
    return sts_fill(c, token) ||
           err_set(e, ERR_USAGE, "%s: the token is too long to be sent", c->role->origin);
}

/* What to do about a refusal: the first row whose code and words fit. */
static const char *sts_cure(const struct sts_call *c)
{
    static const struct {
        const char *code, *words; /* NULL: any */
        const char *cure;
    } rows[] = {
        {"ExpiredTokenException", NULL, STS_EXPIRED},
        {"RegionDisabledException", NULL,
         "activate STS in this region (account settings of IAM), or set another region"},
        {"ValidationError", NULL,
         "check the role's ARN (arn:aws:iam::ACCOUNT:role/NAME) and the session's name"},
        {NULL, "explicit deny", "a policy denies it, of the organization perhaps: change it there"},
        {NULL, "verification key",
         "STS cannot fetch the keys that iss publishes: this passes, or iss is not public"},
        {NULL, "thumbprint", "correct the thumbprints of the IAM OIDC provider"},
        {NULL, "OpenIDConnect provider",
         "create the IAM OIDC provider of this cluster (iss) in this account"},
        {NULL, "audience",
         "the token's audience must be one that the IAM OIDC provider lists (sts.amazonaws.com): "
         "use the projected token"},
        {NULL, "valid JWT", "the file must hold the token that the kubelet projects"},
        {NULL, NULL,
         "the trust policy must allow exactly this sub and aud from this provider; StringEquals "
         "does not expand *"},
    };
    size_t i = 0;

    while ((rows[i].code && strcmp(rows[i].code, c->error.code) != 0) ||
           (rows[i].words && !text_contains(c->error.message, rows[i].words))) {
        i++;
    }
    return rows[i].cure;
}

/* What a refusal of a token is about: its claims, and the cure. */
static void sts_advise(const struct sts_call *c, const struct look *look, struct err *e)
{
    const struct jwt_claims *t = &look->row->token;
    char claims[JWT_SHOWN_SIZE];
    size_t used = strlen(e->text);
    bool expired = t->exp > 0 && t->exp <= system_wall_ms() / 1000 + look->skew_s;

    snprintf(e->text + used, sizeof(e->text) - used, "; token: %s; %s",
             t->there ? jwt_show(t, claims, sizeof(claims)) : "no JWT",
             expired ? STS_EXPIRED : sts_cure(c));
}

enum look_end sts_by_token(struct look *look, const struct sts_role *role, const char *token,
                           struct err *e)
{
    CLEAN_STS struct sts_call c = {
        .action = "AssumeRoleWithWebIdentity", .role = role, .secrets = {token}};
    const char *wrong = jwt_read(token, &look->row->token);
    enum look_end end;

    if (wrong) {
        log_line(LOG_WARN, "%s: the token (%zu characters) is no JWT: %s; it is sent all the same",
                 role->origin, strlen(token), wrong);
    }
    if (!sts_begin(&c, look, token, e)) {
        return look_failed(look, RETRY_FINAL);
    }
    sts_send(&c, look, NULL);
    end = sts_finish(&c, look, e);
    if (end == LOOK_FAILED &&
        (e->kind == ERR_DENIED || strcmp(c.error.code, "InvalidIdentityToken") == 0)) {
        sts_advise(&c, look, e);
    }
    if (end == LOOK_FAILED && strcmp(c.error.code, "ExpiredTokenException") == 0) {
        look->class = RETRY_CALLER;
    }
    return end;
}

/* Does the refusal speak of the clock? Then look->skew_s is corrected. */
static bool sts_corrects(const struct sts_call *c, struct look *look, int64_t system_s)
{
    int64_t skew;

    if (!skew_read(c->error.code, c->http.date, c->error.message, system_s + look->skew_s, system_s,
                   &skew)) {
        return false;
    }
    look->skew_s = skew;
    skew_say(skew);
    return true;
}

/* Signs and sends; once more when the clock was corrected. */
static bool sts_ask(struct sts_call *c, struct look *look, const struct credentials *keys,
                    struct err *e)
{
    for (int attempt = 1;; attempt++) {
        int64_t system_s = system_wall_ms() / 1000;
        char date[DATE_BASIC_SIZE];

        if (!sts_sign(c, look, keys, date)) {
            return err_set(e, ERR_USAGE, "%s: the keys are too long to sign with", c->role->origin);
        }
        http_clear(&c->http);
        sts_send(c, look, date);
        if (attempt > 1 || !sts_corrects(c, look, system_s)) {
            return true;
        }
    }
}

enum look_end sts_by_keys(struct look *look, const struct sts_role *role,
                          const struct credentials *keys, struct err *e)
{
    CLEAN_STS struct sts_call c = {
        .action = "AssumeRole", .role = role, .secrets = {keys->secret, keys->token}};
    enum look_end end;

    if (!sts_begin(&c, look, NULL, e) || !sts_ask(&c, look, keys, e)) {
        return look_failed(look, RETRY_FINAL);
    }
    end = sts_finish(&c, look, e);
    if (end == LOOK_FAILED && e->kind == ERR_DENIED) {
        size_t used = strlen(e->text);

        snprintf(e->text + used, sizeof(e->text) - used, "; %s",
                 strcmp(c.error.code, "AccessDenied") == 0
                     ? "allow sts:AssumeRole on this role to whoever asks, and whoever asks in its "
                       "trust policy"
                     : "check the keys that ask for the role, and the clock");
    }
    return end;
}

char *sts_caller(struct look *look, const struct credentials *keys, struct err *e)
{
    static const struct sts_role nobody = {.arn = "these keys", .origin = "identity"};
    CLEAN_STS struct sts_call c = {
        .action = STS_CALLER, .role = &nobody, .secrets = {keys->secret, keys->token}};
    const struct buf *body = &c.http.body_in;
    char *arn = NULL;

    if (!sts_begin(&c, look, NULL, e) || !sts_ask(&c, look, keys, e)) {
        return NULL;
    }
    if (fetch_succeeded(&c.http)) {
        arn = sts_answer_text(buf_text(body), body->len,
                              STS_CALLER "Response/" STS_CALLER "Result/Arn");
    }
    if (!arn) {
        sts_explain(&c, look, sts_classify(&c), e);
    }
    return arn;
}
