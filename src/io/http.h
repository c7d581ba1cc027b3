/*
 * Room: io. The other door: HTTP. Exchanges run side by side and are waited for together, so that many tables are one
 * loop without callbacks or threads above this line. It knows nothing of AWS. The real one is http_curl.c; tests link a
 * scripted one. Nothing is ever redirected, nothing is compressed, no answer exceeds HTTP_BODY_MAX.
 */
#ifndef IO_HTTP_H
#define IO_HTTP_H

#include "base/buf.h"

#include <stdint.h>

#define HTTP_BODY_MAX ((size_t)4 << 20) /* DescribeTable of the largest table is well under 1 MiB */
#define HTTP_VALUE_MAX 256              /* headers that we look at are shorter */
#define HTTP_HEADERS_MAX 16

/* How an exchange ended. Everything but HTTP_ANSWERED has its words in exchange.error. */
enum http_end {
    HTTP_ANSWERED,    /* a whole answer, whatever its status */
    HTTP_UNREACHABLE, /* no answer at all: name, connect, proxy, handshake, reset, silence */
    HTTP_UNTRUSTED,   /* the certificate was refused */
    HTTP_CUT, /* a status came, but not the whole answer: cut off, timed out, too large, not HTTP */
    HTTP_STOPPED, /* a stop signal */
    HTTP_BAD_CA,  /* the CA bundle holds no usable certificate */
};

/* Why there was no answer, for those who must tell the cases apart. */
enum http_cause {
    HTTP_CAUSE_OTHER,
    HTTP_CAUSE_DNS,        /* the name has no address, or DNS did not answer */
    HTTP_CAUSE_REFUSED,    /* by the host or the proxy itself */
    HTTP_CAUSE_NO_ROUTE,   /* this machine has no way there */
    HTTP_CAUSE_NO_CONNECT, /* silence before TCP and TLS stood */
    HTTP_CAUSE_NO_ANSWER,  /* silence behind the request */
    HTTP_CAUSE_PROXY,      /* the proxy answered, and not with a tunnel */
    HTTP_CAUSE_DATE,       /* the certificate is not valid yet, or no longer */
};

/* One request and its answer; owned by the caller, who keeps it in place until it is done. */
struct http_exchange {
    /* the request: set by the caller, valid until done */
    const char *method;                    /* "POST" */
    const char *url;                       /* scheme://host[:port]/path, sent as it is */
    const char *headers[HTTP_HEADERS_MAX]; /* "Name: value", NULL behind the last */
    const char *body;                      /* body_len bytes */
    size_t body_len;
    bool once;          /* on a new connection: curl resends what an old one dropped */
    bool direct;        /* never through a proxy; loopback and 169.254/16 never are anyway */
    bool whole_name;    /* for DNS: no search list, unless /etc/hosts lists the host */
    int64_t connect_ms; /* limit for name, TCP and TLS */
    int64_t until;      /* when it is given up (system_now_ms), connect included */
    /* the answer */
    bool done;
    enum http_end end;
    enum http_cause cause; /* of an end without an answer */
    int status;
    int64_t ended; /* system_now_ms */
    int64_t started;
    struct buf body_in;               /* ceiling HTTP_BODY_MAX */
    char request_id[HTTP_VALUE_MAX];  /* x-amzn-RequestId */
    char error_type[HTTP_VALUE_MAX];  /* x-amzn-ErrorType */
    char crc32[HTTP_VALUE_MAX];       /* x-amz-crc32 */
    char retry_after[HTTP_VALUE_MAX]; /* x-amz-retry-after */
    char date[HTTP_VALUE_MAX];        /* Date */
    char error[512]; /* one line, without a secret: curl's words with host and errno */
    void *handle;    /* the door's own */
};

struct http_setup {
    const char *ca_file;   /* NULL: the roots built in */
    bool ca_known;         /* ca_file holds just the roots built in: it is not parsed */
    const char *ca_option; /* what named it, for messages; NULL when nobody did */
    /* URLs, or NULL: no proxy for that scheme, whatever the environment says */
    const char *http_proxy;
    const char *https_proxy;
    const char *no_proxy; /* rules: proxy.h; or NULL */
};

/* Once, before the first exchange. */
bool http_open(const struct http_setup *setup, struct err *e) MUST_LOOK;

/* Begins the exchange; it is never finished before http_wait. After a stop signal it ends as HTTP_STOPPED at once
 * and nothing is sent. */
void http_start(struct http_exchange *x);

/* Lets exchanges proceed until at least one is done, the time (system_now_ms) has come or a stop signal came: then all
 * that are under way end as HTTP_STOPPED. The caller looks at done. With none under way: sleeps. */
void http_wait(int64_t until);

/* Frees what an exchange holds, ending it if it is under way. May be called twice; zeroed is valid. */
void http_clear(struct http_exchange *x);

/* Ends everything. May be called twice. */
void http_close(void);

#endif
