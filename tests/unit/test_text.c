/* Strict reading of what people write, safe writing of what others wrote: a row for each rule. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t number;
    } rows[] = {
        {"0", true, 0},     {"10", true, 10},
        {"007", true, 7},   {"11", false, 0},
        {"", false, 0},     {"-1", false, 0},
        {"+1", false, 0},   {" 1", false, 0},
        {"1 ", false, 0},   {"1.0", false, 0},
        {"x", false, 0},    {"0x1", false, 0},
        {"\xb2", false, 0}, {"99999999999999999999999", false, 0},
    };
    int64_t number = -1;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool good = text_to_number(rows[i].text, 0, 10, &number);

        if (good != rows[i].good || (good && number != rows[i].number)) {
            fail_msg("\"%s\": %d, %lld", rows[i].text, good, (long long)number);
        }
    }
    assert_true(text_to_number("9223372036854775807", 1, INT64_MAX, &number));
    assert_false(text_to_number("9223372036854775808", 1, INT64_MAX, &number));
    assert_false(text_to_number("4", 5, 9, &number));
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } rows[] = {
        {"90s", 90000},      {"4m", 240000},   {"1h30m", 5400000},
        {"1h1m1s", 3661000}, {"0", 0},         {"0m", 0},
        {"240", 240000},     {"90m", 5400000}, {"1000000000", 1000000000000},
        {"1000000001", -1},  {"300000h", -1},  {"", -1},
        {"s", -1},           {"5 s", -1},      {"5S", -1},
        {"30m1h", -1},       {"1m1m", -1},     {"1h30", -1},
        {"1.5s", -1},        {"-5s", -1},      {"5ms", -1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = -1;
        bool good = text_to_duration(rows[i].text, &ms);

        if (good != (rows[i].ms >= 0) || (good && ms != rows[i].ms)) {
            fail_msg("\"%s\": %d, %lld", rows[i].text, good, (long long)ms);
        }
    }
}

static void test_times_for_people(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {{0, "0s"},      {1, "0.0s"},    {1500, "1.5s"},
                {9999, "9.9s"}, {10500, "10s"}, {240000, "240s"}};
    char out[32];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(text_from_ms(rows[i].ms, out, sizeof(out)), rows[i].text);
    }
}

static void test_words(void **state)
{
    static const char *const words[] = {"--table", "--timeout", "--spec"};
    static const char *const list[] = {"AccessDenied", "Throttling", NULL};
    char padded[] = " \t eu-west-1\r\n";
    char mixed[] = "Fd00:EC2::23-\xc3\x84";
    bool on = false;

    (void)state;
    assert_string_equal(text_nearest("--tabel", words, 3), "--table");
    assert_string_equal(text_nearest("--TIME-OUT", words, 3), "--timeout");
    assert_null(text_nearest("--region", words, 3));
    assert_null(text_nearest("", words, 3));
    assert_true(text_is_one_of("Throttling", list));
    assert_false(text_is_one_of("throttling", list) || text_is_one_of("", list));
    assert_true(text_same_word("Success", "sUCCESS") && !text_same_word("a", "ab"));
    assert_true(text_begins("HTTPS://x", "https:") && !text_begins("http", "https"));
    assert_true(text_contains("is an Explicit Deny", "explicit deny") && text_contains("", ""));
    assert_false(text_contains("explicit", "explicit deny"));
    assert_true(text_to_switch("OFF", &on) && !on && text_to_switch("yes", &on) && on);
    assert_false(text_to_switch("maybe", &on) || text_to_switch("", &on));
    assert_true(text_is_blank(NULL) && text_is_blank(" \n") && !text_is_blank("x"));
    assert_string_equal(text_trim(padded), "eu-west-1");
    text_to_lower(mixed);
    assert_string_equal(mixed, "fd00:ec2::23-\xc3\x84");
}

static void test_escapes(void **state)
{
    static const struct {
        const char *text, *safe;
    } rows[] = {
        {"plain \xc3\xa9 \xf0\x9f\x98\x80", "plain \xc3\xa9 \xf0\x9f\x98\x80"},
        {"a\nb\r\t", "a\\nb\\r\\t"},
        {"\x1b[31m\x7f", "\\x1b[31m\\x7f"},
        {"\xc2\x9b", "\\u009b"}, /* C1 */
        {"\xe2\x80\xae"
         "evil",
         "\\u202eevil"},                     /* turns the reading direction */
        {"\xff\xc3", "\\xff\\xc3"},          /* no UTF-8, half of it */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* a surrogate */
        {"\xc0\xaf", "\\xc0\\xaf"},          /* overlong */
    };
    char out[64];
    char small[6];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        text_escape(rows[i].text, out, sizeof(out));
        assert_string_equal(out, rows[i].safe);
        assert_true(text_is_utf8(out));
        if (text_is_utf8(rows[i].text) != (i < 5)) {
            fail_msg("row %zu: UTF-8?", i);
        }
    }
    text_escape("abc\xc3\xa9x", small, sizeof(small));
    assert_string_equal(small, "abc\xc3\xa9");
    text_escape("abcd\n", small, sizeof(small));
    assert_string_equal(small, "abcd");
}

static void test_cuts(void **state)
{
    const char *text = "a\xc3\xa9\xe2\x82\xac"; /* 1, 2 and 3 bytes */
    static const size_t fits[] = {0, 1, 1, 3, 3, 3, 6, 6};

    (void)state;
    for (size_t most = 0; most < COUNT(fits); most++) {
        assert_int_equal(text_fit(text, most), fits[most]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),          cmocka_unit_test(test_durations),
        cmocka_unit_test(test_times_for_people), cmocka_unit_test(test_words),
        cmocka_unit_test(test_escapes),          cmocka_unit_test(test_cuts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
