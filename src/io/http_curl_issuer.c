#include "io/ca_roots.h"
#include "io/http_curl.h"

#include <openssl/ssl.h>

/* Called by OpenSSL for each certificate of the chain. */
static int http_see(int good, X509_STORE_CTX *chain)
{
    SSL *tls = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    char *issuer = tls ? SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)) : NULL;
    X509 *certificate = X509_STORE_CTX_get_current_cert(chain);

    if (!good && issuer && certificate) {
        X509_NAME_oneline(X509_get_issuer_name(certificate), issuer, HTTP_ISSUER_MAX);
    }
    return good;
}

/* curl asks before each handshake, a proxy's too. */
static CURLcode http_watch(CURL *easy, void *context, void *user)
{
    struct http_handle *h = user;

    (void)easy;
    if (!SSL_CTX_set_app_data((SSL_CTX *)context, h->issuer) ||
        (h->built_in && !ca_roots_serve(context))) {
        return CURLE_OUT_OF_MEMORY;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, http_see);
    return CURLE_OK;
}

bool http_curl_watch(struct http_handle *h, bool built_in)
{
    h->issuer[0] = '\0';
    h->built_in = built_in;
    return curl_easy_setopt(h->easy, CURLOPT_SSL_CTX_FUNCTION, http_watch) == CURLE_OK &&
           curl_easy_setopt(h->easy, CURLOPT_SSL_CTX_DATA, (void *)h) == CURLE_OK;
}
