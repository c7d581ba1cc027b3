/* The roots built in, against Debian's own file of them: each is found by its subject, and nothing else is. */
#include "io/ca_roots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#define ROOTS_LEAST 100 /* Mozilla's list has had more for years */

static SSL_CTX *served(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    assert_non_null(ctx);
    assert_true(ca_roots_serve(ctx));
    assert_true(ca_roots_serve(ctx)); /* curl hands one store to many handshakes */
    return ctx;
}

/* Does a chain that is this certificate alone end in a root? Dates aside: some roots may be past theirs. */
static int verified(SSL_CTX *ctx, X509 *certificate)
{
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    int good;

    assert_non_null(check);
    assert_int_equal(X509_STORE_CTX_init(check, SSL_CTX_get_cert_store(ctx), certificate, NULL), 1);
    X509_STORE_CTX_set_flags(check, X509_V_FLAG_NO_CHECK_TIME);
    good = X509_verify_cert(check);
    X509_STORE_CTX_free(check);
    return good;
}

static void test_every_root_is_found(void **state)
{
    SSL_CTX *ctx = served();
    BIO *file = BIO_new_file(CA_ROOTS_PEM, "r");
    int count = 0;
    X509 *root;

    (void)state;
    assert_non_null(file);
    while ((root = PEM_read_bio_X509(file, NULL, NULL, NULL))) {
        assert_int_equal(verified(ctx, root), 1);
        X509_free(root);
        count++;
    }
    assert_true(count >= ROOTS_LEAST);
    assert_int_equal(sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(ctx))),
                     count);
    BIO_free(file);
    SSL_CTX_free(ctx);
}

/* A certificate that says of itself what a root says, and is not it: its signature tells. */
static void test_a_name_is_not_enough(void **state)
{
    SSL_CTX *ctx = served();
    BIO *file = BIO_new_file(CA_ROOTS_PEM, "r");
    X509 *root = PEM_read_bio_X509(file, NULL, NULL, NULL);
    unsigned char *der = NULL;
    int len = i2d_X509(root, &der);
    const unsigned char *at = der;
    X509 *other;

    (void)state;
    assert_true(len > 0);
    der[len - 1] ^= 1; /* the signature's last byte */
    other = d2i_X509(NULL, &at, len);
    assert_int_equal(verified(ctx, other), 0);
    assert_int_equal(verified(ctx, root), 1);
    X509_free(other);
    X509_free(root);
    OPENSSL_free(der);
    BIO_free(file);
    SSL_CTX_free(ctx);
}

static void test_an_unknown_issuer(void **state)
{
    SSL_CTX *ctx = served();
    X509_NAME *name = X509_NAME_new();
    X509_STORE_CTX *check = X509_STORE_CTX_new();

    (void)state;
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Nobody", -1, -1,
                               0);
    X509_STORE_CTX_init(check, SSL_CTX_get_cert_store(ctx), NULL, NULL);
    assert_null(X509_STORE_CTX_get_obj_by_subject(check, X509_LU_X509, name));
    X509_STORE_CTX_free(check);
    X509_NAME_free(name);
    SSL_CTX_free(ctx);
}

static void test_the_file_they_are_from(void **state)
{
    static char text[1 << 20];
    FILE *file = fopen(CA_ROOTS_PEM, "r");
    size_t len;

    (void)state;
    assert_non_null(file);
    len = fread(text, 1, sizeof(text), file);
    fclose(file);
    assert_true(ca_roots_are(text, len));
    assert_false(ca_roots_are(text, len - 1)); /* a root more or less is another file */
    assert_false(ca_roots_are("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_root_is_found),
        cmocka_unit_test(test_a_name_is_not_enough),
        cmocka_unit_test(test_an_unknown_issuer),
        cmocka_unit_test(test_the_file_they_are_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
