/*
 * Room: io. Names to addresses, for the one place that must judge an address before it connects. Bounded: a resolver that
 * hangs costs neither the deadline nor the answer to a signal. HTTP itself resolves behind http.h.
 */
#ifndef IO_RESOLVE_H
#define IO_RESOLVE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define RESOLVE_MAX 16
#define RESOLVE_SIZE 46 /* an IPv6 address as text */

/* The addresses of a host name as text, until deadline (system_now_ms); *count of them. false: ERR_NETWORK or
 * ERR_STOPPED. */
bool resolve_name(const char *name, int64_t deadline, char addresses[RESOLVE_MAX][RESOLVE_SIZE],
                  size_t *count, struct err *e) MUST_LOOK;

#define RESOLVE_NOT_ASKED 0 /* there is no verdict of getaddrinfo's */

/* Why a lookup failed (getaddrinfo's EAI_..., or RESOLVE_NOT_ASKED), and what to do about it: words behind the name. */
const char *resolve_why(int failure);

#endif
