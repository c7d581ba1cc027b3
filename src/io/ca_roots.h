/*
 * Room: io. Mozilla's CA certificates, as Debian ships them, built into the program so that the image needs no file. There
 * are some 140 of them, and parsing all costs more than the rest of a handshake: they lie in DER, and only those whose
 * subject is asked for are parsed. Only http_curl_request.c serves them.
 */
#ifndef IO_CA_ROOTS_H
#define IO_CA_ROOTS_H

#include <stdbool.h>
#include <stddef.h>

/* Lets this handshake (curl's ssl_ctx, an SSL_CTX) find the roots by their subjects. false: out of memory. */
bool ca_roots_serve(void *ssl_ctx);

/* Is this the very file that they were made from, as the image has it? Whoever trusts it need not parse it. */
bool ca_roots_are(const void *pem, size_t len);

#endif
