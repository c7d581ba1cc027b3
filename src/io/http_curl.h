/*
 * Room: io. Private to the HTTP door's parts: http_curl.c opens, starts, waits, collects and closes;
 * http_curl_target.c knows where an exchange goes, http_curl_request.c tells curl what it is and takes in what is
 * answered, http_curl_words.c says what went wrong. Nobody else includes it.
 */
#ifndef IO_HTTP_CURL_H
#define IO_HTTP_CURL_H

#include "io/http.h"

#include <curl/curl.h>

#define HTTP_FINAL_STATUS 200 /* below: 100 Continue and its like, another status follows */
#define HTTP_HOST_MAX 260
#define HTTP_ISSUER_MAX 160
#define HTTP_PLACE_MAX (HTTP_HOST_MAX + 8)

/* Where an exchange goes. */
struct http_target {
    bool https;
    char host[HTTP_HOST_MAX]; /* IPv6 in brackets */
    int port;
    bool whole_name;   /* DNS is asked with a dot at the end, so that no search list plays a part */
    const char *proxy; /* the setup's URL; NULL: straight there */
    char place[HTTP_PLACE_MAX];    /* "host:port", for messages */
    char via[HTTP_PLACE_MAX + 32]; /* " through the proxy http://host:port", or "" */
};

/* What curl needs for one exchange; kept for the next one when it is over. */
struct http_handle {
    CURL *easy;
    struct curl_slist *headers;
    struct http_exchange *exchange;
    struct http_target target;
    struct curl_slist *dns;       /* asks DNS for the whole name; NULL: the name as it is */
    char issuer[HTTP_ISSUER_MAX]; /* of a certificate that was refused */
    bool built_in;                /* the roots built in are trusted */
    bool head_is_over;            /* what comes later are trailers: they never replace a header */
    char words[CURL_ERROR_SIZE];
    struct http_handle *next;
};

/* The door's own copy of http_setup. */
struct http_curl_setup {
    char *ca_file;
    bool built_in; /* the roots built in are trusted */
    char *ca_option;
    char *http_proxy;
    char *https_proxy;
    char *no_proxy;
    char *hosts; /* the text of /etc/hosts, read when it is first needed */
};

/* Has the issuer of a refused certificate written into h->issuer, and the roots built in found if they are to be; false when
 * libcurl refuses that. */
bool http_curl_watch(struct http_handle *h, bool built_in) MUST_LOOK;

/* Fills h->target from the exchange's URL; false when curl cannot read it. */
bool http_curl_target(struct http_handle *h, struct http_curl_setup *setup) MUST_LOOK;

/* Fills the exchange's error and cause: why curl ended with this code. */
void http_curl_words(struct http_handle *h, const struct http_curl_setup *setup, CURLcode code);

/* Tells the easy handle all about its exchange; false when libcurl refuses any of it. */
bool http_curl_set_up(struct http_handle *h, const struct http_curl_setup *setup) MUST_LOOK;

/* Empties the headers that an exchange keeps of its answer. */
void http_curl_forget_headers(struct http_exchange *x);

#endif
