/*
 * Strict reading of what people write, and safe writing of what others wrote.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* NULL, empty, or nothing but white space. */
bool text_is_blank(const char *text);

/* Cuts white space at both ends, in place; returns the new start inside text. */
char *text_trim(char *text);

/* ASCII letters to lower case, in place; the locale plays no part, here and below. */
void text_to_lower(char *text);

/* ASCII letters compare without case. */
bool text_same_word(const char *a, const char *b);
bool text_begins(const char *text, const char *part);
bool text_contains(const char *text, const char *part);

/* Is it one of the words, letter by letter? The list ends with NULL. */
bool text_is_one_of(const char *text, const char *const *words);

/* Decimal digits only, min <= number <= max. */
bool text_to_number(const char *text, int64_t min, int64_t max, int64_t *number) MUST_LOOK;

/* "90s", "4m", "1h30m", or a bare number of seconds, up to 1,000,000,000 s; into milliseconds. */
bool text_to_duration(const char *text, int64_t *ms) MUST_LOOK;

/* true, 1, yes, on; false, 0, no, off; any case. */
bool text_to_switch(const char *text, bool *on) MUST_LOOK;

/* "12s", "240s", "1.5s" below ten seconds; for people. Returns out. */
const char *text_from_ms(int64_t ms, char *out, size_t size);

/* The word of the list, whose words have at most 64 bytes, that is nearest to a misspelled one; NULL: none is near enough. */
const char *text_nearest(const char *word, const char *const *words, size_t count);

/* Takes off what is left of a last character that was cut; text without one stays as it is. */
void text_whole(char *text);

/* Copies text with everything escaped that could forge a line, a colour or the reading direction: control
 * characters as \n \r \t \xNN, C1 and bidirectional controls as \uNNNN, bytes that are not UTF-8 as \xNN.
 * What does not fit is cut between characters; the result is always terminated. */
void text_escape(const char *text, char *out, size_t size);

/* No overlong form, no surrogate, no half character. */
bool text_is_utf8(const char *text);

/* How many of the first `most` bytes make whole characters: where a text is cut. */
size_t text_fit(const char *text, size_t most);

#endif
