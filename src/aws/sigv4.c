/* The one-shots that OpenSSL calls deprecated: fetching an algorithm by EVP costs a millisecond at start-up. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "aws/sigv4.h"

#include "base/mem.h"

#include <openssl/sha.h>
#include <string.h>

#define SIGV4_HASH_SIZE SHA256_DIGEST_LENGTH
#define SIGV4_BLOCK_SIZE 64 /* of SHA-256 */
#define SIGV4_DAY_LEN 8     /* of a date: "20150830" */
#define SIGV4_SECRET_MAX 4096
#define SIGV4_CANONICAL_MAX ((size_t)256 << 10)
#define SIGV4_TO_SIGN_MAX 4096
#define SIGV4_VALUE_MAX ((size_t)64 << 10)

/* SHA-256 of two pieces in a row. */
static bool sigv4_hash(const void *a, size_t a_len, const void *b, size_t b_len,
                       unsigned char out[SIGV4_HASH_SIZE])
{
    SHA256_CTX ctx;
    bool good = SHA256_Init(&ctx) == 1 && (a_len == 0 || SHA256_Update(&ctx, a, a_len) == 1) &&
                (b_len == 0 || SHA256_Update(&ctx, b, b_len) == 1) && SHA256_Final(out, &ctx) == 1;

    mem_wipe(&ctx, sizeof(ctx));
    return good;
}

/* HMAC-SHA-256 (RFC 2104). out may be key. */
static bool sigv4_hmac(const void *key, size_t key_len, const char *text, size_t len,
                       unsigned char out[SIGV4_HASH_SIZE])
{
    unsigned char inner[SIGV4_BLOCK_SIZE] = {0};
    unsigned char outer[SIGV4_BLOCK_SIZE];
    unsigned char hash[SIGV4_HASH_SIZE];
    bool good = true;

    if (key_len > SIGV4_BLOCK_SIZE) {
        good = sigv4_hash(key, key_len, NULL, 0, inner);
    } else {
        memcpy(inner, key, key_len);
    }
    for (size_t i = 0; i < SIGV4_BLOCK_SIZE; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    good = good && sigv4_hash(inner, sizeof(inner), text, len, hash) &&
           sigv4_hash(outer, sizeof(outer), hash, sizeof(hash), out);
    mem_wipe(inner, sizeof(inner));
    mem_wipe(outer, sizeof(outer));
    mem_wipe(hash, sizeof(hash));
    return good;
}

static bool sigv4_add_hex(const unsigned char hash[SIGV4_HASH_SIZE], struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    char hex[SIGV4_HASH_SIZE * 2] = {0};

    for (size_t i = 0; i < SIGV4_HASH_SIZE; i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 0xf];
    }
    return buf_append(out, hex, sizeof(hex));
}

static bool sigv4_add_hash(const void *data, size_t len, struct buf *out)
{
    unsigned char hash[SIGV4_HASH_SIZE];

    return sigv4_hash(data, len, NULL, 0, hash) && sigv4_add_hex(hash, out);
}

static bool sigv4_is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~/", c));
}

static bool sigv4_add_path(const char *path, struct buf *out)
{
    for (; *path; path++) {
        if (!(sigv4_is_unreserved(*path)
                  ? buf_append(out, path, 1)
                  : buf_addf(out, "%%%02X", (unsigned)(unsigned char)*path))) {
            return false;
        }
    }
    return true;
}

static bool sigv4_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A header's value without white space at its ends, one space for each run inside. */
static bool sigv4_add_value(const char *value, struct buf *out)
{
    bool first = true;

    while (*value) {
        size_t len = 0;

        while (sigv4_is_space(*value)) {
            value++;
        }
        while (value[len] && !sigv4_is_space(value[len])) {
            len++;
        }
        if (len > 0 && ((!first && !buf_append(out, " ", 1)) || !buf_append(out, value, len))) {
            return false;
        }
        first = first && len == 0;
        value += len;
    }
    return true;
}

