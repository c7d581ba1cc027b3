/* Which hosts a proxy may see. */
#include "io/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_never(void **state)
{
    static const char *const never[] = {
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1",
        "127.255.255.255",
        "::1",
        "[::1]",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.0.0",
        "fd00:ec2::254",
        "[fd00:ec2::23]",
        "[FD00:0EC2:0:0:0:0:0:23]",
    };
    static const char *const may[] = {
        "localhost.example", "128.0.0.1", "169.255.0.1",
        "169.253.255.255",   "::2",       "[fd00:ec3::1]",
        "fd00::1",           "",          "127.0.0.1.example",
        "10.0.0.1",          "[",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(never); i++) {
        assert_true(proxy_is_never(never[i]));
    }
    for (size_t i = 0; i < COUNT(may); i++) {
        assert_false(proxy_is_never(may[i]));
    }
}

struct row {
    const char *list, *host;
    int port;
    bool exempt;
};

static void test_list(void **state)
{
    static const struct row rows[] = {
        {NULL, "h", 443, false},
        {"", "h", 443, false},
        {" , ,", "h", 443, false},
        {"*", "h", 443, true},
        {"a,*", "h", 443, true},
        {"h", "h", 443, true},
        {"H", "h", 443, true},
        {"h.", "h", 443, true},
        {"h", "h.", 443, true},
        {"h", "xh", 443, false},
        {"h", "x.h", 443, true},
        {".h", "x.h", 443, true},
        {".h", "h", 443, true},
        {"*.h", "x.h", 443, true},
        {"x.h", "h", 443, false},
        {".", "h", 443, false},
        {"a, b\tc", "b", 443, true},
        {"a, b\tc", "c", 443, true},
        {"amazonaws.com", "dynamodb.eu-west-1.amazonaws.com", 443, true},
        {"amazonaws.com", "dynamodb.cn-north-1.amazonaws.com.cn", 443, false},
        {"h:443", "h", 443, true},
        {"h:8443", "h", 443, false},
        {"h:x", "h", 443, false},
        {"h:", "h", 443, false},
        {"10.0.0.1", "10.0.0.1", 80, true},
        {"10.0.0.1:80", "10.0.0.1", 80, true},
        {"10.0.0.1:81", "10.0.0.1", 80, false},
        {"10.0.0.1", "10.0.0.10", 80, false},
        {"0.0.1", "10.0.0.1", 80, false},
        {"10.0.0.0/8", "10.255.1.2", 80, true},
        {"10.0.0.0/8", "11.0.0.0", 80, false},
        {"10.0.0.0/9", "10.127.0.1", 80, true},
        {"10.0.0.0/9", "10.128.0.1", 80, false},
        {"0.0.0.0/0", "203.0.113.9", 80, true},
        {"0.0.0.0/0", "[2001:db8::1]", 80, false},
        {"10.0.0.0/33", "10.0.0.0", 80, false},
        {"10.0.0.0/", "10.0.0.0", 80, false},
        {"10.0.0.0/8", "h", 80, false},
        {"2001:db8::/32", "[2001:db8:1::1]", 80, true},
        {"2001:db8::/32", "[2001:db9::1]", 80, false},
        {"2001:db8::1", "[2001:db8:0::1]", 80, true},
        {"[2001:db8::1]:80", "[2001:db8::1]", 80, true},
        {"[2001:db8::1]:81", "[2001:db8::1]", 80, false},
        {"[2001:db8::1]", "2001:db8::1", 80, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (proxy_is_exempt(rows[i].list, rows[i].host, rows[i].port) != rows[i].exempt) {
            fail_msg("%s in %s", rows[i].host, rows[i].list);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_never),
        cmocka_unit_test(test_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
