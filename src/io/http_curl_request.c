#include "io/http_curl.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/version.h"

#include <limits.h>
#include <string.h>

#define HTTP_AGENT "dynamodb-init/" VERSION

static size_t http_on_body(char *bytes, size_t size, size_t count, void *user)
{
    struct http_handle *h = user;

    return buf_append(&h->exchange->body_in, bytes, size * count) ? size * count : 0;
}

static bool http_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Keeps the value if the header is the named one. */
static void http_keep(const char *line, size_t len, const char *name, char out[HTTP_VALUE_MAX])
{
    size_t name_len = strlen(name);
    char word[32];

    if (len <= name_len || line[name_len] != ':') {
        return;
    }
    memcpy(word, line, name_len);
    word[name_len] = '\0';
    if (!text_same_word(word, name)) {
        return;
    }
    line += name_len + 1;
    len -= name_len + 1;
    while (len > 0 && http_is_space(*line)) {
        line++;
        len--;
    }
    while (len > 0 && http_is_space(line[len - 1])) {
        len--;
    }
    if (len >= HTTP_VALUE_MAX) {
        len = HTTP_VALUE_MAX - 1;
    }
    memcpy(out, line, len);
    out[len] = '\0';
}

void http_curl_forget_headers(struct http_exchange *x)
{
    x->request_id[0] = '\0';
    x->error_type[0] = '\0';
    x->crc32[0] = '\0';
    x->retry_after[0] = '\0';
    x->date[0] = '\0';
}

static size_t http_on_header(char *line, size_t size, size_t count, void *user)
{
    struct http_handle *h = user;
    struct http_exchange *x = h->exchange;
    size_t len = size * count;

    if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
        http_curl_forget_headers(x); /* those of 100 Continue are not the answer's */
        h->head_is_over = false;
        return len;
    }
    h->head_is_over = h->head_is_over || line[0] == '\r' || line[0] == '\n';
    if (h->head_is_over) {
        return len;
    }
    http_keep(line, len, "x-amzn-RequestId", x->request_id);
    http_keep(line, len, "x-amzn-ErrorType", x->error_type);
    http_keep(line, len, "x-amz-crc32", x->crc32);
    http_keep(line, len, "x-amz-retry-after", x->retry_after);
    http_keep(line, len, "Date", x->date);
    return len;
}

static void http_add_header(struct http_handle *h, const char *line)
{
    h->headers = curl_slist_append(h->headers, line);
    if (!h->headers) {
        mem_exhausted();
    }
}

/* The dot is for DNS alone: TLS, Host header and signature know nothing of it. */
static bool http_set_dns(struct http_handle *h)
{
    char to[HTTP_PLACE_MAX + 4];

    if (!h->target.whole_name) {
        return true;
    }
    snprintf(to, sizeof(to), "::%s.:%d", h->target.host, h->target.port);
    h->dns = curl_slist_append(NULL, to);
    if (!h->dns) {
        mem_exhausted();
    }
    return curl_easy_setopt(h->easy, CURLOPT_CONNECT_TO, h->dns) == CURLE_OK;
}

static long http_limit(int64_t ms)
{
    if (ms < 1) {
        return 1; /* 0 would mean no limit */
    }
    return ms > INT_MAX ? INT_MAX : (long)ms;
}

static bool http_set_trust(CURL *c, const struct http_curl_setup *setup, bool for_proxy)
{
    CURLoption file = for_proxy ? CURLOPT_PROXY_CAINFO : CURLOPT_CAINFO;
    CURLoption version = for_proxy ? CURLOPT_PROXY_SSLVERSION : CURLOPT_SSLVERSION;

    /* no resumption: the slim OpenSSL cannot sign it (HMAC keys); connections stay open anyway */
    if (curl_easy_setopt(c, version, (long)CURL_SSLVERSION_TLSv1_2) != CURLE_OK ||
        curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, 0L) != CURLE_OK) {
        return false;
    }
    return setup->built_in || curl_easy_setopt(c, file, setup->ca_file) == CURLE_OK;
}

/* What is the same for all: nothing is followed, decoded, or taken from the environment. */
static bool http_set_manners(struct http_handle *h)
{
    const char *proxy = h->target.proxy;
    CURL *c = h->easy;

    return curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK && /* a stuck resolver */
           curl_easy_setopt(c, CURLOPT_PRIVATE, h) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->words) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_USERAGENT, HTTP_AGENT) == CURLE_OK &&
           /* our own choice, never that of the environment; curl's list would be asked once more */
           curl_easy_setopt(c, CURLOPT_PROXY, proxy ? proxy : "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOPROXY, "") == CURLE_OK &&
           /* the proxy sees neither our headers, nor are its own taken for the answer's */
           curl_easy_setopt(c, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, http_on_body) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, h) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, http_on_header) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HEADERDATA, h) == CURLE_OK;
}

static bool http_set_method(CURL *c, const struct http_exchange *x)
{
    if (strcmp(x->method, "GET") == 0) {
        return curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    }
    /* PUT too, by its name: curl's own PUT would want to call back for the body */
    return curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body_len) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDS, x->body ? x->body : "") == CURLE_OK &&
           (strcmp(x->method, "POST") == 0 ||
            curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, x->method) == CURLE_OK);
}

static bool http_set_request(struct http_handle *h, const struct http_curl_setup *setup)
{
    const struct http_exchange *x = h->exchange;
    int64_t left = x->until > x->started ? x->until - x->started : 0;
    int64_t connect = x->connect_ms > 0 && x->connect_ms < left ? x->connect_ms : left;
    size_t i;

    for (i = 0; i < HTTP_HEADERS_MAX && x->headers[i]; i++) {
        http_add_header(h, x->headers[i]);
    }
    /* those that curl would add of its own; one of the caller's with the same name stays */
    http_add_header(h, "Expect:");
    http_add_header(h, "Accept:");
    http_add_header(h, "Content-Type:");
    return curl_easy_setopt(h->easy, CURLOPT_URL, x->url) == CURLE_OK &&
           curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->headers) == CURLE_OK &&
           curl_easy_setopt(h->easy, CURLOPT_CONNECTTIMEOUT_MS, http_limit(connect)) == CURLE_OK &&
           curl_easy_setopt(h->easy, CURLOPT_TIMEOUT_MS, http_limit(left)) == CURLE_OK &&
           http_set_method(h->easy, x) &&
           curl_easy_setopt(h->easy, CURLOPT_FRESH_CONNECT, x->once ? 1L : 0L) == CURLE_OK &&
           http_set_dns(h) && http_curl_watch(h, setup->built_in) &&
           (!h->target.https || http_set_trust(h->easy, setup, false)) &&
           (!h->target.proxy || !text_begins(h->target.proxy, "https:") ||
            http_set_trust(h->easy, setup, true));
}

bool http_curl_set_up(struct http_handle *h, const struct http_curl_setup *setup)
{
    return http_set_manners(h) && http_set_request(h, setup);
}
