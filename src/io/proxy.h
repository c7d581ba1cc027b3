/*
 * Room: io. Which requests a proxy may see. Pure: host and list go in, a verdict comes out. The HTTP door asks, before
 * each exchange. Rules of the list: those that curl and Go have in common.
 */
#ifndef IO_PROXY_H
#define IO_PROXY_H

#include <stdbool.h>

/* This machine and the addresses of identity services (169.254/16, fd00:ec2::/32): a proxy would see credentials.
 * host: a name or an address, IPv6 with or without brackets. */
bool proxy_is_never(const char *host);

/* Whether NO_PROXY names the host: items apart by commas or white space, each "*", a domain (itself and what is below
 * it; a dot or "*." in front changes nothing), an address or a block 10.0.0.0/8, all but the block with an optional :port. list may be NULL. */
bool proxy_is_exempt(const char *list, const char *host, int port);

#endif
