#include "io/ca_roots.h"

#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* By the assembler: as an array in C, a quarter of a megabyte would take the compiler seconds. */
__asm__(".pushsection .rodata.ca_roots, \"a\"\n"
        ".hidden ca_roots_size\n"
        ".hidden ca_roots_first\n"
        ".global ca_roots_size\n"
        ".global ca_roots_first\n"
        ".balign 8\n"
        "ca_roots_size:\n"
        ".quad ca_roots_end - ca_roots_first\n"
        "ca_roots_first:\n"
        ".incbin \"" CA_ROOTS_DER "\"\n"
        "ca_roots_end:\n"
        ".hidden ca_roots_pem_sha256\n"
        ".global ca_roots_pem_sha256\n"
        "ca_roots_pem_sha256:\n"
        ".incbin \"" CA_ROOTS_DER ".pem-sha256\"\n"
        ".popsection\n");

extern const uint64_t ca_roots_size __attribute__((visibility("hidden")));
extern const unsigned char ca_roots_first[] __attribute__((visibility("hidden")));
extern const unsigned char ca_roots_pem_sha256[SHA256_DIGEST_LENGTH]
    __attribute__((visibility("hidden")));

#define DER_VERSION 0xa0 /* [0], in certificates of version 3: all of these */
#define SUBJECT_FIELD 4  /* before it: serial number, signature, issuer, validity */

/* Steps over an element's tag and length (X.690, 8.1): *at is then its content. Returns the content's length. What is read is
 * our own file, and lengths are of at most two bytes. */
static size_t der_enter(const unsigned char **at)
{
    const unsigned char *p = *at + 1;
    size_t len = *p++;

    if (len == 0x81) {
        len = *p++;
    } else if (len == 0x82) {
        len = (size_t)p[0] << 8 | p[1];
        p += 2;
    }
    *at = p;
    return len;
}

static void der_skip(const unsigned char **at)
{
    size_t len = der_enter(at);

    *at += len;
}

/* RFC 5280, section 4.1: where the subject begins in a certificate. */
static const unsigned char *root_subject(const unsigned char *certificate)
{
    const unsigned char *at = certificate;

    der_enter(&at); /* Certificate */
    der_enter(&at); /* TBSCertificate */
    if (*at == DER_VERSION) {
        der_skip(&at);
    }
    for (int i = 0; i < SUBJECT_FIELD; i++) {
        der_skip(&at);
    }
    return at;
}

/* Names are compared as OpenSSL compares them: in upper or lower case and with any blanks they are the same. */
static bool root_is(const unsigned char *certificate, size_t len, const X509_NAME *name)
{
    const unsigned char *at = root_subject(certificate);
    long left = (long)(len - (size_t)(at - certificate));
    X509_NAME *subject = d2i_X509_NAME(NULL, &at, left);
    bool same = subject && X509_NAME_cmp(subject, name) == 0;

    X509_NAME_free(subject);
    return same;
}

/* Puts a root into the store, which keeps it; *found is then the first of them. */
static bool root_add(X509_STORE *store, const unsigned char *certificate, size_t len, X509 **found)
{
    const unsigned char *at = certificate;
    X509 *root = d2i_X509(NULL, &at, (long)len);
    bool good = root && X509_STORE_add_cert(store, root) == 1;

    if (good && !*found) {
        *found = root;
    }
    X509_free(root);
    return good;
}

/* OpenSSL asks here for what the store does not hold yet. Roots that share a name all go in: it tries each. */
static int roots_by_subject(X509_LOOKUP *lookup, X509_LOOKUP_TYPE type, const X509_NAME *name,
                            X509_OBJECT *out)
{
    X509_STORE *store = X509_LOOKUP_get_store(lookup);
    const unsigned char *end = ca_roots_first + ca_roots_size;
    X509 *found = NULL;

    if (type != X509_LU_X509) {
        return 0;
    }
    for (const unsigned char *at = ca_roots_first; at < end;) {
        const unsigned char *certificate = at;
        size_t len;

        der_skip(&at);
        len = (size_t)(at - certificate);
        if (root_is(certificate, len, name) && !root_add(store, certificate, len, &found)) {
            return 0;
        }
    }
    if (!found || X509_OBJECT_set1_X509(out, found) != 1) {
        return 0;
    }
    /* The caller takes a reference of its own and never drops the one just taken; the store's outlives both. */
    X509_free(found);
    return 1;
}

bool ca_roots_are(const void *pem, size_t len)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];

    return SHA256(pem, len, hash) && memcmp(hash, ca_roots_pem_sha256, sizeof(hash)) == 0;
}

bool ca_roots_serve(void *ssl_ctx)
{
    static X509_LOOKUP_METHOD *method; /* one for the process: a store keeps it as it is */

    if (!method) {
        method = X509_LOOKUP_meth_new("built-in roots");
    }
    return method && X509_LOOKUP_meth_set_get_by_subject(method, roots_by_subject) == 1 &&
           X509_STORE_add_lookup(SSL_CTX_get_cert_store(ssl_ctx), method) != NULL;
}
