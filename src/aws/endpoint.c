#include "aws/endpoint.h"

#include "aws/partition.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define ENDPOINT_LABEL_MAX 63
#define ENDPOINT_HOST_MAX 253
#define ENDPOINT_SHOWN_SIZE 300

/* What an override is made of. */
struct endpoint_parts {
    bool https;
    char host[ENDPOINT_HOST_MAX + 3]; /* lower case, IPv6 in brackets */
    int64_t port;
    char path[sizeof(((struct endpoint *)0)->path)];
};

static bool endpoint_is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool endpoint_is_region(const char *region)
{
    size_t len = strlen(region);

    if (len < 1 || len > ENDPOINT_LABEL_MAX || region[0] == '-' || region[len - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!endpoint_is_alnum(region[i]) && region[i] != '-') {
            return false;
        }
    }
    return true;
}

/* Copies len characters; the caller knows that they fit. */
static void endpoint_copy_lower(const char *text, size_t len, char *out)
{
    memcpy(out, text, len);
    out[len] = '\0';
    text_to_lower(out);
}

static bool endpoint_is_under(const char *host, const char *domain)
{
    size_t len = strlen(host);
    size_t tail = strlen(domain);

    if (len > 0 && host[len - 1] == '.') {
        len--;
    }
    return len >= tail && memcmp(host + len - tail, domain, tail) == 0 &&
           (len == tail || host[len - tail - 1] == '.');
}

static bool endpoint_is_aws(const char *host)
{
    const struct partition *p;

    for (size_t i = 0; (p = partition_at(i)); i++) {
        if (endpoint_is_under(host, p->suffix) || endpoint_is_under(host, p->dual_stack)) {
            return true;
        }
    }
    return false;
}

const char *endpoint_suffix(const char *region, bool dual_stack)
{
    const struct partition *p = partition_of(region);

    return dual_stack ? p->dual_stack : p->suffix;
}

/* Labels of letters, digits, hyphens, and underscores, which Compose and Docker put into names; a last dot may be. */
static bool endpoint_is_name(const char *host, size_t len)
{
    size_t label = 0;

    if (len > ENDPOINT_HOST_MAX || len == 0) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (host[i] == '.' && label > 0) {
            label = 0;
        } else if ((endpoint_is_alnum(host[i]) || host[i] == '-' || host[i] == '_') &&
                   label < ENDPOINT_LABEL_MAX) {
            label++;
        } else {
            return false;
        }
    }
    return true;
}

/* host: in brackets. */
static bool endpoint_is_ipv6(const char *host, size_t len)
{
    char address[INET6_ADDRSTRLEN];
    struct in6_addr ignored;

    if (len < 4 || len - 2 >= sizeof(address)) {
        return false;
    }
    memcpy(address, host + 1, len - 2);
    address[len - 2] = '\0';
    return inet_pton(AF_INET6, address, &ignored) == 1;
}

/* The parsers below return what is wrong, NULL when nothing is. */
static const char *endpoint_parse_port(const char *text, size_t len, int64_t *port)
{
    char digits[8];

    snprintf(digits, sizeof(digits), "%.*s", (int)len, text);
    return len < sizeof(digits) && text_to_number(digits, 1, 65535, port)
               ? NULL
               : "the port must be a number from 1 to 65535";
}

static const char *endpoint_parse_authority(const char *text, size_t len, struct endpoint_parts *p)
{
    const char *end = text + len;
    const char *bracket = len > 0 && *text == '[' ? memchr(text, ']', len) : NULL;
    const char *colon = memchr(text, ':', len);
    size_t host_len;

    if (memchr(text, '@', len)) {
        return "user and password have no place in it";
    }
    if (len > 0 && *text == '[' && !bracket) {
        return "the bracket of the IPv6 address is not closed";
    }
    if (bracket) {
        colon = bracket + 1 < end ? bracket + 1 : NULL;
    }
    host_len = (size_t)((colon ? colon : end) - text);
    if (host_len == 0) {
        return "the host is missing";
    }
    if (bracket && (!endpoint_is_ipv6(text, host_len) || (colon && *colon != ':'))) {
        return "this is no IPv6 address";
    }
    if (!bracket && !endpoint_is_name(text, host_len)) {
        return "this is no host name";
    }
    endpoint_copy_lower(text, host_len, p->host);
    p->port = p->https ? 443 : 80;
    return colon ? endpoint_parse_port(colon + 1, (size_t)(end - colon - 1), &p->port) : NULL;
}

static bool endpoint_is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* RFC 3986's path characters: nothing that libcurl or a proxy would send differently from what is signed. */
static bool endpoint_is_path(const char *path)
{
    for (; *path; path++) {
        if (*path == '%' && !(endpoint_is_hex(path[1]) && endpoint_is_hex(path[2]))) {
            return false;
        }
        if (!endpoint_is_alnum(*path) && !strchr("%/-._~!$&'()*+,;=:@", *path)) {
            return false;
        }
    }
    return true;
}

