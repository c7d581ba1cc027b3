/* Where STS is: a row for each rule. */
#include "aws/sts_endpoint.h"
#include "doors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define FIPS "AWS_USE_FIPS_ENDPOINT"
#define DUAL "AWS_USE_DUALSTACK_ENDPOINT"
#define LEGACY "AWS_STS_REGIONAL_ENDPOINTS"
#define STS "AWS_ENDPOINT_URL_STS"
#define ALL "AWS_ENDPOINT_URL"

static void test_hosts(void **state)
{
    static const struct {
        const char *region;
        const char *name, *value, *other, *other_value;
        const char *host; /* NULL: refused */
        const char *signing;
    } rows[] = {
        {"eu-west-1", "", "", "", "", "sts.eu-west-1.amazonaws.com", "eu-west-1"},
        {"cn-north-1", "", "", "", "", "sts.cn-north-1.amazonaws.com.cn", "cn-north-1"},
        {"eusc-de-east-1", "", "", "", "", "sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"},
        {"us-iso-east-1", "", "", "", "", "sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"},
        {"aws-global", "", "", "", "", "sts.amazonaws.com", "us-east-1"},
        {"us-west-2", FIPS, "TRUE", "", "", "sts-fips.us-west-2.amazonaws.com", "us-west-2"},
        {"us-gov-west-1", FIPS, "true", "", "", "sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
        {"us-west-2", DUAL, "true", "", "", "sts.us-west-2.api.aws", "us-west-2"},
        {"us-west-2", DUAL, "true", FIPS, "true", "sts-fips.us-west-2.api.aws", "us-west-2"},
        {"us-gov-west-1", DUAL, "true", FIPS, "true", "sts-fips.us-gov-west-1.api.aws",
         "us-gov-west-1"},
        {"eu-west-1", LEGACY, "legacy", "", "", "sts.amazonaws.com", "us-east-1"},
        {"eu-south-1", LEGACY, "legacy", "", "", "sts.eu-south-1.amazonaws.com", "eu-south-1"},
        {"eu-west-1", LEGACY, "legacy", FIPS, "true", "sts-fips.eu-west-1.amazonaws.com",
         "eu-west-1"},
        {"eu-west-1", LEGACY, "Regional", "", "", "sts.eu-west-1.amazonaws.com", "eu-west-1"},
        {"eu-west-1", STS, "http://h:1/x", ALL, "http://i", "h:1", "eu-west-1"},
        {"eu-west-1", ALL, "http://i", LEGACY, "legacy", "i", "eu-west-1"},
        {"eu-west-1", ALL, "http://i", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true",
         "sts.eu-west-1.amazonaws.com", "eu-west-1"},
        {"eu-west-1", ALL, "http://i", FIPS, "true", NULL, NULL},
        {"eu-west-1", STS, "http://i", DUAL, "true", NULL, NULL},
        {"eu-west-1", STS, "ftp://i", "", "", NULL, NULL},
        {"eu-west-1", FIPS, "1", "", "", NULL, NULL},
        {"eu-west-1", LEGACY, "global", "", "", NULL, NULL},
        {NULL, "", "", "", "", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct endpoint out;
        struct err e = {0};
        bool good;

        doors_reset(NULL);
        doors_set(rows[i].name, rows[i].value);
        doors_set(rows[i].other, rows[i].other_value);
        good = sts_endpoint_resolve(rows[i].region, NULL, &out, &e);
        if (good != (rows[i].host != NULL) ||
            (good && (strcmp(out.host, rows[i].host) != 0 ||
                      strcmp(out.signing_region, rows[i].signing) != 0))) {
            fail_msg("row %zu: %s %s", i, good ? out.host : e.text, good ? out.signing_region : "");
        }
        assert_true(good || e.kind == ERR_USAGE);
    }
}

static void test_the_profile(void **state)
{
    CLEAN_PROFILE struct profile p = {.name = "p"};
    struct endpoint out;
    struct err e;

    (void)state;
    doors_reset(NULL);
    assert_true(profile_parse(&p, PROFILE_CONFIG, "c",
                              "[profile p]\nservices = s\nendpoint_url = http://all\n"
                              "[services s]\nsts =\n  endpoint_url = http://own\n",
                              &e));
    assert_true(sts_endpoint_resolve("eu-west-1", &p, &out, &e));
    assert_string_equal(out.host, "own");
    doors_set(ALL, "http://variable"); /* beats what the profile says of STS itself */
    assert_true(sts_endpoint_resolve("eu-west-1", &p, &out, &e));
    assert_string_equal(out.host, "variable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_the_profile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
