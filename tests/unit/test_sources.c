/* What the credential sources read: tokens, answers of STS and of agents, URIs, and words that must not be repeated. */
#include "aws/container_uri.h"
#include "aws/document.h"
#include "aws/jwt.h"
#include "aws/quote.h"
#include "aws/skew.h"
#include "aws/sts_answer.h"
#include "base/date.h"
#include "base/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void test_claims(void **state)
{
    /* {"alg":"x"} . {"iss":"i","sub":"s","aud":["a","b"],"exp":1700000000} */
    static const char good[] =
        "eyJhbGciOiJ4In0.eyJpc3MiOiJpIiwic3ViIjoicyIsImF1ZCI6WyJhIiwiYiJdLCJleHAiOjE3MDAwMDAwMDB9.c2ln";
    static const char *const bad[] = {"",     "a",        "a.b",    "a.b.c.d", "..",
                                      "a..c", "a.b.c\nx", "a.eA.c", "a b.c.d", "eyJ9.eyJ9.x"};
    struct jwt_claims c;
    char shown[JWT_SHOWN_SIZE];

    (void)state;
    assert_null(jwt_read(good, &c));
    assert_true(c.there);
    assert_string_equal(jwt_show(&c, shown, sizeof(shown)),
                        "iss i, sub s, aud a,b, exp 2023-11-14T22:13:20Z");
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_non_null(jwt_read(bad[i], &c));
        assert_false(c.there);
    }
}

static void test_xml(void **state)
{
    static const struct {
        const char *doc;
        const char *want;
    } rows[] = {
        {"<a><b>x</b></a>", "x"},
        {"<?xml version='1.0'?>\n<!-- c --><a xmlns=\"u\"><c/><n:b k='>'> x &lt;&#65;&#x42; </n:b></a>\n",
         " x <AB "},
        {"<a><b>x</b><b>y</b></a>", "x"},
        {"<a><c><b>y</b></c></a>", NULL},
        {"<b>x</b>", NULL},
        {"<a><b></b></a>", NULL},
        {"<a><b/></a>", NULL},
        {"<a><b>x</b>", NULL},
        {"<a><b>x</a></b>", NULL},
        {"<a><b>&bomb;</b></a>", NULL},
        {"<!DOCTYPE a [<!ENTITY x 'y'>]><a><b>x</b></a>", NULL},
        {"<a><b>x</b></a><a/>", NULL},
        {"text<a><b>x</b></a>", NULL},
        {"<a><b>&#xd800;</b></a>", NULL},
        {"<a><b>x", NULL},
        {"<", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEAN_BUF struct buf out = BUF_OF(64);
        bool good = xml_text(rows[i].doc, strlen(rows[i].doc), "a/b", &out);

        if (good != (rows[i].want != NULL) || (good && strcmp(buf_text(&out), rows[i].want) != 0)) {
            fail_msg("row %zu: %d %s", i, good, buf_text(&out));
        }
    }
}

#define CREDENTIALS_XML                                                               \
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>K</AccessKeyId>" \
    "<SecretAccessKey>S&amp;S</SecretAccessKey><SessionToken>T</SessionToken>"        \
    "<Expiration>2023-11-14T22:13:20Z</Expiration></Credentials><AssumedRoleUser>"    \
    "<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>"         \
    "</AssumeRoleResult></AssumeRoleResponse>"
#define CREDENTIALS_JSON                                                                      \
    " {\"AssumeRoleResponse\":{\"AssumeRoleResult\":{\"Credentials\":{\"AccessKeyId\":\"K\"," \
    "\"SecretAccessKey\":\"S&S\",\"SessionToken\":\"T\",\"Expiration\":1.70000000E9},"        \
    "\"AssumedRoleUser\":{\"Arn\":\"arn:aws:sts::123456789012:assumed-role/r/s\"}}}}"

static void test_sts(void **state)
{
    static const char *const answers[] = {CREDENTIALS_XML, CREDENTIALS_JSON};
    static const char *const bad[] = {"", "{", "<html>", "{\"AssumeRoleResponse\":[]}",
                                      "<AssumeRoleResponse/>"};
    static const char error[] = "{\"Error\":{\"Code\":\"C\",\"Message\":\"M\"},"
                                "\"RequestId\":\"R\"}";
    static const char wrapped[] = "<ErrorResponse><Errors><Error><Code>C</Code></Error></Errors>"
                                  "<RequestId>R</RequestId></ErrorResponse>";
    struct sts_answer_error told;

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        CLEAN_CREDENTIALS struct credentials c = {0};

        assert_true(sts_answer_credentials(answers[i], strlen(answers[i]), "AssumeRole", &c));
        assert_string_equal(c.secret, "S&S");
        assert_string_equal(c.account, "123456789012");
        assert_int_equal(c.expires, 1700000000);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        CLEAN_CREDENTIALS struct credentials c = {0};

        assert_false(sts_answer_credentials(bad[i], strlen(bad[i]), "AssumeRole", &c));
        sts_answer_error(bad[i], strlen(bad[i]), &told);
        assert_string_equal(told.code, "");
    }
    sts_answer_error(error, strlen(error), &told);
    assert_string_equal(told.code, "C");
    assert_string_equal(told.message, "M");
    assert_string_equal(told.request_id, "R");
    sts_answer_error(wrapped, strlen(wrapped), &told);
    assert_string_equal(told.code, "C");
    assert_string_equal(told.message, "");
    assert_string_equal(told.request_id, "R");
}

