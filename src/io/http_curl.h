/*
 * Room: io. Private to the HTTP door's two halves: http_curl.c opens, starts, waits, collects and closes;
 * http_curl_request.c tells curl what one exchange is and takes in what is answered. Nobody else includes it.
 */
#ifndef IO_HTTP_CURL_H
#define IO_HTTP_CURL_H

#include "io/http.h"

#include <curl/curl.h>

/* What curl needs for one exchange; kept for the next one when it is over. */
struct http_handle {
    CURL *easy;
    struct curl_slist *headers;
    struct http_exchange *exchange;
    bool head_is_over; /* what comes later are trailers: they never replace a header */
    char words[CURL_ERROR_SIZE];
    struct http_handle *next;
};

/* The door's own copy of http_setup; no_proxy is the whole list. */
struct http_curl_setup {
    char *ca_file;
    char *ca_option;
    char *proxy;
    char *no_proxy;
};

/* Tells the easy handle all about its exchange; false when libcurl refuses any of it. */
bool http_curl_set_up(struct http_handle *h, const struct http_curl_setup *setup) MUST_LOOK;

/* Empties the headers that an exchange keeps of its answer. */
void http_curl_forget_headers(struct http_exchange *x);

/* ASCII letters compare without case. */
bool http_curl_begins(const char *text, const char *start);

#endif
