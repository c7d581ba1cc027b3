#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool text_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_is_blank(const char *text)
{
    while (text && text_is_space(*text)) {
        text++;
    }
    return !text || *text == '\0';
}

char *text_trim(char *text)
{
    size_t len;

    while (text_is_space(*text)) {
        text++;
    }
    len = strlen(text);
    while (len > 0 && text_is_space(text[len - 1])) {
        text[--len] = '\0';
    }
    return text;
}

void text_to_lower(char *text)
{
    for (; *text; text++) {
        *text = text_lower(*text);
    }
}

bool text_same_word(const char *a, const char *b)
{
    while (*a && text_lower(*a) == text_lower(*b)) {
        a++;
        b++;
    }
    return text_lower(*a) == text_lower(*b);
}

bool text_begins(const char *text, const char *part)
{
    while (*part && text_lower(*text) == text_lower(*part)) {
        text++;
        part++;
    }
    return *part == '\0';
}

bool text_contains(const char *text, const char *part)
{
    for (; *text; text++) {
        if (text_begins(text, part)) {
            return true;
        }
    }
    return *part == '\0';
}

bool text_is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

/* Reads digits from *at and moves it behind them; false without a digit or above max. */
static bool text_digits(const char **at, int64_t max, int64_t *number)
{
    const char *p = *at;
    int64_t sum = 0;

    if (*p < '0' || *p > '9') {
        return false;
    }
    for (; *p >= '0' && *p <= '9'; p++) {
        int digit = *p - '0';

        if (sum > (max - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *at = p;
    *number = sum;
    return true;
}

bool text_to_number(const char *text, int64_t min, int64_t max, int64_t *number)
{
    int64_t read;

    if (!text_digits(&text, max, &read) || *text != '\0' || read < min) {
        return false;
    }
    *number = read;
    return true;
}

bool text_to_duration(const char *text, int64_t *ms)
{
    static const int64_t most_seconds = 1000000000;
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};
    int64_t total = 0;
    size_t next = 0; /* units come in falling order, each at most once */

    do {
        int64_t number;

        if (!text_digits(&text, most_seconds, &number)) {
            return false;
        }
        if (*text == '\0' && next == 0) {
            *ms = number * 1000;
            return true;
        }
        while (next < 3 && units[next].unit != *text) {
            next++;
        }
        if (next == 3) {
            return false;
        }
        total += number * units[next++].seconds;
        if (total > most_seconds) {
            return false;
        }
        text++;
    } while (*text);
    *ms = total * 1000;
    return true;
}

bool text_to_switch(const char *text, bool *on)
{
    static const char *const words[] = {"true", "1", "yes", "on", "false", "0", "no", "off"};

    for (size_t i = 0; i < 8; i++) {
        if (text_same_word(text, words[i])) {
            *on = i < 4;
            return true;
        }
    }
    return false;
}

const char *text_from_ms(int64_t ms, char *out, size_t size)
{
    if (ms < 10000 && ms % 1000 != 0) {
        snprintf(out, size, "%lld.%llds", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
    } else {
        snprintf(out, size, "%llds", (long long)(ms / 1000));
    }
    return out;
}

#define TEXT_WORD_MAX 64

/* Edits (insert, drop, change, without case) between two words of at most TEXT_WORD_MAX characters. */
static size_t text_distance(const char *a, const char *b)
{
    size_t row[TEXT_WORD_MAX + 1];
    size_t b_len = strlen(b);

    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = diagonal + (text_lower(a[i - 1]) != text_lower(b[j - 1]));
            size_t edit = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

            diagonal = row[j];
            row[j] = change < edit ? change : edit;
        }
    }
    return row[b_len];
}

const char *text_nearest(const char *word, const char *const *words, size_t count)
{
    const char *best = NULL;
    size_t best_distance = 0;
    size_t len = strlen(word);

    for (size_t i = 0; i < count && len <= TEXT_WORD_MAX; i++) {
        size_t distance = text_distance(word, words[i]);

        /* More than two fifths of a word changed is another word. */
        if (distance * 5 <= 2 * strlen(words[i]) && (!best || distance < best_distance)) {
            best = words[i];
            best_distance = distance;
        }
    }
    return best;
}

/* Length of the UTF-8 character at s with its code point, or 0 when there is none (overlong, surrogate, cut). */
static size_t text_utf8(const unsigned char *s, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

    if (len == 1) {
        *code = s[0];
        return 1;
    }
    if (s[0] < 0xc2 || s[0] > 0xf4) {
        return 0;
    }
    *code = s[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
        *code = *code << 6 | (s[i] & 0x3fU);
    }
    if (*code < least[len] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff)) {
        return 0;
    }
    return len;
}

void text_whole(char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    uint32_t code;

    while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xc0U) == 0x80U) {
        start--;
    }
    if (start > 0 && (unsigned char)text[start - 1] >= 0xc0U &&
        text_utf8((const unsigned char *)text + start - 1, &code) == 0) {
        text[start - 1] = '\0';
    }
}

static bool text_is_unsafe(uint32_t code)
{
    return (code >= 0x80 && code < 0xa0) || code == 0x200e || code == 0x200f || code == 0x2028 ||
           code == 0x2029 || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

/* One character at s, escaped if need be, into piece; returns how many bytes of s it stands for. */
static size_t text_escape_one(const unsigned char *s, char piece[8])
{
    uint32_t code = 0;
    size_t len = text_utf8(s, &code);

    if (len == 0) {
        snprintf(piece, 8, "\\x%02x", s[0]);
        return 1;
    }
    if (code == '\n' || code == '\r' || code == '\t') {
        snprintf(piece, 8, "\\%c", code == '\n' ? 'n' : code == '\r' ? 'r' : 't');
    } else if (code < 0x20 || code == 0x7f) {
        snprintf(piece, 8, "\\x%02x", (unsigned)code);
    } else if (text_is_unsafe(code)) {
        snprintf(piece, 8, "\\u%04x", (unsigned)code & 0xffffU);
    } else {
        memcpy(piece, s, len);
        piece[len] = '\0';
    }
    return len;
}

void text_escape(const char *text, char *out, size_t size)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t used = 0;

    while (*s) {
        char piece[8];
        size_t step = text_escape_one(s, piece);
        size_t len = strlen(piece);

        if (used + len >= size) {
            break;
        }
        memcpy(out + used, piece, len);
        used += len;
        s += step;
    }
    out[used] = '\0';
}

bool text_is_utf8(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    uint32_t code;

    while (*s) {
        size_t len = text_utf8(s, &code);

        if (len == 0) {
            return false;
        }
        s += len;
    }
    return true;
}

size_t text_fit(const char *text, size_t most)
{
    size_t len = strnlen(text, most);

    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) {
        len--;
    }
    return len;
}
