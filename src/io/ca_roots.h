/*
 * Room: io. Mozilla's CA certificates, as Debian ships them, built into the program so that the image needs no file.
 * Only http_curl_request.c uses them.
 */
#ifndef IO_CA_ROOTS_H
#define IO_CA_ROOTS_H

#include <stddef.h>

/* PEM text of *len bytes; no NUL behind it. */
const char *ca_roots_pem(size_t *len);

#endif
