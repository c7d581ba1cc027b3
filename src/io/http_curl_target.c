#include "io/http_curl.h"

#include "base/mem.h"
#include "base/text.h"
#include "io/proxy.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define HTTP_HOSTS "/etc/hosts"
#define HTTP_HOSTS_MAX ((size_t)1 << 20)
#define HTTP_HOSTS_MS 1000
#define HTTP_BLANKS " \t\r"

/* A part of the URL, to be freed with curl_free; NULL when it has none. */
static char *http_part(CURLU *url, CURLUPart what)
{
    char *part = NULL;

    if (curl_url_get(url, what, &part, CURLU_DEFAULT_PORT) == CURLUE_OUT_OF_MEMORY) {
        mem_exhausted();
    }
    return part;
}

/* false when curl cannot read it, or it has no host; a URL without a scheme is http, as curl takes a proxy's. */
static bool http_split(const char *text, bool *https, char host[HTTP_HOST_MAX], int *port)
{
    CURLU *url = curl_url();
    char *parts[3] = {0};
    int64_t number = 0;
    bool good;

    if (!url) {
        mem_exhausted();
    }
    if (curl_url_set(url, CURLUPART_URL, text, CURLU_DEFAULT_SCHEME | CURLU_NON_SUPPORT_SCHEME) ==
        CURLUE_OK) {
        parts[0] = http_part(url, CURLUPART_SCHEME);
        parts[1] = http_part(url, CURLUPART_HOST);
        parts[2] = http_part(url, CURLUPART_PORT);
    }
    good = parts[0] && parts[1] && parts[2] && strlen(parts[1]) < HTTP_HOST_MAX &&
           text_to_number(parts[2], 1, UINT16_MAX, &number);
    if (good) {
        *https = strcmp(parts[0], "https") == 0;
        snprintf(host, HTTP_HOST_MAX, "%s", parts[1]);
        *port = (int)number;
    }
    for (size_t i = 0; i < 3; i++) {
        curl_free(parts[i]);
    }
    curl_url_cleanup(url);
    return good;
}

/* Without the proxy's user and password. */
static void http_name_proxy(struct http_target *t)
{
    char host[HTTP_HOST_MAX];
    bool https;
    int port;

    if (!http_split(t->proxy, &https, host, &port)) {
        snprintf(t->via, sizeof(t->via), " through the proxy");
    } else {
        snprintf(t->via, sizeof(t->via), " through the proxy %s:%d", host, port);
    }
}

static void http_read_hosts(struct http_curl_setup *setup)
{
    CLEAN_BUF struct buf text = BUF_OF(HTTP_HOSTS_MAX);
    struct err e;

    if (!system_read_file(HTTP_HOSTS, system_now_ms() + HTTP_HOSTS_MS, &text, &e)) {
        buf_clear(&text);
    }
    setup->hosts = mem_strdup(buf_text(&text));
}

/* Is the name one of the line's? The first word is the address; a comment ends it. */
static bool http_names(const char *line, size_t len, const char *name)
{
    size_t at = 0;

    for (size_t word = 0; at < len; word++) {
        char found[HTTP_HOST_MAX];
        size_t size;

        at += strspn(line + at, HTTP_BLANKS);
        size = strcspn(line + at, HTTP_BLANKS "#\n");
        if (size == 0) {
            return false;
        }
        snprintf(found, sizeof(found), "%.*s", (int)(size < HTTP_HOST_MAX ? size : 0), line + at);
        if (word > 0 && text_same_word(found, name)) {
            return true;
        }
        at += size;
    }
    return false;
}

/* What hostAliases and their like say is looked up by the name as it is. */
static bool http_is_listed(struct http_curl_setup *setup, const char *name)
{
    if (!setup->hosts) {
        http_read_hosts(setup);
    }
    for (const char *line = setup->hosts; *line; line += strspn(line, "\n")) {
        size_t len = strcspn(line, "\n");

        if (http_names(line, len, name)) {
            return true;
        }
        line += len;
    }
    return false;
}

bool http_curl_target(struct http_handle *h, struct http_curl_setup *setup)
{
    struct http_target *t = &h->target;

    *t = (struct http_target){.place = "the endpoint"};
    if (!http_split(h->exchange->url, &t->https, t->host, &t->port)) {
        return false;
    }
    snprintf(t->place, sizeof(t->place), "%s:%d", t->host, t->port);
    if (!h->exchange->direct && !proxy_is_never(t->host) &&
        !proxy_is_exempt(setup->no_proxy, t->host, t->port)) {
        t->proxy = t->https ? setup->https_proxy : setup->http_proxy;
    }
    if (t->proxy) {
        http_name_proxy(t);
    }
    t->whole_name = h->exchange->whole_name && !t->proxy && !http_is_listed(setup, t->host);
    return true;
}