#define KEYS "\"accesskeyid\":\"K\",\"SECRETACCESSKEY\":\"S\",\"SessionToken\":\"T\""

static void test_documents(void **state)
{
    static const struct {
        const char *text;
        enum document_kind want;
    } rows[] = {
        {"{" KEYS ",\"Expiration\":\"2023-11-14T22:13:20.123456789Z\"}", DOCUMENT_GOOD},
        {"{" KEYS ",\"expiresAt\":\"2023-11-14T22:13:20Z\",\"Code\":\"Success\"}", DOCUMENT_GOOD},
        {"{" KEYS ",\"Expiration\":\"soon\"}", DOCUMENT_UNREADABLE},
        {"{" KEYS "}", DOCUMENT_UNREADABLE},
        {"{\"AccessKeyId\":\"K\"}", DOCUMENT_UNREADABLE},
        {"{" KEYS ",\"Expiration\":\"2023-11-14T22:13:20Z\",\"Code\":\"Failed\"}",
         DOCUMENT_REFUSAL},
        {"{\"message\":\"no\"}", DOCUMENT_REFUSAL},
        {"[]", DOCUMENT_UNREADABLE},
        {"", DOCUMENT_UNREADABLE},
        {"{\"Code\":", DOCUMENT_UNREADABLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEAN_CREDENTIALS struct credentials c = {0};
        struct document d;

        if (document_read(rows[i].text, strlen(rows[i].text), &c, &d) != rows[i].want) {
            fail_msg("row %zu: %s", i, d.message);
        }
        assert_int_equal(c.key_id != NULL, rows[i].want == DOCUMENT_GOOD);
    }
}

static void test_uris(void **state)
{
    static const struct {
        const char *uri;
        const char *url; /* NULL: refused */
        const char *host;
    } rows[] = {
        {"http://169.254.170.23/v1/credentials", "http://169.254.170.23/v1/credentials",
         "169.254.170.23"},
        {"http://169.254.170.2:80/x?y=1#z", "http://169.254.170.2:80/x?y=1", "169.254.170.2:80"},
        {"http://[fd00:ec2::23]/v1", "http://[fd00:ec2::23]/v1", "[fd00:ec2::23]"},
        {"http://[FD00:0EC2:0:0:0:0:0:23]/v1", "http://[fd00:ec2::23]/v1", "[fd00:ec2::23]"},
        {"HTTP://127.1.2.3:8080", "http://127.1.2.3:8080/", "127.1.2.3:8080"},
        {"http://[::1]:1/", "http://[::1]:1/", "[::1]:1"},
        {"https://example.com/x", "https://example.com/x", "example.com"},
        {"https://8.8.8.8?x", "https://8.8.8.8/?x", "8.8.8.8"},
        {"http://8.8.8.8/", NULL, NULL},
        {"http://169.254.170.24/", NULL, NULL},
        {"http://169.254.169.254/", NULL, NULL},
        {"http://128.0.0.1/", NULL, NULL},
        {"http://[fd00:ec2::24]/", NULL, NULL},
        {"http://[::ffff:127.0.0.1]/", NULL, NULL},
        {"http://user@127.0.0.1/", NULL, NULL},
        {"http://127.0.0.1@8.8.8.8/", NULL, NULL},
        {"http://127.0.0.1:80:90/", NULL, NULL},
        {"http://127.0.0.1:/", NULL, NULL},
        {"http://127.0.0.1:x/", NULL, NULL},
        {"http:///x", NULL, NULL},
        {"http://[::1/", NULL, NULL},
        {"//127.0.0.1/", NULL, NULL},
        {"127.0.0.1/", NULL, NULL},
        {"ftp://127.0.0.1/", NULL, NULL},
        {"http://127.0.0.1/\r\nX: y", NULL, NULL},
        {"http://127.0.0.1%00.evil/", NULL, NULL},
        {"http://127.0.0.1\\@8.8.8.8/", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct container_uri u;
        struct err e = {0};
        bool good = container_uri_full(rows[i].uri, 100000, &u, &e);

        if (good != (rows[i].url != NULL) ||
            (good && (strcmp(u.url, rows[i].url) != 0 || strcmp(u.host, rows[i].host) != 0))) {
            fail_msg("%s: %s %s", rows[i].uri, good ? u.url : e.text, good ? u.host : "");
        }
        assert_true(good || e.kind == ERR_USAGE);
    }
}

static void test_relative_uris(void **state)
{
    struct container_uri u;
    struct err e;

    (void)state;
    assert_true(container_uri_relative("/v2/x", &u, &e));
    assert_string_equal(u.url, "http://169.254.170.2/v2/x");
    assert_false(container_uri_relative("v2/x", &u, &e));
    assert_false(container_uri_relative("@evil/", &u, &e));
    assert_false(container_uri_relative("/a\nb", &u, &e));
}

static void test_quotes(void **state)
{
    static const char *const secrets[] = {NULL, "tops3cretvalueOfFortyCharacters", "a-local-word"};
    static const struct {
        const char *words;
        bool shown;
    } rows[] = {
        {"the role does not trust this", true},
        {"you sent tops3cretvalueOfFortyCharacters", false},
        {"you sent ops3cretval", false},
        {"you sent tops3", false}, /* cut */
        {"tops3 is what you", true},
        {"an emulator's a-local-word", false},
        {"a-local-wo is a word", true},
        {"you sent this\ntops3cretvalueOfFortyCharacters", false},
        {"{\"SecretAccessKey\": \"x\"}", false},
        {"key AKIAABCDEFGHIJKLMNOP", false},
        {"0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", false},
    };
    char out[100];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        quote_words(rows[i].words, secrets, 3, false, out, sizeof(out));
        if ((strcmp(out, rows[i].words) == 0) != rows[i].shown) {
            fail_msg("row %zu: %s", i, out);
        }
    }
    quote_words("this is wrong\nyou sent tops3cretvalueOf", secrets, 3, false, out, sizeof(out));
    assert_string_equal(out, "this is wrong");
}

static void test_skew(void **state)
{
    static const char date[] = "Tue, 14 Nov 2023 22:13:20 GMT"; /* 1700000000 */
    static const char past[] = "Signature expired: 20231114T220000Z is now earlier than "
                               "20231114T220820Z (20231114T221320Z - 5 min.)";
    static const char ahead[] = "Signature not yet current: 20231114T223000Z is still later than "
                                "20231114T221820Z (20231114T221320Z + 5 min.)";
    static const struct {
        const char *code, *date, *message;
        int64_t signed_at, system_s;
        int64_t skew; /* 0: none is read */
    } rows[] = {
        {"RequestExpired", date, "", 1699999990, 1699999990, 10},
        {"SignatureDoesNotMatch", date, "", 1699999990, 1699999990, 0},
        {"SignatureDoesNotMatch", date, "", 1700000600, 1700000500, -500},
        {"RequestExpired", "", "", 1, 1, 0},
        {"RequestExpired", date, "", 1, 1, 0},
        {"AccessDenied", date, "", 1699990000, 1699990000, 0},
        {"InvalidSignatureException", "", past, 1699999200, 1699999200, 800},
        {"SignatureDoesNotMatch", "junk", ahead, 1700001000, 1700000900, -900},
        {"InvalidSignatureException", "", "a is now earlier than 20231114T220820Z", 1699999200,
         1699999200, 800},
        {"InvalidSignatureException", "", "a is still later than 20231114T221820Z (?)", 1700001000,
         1700001000, -1000},
        {"InvalidSignatureException", "", "a is now earlier than 2023", 1, 1, 0},
        {"AccessDenied", "", past, 1699999200, 1699999200, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t skew = 0;
        bool found = skew_read(rows[i].code, rows[i].date, rows[i].message, rows[i].signed_at,
                               rows[i].system_s, &skew);

        if (found != (rows[i].skew != 0) || (found && skew != rows[i].skew)) {
            fail_msg("row %zu: %lld", i, (long long)skew);
        }
    }
}

static void test_iso_dates(void **state)
{
    static const char *const bad[] = {"",
                                      "2023-11-14",
                                      "2023-11-14T22:13:20",
                                      "2023-11-14T22:13:20.Z",
                                      "2023-13-14T22:13:20Z",
                                      "2023-11-14 22:13:20Z",
                                      "2023-11-14T22:13:20ZZ",
                                      "2023-11-14T22:13:20+0100"};
    int64_t seconds;

    (void)state;
    assert_true(date_from_iso("2023-11-14T22:13:20Z", &seconds));
    assert_int_equal(seconds, 1700000000);
    assert_true(date_from_iso("2023-11-14T23:43:20.5+01:30", &seconds));
    assert_int_equal(seconds, 1700000000);
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(date_from_iso(bad[i], &seconds));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),    cmocka_unit_test(test_xml),
        cmocka_unit_test(test_sts),       cmocka_unit_test(test_documents),
        cmocka_unit_test(test_uris),      cmocka_unit_test(test_relative_uris),
        cmocka_unit_test(test_quotes),    cmocka_unit_test(test_skew),
        cmocka_unit_test(test_iso_dates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
