#include "aws/quote.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define QUOTE_PIECE 8  /* characters of a secret in a row are no accident */
#define QUOTE_REST 4   /* and these, at the end of words that were cut */
#define QUOTE_SHORT 20 /* a shorter secret is an emulator's, maybe a word: it counts as a whole */
#define QUOTE_RUN 32   /* characters without a space or hyphen are no sentence */

static bool quote_repeats(const char *words, const char *secret)
{
    size_t len = strlen(words);

    if (!secret || strlen(secret) < QUOTE_PIECE) {
        return false;
    }
    if (strlen(secret) < QUOTE_SHORT) {
        return strstr(words, secret) != NULL;
    }
    for (size_t i = 0; i + QUOTE_PIECE <= len; i++) {
        char piece[QUOTE_PIECE + 1];

        memcpy(piece, words + i, QUOTE_PIECE);
        piece[QUOTE_PIECE] = '\0';
        if (strstr(secret, piece)) {
            return true;
        }
    }
    for (size_t rest = QUOTE_REST; rest < QUOTE_PIECE && rest <= len; rest++) {
        if (strncmp(words + len - rest, secret, rest) == 0) {
            return true;
        }
    }
    return false;
}

static bool quote_is_marked(const char *words)
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
static bool quote_looks_secret(const char *words)
{
    static const char base64[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

    while (*words) {
        size_t run = strspn(words, base64);

        if (run >= QUOTE_RUN) {
            return true;
        }
        words += run > 0 ? run : 1;
    }
    return false;
}

static bool quote_is_secret(const char *words, const char *const *secrets, size_t count, bool known)
{
    bool secret = quote_is_marked(words) || (!known && quote_looks_secret(words));

    for (size_t i = 0; i < count; i++) {
        secret = secret || quote_repeats(words, secrets[i]);
    }
    return secret;
}

void quote_words(const char *words, const char *const *secrets, size_t count, bool known, char *out,
                 size_t size)
{
    snprintf(out, size, "%s", words);
    if (!quote_is_secret(out, secrets, count, known)) {
        return;
    }
    /* AWS's text for a wrong signature: what it means, then line by line what was sent */
    out[strcspn(out, "\r\n")] = '\0';
    if (text_is_blank(out) || quote_is_secret(out, secrets, count, known)) {
        snprintf(out, size, "(left out: it may hold a secret)");
    }
}
