#include "aws/container_uri.h"

#include "base/text.h"
#include "io/resolve.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define CONTAINER_URI_ECS "169.254.170.2"
#define CONTAINER_URI_FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define CONTAINER_URI_RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define CONTAINER_URI_RULE \
    "plain http is allowed to this machine, 169.254.170.2, 169.254.170.23 and fd00:ec2::23 only"

/* The pieces of a URI; host without brackets. */
struct container_uri_parts {
    bool https;
    char host[256];
    char port[8]; /* "" without one */
    char rest[900];
};

static bool container_uri_is_v4(const struct in_addr *a)
{
    uint32_t bits = ntohl(a->s_addr);

    return bits >> 24 == 127 || bits == 0xa9feaa02 || bits == 0xa9feaa17;
}

bool container_uri_is_safe(const char *address)
{
    static const unsigned char agent[16] = {0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0,
                                            0,    0, 0,    0,    0, 0, 0, 0x23};
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, address, &v4) == 1) {
        return container_uri_is_v4(&v4);
    }
    return inet_pton(AF_INET6, address, &v6) == 1 &&
           (IN6_IS_ADDR_LOOPBACK(&v6) || memcmp(&v6, agent, sizeof(agent)) == 0);
}

static bool container_uri_is_address(const char *host)
{
    struct in6_addr ignored;

    return inet_pton(AF_INET, host, &ignored) == 1 || inet_pton(AF_INET6, host, &ignored) == 1;
}

static bool container_uri_is_printable(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text <= 0x20 || (unsigned char)*text >= 0x7f) {
            return false;
        }
    }
    return true;
}

bool container_uri_relative(const char *path, struct container_uri *out, struct err *e)
{
    if (*path != '/' || !container_uri_is_printable(path)) {
        return err_set(e, ERR_USAGE, CONTAINER_URI_RELATIVE " \"%.200s\": it begins with /", path);
    }
    if (strlen(path) > 1000) {
        return err_set(e, ERR_USAGE, CONTAINER_URI_RELATIVE ": it is too long");
    }
    *out = (struct container_uri){.host = CONTAINER_URI_ECS, .shown = CONTAINER_URI_ECS};
    snprintf(out->url, sizeof(out->url), "http://" CONTAINER_URI_ECS "%s", path);
    return true;
}

/* The parsers return what is wrong, NULL when nothing is. A name or an address in brackets, then perhaps a port. */
static const char *container_uri_authority(const char *text, size_t len,
                                           struct container_uri_parts *p)
{
    bool bracket = len > 0 && *text == '[';
    const char *close = bracket ? memchr(text, ']', len) : NULL;
    const char *host = bracket ? text + 1 : text;
    size_t host_len = bracket ? (close ? (size_t)(close - host) : 0) : 0;
    const char *after;

    if (memchr(text, '@', len)) {
        return "user and password have no place in it";
    }
    if (!bracket) {
        const char *colon = memchr(text, ':', len);

        host_len = colon ? (size_t)(colon - text) : len;
    }
    after = host + host_len + (bracket ? 1 : 0);
    if (host_len == 0 || host_len >= sizeof(p->host)) {
        return "the host is missing";
    }
    memcpy(p->host, host, host_len);
    if (after < text + len) {
        size_t digits = strspn(after + 1, "0123456789");
        int64_t number;

        if (*after != ':' || digits == 0 || digits > 5 || after + 1 + digits != text + len) {
            return "the port must be a number";
        }
        memcpy(p->port, after + 1, digits);
        if (!text_to_number(p->port, 1, 65535, &number)) {
            return "the port must be a number from 1 to 65535";
        }
    }
    return strpbrk(p->host, "%\\\"<>^`{|}") ? "this is no host name" : NULL;
}

static const char *container_uri_parse(const char *uri, struct container_uri_parts *p)
{
    size_t len;
    const char *why;

    if (!container_uri_is_printable(uri)) {
        return "it holds white space or control characters";
    }
    p->https = text_begins(uri, "https://");
    if (!p->https && !text_begins(uri, "http://")) {
        return "it starts with http:// or https://";
    }
    uri += strlen(p->https ? "https://" : "http://");
    len = strcspn(uri, "/?#");
    why = container_uri_authority(uri, len, p);
    if (!why && strlen(uri + len) >= sizeof(p->rest) - 1) {
        return "it is too long";
    }
    if (!why) {
        size_t rest = strcspn(uri + len, "#");

        snprintf(p->rest, sizeof(p->rest), "%s%.*s", uri[len] == '/' ? "" : "/", (int)rest,
                 uri + len);
    }
    return why;
}

/* In lower case, as /etc/hosts is read; an IPv6 address in its one short spelling: the EKS agent refuses a Host header that has
 * another. */
static void container_uri_simplify(char host[256])
{
    struct in6_addr v6;

    text_to_lower(host);
    if (inet_pton(AF_INET6, host, &v6) == 1) {
        inet_ntop(AF_INET6, &v6, host, 256);
    }
}

/* Names: every address must be safe; the first is the one that is connected to. */
static bool container_uri_judge(struct container_uri_parts *p, int64_t deadline,
                                char address[RESOLVE_SIZE], struct err *e)
{
    char found[RESOLVE_MAX][RESOLVE_SIZE] = {""};
    size_t count = 1;

    if (container_uri_is_address(p->host)) {
        snprintf(found[0], RESOLVE_SIZE, "%.45s", p->host);
    } else if (!resolve_name(p->host, deadline, found, &count, e)) {
        return err_wrap(e, CONTAINER_URI_FULL);
    }
    for (size_t i = 0; i < count; i++) {
        if (!container_uri_is_safe(found[i])) {
            return err_set(e, ERR_USAGE,
                           CONTAINER_URI_FULL ": %s (%s) is not safe: " CONTAINER_URI_RULE
                                              "; use https",
                           p->host, found[i]);
        }
    }
    memcpy(address, found[0], RESOLVE_SIZE);
    return true;
}

/* host[:port], IPv6 in brackets. */
static void container_uri_place(const char *host, const char *port, char *out, size_t size)
{
    bool v6 = strchr(host, ':') != NULL;

    snprintf(out, size, "%s%s%s%s%s", v6 ? "[" : "", host, v6 ? "]" : "", *port ? ":" : "", port);
}

bool container_uri_full(const char *uri, int64_t deadline, struct container_uri *out, struct err *e)
{
    struct container_uri_parts p = {0};
    const char *why = container_uri_parse(uri, &p);
    char address[RESOLVE_SIZE] = "";
    char place[300];
    struct in6_addr v6;

    *out = (struct container_uri){0};
    if (why) {
        return err_set(e, ERR_USAGE, CONTAINER_URI_FULL ": %s", why);
    }
    container_uri_simplify(p.host);
    if (!p.https && !container_uri_judge(&p, deadline, address, e)) {
        return false;
    }
    container_uri_place(p.host, p.port, out->host, sizeof(out->host));
    snprintf(out->shown, sizeof(out->shown), "%s", out->host);
    container_uri_place(p.https ? p.host : address, p.port, place, sizeof(place));
    snprintf(out->url, sizeof(out->url), "http%s://%s%s", p.https ? "s" : "", place, p.rest);
    out->ipv6 = inet_pton(AF_INET6, address, &v6) == 1 && !IN6_IS_ADDR_LOOPBACK(&v6);
    out->eks_agent = out->ipv6 || strcmp(address, "169.254.170.23") == 0;
    return true;
}
