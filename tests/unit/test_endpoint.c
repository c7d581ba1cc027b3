/* Where DynamoDB is: partitions, overrides good and bad, placeholders. */
#include "aws/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_partitions(void **state)
{
    static const char *const hosts[][2] = {
        {"us-east-1", "dynamodb.us-east-1.amazonaws.com"},
        {"eu-west-1", "dynamodb.eu-west-1.amazonaws.com"},
        {"xx-nowhere-9", "dynamodb.xx-nowhere-9.amazonaws.com"},
        {"aws-global", "dynamodb.aws-global.amazonaws.com"},
        {"cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"},
        {"aws-cn-global", "dynamodb.aws-cn-global.amazonaws.com.cn"},
        {"eusc-de-east-1", "dynamodb.eusc-de-east-1.amazonaws.eu"},
        {"us-gov-west-1", "dynamodb.us-gov-west-1.amazonaws.com"},
        {"us-iso-east-1", "dynamodb.us-iso-east-1.c2s.ic.gov"},
        {"us-isob-east-1", "dynamodb.us-isob-east-1.sc2s.sgov.gov"},
        {"eu-isoe-west-1", "dynamodb.eu-isoe-west-1.cloud.adc-e.uk"},
        {"us-isof-south-1", "dynamodb.us-isof-south-1.csp.hci.ic.gov"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct endpoint p;
        struct err e = {0};
        char url[400];

        assert_true(endpoint_resolve(hosts[i][0], NULL, NULL, &p, &e));
        snprintf(url, sizeof(url), "https://%s/", hosts[i][1]);
        assert_string_equal(p.host, hosts[i][1]);
        assert_string_equal(p.url, url);
        assert_string_equal(p.path, "/");
        assert_string_equal(p.signing_region, hosts[i][0]);
        assert_true(p.https && !p.emulator);
    }
}

static void test_local(void **state)
{
    struct endpoint p;
    struct err e = {0};

    (void)state;
    assert_true(endpoint_resolve("local", NULL, NULL, &p, &e));
    assert_string_equal(p.url, "http://localhost:8000/");
    assert_string_equal(p.host, "localhost:8000");
    assert_string_equal(p.signing_region, "us-east-1");
    assert_true(p.emulator && !p.https);
}

static void test_overrides(void **state)
{
    static const char *const good[][4] = {
        {"http://localhost:8000", "http://localhost:8000/", "localhost:8000", "/"},
        {"HTTP://LocalHost:80", "http://localhost/", "localhost", "/"},
        {"https://h:443/", "https://h/", "h", "/"},
        {"https://h:80", "https://h:80/", "h:80", "/"},
        {"http://h:0443", "http://h:443/", "h:443", "/"},
        {"http://[::1]:8000/x", "http://[::1]:8000/x", "[::1]:8000", "/x"},
        {"http://[FE80::AB]", "http://[fe80::ab]/", "[fe80::ab]", "/"},
        {"http://my_service.ns:1/a/", "http://my_service.ns:1/a/", "my_service.ns:1", "/a/"},
        {"http://h/a/./b//c/../d", "http://h/a/b/d", "h", "/a/b/d"},
        {"http://h/../..", "http://h/", "h", "/"},
        {"http://h//", "http://h/", "h", "/"},
        {"http://h/a/..", "http://h/", "h", "/"},
        {"http://h/...//", "http://h/.../", "h", "/.../"},
        {"http://h/a%20b", "http://h/a%20b", "h", "/a%20b"},
        {"http://h/x@y:z", "http://h/x@y:z", "h", "/x@y:z"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct endpoint p;
        struct err e = {0};

        assert_true(endpoint_resolve("eu-west-1", good[i][0], "--endpoint-url", &p, &e));
        assert_string_equal(p.url, good[i][1]);
        assert_string_equal(p.host, good[i][2]);
        assert_string_equal(p.path, good[i][3]);
        assert_true(p.emulator);
        assert_string_equal(p.signing_region, "eu-west-1");
    }
}

static void test_bad_overrides(void **state)
{
    static const char *const bad[] = {
        "",
        "h",
        "localhost:8000",
        "//localhost",
        "ftp://h",
        "httpss://h",
        "http:/h",
        "http:h",
        "http://",
        "http:///x",
        "http://:8000",
        "http://h:",
        "http://h:0",
        "http://h:65536",
        "http://h:99999",
        "http://h:80a",
        "http://h:-1",
        "http://h:+1",
        "http://h:18446744073709551696",
        "http://a b/",
        "http://h/a b",
        "http://[::1",
        "http://[::1]x",
        "http://[]",
        "http://[fe80::1%25eth0]",
        "http://[1.2.3.4]",
        "http://::1/",
        "http://a..b",
        "http://.a",
        "http://user@h",
        "http://@h",
        "http://h?a=b",
        "http://h/?",
        "http://h#f",
        "http://h/#",
        "http://h\\x",
        "http://h/\\x",
        "http://h/%zz",
        "http://h/%2",
        "http://h/\x01",
        "http://h\n",
        "http://\xc3\xbc/",
        "http://h/\xc3\xbc",
    };
    char deep[2000];

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct endpoint p;
        struct err e = {0};
        char start[300];

        assert_false(endpoint_resolve("eu-west-1", bad[i], "AWS_ENDPOINT_URL", &p, &e));
        snprintf(start, sizeof(start), "AWS_ENDPOINT_URL: '%s': ", bad[i]);
        assert_int_equal(e.kind, ERR_USAGE);
        assert_int_equal(strncmp(e.text, start, strlen(start)), 0);
    }
    for (size_t len = 590; len < sizeof(deep); len++) {
        struct endpoint p;
        struct err e = {0};

        memset(deep, 'a', len);
        memcpy(deep, "http://h/", 9);
        deep[len] = '\0';
        assert_int_equal(endpoint_resolve("eu-west-1", deep, "x", &p, &e),
                         len - 8 < sizeof(p.path));
        memcpy(deep, "http://aa", 9);
        assert_false(endpoint_resolve("eu-west-1", deep, "x", &p, &e));
    }
}

static void test_no_password_is_shown(void **state)
{
    static const char *const secret[] = {"http://u:hunter2@h", "http://u:hunter2/x@h",
                                         "u:hunter2@h",        "ftp://u:hunter2@h/?#",
                                         "http://:hunter2@h",  "http://u:a:hunter2@x@h"};
    (void)state;
    for (size_t i = 0; i < COUNT(secret); i++) {
        struct endpoint p;
        struct err e = {0};

        assert_false(endpoint_resolve("eu-west-1", secret[i], "x", &p, &e));
        assert_null(strstr(e.text, "hunter2"));
        assert_non_null(strstr(e.text, "***"));
    }
}

static void test_placeholders(void **state)
{
    static const char *const aws[] = {
        "http://dynamodb.us-east-1.amazonaws.com",
        "http://DynamoDB.us-east-1.AmazonAWS.com.:80/",
        "http://amazonaws.com",
        "http://x.api.aws",
        "http://x.amazonaws.com.cn",
        "http://x.api.amazonwebservices.com.cn",
        "http://x.amazonaws.eu",
        "http://x.api.amazonwebservices.eu",
        "http://x.c2s.ic.gov",
        "http://x.api.aws.ic.gov",
        "http://x.sc2s.sgov.gov",
        "http://x.api.aws.scloud",
        "http://x.cloud.adc-e.uk",
        "http://x.api.cloud-aws.adc-e.uk",
        "http://x.csp.hci.ic.gov",
        "http://x.api.aws.hci.ic.gov",
    };
    struct endpoint p;
    struct err e = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(aws); i++) {
        assert_false(endpoint_takes_placeholders(aws[i]));
        assert_true(endpoint_resolve("us-east-1", aws[i], "x", &p, &e));
        assert_false(p.emulator);
    }
    assert_true(endpoint_takes_placeholders("http://localhost:8000"));
    assert_true(endpoint_takes_placeholders("http://notamazonaws.com"));
    assert_true(endpoint_takes_placeholders("http://amazonaws.com.example"));
    assert_false(endpoint_takes_placeholders("https://localhost:8000"));
    assert_true(endpoint_resolve("us-east-1", "https://localhost:8000", "x", &p, &e) && p.emulator);
}

static void test_regions(void **state)
{
    static const char *const bad[] = {"",    "-a",  "a-",  "a_b", "a.b",
                                      "a b", "a/b", "a@b", "a:1", "\xc3\xbcs"};
    char word[66];

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(endpoint_is_region(bad[i]));
    }
    memset(word, 'a', sizeof(word));
    word[64] = '\0';
    assert_false(endpoint_is_region(word));
    word[63] = '\0';
    assert_true(endpoint_is_region(word));
    assert_true(endpoint_is_region("a") && endpoint_is_region("us-east-1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partitions),
        cmocka_unit_test(test_local),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_bad_overrides),
        cmocka_unit_test(test_no_password_is_shown),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_regions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
