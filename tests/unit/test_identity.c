/* The chain and its patience, by scripted answers and a clock on which minutes are nothing. */
#include "aws/identity.h"
#include "aws/profile.h"
#include "aws/source.h"
#include "doors.h"
#include "io/system.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int script_asked; /* requests so far, of this test */
static int script_until; /* as many are answered with script_status */
static int script_status;
static const char *script_expires;

static int64_t script_keys(struct http_exchange *x)
{
    char body[300];

    snprintf(
        body, sizeof(body),
        "{\"AccessKeyId\":\"KEY%05d\",\"SecretAccessKey\":\"sssssssssss\",\"Token\":\"ttttttttttt\","
        "\"Expiration\":\"%s\"}",
        script_asked, script_expires);
    doors_answer(x, 200, body);
    return 5;
}

/* An agent: script_status at first, then keys. */
static int64_t script_agent(struct http_exchange *x, const char *operation)
{
    (void)operation;
    if (script_asked++ < script_until) {
        doors_answer(x, script_status, "{\"message\":\"not now\"}");
        return 5;
    }
    return script_keys(x);
}

/* An instance: token, role, keys. */
static int64_t script_instance(struct http_exchange *x, const char *operation)
{
    (void)operation;
    script_asked++;
    if (strcmp(x->method, "PUT") == 0) {
        doors_answer(x, 200, "TOKEN");
    } else if (strstr(x->url, "placement")) {
        doors_answer(x, 200, "eu-west-3");
    } else if (x->url[strlen(x->url) - 1] == '/') {
        doors_answer(x, 200, "node-role\nother");
    } else {
        return script_keys(x);
    }
    return 5;
}

/* Nobody answers. */
static int64_t script_silence(struct http_exchange *x, const char *operation)
{
    (void)x;
    (void)operation;
    script_asked++;
    return 1000000;
}

static void script_begin(doors_server *server, int status, int until)
{
    doors_reset(server);
    script_asked = 0;
    script_status = status;
    script_until = until;
    script_expires = "2033-01-01T00:00:00Z";
}

static void script_container(void)
{
    doors_set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials");
    doors_set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a.b.c");
}

static void open_chain(struct identity *id, const struct profile *profile,
                       enum look_source demanded)
{
    const struct look_setup setup = {.demanded = demanded,
                                     .demanded_by = "--credentials",
                                     .profile = profile,
                                     .region = "eu-west-1"};

    identity_open(id, &setup);
}

static void test_the_order(void **state)
{
    CLEAN_IDENTITY struct identity id;
    CLEAN_PROFILE struct profile profile = {.name = "default"};
    struct err e = {0};

    (void)state;
    script_begin(script_instance, 0, 0);
    script_container();
    doors_set("AWS_ACCESS_KEY_ID", " KEYID\n");
    doors_set("AWS_SECRET_ACCESS_KEY", "secret");
    assert_true(profile_parse(&profile, PROFILE_CREDENTIALS, "c",
                              "[default]\naws_access_key_id=P\naws_secret_access_key=Q\n", &e));
    open_chain(&id, &profile, LOOK_SOURCES);
    assert_true(identity_fresh(&id, 60000, &e));
    assert_string_equal(id.now.key_id, "KEYID");
    assert_non_null(strstr(doors_log, "white space"));
    identity_clear(&id);
    profile.by_option = true;
    profile.source = "--profile";
    open_chain(&id, &profile, LOOK_SOURCES);
    assert_true(identity_fresh(&id, 60000, &e));
    assert_string_equal(id.now.key_id, "P");
    assert_int_equal(id.rows[LOOK_ENVIRONMENT].state, LOOK_SKIPPED);
    assert_int_equal(id.rows[LOOK_PROFILE].state, LOOK_USED);
    assert_int_equal(id.rows[LOOK_CONTAINER].state, LOOK_UNASKED);
    assert_int_equal(script_asked, 0);
}

/* What is asked again, and how it ends: one row an answer. */
static void test_patience(void **state)
{
    static const struct {
        int status, until;
        bool found;
        enum err_kind kind;
        int64_t least_ms, most_ms;
    } rows[] = {
        {503, 2, true, ERR_NONE, 0, 1000},
        {429, 3, true, ERR_NONE, 0, 20000},
        {500, 9999, false, ERR_TIME, 99000, 101100},
        {403, 4, true, ERR_NONE, 1000, 30000},
        {403, 9999, false, ERR_DENIED, 60000, 61100},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CLEAN_IDENTITY struct identity id;
        struct err e = {0};

        script_begin(script_agent, rows[i].status, rows[i].until);
        script_container();
        open_chain(&id, NULL, LOOK_SOURCES);
        if (identity_fresh(&id, 101000, &e) != rows[i].found || e.kind == ERR_IDENTITY) {
            fail_msg("row %zu: %s", i, e.text);
        }
        assert_true(rows[i].found || e.kind == rows[i].kind);
        assert_in_range(system_now_ms() - 1000, rows[i].least_ms, rows[i].most_ms);
        assert_int_equal(id.committed, LOOK_CONTAINER);
        assert_null(strstr(doors_log, "sssssssssss"));
    }
}