/* Drops empty and "." segments, lets ".." take back one, keeps a slash at the end. */
static const char *endpoint_parse_path(const char *path, struct endpoint_parts *p)
{
    size_t used = 0;
    bool slash = false;

    if (strlen(path) >= sizeof(p->path)) {
        return "the path is too long";
    }
    if (!endpoint_is_path(path)) {
        return "the path has a character that must be percent-encoded";
    }
    while (*path) {
        size_t len = strcspn(++path, "/");

        slash = len == 0;
        if (len == 2 && path[0] == '.' && path[1] == '.') {
            do {
                used -= used > 0;
            } while (used > 0 && p->path[used] != '/');
        } else if (len > 0 && !(len == 1 && path[0] == '.')) {
            p->path[used++] = '/';
            memcpy(p->path + used, path, len);
            used += len;
        }
        path += len;
    }
    if (slash || used == 0) {
        p->path[used++] = '/';
    }
    p->path[used] = '\0';
    return NULL;
}

static const char *endpoint_parse(const char *url, struct endpoint_parts *p)
{
    const char *why;
    size_t len;

    p->https = text_begins(url, "https://");
    if (!p->https && !text_begins(url, "http://")) {
        return "an endpoint starts with http:// or https://";
    }
    url += strlen(p->https ? "https://" : "http://");
    len = strcspn(url, "/?#");
    why = endpoint_parse_authority(url, len, p);
    if (!why && strpbrk(url, "?#")) {
        why = "query and fragment have no place in it";
    }
    return why ? why : endpoint_parse_path(url + len, p);
}

/* An override as messages show it: a password is left out, what is long is cut. */
static void endpoint_show(const char *url, char out[ENDPOINT_SHOWN_SIZE])
{
    const char *slashes = strstr(url, "//");
    const char *authority = slashes ? slashes + 2 : url;
    const char *at = strrchr(authority, '@');
    const char *colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;

    if (colon) {
        snprintf(out, ENDPOINT_SHOWN_SIZE, "%.*s:***%.100s",
                 colon - url < 150 ? (int)(colon - url) : 150, url, at);
    } else {
        snprintf(out, ENDPOINT_SHOWN_SIZE, "%.200s", url);
    }
}

static bool endpoint_override(const char *override, const char *source, struct endpoint *out,
                              struct err *e)
{
    struct endpoint_parts p = {0};
    const char *why = endpoint_parse(override, &p);
    char shown[ENDPOINT_SHOWN_SIZE];

    if (why) {
        endpoint_show(override, shown);
        return err_set(e, ERR_USAGE, "%s: '%s': %s", source, shown, why);
    }
    if (p.port == (p.https ? 443 : 80)) {
        snprintf(out->host, sizeof(out->host), "%s", p.host);
    } else {
        snprintf(out->host, sizeof(out->host), "%s:%lld", p.host, (long long)p.port);
    }
    memcpy(out->path, p.path, sizeof(out->path));
    out->https = p.https;
    out->emulator = !endpoint_is_aws(p.host);
    return true;
}

bool endpoint_resolve(const char *region, const char *override, const char *source,
                      struct endpoint *out, struct err *e)
{
    bool local = strcmp(region, "local") == 0 && !override;
    char lower[ENDPOINT_LABEL_MAX + 1];

    *out = (struct endpoint){.path = "/", .https = true};
    if (!endpoint_is_region(region)) {
        return err_set(e, ERR_USAGE, "region '%.200s': a region is one word such as eu-west-1",
                       region);
    }
    endpoint_copy_lower(region, strlen(region), lower);
    snprintf(out->signing_region, sizeof(out->signing_region), "%s", local ? "us-east-1" : region);
    if (override) {
        if (!endpoint_override(override, source, out, e)) {
            return false;
        }
        out->source = source;
    } else if (local) {
        snprintf(out->host, sizeof(out->host), "localhost:8000");
        out->https = false;
        out->emulator = true;
    } else {
        snprintf(out->host, sizeof(out->host), "dynamodb.%s.%s", lower,
                 endpoint_suffix(lower, false));
    }
    snprintf(out->url, sizeof(out->url), "http%s://%s%s", out->https ? "s" : "", out->host,
             out->path);
    return true;
}

bool endpoint_takes_placeholders(const char *override)
{
    struct endpoint_parts p = {0};

    /* A malformed one too: endpoint_resolve then says what is wrong, ahead of a region that is missing as well. */
    return endpoint_parse(override, &p) || (!p.https && !endpoint_is_aws(p.host));
}
