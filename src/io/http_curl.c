#include "io/http_curl.h"

#include "base/mem.h"
#include "io/system.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HTTP_POLL_RETRY_MS 10
#define HTTP_IDLE_MAX 1000L /* connections kept; as many as --max-parallel allows */

static struct {
    bool open;
    CURLM *multi; /* holds the connections, so that later exchanges find them open */
    struct http_handle *under_way;
    struct http_handle *idle;
    bool failed_early; /* an exchange ended in http_start: http_wait is not to wait for it */
    struct http_curl_setup setup;
} http;

/* curl's allocations end the process as ours do: no result of it means "out of memory". */

static void *http_realloc(void *old, size_t size)
{
    return mem_grow(old, 1, size > 0 ? size : 1);
}

static void *http_malloc(size_t size)
{
    return http_realloc(NULL, size);
}

static void *http_calloc(size_t count, size_t size)
{
    return mem_zalloc(count, size);
}

static char *http_strdup(const char *text)
{
    return mem_strdup(text);
}

static char *http_copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

bool http_open(const struct http_setup *setup, struct err *e)
{
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, http_malloc, free, http_realloc, http_strdup,
                             http_calloc) != CURLE_OK) {
        return err_set(e, ERR_INTERNAL, "libcurl cannot be initialized");
    }
    http.multi = curl_multi_init();
    if (!http.multi) {
        curl_global_cleanup();
        return err_set(e, ERR_INTERNAL, "libcurl cannot be initialized");
    }
    /* Else curl closes idle connections whenever few exchanges are left, and opens new ones a moment later. */
    curl_multi_setopt(http.multi, CURLMOPT_MAXCONNECTS, HTTP_IDLE_MAX);
    http.setup.ca_file = http_copy(setup->ca_file);
    http.setup.built_in = !setup->ca_file || setup->ca_known;
    http.setup.ca_option = http_copy(setup->ca_option);
    http.setup.http_proxy = http_copy(setup->http_proxy);
    http.setup.https_proxy = http_copy(setup->https_proxy);
    http.setup.no_proxy = http_copy(setup->no_proxy);
    http.open = true;
    return true;
}

/* Takes the exchange off its handle; the connection stays open in the multi handle. */
static void http_release(struct http_handle *h)
{
    struct http_handle **at = &http.under_way;

    while (*at && *at != h) {
        at = &(*at)->next;
    }
    if (*at) {
        *at = h->next;
    }
    curl_multi_remove_handle(http.multi, h->easy);
    curl_easy_reset(h->easy);
    curl_slist_free_all(h->headers);
    curl_slist_free_all(h->dns);
    h->headers = NULL;
    h->dns = NULL;
    h->exchange->handle = NULL;
    h->exchange = NULL;
    h->next = http.idle;
    http.idle = h;
}

static void http_finish(struct http_exchange *x, enum http_end end)
{
    struct http_handle *h = x->handle;

    x->end = end;
    x->done = true;
    x->ended = system_now_ms();
    if (end == HTTP_STOPPED) {
        snprintf(x->error, sizeof(x->error), "stopped by a signal");
    }
    if (h) {
        http_release(h);
    }
}

static enum http_end http_end_of(CURLcode code, const struct http_exchange *x)
{
    if (code == CURLE_OK && x->status > 0) {
        return HTTP_ANSWERED;
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR) {
        return HTTP_UNTRUSTED;
    }
    if (code == CURLE_SSL_CACERT_BADFILE) {
        return HTTP_BAD_CA;
    }
    /* the latter two: bytes came that are not HTTP/1 */
    if (x->status >= HTTP_FINAL_STATUS || code == CURLE_WEIRD_SERVER_REPLY ||
        code == CURLE_UNSUPPORTED_PROTOCOL) {
        return HTTP_CUT;
    }
    return HTTP_UNREACHABLE;
}