static void test_a_signal_ends_it(void **state)
{
    CLEAN_IDENTITY struct identity id;
    struct err e = {0};

    (void)state;
    script_begin(script_agent, 503, 9999);
    script_container();
    doors_stop_at(5000);
    open_chain(&id, NULL, LOOK_SOURCES);
    assert_false(identity_fresh(&id, INT64_MAX, &e));
    assert_int_equal(e.kind, ERR_STOPPED);
    assert_in_range(system_now_ms(), 0, 20000);
}

static void test_the_instance(void **state)
{
    CLEAN_IDENTITY struct identity id;
    CLEAN_BUF struct buf region = BUF_OF((size_t)63);
    struct look_row row = {0};
    struct look look = {.imds = &id.imds, .setup = &id.setup, .row = &row, .deadline = 60000};
    struct err e = {0};

    (void)state;
    script_begin(script_instance, 0, 0);
    doors_set("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    open_chain(&id, NULL, LOOK_SOURCES);
    assert_int_equal(imds_region(&look, &region, &e), LOOK_FOUND);
    assert_string_equal(buf_text(&region), "eu-west-3");
    assert_true(identity_fresh(&id, 60000, &e));
    assert_int_equal(script_asked, 4); /* one token for both */
    assert_non_null(strstr(doors_log, "using NODE role node-role"));
    assert_null(strstr(doors_log, "TOKEN"));
}

/* A black hole costs a second, once; every source is named. */
static void test_nobody_there(void **state)
{
    CLEAN_IDENTITY struct identity id;
    CLEAN_BUF struct buf region = BUF_OF((size_t)63);
    struct look_row row = {0};
    struct look look = {.imds = &id.imds, .setup = &id.setup, .row = &row, .deadline = 60000};
    struct err e = {0};

    (void)state;
    script_begin(script_silence, 0, 0);
    open_chain(&id, NULL, LOOK_SOURCES);
    assert_int_equal(imds_region(&look, &region, &e), LOOK_ABSENT);
    assert_false(identity_fresh(&id, 60000, &e));
    assert_int_equal(e.kind, ERR_IDENTITY);
    for (int i = 0; i < LOOK_SOURCES; i++) {
        assert_non_null(strstr(e.text, source_name((enum look_source)i)));
    }
    assert_int_equal(script_asked, 1);
    assert_in_range(system_now_ms(), 1000, 2100);
    id.setup.emulator = true;
    assert_true(identity_fresh(&id, 60000, &e));
    assert_true(id.now.placeholder);
    assert_false(identity_renew(&id, id.now.key_id, 60000));
}

static void test_a_demand(void **state)
{
    CLEAN_IDENTITY struct identity id;
    struct err e = {0};

    (void)state;
    script_begin(script_agent, 0, 0);
    script_container();
    open_chain(&id, NULL, LOOK_WEB_IDENTITY);
    id.setup.emulator = true; /* no placeholders for who demands */
    assert_false(identity_fresh(&id, 60000, &e));
    assert_int_equal(e.kind, ERR_IDENTITY);
    assert_non_null(strstr(e.text, "configured here: container"));
    doors_set("AWS_ACCESS_KEY_ID", "K");
    open_chain(&id, NULL, LOOK_CONTAINER);
    assert_true(identity_fresh(&id, 60000, &e));
    assert_non_null(strstr(doors_log, "environment is configured as well"));
}

static void test_renewal(void **state)
{
    CLEAN_IDENTITY struct identity id;
    struct err e = {0};
    char first[32];

    (void)state;
    script_begin(script_agent, 0, 0);
    script_expires = "2023-11-14T22:33:20Z"; /* twenty minutes */
    script_container();
    open_chain(&id, NULL, LOOK_SOURCES);
    assert_true(identity_fresh(&id, INT64_MAX, &e) && identity_fresh(&id, INT64_MAX, &e));
    assert_int_equal(script_asked, 1);
    system_sleep_until(16 * 60000);
    assert_true(identity_fresh(&id, INT64_MAX, &e));
    assert_int_equal(script_asked, 2);
    snprintf(first, sizeof(first), "%s", id.now.key_id);
    assert_true(identity_renew(&id, first, INT64_MAX));
    assert_int_equal(script_asked, 3);
    assert_true(
        identity_renew(&id, first, INT64_MAX)); /* another call under way: the keys are new */
    snprintf(first, sizeof(first), "%s", id.now.key_id);
    assert_false(identity_renew(&id, first, INT64_MAX)); /* once */
    assert_int_equal(script_asked, 3);
}

static void test_expired_on_arrival(void **state)
{
    CLEAN_IDENTITY struct identity id;
    struct err e = {0};

    (void)state;
    script_begin(script_agent, 0, 0);
    script_expires = "2020-01-01T00:00:00Z";
    script_container();
    open_chain(&id, NULL, LOOK_SOURCES);
    assert_true(identity_fresh(&id, INT64_MAX, &e) && identity_fresh(&id, INT64_MAX, &e));
    assert_int_equal(script_asked, 1);
    assert_non_null(strstr(doors_log, "look expired on arrival"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_order),        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_a_signal_ends_it), cmocka_unit_test(test_the_instance),
        cmocka_unit_test(test_nobody_there),     cmocka_unit_test(test_a_demand),
        cmocka_unit_test(test_renewal),          cmocka_unit_test(test_expired_on_arrival),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
