#include "aws/fetch.h"

#include "base/text.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define FETCH_PIECE 8 /* characters of a secret in a row are no accident */
#define FETCH_REST 4  /* and these, at the end of words that were cut */
#define FETCH_SHORT \
    20 /* a shorter secret is an emulator's, and may be a word: it counts as a whole */
#define FETCH_RUN 32 /* characters without a space or hyphen are no sentence */

void fetch_run(struct http_exchange *x, int64_t connect_ms, int64_t whole_ms, int64_t deadline)
{
    int64_t until = system_now_ms() + whole_ms;

    x->connect_ms = connect_ms;
    x->until = until < deadline ? until : deadline;
    x->body_in = BUF_OF(FETCH_BODY_MAX);
    http_start(x);
    while (!x->done) {
        http_wait(x->until);
    }
}

bool fetch_succeeded(const struct http_exchange *x)
{
    return x->end == HTTP_ANSWERED && x->status >= 200 && x->status < 300;
}

static bool fetch_repeats(const char *words, const char *secret)
{
    size_t len = strlen(words);

    if (!secret || strlen(secret) < FETCH_PIECE) {
        return false;
    }
    if (strlen(secret) < FETCH_SHORT) {
        return strstr(words, secret) != NULL;
    }
    for (size_t i = 0; i + FETCH_PIECE <= len; i++) {
        char piece[FETCH_PIECE + 1];

        memcpy(piece, words + i, FETCH_PIECE);
        piece[FETCH_PIECE] = '\0';
        if (strstr(secret, piece)) {
            return true;
        }
    }
    for (size_t rest = FETCH_REST; rest < FETCH_PIECE && rest <= len; rest++) {
        if (strncmp(words + len - rest, secret, rest) == 0) {
            return true;
        }
    }
    return false;
}

static bool fetch_is_marked(const char *words)
{
    static const char *const marks[] = {
        "SecretAccessKey", "SessionToken", "\"Token\"",      "AKIA",          "ASIA", "eyJ",
        "Credential=",     "Signature=",   "Authorization:", "Authorization="};

    for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
        if (strstr(words, marks[i])) {
            return true;
        }
    }
    return false;
}

/* So many letters, digits and signs of base64 in a row may be a key or a token. */
static bool fetch_looks_secret(const char *words)
{
    static const char base64[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

    while (*words) {
        size_t run = strspn(words, base64);

        if (run >= FETCH_RUN) {
            return true;
        }
        words += run > 0 ? run : 1;
    }
    return false;
}

static bool fetch_is_secret(const char *words, const char *const *secrets, size_t count, bool known)
{
    bool secret = fetch_is_marked(words) || (!known && fetch_looks_secret(words));

    for (size_t i = 0; i < count; i++) {
        secret = secret || fetch_repeats(words, secrets[i]);
    }
    return secret;
}

void fetch_quote(const char *words, const char *const *secrets, size_t count, char *out, bool known,
                 size_t size)
{
    snprintf(out, size, "%s", words);
    if (!fetch_is_secret(out, secrets, count, known)) {
        return;
    }
    /* AWS's text for a wrong signature: what it means, then line by line what was sent */
    out[strcspn(out, "\r\n")] = '\0';
    if (text_is_blank(out) || fetch_is_secret(out, secrets, count, known)) {
        snprintf(out, size, "(left out: it may hold a secret)");
    }
}
