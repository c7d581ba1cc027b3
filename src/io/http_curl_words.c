#include "io/http_curl.h"

#include "base/date.h"
#include "base/text.h"
#include "io/resolve.h"
#include "io/system.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Too long a text is cut. */
static void http_tell(struct http_exchange *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void http_tell(struct http_exchange *x, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(x->error, sizeof(x->error), format, args);
    va_end(args);
    for (char *c = x->error; *c; c++) {
        if (*c == '\n' || *c == '\r') {
            *c = ' ';
        }
    }
}

static bool http_is_ready(const struct http_handle *h)
{
    curl_off_t connected = 0;

    curl_easy_getinfo(h->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
    return connected > 0;
}

/* Was it the name that nobody answered for? */
static bool http_is_named(const struct http_handle *h)
{
    curl_off_t named = 0;

    curl_easy_getinfo(h->easy, CURLINFO_NAMELOOKUP_TIME_T, &named);
    return named > 0;
}

static void http_say_timeout(struct http_exchange *x, const struct http_handle *h)
{
    char within[32];
    const char *what = "no connection to";
    const char *remedy = "";

    if (http_is_ready(h)) {
        what = x->status >= HTTP_FINAL_STATUS ? "no whole answer from" : "no answer from";
    } else if (x->cause == HTTP_CAUSE_DNS) {
        /* the C library goes on asking a server that says SERVFAIL or REFUSED */
        what = "DNS has no usable answer for";
        remedy = " (silence, SERVFAIL, REFUSED); check the name servers in /etc/resolv.conf and "
                 "the way to them";
    } else if (
        !x->direct) { /* identity services on this machine's link have remedies of their own */
        remedy = "; check routes, firewalls and VPC endpoints on the way";
    }
    http_tell(x, "%s %s%s within %s%s", what, h->target.place, h->target.via,
              text_from_ms(system_now_ms() - x->started, within, sizeof(within)), remedy);
}

static enum http_cause http_cause_of(const struct http_handle *h, CURLcode code, long number)
{
    if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
        (code == CURLE_OPERATION_TIMEDOUT && !http_is_named(h))) {
        return HTTP_CAUSE_DNS;
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return http_is_ready(h) ? HTTP_CAUSE_NO_ANSWER : HTTP_CAUSE_NO_CONNECT;
    }
    if (code == CURLE_COULDNT_CONNECT && number == ECONNREFUSED) {
        return HTTP_CAUSE_REFUSED;
    }
    if (code == CURLE_COULDNT_CONNECT && (number == ENETUNREACH || number == EHOSTUNREACH)) {
        return HTTP_CAUSE_NO_ROUTE;
    }
    if (code == CURLE_COULDNT_CONNECT && number == ETIMEDOUT) {
        return HTTP_CAUSE_NO_CONNECT;
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION &&
        (text_contains(h->words, "expired") || text_contains(h->words, "not yet valid"))) {
        return HTTP_CAUSE_DATE;
    }
    /* curl has no code of its own for it */
    return text_contains(h->words, "CONNECT tunnel failed") ? HTTP_CAUSE_PROXY : HTTP_CAUSE_OTHER;
}

/* The proxy itself says no. */
static void http_say_proxy(struct http_handle *h, const char *words)
{
    const char *cure = text_contains(words, "407")
                           ? "; it wants user and password: put them into its URL"
                       : text_contains(words, "403")
                           ? "; it forbids this host: have it allowed there, or listed in NO_PROXY"
                           : "";

    http_tell(h->exchange, "%s%s: %s%s", h->target.place, h->target.via, words, cure);
}

/* The issuer is what tells an interception from a mistake. */
static void http_say_refused(struct http_handle *h, const struct http_curl_setup *setup,
                             const char *words)
{
    char now[DATE_ISO_SIZE];
    bool date = h->exchange->cause == HTTP_CAUSE_DATE;

    if (text_contains(words, "match")) {
        http_tell(h->exchange, "%s%s: %s; check the endpoint's name, and who answers for it",
                  h->target.place, h->target.via, words);
        return;
    }
    date_iso(system_wall_ms() / 1000, now);
    http_tell(h->exchange, "%s%s: %s%s%.150s%s%s%s", h->target.place, h->target.via, words,
              h->issuer[0] ? "; issued by " : "", h->issuer,
              date ? "; the clock of this machine says " : "; trusted is ",
              date             ? now
              : setup->ca_file ? setup->ca_file
                               : "what is built in",
              date ? "" : ": --ca-bundle or AWS_CA_BUNDLE names another");
}

/* Identity services on this machine's link have remedies of their own. */
static const char *http_connect_cure(const struct http_exchange *x, bool proxy)
{
    if (x->direct) {
        return "";
    }
    if (proxy) {
        return "; check the proxy's address and that it is up";
    }
    if (x->cause != HTTP_CAUSE_REFUSED) {
        return "; check routes, firewalls and VPC endpoints on the way";
    }
    /* A mesh whose proxy starts behind the init containers refuses all that goes out until then. Nothing in their
     * environment tells of it. */
    return system_env("KUBERNETES_SERVICE_HOST")
               ? "; nothing listens there (yet), a firewall refuses, or a service mesh is not up "
                 "during init: check the endpoint; for a mesh use native sidecars, exclude this "
                 "port, or run as its user (Istio: 1337)"
               : "; nothing listens there (yet), or a firewall refuses: check the endpoint";
}

void http_curl_words(struct http_handle *h, const struct http_curl_setup *setup, CURLcode code)
{
    struct http_exchange *x = h->exchange;
    const char *words = h->words[0] ? h->words : curl_easy_strerror(code);
    const char *place = h->target.place;
    const char *via = h->target.via;
    bool proxy = code == CURLE_COULDNT_RESOLVE_PROXY;
    long number = 0;

    curl_easy_getinfo(h->easy, CURLINFO_OS_ERRNO, &number);
    x->cause = http_cause_of(h, code, number);
    if (text_begins(words, "Unsupported proxy")) {
        words = "the proxy's URL cannot be used"; /* curl's words quote it, with its password */
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        http_say_timeout(x, h);
    } else if (x->cause == HTTP_CAUSE_DNS) {
        /* curl's words repeat the name, which may be long; number: getaddrinfo's, by our patch of curl */
        http_tell(x, "%s%s: could not resolve the %s%s", place, via,
                  proxy ? "proxy's name: check the proxy's variable and this machine's DNS"
                        : "host's name: ",
                  proxy ? "" : resolve_why((int)number));
    } else if (x->cause == HTTP_CAUSE_PROXY) {
        http_say_proxy(h, words);
    } else if (code == CURLE_PEER_FAILED_VERIFICATION) {
        http_say_refused(h, setup, words);
    } else if (code == CURLE_WRITE_ERROR) {
        http_tell(x, "%s: answer is larger than %zu bytes", place, x->body_in.ceiling);
    } else if (code == CURLE_SSL_CACERT_BADFILE) {
        http_tell(x, "%s%s%s holds no usable certificate", setup->ca_option ? setup->ca_option : "",
                  setup->ca_option ? ": " : "",
                  setup->ca_file ? setup->ca_file : "the built-in CA bundle");
    } else if (number > 0 && code == CURLE_COULDNT_CONNECT) {
        http_tell(x, "no connection to %s%s: %s%s", place, via, strerror((int)number),
                  http_connect_cure(x, h->target.proxy != NULL));
    } else if (number > 0 && (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR)) {
        http_tell(x, "%s%s: %s (%s)", place, via, words, strerror((int)number));
    } else {
        http_tell(x, "%s%s: %s", place, via, words);
    }
}
