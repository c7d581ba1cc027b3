#include "io/proxy.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROXY_SEPARATORS ", \t\r\n"
#define PROXY_ITEM_MAX 300

/* An address in binary; IPv4 is mapped into IPv6, so that one comparison serves both. */
struct proxy_address {
    unsigned char bytes[16];
    int first; /* the bit at which a block's length counts from: 96 for IPv4 */
};

static bool proxy_address(const char *host, struct proxy_address *out)
{
    char text[INET6_ADDRSTRLEN];
    size_t len = strlen(host);

    *out = (struct proxy_address){.bytes = {[10] = 0xff, [11] = 0xff}, .first = 96};
    if (inet_pton(AF_INET, host, out->bytes + 12) == 1) {
        return true;
    }
    if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
    }
    if (len >= sizeof(text)) {
        return false;
    }
    snprintf(text, sizeof(text), "%.*s", (int)len, host);
    out->first = 0;
    return inet_pton(AF_INET6, text, out->bytes) == 1;
}

static bool proxy_same_bits(const unsigned char *a, const unsigned char *b, int64_t bits)
{
    size_t whole = (size_t)bits / 8;
    unsigned rest = (unsigned)bits % 8;

    return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

/* block: "10.0.0.0/8", or an address alone. */
static bool proxy_is_in(const struct proxy_address *host, const char *block)
{
    char text[PROXY_ITEM_MAX];
    const char *slash = strchr(block, '/');
    struct proxy_address net;
    int64_t bits = 0;

    snprintf(text, sizeof(text), "%.*s", (int)strcspn(block, "/"), block);
    if (!proxy_address(text, &net)) {
        return false;
    }
    if (!slash) {
        bits = 128 - net.first;
    } else if (!text_to_number(slash + 1, 0, 128 - net.first, &bits)) {
        return false;
    }
    return net.first == host->first && proxy_same_bits(host->bytes, net.bytes, net.first + bits);
}

bool proxy_is_never(const char *host)
{
    static const char *const blocks[] = {"169.254.0.0/16", "fd00:ec2::/32", "127.0.0.0/8", "::1"};
    struct proxy_address address;

    if (text_same_word(host, "localhost") || text_same_word(host, "localhost.")) {
        return true;
    }
    if (!proxy_address(host, &address)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        if (proxy_is_in(&address, blocks[i])) {
            return true;
        }
    }
    return false;
}

static bool proxy_is_under(const char *host, const char *domain)
{
    size_t len = strlen(host);
    size_t tail;

    domain += strncmp(domain, "*.", 2) == 0 ? 2 : strspn(domain, ".");
    tail = strlen(domain);
    len -= len > 0 && host[len - 1] == '.';
    tail -= tail > 0 && domain[tail - 1] == '.';
    if (tail == 0 || tail > len || (tail < len && host[len - tail - 1] != '.')) {
        return false;
    }
    for (size_t i = 0; i < tail; i++) {
        const char a[] = {host[len - tail + i], '\0'};
        const char b[] = {domain[i], '\0'};

        if (!text_same_word(a, b)) {
            return false;
        }
    }
    return true;
}

/* Takes ":port" off the item; false when it names another port. */
static bool proxy_port_fits(char *item, int port)
{
    char *bracket = strchr(item, ']');
    char *colon = bracket ? strchr(bracket, ':') : strchr(item, ':');
    int64_t wanted;

    if (!colon || (!bracket && strchr(colon + 1, ':'))) {
        return true; /* none, or an IPv6 address without brackets */
    }
    *colon = '\0';
    return text_to_number(colon + 1, 1, 65535, &wanted) && wanted == port;
}

static bool proxy_item_fits(char *item, const char *host, int port)
{
    struct proxy_address address;

    if (strcmp(item, "*") == 0) {
        return true;
    }
    if (!proxy_port_fits(item, port)) {
        return false;
    }
    return proxy_address(host, &address) ? proxy_is_in(&address, item) : proxy_is_under(host, item);
}

bool proxy_is_exempt(const char *list, const char *host, int port)
{
    char item[PROXY_ITEM_MAX];

    while (list && *list) {
        size_t len;

        list += strspn(list, PROXY_SEPARATORS);
        len = strcspn(list, PROXY_SEPARATORS);
        if (len > 0 && len < sizeof(item)) {
            memcpy(item, list, len);
            item[len] = '\0';
            if (proxy_item_fits(item, host, port)) {
                return true;
            }
        }
        list += len;
    }
    return false;
}
