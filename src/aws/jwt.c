#include "aws/jwt.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define JWT_PAYLOAD_MAX ((size_t)16384)
#define JWT_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/* base64url without padding (RFC 7515). */
static bool jwt_decode(const char *text, size_t len, struct buf *out)
{
    static const char alphabet[] = JWT_ALPHABET;
    uint32_t bits = 0;
    int held = 0;

    for (size_t i = 0; i < len; i++) {
        const char *at = strchr(alphabet, text[i]);
        char byte;

        if (text[i] == '\0' || !at) {
            return false;
        }
        bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            byte = (char)(bits >> held & 0xff);
            if (!buf_append(out, &byte, 1)) {
                return false;
            }
        }
    }
    return len % 4 != 1;
}

static void jwt_add(char out[JWT_CLAIM_SIZE], const char *text)
{
    size_t used = strlen(out);

    snprintf(out + used, JWT_CLAIM_SIZE - used, "%s%s", used > 0 ? "," : "", text);
}

/* A string, or a list of them. */
static void jwt_audience(const json_t *aud, char out[JWT_CLAIM_SIZE])
{
    if (json_is_string(aud)) {
        jwt_add(out, json_string_value(aud));
    }
    for (size_t i = 0; i < json_array_size(aud); i++) {
        const char *one = json_string_value(json_array_get(aud, i));

        jwt_add(out, one ? one : "?");
    }
}

static void jwt_take(const json_t *claims, struct jwt_claims *out)
{
    const char *iss = json_text_of(claims, "iss");
    const char *sub = json_text_of(claims, "sub");
    const json_t *exp = json_object_get(claims, "exp");
    double seconds = json_number_value(exp);

    jwt_add(out->iss, iss ? iss : "");
    jwt_add(out->sub, sub ? sub : "");
    jwt_audience(json_object_get(claims, "aud"), out->aud);
    out->exp = seconds > 0 && seconds < 1e12 ? (int64_t)seconds : 0;
    out->there = true;
}

const char *jwt_read(const char *token, struct jwt_claims *out)
{
    size_t head = strspn(token, JWT_ALPHABET);
    const char *payload = token + head + 1;
    size_t len = token[head] == '.' ? strspn(payload, JWT_ALPHABET) : 0;
    CLEAN_BUF struct buf text = BUF_OF(JWT_PAYLOAD_MAX);
    CLEAN_JSON json_t *claims = NULL;
    struct err ignored;

    *out = (struct jwt_claims){0};
    if (head == 0 || len == 0 || payload[len] != '.' ||
        payload[len + 1 + strspn(payload + len + 1, JWT_ALPHABET)] != '\0') {
        return "it is not three base64url parts joined by dots";
    }
    if (!jwt_decode(payload, len, &text)) {
        return "its second part cannot be decoded";
    }
    claims = json_parse(buf_text(&text), text.len, ERR_INTERNAL, &ignored);
    if (!json_is_object(claims)) {
        return "its second part is no JSON object";
    }
    jwt_take(claims, out);
    return NULL;
}

const char *jwt_show(const struct jwt_claims *c, char *out, size_t size)
{
    char when[DATE_ISO_SIZE] = "none";

    if (c->exp > 0) {
        date_iso(c->exp, when);
    }
    snprintf(out, size, "iss %s, sub %s, aud %s, exp %s", c->iss[0] ? c->iss : "none",
             c->sub[0] ? c->sub : "none", c->aud[0] ? c->aud : "none", when);
    return out;
}