static bool sigv4_add_names(const struct sigv4_request *r, struct buf *out)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (!buf_addf(out, "%s%s", i > 0 ? ";" : "", r->headers[i].name)) {
            return false;
        }
    }
    return true;
}

static bool sigv4_add_headers(const struct sigv4_request *r, struct buf *out)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (!buf_addf(out, "%s:", r->headers[i].name) ||
            !sigv4_add_value(r->headers[i].value, out) || !buf_append(out, "\n", 1)) {
            return false;
        }
    }
    return true;
}

bool sigv4_canonical(const struct sigv4_request *r, struct buf *out)
{
    return buf_addf(out, "%s\n", r->method) && sigv4_add_path(r->path, out) &&
           buf_addf(out, "\n%s\n", r->query) && sigv4_add_headers(r, out) &&
           buf_append(out, "\n", 1) && sigv4_add_names(r, out) && buf_append(out, "\n", 1) &&
           sigv4_add_hash(r->body, r->body_len, out);
}

static bool sigv4_add_scope(const struct sigv4_scope *s, struct buf *out)
{
    return buf_addf(out, "%.*s/%s/%s/aws4_request", SIGV4_DAY_LEN, s->date, s->region, s->service);
}

bool sigv4_string_to_sign(const struct sigv4_scope *s, const char *canonical, struct buf *out)
{
    return buf_addf(out, "AWS4-HMAC-SHA256\n%s\n", s->date) && sigv4_add_scope(s, out) &&
           buf_append(out, "\n", 1) && sigv4_add_hash(canonical, strlen(canonical), out);
}

/* Signs text by the key that is derived from the secret, day, region and service. */
static bool sigv4_sign(const struct sigv4_scope *s, const struct buf *text,
                       unsigned char out[SIGV4_HASH_SIZE])
{
    CLEAN_BUF struct buf secret = BUF_OF((size_t)SIGV4_SECRET_MAX);
    unsigned char key[SIGV4_HASH_SIZE];
    bool good = buf_append(&secret, "AWS4", 4) &&
                buf_append(&secret, s->secret, strlen(s->secret)) &&
                sigv4_hmac(secret.data, secret.len, s->date, SIGV4_DAY_LEN, key) &&
                sigv4_hmac(key, sizeof(key), s->region, strlen(s->region), key) &&
                sigv4_hmac(key, sizeof(key), s->service, strlen(s->service), key) &&
                sigv4_hmac(key, sizeof(key), "aws4_request", strlen("aws4_request"), key) &&
                sigv4_hmac(key, sizeof(key), text->data, text->len, out);

    mem_wipe(key, sizeof(key));
    return good;
}

bool sigv4_authorization(const struct sigv4_scope *s, const struct sigv4_request *r,
                         struct buf *out)
{
    CLEAN_BUF struct buf canonical = BUF_OF((size_t)SIGV4_CANONICAL_MAX);
    CLEAN_BUF struct buf to_sign = BUF_OF((size_t)SIGV4_TO_SIGN_MAX);
    CLEAN_BUF struct buf value = BUF_OF((size_t)SIGV4_VALUE_MAX);
    unsigned char signature[SIGV4_HASH_SIZE];

    /* Built aside, so that out gains all of it or nothing. */
    return sigv4_canonical(r, &canonical) &&
           sigv4_string_to_sign(s, buf_text(&canonical), &to_sign) &&
           sigv4_sign(s, &to_sign, signature) &&
           buf_addf(&value, "AWS4-HMAC-SHA256 Credential=%s/", s->key_id) &&
           sigv4_add_scope(s, &value) && buf_addf(&value, ", SignedHeaders=") &&
           sigv4_add_names(r, &value) && buf_addf(&value, ", Signature=") &&
           sigv4_add_hex(signature, &value) && buf_append(out, value.data, value.len);
}
