/* The loop on a fake clock: a small simulated DynamoDB answers, minutes take microseconds. */
#include "doors.h"

#include "base/json.h"
#include "dynamodb/reconcile.h"
#include "io/system.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TABLE(status)                                     \
    "{\"TableName\":\"orders\",\"TableStatus\":\"" status \
    "\",\"KeySchema\":[{\"AttributeName\":\"PK\","        \
    "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"PK\",\"AttributeType\":\"S\"}]}"
#define NOT_FOUND "{\"__type\":\"x#ResourceNotFoundException\",\"message\":\"none\"}"

/* What the simulated server does. */
static struct {
    int64_t active_after; /* ms after the create */
    int64_t stale;        /* not found so long after the create */
    int64_t created;      /* when, -1 before */
    int creates;
    int lose; /* answers of so many creates are lost */
} world;

static int64_t simulated(struct http_exchange *x, const char *operation)
{
    int64_t now = system_now_ms();

    if (strcmp(operation, "CreateTable") == 0) {
        if (world.created >= 0) {
            doors_answer(
                x, 400,
                "{\"__type\":\"x#ResourceInUseException\",\"message\":\"Table is being created\"}");
            return 5;
        }
        world.created = now;
        world.creates++;
        if (world.lose-- > 0) {
            x->end = HTTP_CUT;
            return 5;
        }
        doors_answer(x, 200, "{\"TableDescription\":" TABLE("CREATING") "}");
    } else if (world.created < 0 || now < world.created + world.stale) {
        doors_answer(x, 400, NOT_FOUND);
    } else if (now < world.created + world.active_after) {
        doors_answer(x, 200, "{\"Table\":" TABLE("CREATING") "}");
    } else {
        doors_answer(x, 200, "{\"Table\":" TABLE("ACTIVE") "}");
    }
    return 5;
}

static int64_t silent(struct http_exchange *x, const char *operation)
{
    (void)x;
    (void)operation;
    return 1000000000;
}

/* Runs ensure or wait on "orders"; returns how long it took. */
static int64_t run(bool may_write, bool emulator, int64_t timeout, struct reconcile_result *result,
                   struct err *e, bool *good)
{
    static char key[] = "PK";
    static char name[] = "orders";
    struct table_wanted wanted = {.shape = {.name = name,
                                            .keys = {{key, TABLE_HASH, 'S'}},
                                            .key_count = 1,
                                            .throughput = {true, true, 5, 5}},
                                  .hash_written = true,
                                  .range_written = true};
    struct spec spec = {.tables = &wanted, .count = 1};
    struct endpoint endpoint = {
        .url = "http://x/", .host = "x", .path = "/", .signing_region = "r", .emulator = emulator};
    char id[] = "id";
    char secret[] = "secret";
    struct identity identity = {
        .now = {.key_id = id, .secret = secret}, .held = true, .refresh_at = INT64_MAX};
    int64_t start = system_now_ms();
    struct reconcile_options options = {
        {.may_write = may_write}, false, 10, timeout > 0 ? start + timeout : INT64_MAX};

    *good = reconcile_run(&spec, &endpoint, &identity, &options, result, e);
    return system_now_ms() - start;
}

static void begin(doors_server *server)
{
    doors_reset(server);
    memset(&world, 0, sizeof(world));
    world.created = -1;
}

static void test_existing_is_one_call(void **state)
{
    struct reconcile_result result;
    struct err e;
    bool good;

    (void)state;
    begin(simulated);
    world.created = 0;
    assert_true(run(true, false, 0, &result, &e, &good) < 10);
    assert_true(good);
    assert_int_equal(result.existing, 1);
    assert_int_equal(doors_requests, 1);
}

static void test_remote_create_is_polled_as_written(void **state)
{
    static const struct {
        int64_t active, lag;
        int calls;
    } rows[] = {
        {5000, 300, 7}, {10000, 300, 28}, {20000, 900, 47}, {60000, 2500, 75}, {240000, 5100, 120}};

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct reconcile_result result;
        struct err e;
        bool good;
        int64_t took;

        begin(simulated);
        world.active_after = rows[i].active;
        took = run(true, false, 0, &result, &e, &good);
        assert_true(good);
        assert_int_equal(result.created, 1);
        assert_true(took >= rows[i].active && took <= rows[i].active + rows[i].lag);
        assert_true(doors_requests - 2 <= rows[i].calls);
    }
}

static void test_stale_not_found_never_ends_it(void **state)
{
    struct reconcile_result result;
    struct err e;
    bool good;

    (void)state;
    begin(simulated);
    world.active_after = 5000;
    world.stale = 180000;
    assert_true(run(true, false, 240000, &result, &e, &good) < 186000);
    assert_true(good);
    assert_int_equal(world.creates, 1);
}

static void test_lost_answer_is_adopted(void **state)
{
    struct reconcile_result result;
    struct err e;
    bool good;

    (void)state;
    begin(simulated);
    world.lose = 1;
    world.active_after = 1000;
    run(true, true, 60000, &result, &e, &good);
    assert_true(good);
    assert_int_equal(world.creates, 1);
    assert_int_equal(result.created, 1);
}

static void test_deadline_is_obeyed(void **state)
{
    struct reconcile_result result;
    struct err e;
    bool good;
    int64_t took;

    (void)state;
    begin(simulated);
    world.active_after = 1000000;
    took = run(true, false, 30000, &result, &e, &good);
    assert_false(good);
    assert_int_equal(e.kind, ERR_TIME);
    assert_true(took >= 29000 && took <= 30000);
    begin(silent);
    took = run(true, false, 30000, &result, &e, &good);
    assert_int_equal(e.kind, ERR_NETWORK);
    assert_true(took >= 29000 && took <= 30100);
}

static void test_wait_never_creates(void **state)
{
    struct reconcile_result result;
    struct err e;
    bool good;

    (void)state;
    begin(simulated);
    run(false, false, 20000, &result, &e, &good);
    assert_false(good);
    assert_int_equal(e.kind, ERR_TIME);
    assert_int_equal(world.creates, 0);
}

static void test_no_call_after_a_stop(void **state)
{
    (void)state;
    for (int64_t at = 1000; at < 12000; at += 37) {
        struct reconcile_result result;
        struct err e;
        bool good;
        int before;

        begin(simulated);
        world.active_after = 8000;
        doors_stop_at(at);
        run(true, true, 0, &result, &e, &good);
        before = doors_requests;
        assert_true(good || e.kind == ERR_STOPPED);
        assert_true(system_now_ms() <= at || good);
        assert_int_equal(before, doors_requests);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_existing_is_one_call),
        cmocka_unit_test(test_remote_create_is_polled_as_written),
        cmocka_unit_test(test_stale_not_found_never_ends_it),
        cmocka_unit_test(test_lost_answer_is_adopted),
        cmocka_unit_test(test_deadline_is_obeyed),
        cmocka_unit_test(test_wait_never_creates),
        cmocka_unit_test(test_no_call_after_a_stop),
    };

    json_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
