/* Signs what test_sigv4.py sends. A field is "LENGTH\n" and so many bytes, both ways; it ends with the input. */
#include "aws/sigv4.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADERS_MAX 32
#define FIELDS \
    9 /* key id, secret, region, service, seconds, method, path, query, body; then pairs of name and value */

static char *field(size_t *len)
{
    char line[32];
    char *text;

    if (!fgets(line, sizeof(line), stdin)) {
        exit(0);
    }
    *len = (size_t)strtoull(line, NULL, 10);
    text = mem_zalloc(*len + 1, 1);
    if (fread(text, 1, *len, stdin) != *len) {
        exit(1);
    }
    return text;
}

static void answer(bool good, struct buf *b)
{
    printf("%zu\n", good ? b->len : 6);
    fwrite(good ? buf_text(b) : "failed", 1, good ? b->len : 6, stdout);
}

static void one(void)
{
    char *f[FIELDS], *pairs[2 * HEADERS_MAX];
    size_t len[FIELDS], ignored, count;
    struct sigv4_header headers[HEADERS_MAX];
    CLEAN_BUF struct buf canonical = BUF_OF((size_t)1 << 20), text = BUF_OF((size_t)1 << 20),
                         value = BUF_OF((size_t)1 << 20);
    bool good;

    for (size_t i = 0; i < FIELDS; i++) {
        f[i] = field(&len[i]);
    }
    char *number = field(&ignored);
    count = (size_t)strtoull(number, NULL, 10);
    free(number);
    if (count > HEADERS_MAX) {
        exit(1);
    }
    for (size_t i = 0; i < 2 * count; i++) {
        pairs[i] = field(&ignored);
    }
    for (size_t i = 0; i < count; i++) {
        headers[i] = (struct sigv4_header){pairs[2 * i], pairs[2 * i + 1]};
    }
    struct sigv4_scope scope = {f[0], f[1], f[2], f[3], ""};
    struct sigv4_request request = {f[5], f[6], f[7], headers, count, f[8], len[8]};
    date_basic(strtoll(f[4], NULL, 10), scope.date);
    good = sigv4_canonical(&request, &canonical);
    answer(good, &canonical);
    good = sigv4_string_to_sign(&scope, buf_text(&canonical), &text);
    answer(good, &text);
    good = sigv4_authorization(&scope, &request, &value);
    answer(good, &value);
    for (size_t i = 0; i < FIELDS; i++) {
        free(f[i]);
    }
    for (size_t i = 0; i < 2 * count; i++) {
        free(pairs[i]);
    }
}

int main(void)
{
    for (;;) {
        one();
    }
}
