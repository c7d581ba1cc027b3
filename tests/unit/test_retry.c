/* Delays, the bucket of tokens, and how often an error that nobody foresaw is asked about again. */
#include "aws/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MOST UINT32_MAX

static void test_calls_and_rounds(void **state)
{
    static const int64_t most[] = {25, 50, 100, 1000, 25, 50, 100, 2000};
    struct retry r = {0};
    int bucket = RETRY_BUCKET;

    (void)state;
    for (size_t i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        int64_t wait = retry_delay(&r, RETRY_TRANSIENT, RETRY_DYNAMODB, &bucket, MOST, "");

        assert_in_range(wait, most[i] - 1, most[i]);
    }
    assert_int_equal(bucket, RETRY_BUCKET - 6 * 14);
}

static void test_other_services_are_slower(void **state)
{
    static const int64_t most[] = {50, 100, 1000, 50, 100, 2000};
    struct retry r = {0};
    int bucket = RETRY_BUCKET;

    (void)state;
    for (size_t i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        int64_t wait = retry_delay(&r, RETRY_TRANSIENT, RETRY_OTHER, &bucket, MOST, "");

        assert_in_range(wait, most[i] - 1, most[i]);
    }
    assert_int_equal(retry_delay(&r, RETRY_THROTTLED, RETRY_OTHER, &bucket, MOST, ""), 999);
}

static void test_an_empty_bucket_leaves_the_outer_loop(void **state)
{
    struct retry r = {0};
    int bucket = 13;

    (void)state;
    assert_int_equal(retry_delay(&r, RETRY_TRANSIENT, RETRY_DYNAMODB, &bucket, 0, ""), 500);
    assert_int_equal(bucket, 13);
    assert_int_equal(retry_delay(&r, RETRY_THROTTLED, RETRY_DYNAMODB, &bucket, 0, ""), 0);
    assert_int_equal(bucket, 8);
}

static void test_what_a_success_gives_back(void **state)
{
    struct retry r = {0};
    int bucket = 100;

    (void)state;
    retry_succeeded(&r, &bucket);
    assert_int_equal(bucket, 101);
    retry_delay(&r, RETRY_TRANSIENT, RETRY_DYNAMODB, &bucket, 0, "");
    retry_succeeded(&r, &bucket);
    assert_int_equal(bucket, 101);
    retry_delay(&r, RETRY_TRANSIENT, RETRY_DYNAMODB, &bucket, 0, "");
    retry_delay(&r, RETRY_THROTTLED, RETRY_DYNAMODB, &bucket, 0, "");
    retry_succeeded(&r, &bucket);
    assert_int_equal(bucket, 87);
    bucket = RETRY_BUCKET;
    retry_succeeded(&r, &bucket);
    assert_int_equal(bucket, RETRY_BUCKET);
}

static void test_the_server_s_wish(void **state)
{
    static const struct {
        const char *after;
        int64_t least, most;
    } rows[] = {
        {"", 24, 25},   {"5", 24, 25},   {"3000", 3000, 3000}, {"60000", 5024, 5025},
        {"-1", 24, 25}, {"1.5", 24, 25}, {"soon", 24, 25},     {"99999999999999999999", 24, 25},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct retry r = {0};
        int bucket = RETRY_BUCKET;
        int64_t wait =
            retry_delay(&r, RETRY_TRANSIENT, RETRY_DYNAMODB, &bucket, MOST, rows[i].after);

        assert_in_range(wait, rows[i].least, rows[i].most);
    }
}

/* Whatever the number of attempts: with one alone, each further one is a round of the outer loop. */
static void test_the_unforeseen_is_counted(void **state)
{
    for (int attempts = 0; attempts < 4; attempts++) {
        struct retry r = {0};
        struct retry_rule rule = retry_rule_of(RETRY_DYNAMODB, attempts);
        int bucket = RETRY_BUCKET;

        for (int asked = 0; asked < RETRY_ODD; asked++) {
            assert_int_equal(r.odd, asked);
            retry_delay(&r, RETRY_TWICE, rule, &bucket, 0, "");
            retry_delay(&r, RETRY_TRANSIENT, rule, &bucket, 0, "");
        }
        assert_int_equal(r.odd, RETRY_ODD);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_and_rounds),
        cmocka_unit_test(test_other_services_are_slower),
        cmocka_unit_test(test_an_empty_bucket_leaves_the_outer_loop),
        cmocka_unit_test(test_what_a_success_gives_back),
        cmocka_unit_test(test_the_server_s_wish),
        cmocka_unit_test(test_the_unforeseen_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
