/* Where DynamoDB is without an override, and what excludes what: a row for each rule. */
#include "aws/endpoint_dynamodb.h"
#include "doors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PREFERRED ENDPOINT_DYNAMODB_PREFERRED
#define REQUIRED ENDPOINT_DYNAMODB_REQUIRED
#define ACCOUNT "123456789012"

static void test_hosts(void **state)
{
    static const struct {
        struct endpoint_dynamodb want;
        const char *region, *override, *account;
        const char *host; /* NULL: refused */
    } rows[] = {
        {{false, false, 0}, "eu-west-1", NULL, ACCOUNT, "dynamodb.eu-west-1.amazonaws.com"},
        {{true, false, 0}, "eu-west-1", NULL, NULL, "dynamodb-fips.eu-west-1.amazonaws.com"},
        {{true, false, 0}, "us-gov-west-1", NULL, NULL, "dynamodb.us-gov-west-1.amazonaws.com"},
        {{true, false, 0}, "cn-north-1", NULL, NULL, "dynamodb-fips.cn-north-1.amazonaws.com.cn"},
        {{false, true, 0}, "eu-west-1", NULL, NULL, "dynamodb.eu-west-1.api.aws"},
        {{false, true, 0}, "us-iso-east-1", NULL, NULL, "dynamodb.us-iso-east-1.api.aws.ic.gov"},
        {{true, true, 0}, "us-gov-west-1", NULL, NULL, "dynamodb-fips.us-gov-west-1.api.aws"},
        {{true, false, 0}, "eu-west-1", "http://h:1", NULL, NULL},
        {{false, true, 0}, "eu-west-1", "http://h:1", NULL, NULL},
        {{true, false, 0}, "local", NULL, NULL, NULL},
        {{false, true, 0}, "local", NULL, NULL, NULL},
        {{false, false, 0}, "local", NULL, NULL, "localhost:8000"},
        {{false, false, 0}, "eu-west-1", "https://dynamodb.eu-west-1.api.aws", NULL, NULL},
        {{false, false, 0},
         "eu-west-1",
         "https://dynamodb.eu-west-2.api.aws",
         NULL,
         "dynamodb.eu-west-2.api.aws"},
        {{false, false, PREFERRED},
         "eu-west-1",
         NULL,
         ACCOUNT,
         ACCOUNT ".ddb.eu-west-1.amazonaws.com"},
        {{false, true, PREFERRED}, "eu-west-1", NULL, ACCOUNT, ACCOUNT ".ddb.eu-west-1.api.aws"},
        {{false, false, PREFERRED}, "eu-west-1", NULL, NULL, "dynamodb.eu-west-1.amazonaws.com"},
        {{false, false, PREFERRED},
         "cn-north-1",
         NULL,
         ACCOUNT,
         "dynamodb.cn-north-1.amazonaws.com.cn"},
        {{false, false, PREFERRED},
         "us-gov-east-1",
         NULL,
         ACCOUNT,
         "dynamodb.us-gov-east-1.amazonaws.com"},
        {{false, false, PREFERRED},
         "eusc-de-east-1",
         NULL,
         ACCOUNT,
         "dynamodb.eusc-de-east-1.amazonaws.eu"},
        {{true, false, PREFERRED},
         "eu-west-1",
         NULL,
         ACCOUNT,
         "dynamodb-fips.eu-west-1.amazonaws.com"},
        {{false, false, PREFERRED}, "eu-west-1", NULL, "a.b", NULL},
        {{true, false, REQUIRED}, "eu-west-1", NULL, ACCOUNT, NULL},
        {{false, false, REQUIRED}, "cn-north-1", NULL, ACCOUNT, NULL},
        {{false, false, REQUIRED},
         "eu-west-1",
         NULL,
         ACCOUNT,
         ACCOUNT ".ddb.eu-west-1.amazonaws.com"},
        {{false, false, REQUIRED}, "eu-west-1", "http://h:1", NULL, "h:1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct endpoint out;
        struct err e = {0};
        bool good = endpoint_dynamodb_resolve(&rows[i].want, rows[i].region, rows[i].override,
                                              "--endpoint-url", rows[i].account, &out, &e);

        if (good != (rows[i].host != NULL) || (good && strcmp(out.host, rows[i].host) != 0)) {
            fail_msg("row %zu: %s", i, good ? out.host : e.text);
        }
        assert_true(good || e.kind == ERR_USAGE);
    }
}

static void test_the_settings(void **state)
{
    struct endpoint_dynamodb want;
    struct err e = {0};

    (void)state;
    doors_reset(NULL);
    assert_true(endpoint_dynamodb_read(NULL, &want, &e));
    assert_true(!want.fips && !want.dual_stack && want.mode == ENDPOINT_DYNAMODB_REGIONAL);
    doors_set("AWS_USE_FIPS_ENDPOINT", "True");
    doors_set("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required");
    assert_true(endpoint_dynamodb_read(NULL, &want, &e));
    assert_true(want.fips && want.mode == REQUIRED);
    assert_false(endpoint_dynamodb_has_account(&want, NULL, &e));
    assert_true(endpoint_dynamodb_has_account(&want, ACCOUNT, &e));
    doors_set("AWS_USE_DUALSTACK_ENDPOINT", "yes");
    assert_false(endpoint_dynamodb_read(NULL, &want, &e));
    assert_non_null(strstr(e.text, "AWS_USE_DUALSTACK_ENDPOINT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_the_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