/* Ends what curl has finished; true if there was any. */
static bool http_collect(void)
{
    CURLMsg *message;
    int left;
    bool any = false;

    while ((message = curl_multi_info_read(http.multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        struct http_handle *h = NULL;
        struct http_exchange *x;
        long status = 0;

        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        if (code == CURLE_OUT_OF_MEMORY) {
            mem_exhausted();
        }
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &h);
        curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        x = h->exchange;
        x->status = (int)status;
        if (code != CURLE_OK || status <= 0) {
            http_curl_words(h, &http.setup, code);
        }
        http_finish(x, http_end_of(code, x));
        any = true;
    }
    return any;
}

static struct http_handle *http_take_handle(struct http_exchange *x)
{
    struct http_handle *h = http.idle;

    if (h) {
        http.idle = h->next;
    } else {
        h = mem_zalloc(1, sizeof(*h));
        h->easy = curl_easy_init();
        if (!h->easy) {
            mem_exhausted();
        }
    }
    h->words[0] = '\0';
    h->head_is_over = false;
    h->exchange = x;
    x->handle = h;
    h->next = http.under_way;
    http.under_way = h;
    return h;
}

void http_start(struct http_exchange *x)
{
    struct http_handle *h;

    http_clear(x);
    if (x->body_in.ceiling == 0 || x->body_in.ceiling > HTTP_BODY_MAX) {
        x->body_in.ceiling = HTTP_BODY_MAX;
    }
    http_curl_forget_headers(x);
    x->done = false;
    x->status = 0;
    x->error[0] = '\0';
    x->cause = HTTP_CAUSE_OTHER;
    x->started = system_now_ms();
    x->ended = x->started;
    if (system_stopped()) {
        http_finish(x, HTTP_STOPPED);
        return;
    }
    h = http_take_handle(x);
    if (!http_curl_target(h, &http.setup) || !http_curl_set_up(h, &http.setup) ||
        curl_multi_add_handle(http.multi, h->easy) != CURLM_OK) {
        snprintf(x->error, sizeof(x->error), "libcurl refused the request");
        http_finish(x, HTTP_UNREACHABLE);
        http.failed_early = true;
    }
}

static void http_stop_all(void)
{
    while (http.under_way) {
        http_finish(http.under_way->exchange, HTTP_STOPPED);
    }
}

static void http_poll(int64_t until)
{
    struct curl_waitfd stop = {.fd = system_stop_fd(), .events = CURL_WAIT_POLLIN};
    int64_t now = system_now_ms();
    int64_t left = until - now;

    /* curl shortens it to its own next timeout */
    if (curl_multi_poll(http.multi, &stop, stop.fd >= 0 ? 1 : 0,
                        left > INT_MAX ? INT_MAX : (int)left, NULL) != CURLM_OK) {
        system_sleep_until(now + HTTP_POLL_RETRY_MS); /* never a loop without a pause */
    }
}

void http_wait(int64_t until)
{
    if (http.failed_early) {
        http.failed_early = false;
        return;
    }
    while (http.under_way && !system_stopped()) {
        int running;

        if (curl_multi_perform(http.multi, &running) == CURLM_OUT_OF_MEMORY) {
            mem_exhausted();
        }
        if (http_collect() || system_now_ms() >= until) {
            return;
        }
        http_poll(until);
    }
    if (system_stopped()) {
        http_stop_all();
        return;
    }
    system_sleep_until(until);
}

void http_clear(struct http_exchange *x)
{
    if (x->handle) {
        http_finish(x, HTTP_STOPPED);
    }
    buf_clear(&x->body_in);
}

static void http_free(char **text)
{
    mem_wipe(*text, *text ? strlen(*text) : 0); /* a proxy's URL may hold a password */
    free(*text);
    *text = NULL;
}

void http_close(void)
{
    if (!http.open) {
        return;
    }
    http_stop_all();
    while (http.idle) {
        struct http_handle *h = http.idle;

        http.idle = h->next;
        curl_easy_cleanup(h->easy);
        free(h);
    }
    curl_multi_cleanup(http.multi);
    curl_global_cleanup();
    http.multi = NULL;
    http_free(&http.setup.ca_file);
    http_free(&http.setup.ca_option);
    http_free(&http.setup.http_proxy);
    http_free(&http.setup.https_proxy);
    http_free(&http.setup.no_proxy);
    http_free(&http.setup.hosts);
    http.open = false;
}
