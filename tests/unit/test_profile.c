/* The grammar of the shared files: every trap of the SDKs' format, and what is an error. */
#include "aws/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void test_values(void **state)
{
    static const struct {
        enum profile_file file;
        const char *text;
        const char *want; /* of key "k" in profile "p"; NULL: absent */
    } rows[] = {
        {PROFILE_CONFIG, "[profile p]\nk = v\n", "v"},
        {PROFILE_CONFIG, "\xef\xbb\xbf[profile p]\nk=v", "v"},
        {PROFILE_CONFIG, "[ profile \t p ]\r\nk\t=\tv\r\n", "v"},
        {PROFILE_CONFIG, "[profile p]# about p\nK = v", "v"},
        {PROFILE_CONFIG, "[profile p] ; about p\nk = v", "v"},
        {PROFILE_CONFIG, "[profile p]\nk = v # no\n", "v"},
        {PROFILE_CONFIG, "[profile p]\nk = v\t; no\n", "v"},
        {PROFILE_CONFIG, "[profile p]\nk = v#yes;yes\n", "v#yes;yes"},
        {PROFILE_CONFIG, "[profile p]\nk = a=b\n", "a=b"},
        {PROFILE_CONFIG, "[profile p]\nk = v\n  w # kept\n\n\tx\n", "v\nw # kept\nx"},
        {PROFILE_CONFIG, "[profile p]\nk =\n", NULL},
        {PROFILE_CONFIG, "[profile p]\ns3 =\n  k = v\n", NULL},
        {PROFILE_CONFIG, "[profile p]\nk = v\n[profile q]\nk = w\n", "v"},
        {PROFILE_CONFIG, "[profile p]\nk = v\n[profile q]\n[profile p]\nk = w\n", "w"},
        {PROFILE_CONFIG, "[profile p]\nk = v\nk = w\n", "w"},
        {PROFILE_CONFIG, "[p]\nk = v\n", NULL},
        {PROFILE_CONFIG, "[profile p q]\nk = v\n", NULL},
        {PROFILE_CONFIG, "[profile p]\nbad key = 1\n more\nk = v\n", "v"},
        {PROFILE_CONFIG, "[what is this]\nx = 1\n y\n[profile p]\nk = v\n", "v"},
        {PROFILE_CONFIG, "; all\n# is\n   \n[profile p]\n#k = v\nk = w\n", "w"},
        {PROFILE_CREDENTIALS, "[p]\nk = v\n", "v"},
        {PROFILE_CREDENTIALS, "[profile p]\nk = v\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEAN_PROFILE struct profile p = {.name = "p"};
        struct err e = {0};
        const char *got;

        if (!profile_parse(&p, rows[i].file, "file", rows[i].text, &e)) {
            fail_msg("row %zu: %s", i, e.text);
        }
        got = profile_text(&p, "k");
        if (!rows[i].want != !got || (got && strcmp(got, rows[i].want) != 0)) {
            fail_msg("row %zu: got %s", i, got ? got : "nothing");
        }
    }
}

static void test_errors(void **state)
{
    static const struct {
        const char *text;
        const char *want;
    } rows[] = {
        {"k = v\n", "line 1"},
        {"\n[profile p\nk = v\n", "line 2"},
        {"[profile p] x\n", "line 1"},
        {"[profile p]\n  k = v\n", "line 2"},
        {"[profile p]\nk\n", "line 2"},
        {"[profile p]\n= v\n", "line 2"},
        {"[profile p]\nk # = v\n", "line 2"},
        {"[profile p]\ns3 =\n  k\n", "line 3"},
        {"[profile p]\ns3 =\n  = v\n", "line 3"},
        {"[ignored section]\nk\n", "line 2"},
        {"[profile p#]\nk = v\n", "line 1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEAN_PROFILE struct profile p = {.name = "p"};
        struct err e = {0};

        assert_false(profile_parse(&p, PROFILE_CONFIG, "file", rows[i].text, &e));
        assert_int_equal(e.kind, ERR_USAGE);
        if (!strstr(e.text, rows[i].want) || !strstr(e.text, "file")) {
            fail_msg("row %zu: %s", i, e.text);
        }
    }
}

static void test_what_beats_what(void **state)
{
    CLEAN_PROFILE struct profile p = {.name = "default"};
    struct err e;

    (void)state;
    assert_true(
        profile_parse(&p, PROFILE_CONFIG, "config",
                      "[profile default]\na = prefixed\nb = config\n[default]\na = bare\nc = bare\n"
                      "[services here]\ndynamodb =\n  endpoint_url = http://h:1\n",
                      &e));
    assert_true(
        profile_parse(&p, PROFILE_CREDENTIALS, "credentials", "[default]\nb = credentials\n", &e));
    assert_string_equal(profile_text(&p, "a"), "prefixed");
    assert_string_equal(profile_text(&p, "b"), "credentials");
    assert_null(profile_text(&p, "c"));
    assert_string_equal(profile_value(&p, PROFILE_SERVICES, "here", "dynamodb endpoint_url"),
                        "http://h:1");
    assert_false(profile_has(&p, PROFILE_PROFILE, "here"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_what_beats_what),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
