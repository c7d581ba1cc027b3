/* Dates, against the C library's own. */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void test_against_the_c_library(void **state)
{
    (void)state;
    for (int64_t s = 0; s < 253402300800; s += 7 * 86400 + 40009) {
        time_t time = (time_t)s;
        struct tm tm;
        char want[64];
        char iso[DATE_ISO_SIZE];
        char basic[DATE_BASIC_SIZE];
        int64_t back = -1;

        gmtime_r(&time, &tm);
        strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm);
        date_iso(s, iso);
        assert_string_equal(iso, want);
        strftime(want, sizeof(want), "%Y%m%dT%H%M%SZ", &tm);
        date_basic(s, basic);
        assert_string_equal(basic, want);
        assert_true(date_from_basic(want, &back));
        assert_int_equal(back, s);
        strftime(want, sizeof(want), "%a, %d %b %Y %H:%M:%S GMT", &tm);
        assert_true(date_from_http(want, &back));
        assert_int_equal(back, s);
    }
}

static void test_what_is_no_date(void **state)
{
    static const char *const bad[] = {"",
                                      "now",
                                      "Sun, 30 Aug 2015 12:36:00 CET",
                                      "Sun, 30 ugS 2015 12:36:00 GMT",
                                      "Sun, 00 Aug 2015 12:36:00 GMT",
                                      "Sun, 30 Aug 2015 25:36:00 GMT",
                                      "Sun, +1 Aug 2015 12:36:00 GMT",
                                      "Sunday, 30-Aug-15 12:36:00 GMT"};
    int64_t seconds;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_false(date_from_http(bad[i], &seconds));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_the_c_library),
        cmocka_unit_test(test_what_is_no_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
