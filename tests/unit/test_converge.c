/* A table that exists and lacks what was written: every feature is asked for once, added once, and seen to be there. */
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

#define ARN "arn:aws:dynamodb:r:1:table/orders"
#define HEAD                                                                                    \
    "{\"Table\":{\"TableName\":\"orders\",\"TableArn\":\"" ARN "\",\"TableStatus\":\"ACTIVE\"," \
    "\"CreationDateTime\":1,\"KeySchema\":[{\"AttributeName\":\"PK\",\"KeyType\":\"HASH\"}],"   \
    "\"AttributeDefinitions\":[{\"AttributeName\":\"PK\",\"AttributeType\":\"S\"}]"
#define REFUSED(code, text) "{\"__type\":\"x#" code "\",\"message\":\"" text "\"}"

static struct {
    bool tags, ttl, recovery, policy, kinesis, insights, stream, item;
    bool young; /* recovery is too early */
    bool gaps;  /* an emulator that knows DescribeTable alone */
    int slow;   /* and takes so many ms to say so */
    int broken; /* so many UpdateTable are answered with a page */
    int writes;
    char sequence[2000];
} world;

static int64_t patience = 60000; /* ms until a run's deadline */
static struct err failure;       /* of the last run */

static int64_t switched(struct http_exchange *x, bool *on, const char *body)
{
    world.writes++;
    *on = true;
    doors_answer(x, 200, body);
    return 5;
}

static int64_t reads(struct http_exchange *x, const char *operation)
{
    if (strcmp(operation, "ListTagsOfResource") == 0) {
        doors_answer(x, 200, world.tags ? "{\"Tags\":[{\"Key\":\"a\",\"Value\":\"b\"}]}" : "{}");
    } else if (strcmp(operation, "DescribeTimeToLive") == 0) {
        doors_answer(x, 200,
                     world.ttl ? "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"ENABLING\","
                                 "\"AttributeName\":\"ends\"}}"
                               : "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
    } else if (strcmp(operation, "DescribeContinuousBackups") == 0) {
        doors_answer(x, 200,
                     world.recovery
                         ? "{\"ContinuousBackupsDescription\":{\"PointInTimeRecoveryDescription\":"
                           "{\"PointInTimeRecoveryStatus\":\"ENABLED\"}}}"
                         : "{\"ContinuousBackupsDescription\":{\"PointInTimeRecoveryDescription\":"
                           "{\"PointInTimeRecoveryStatus\":\"DISABLED\"}}}");
    } else if (strcmp(operation, "GetResourcePolicy") == 0) {
        if (world.policy) {
            doors_answer(x, 200, "{\"Policy\":\"{ \\\"a\\\": 1 }\"}");
        } else {
            doors_answer(x, 400, REFUSED("PolicyNotFoundException", "none"));
        }
    } else if (strcmp(operation, "DescribeKinesisStreamingDestination") == 0) {
        doors_answer(x, 200,
                     world.kinesis ? "{\"KinesisDataStreamDestinations\":[{\"StreamArn\":\"arn:k\","
                                     "\"DestinationStatus\":\"ACTIVE\"}]}"
                                   : "{\"KinesisDataStreamDestinations\":[{\"StreamArn\":\"arn:k\","
                                     "\"DestinationStatus\":\"DISABLED\"}]}");
    } else if (strcmp(operation, "DescribeContributorInsights") == 0) {
        doors_answer(x, 200,
                     world.insights ? "{\"ContributorInsightsStatus\":\"ENABLED\"}"
                                    : "{\"ContributorInsightsStatus\":\"DISABLED\"}");
    } else {
        doors_answer(x, 200, "{}"); /* the probe: no item */
    }
    return 5;
}

static int64_t simulated(struct http_exchange *x, const char *operation)
{
    size_t used = strlen(world.sequence);

    snprintf(world.sequence + used, sizeof(world.sequence) - used, "%s ", operation);
    if (strcmp(operation, "DescribeTable") == 0) {
        doors_answer(x, 200,
                     world.stream ? HEAD ",\"StreamSpecification\":{\"StreamEnabled\":true,"
                                         "\"StreamViewType\":\"KEYS_ONLY\"}}}"
                                  : HEAD "}}");
        return 5;
    }
    if (world.gaps) {
        doors_answer(x, 400, REFUSED("UnknownOperationException", ""));
        return 5 + world.slow;
    }
    if (strcmp(operation, "UpdateTable") == 0 && world.broken-- > 0) {
        doors_answer(x, 500, "<html>Internal Server Error</html>");
        return 5;
    }
    if (strcmp(operation, "UpdateTable") == 0) {
        return switched(x, &world.stream, "{}");
    }
    if (strcmp(operation, "TagResource") == 0) {
        return switched(x, &world.tags, "{}");
    }
    if (strcmp(operation, "UpdateTimeToLive") == 0) {
        return switched(x, &world.ttl, "{}");
    }
    if (strcmp(operation, "UpdateContinuousBackups") == 0 && world.young) {
        doors_answer(x, 400, REFUSED("ContinuousBackupsUnavailableException", "being enabled"));
        return 5;
    }
    if (strcmp(operation, "UpdateContinuousBackups") == 0) {
        return switched(x, &world.recovery, "{}");
    }
    if (strcmp(operation, "PutResourcePolicy") == 0) {
        return switched(x, &world.policy, "{}");
    }
    if (strcmp(operation, "EnableKinesisStreamingDestination") == 0) {
        return switched(x, &world.kinesis, "{}");
    }
    if (strcmp(operation, "UpdateContributorInsights") == 0) {
        return switched(x, &world.insights, "{}");
    }
    if (strcmp(operation, "PutItem") == 0 && world.item) {
        doors_answer(x, 400, REFUSED("ConditionalCheckFailedException", "there"));
        return 5;
    }
    if (strcmp(operation, "PutItem") == 0) {
        return switched(x, &world.item, "{}");
    }
    return reads(x, operation);
}

static bool run(struct plan_rules rules, bool emulator, bool probe, struct reconcile_result *result)
{
    static char key[] = "PK";
    static char name[] = "orders";
    static char ends[] = "ends";
    static char a[] = "a";
    static char b[] = "b";
    static char policy[] = "{\"a\":1}";
    static char stream[] = "arn:k";
    static char item[] = "{\"PK\":{\"S\":\"x\"}}";
    static char *items[] = {item};
    static struct feature_tag tag = {a, b};
    struct table_wanted wanted = {
        .shape = {.name = name,
                  .keys = {{key, TABLE_HASH, 'S'}},
                  .key_count = 1,
                  .throughput = {true, true, 5, 5},
                  .features = {.stream = {true, true, true, FEATURE_KEYS_ONLY},
                               .tags = &tag,
                               .tag_count = 1,
                               .ttl = {true, true, ends},
                               .pitr = {.has = true, .enabled = true},
                               .policy = policy,
                               .kinesis = {.stream_arn = stream},
                               .insights = {.has = true, .enabled = true},
                               .items = items,
                               .item_count = 1}},
        .hash_written = true,
        .range_written = true};
    struct spec spec = {.tables = &wanted, .count = 1};
    struct endpoint endpoint = {
        .url = "http://x/", .host = "x", .path = "/", .signing_region = "r", .emulator = emulator};
    char id[] = "id";
    char secret[] = "secret";
    struct identity identity = {
        .now = {.key_id = id, .secret = secret}, .held = true, .refresh_at = INT64_MAX};
    struct reconcile_options options = {rules, probe, 10, system_now_ms() + patience};

    failure = (struct err){0};
    return reconcile_run(&spec, &endpoint, &identity, &options, result, &failure);
}

static void begin(void)
{
    doors_reset(simulated);
    memset(&world, 0, sizeof(world));
}

static void test_all_is_added_once(void **state)
{
    const struct plan_rules ensure = {.may_write = true};
    struct reconcile_result result;

    (void)state;
    begin();
    assert_true(run(ensure, false, true, &result));
    assert_int_equal(world.writes, 8);
    assert_true(world.tags && world.ttl && world.recovery && world.policy && world.kinesis &&
                world.insights && world.stream && world.item);
    assert_non_null(strstr(world.sequence, "GetItem"));
    world.sequence[0] = '\0';
    assert_true(run(ensure, false, false, &result));
    assert_int_equal(world.writes, 8);
    assert_string_equal(world.sequence,
                        "DescribeTable ListTagsOfResource DescribeTimeToLive "
                        "DescribeContinuousBackups GetResourcePolicy "
                        "DescribeKinesisStreamingDestination DescribeContributorInsights PutItem ");
}

/* One replica a call; our own region is the table itself. */
static void test_replicas_come_one_after_the_other(void **state)
{
    static char own[] = "r";
    static char one[] = "eu-west-1";
    static char two[] = "eu-west-3";
    static char name[] = "orders";
    static char key[] = "PK";
    struct feature_replica replicas[] = {{.region = own}, {.region = one}, {.region = two}};
    bool asked[3] = {false};
    struct plan_past past = {.replicas = asked};
    const struct plan_rules ensure = {.may_write = true, .region = "r"};
    struct table_shape shape = {.name = name, .keys = {{key, TABLE_HASH, 'S'}}, .key_count = 1};
    struct table_seen seen = {.shape = shape};
    struct table_wanted wanted = {.shape = shape};
    CLEAN_PLAN struct plan plan = {0};

    (void)state;
    wanted.shape.features.replicas = replicas;
    wanted.shape.features.replica_count = 3;
    table_state_read("ACTIVE", &seen.state);
    seen.raw = json_object();
    plan_decide(&wanted, &seen, &ensure, &past, &plan);
    assert_int_equal(plan.act, PLAN_UPDATE);
    assert_non_null(strstr(plan.body, "eu-west-1"));
    assert_null(strstr(plan.body, "eu-west-3"));
    plan_remember(&plan, &past);
    plan_clear(&plan);
    plan_decide(&wanted, &seen, &ensure, &past, &plan);
    assert_int_equal(plan.act, PLAN_WAIT);
    plan_clear(&plan);
    json_object_set_new(seen.raw, "Replicas",
                        json_pack("[{s:s, s:s}]", "RegionName", one, "ReplicaStatus", "ACTIVE"));
    plan_decide(&wanted, &seen, &ensure, &past, &plan);
    assert_int_equal(plan.act, PLAN_UPDATE);
    assert_non_null(strstr(plan.body, "eu-west-3"));
    plan_remember(&plan, &past);
    plan_clear(&plan);
    json_object_set_new(seen.raw, "Replicas",
                        json_pack("[{s:s, s:s}, {s:s, s:s}]", "RegionName", one, "ReplicaStatus",
                                  "ACTIVE", "RegionName", two, "ReplicaStatus", "CREATION_FAILED"));
    plan_decide(&wanted, &seen, &ensure, &past, &plan);
    assert_int_equal(plan.act, PLAN_READY);
    plan_clear(&plan);
    wanted.ready_when = TABLE_READY_REPLICAS;
    plan_decide(&wanted, &seen, &ensure, &past, &plan);
    assert_int_equal(plan.act, PLAN_FAIL);
    assert_int_equal(plan.why.kind, ERR_UNAVAILABLE);
    json_decref(seen.raw);
}

static void test_plan_and_verify_only_read(void **state)
{
    const struct plan_rules look = {.look_only = true};
    const struct plan_rules verify = {.may_write = true, .existing = PLAN_VERIFY};
    const struct plan_rules wait = {.may_write = false};
    struct reconcile_result result;

    (void)state;
    begin();
    assert_true(run(look, false, false, &result));
    assert_int_equal(result.found[0].count, 7);
    reconcile_result_clear(&result);
    assert_true(run(verify, false, false, &result));
    assert_int_equal(world.writes, 0);
    world.sequence[0] = '\0';
    assert_true(run(wait, false, false, &result));
    assert_string_equal(world.sequence, "DescribeTable ");
}

static void test_a_young_table_leaves_its_recovery_to_the_next_run(void **state)
{
    const struct plan_rules ensure = {.may_write = true};
    struct reconcile_result result;

    (void)state;
    begin();
    world.young = true;
    assert_true(run(ensure, false, false, &result));
    assert_false(world.recovery);
    assert_int_equal(world.writes, 7);
    assert_non_null(strstr(doors_log, "left to the next run"));
}

static void test_what_an_emulator_lacks_is_skipped_aloud(void **state)
{
    const struct plan_rules ensure = {.may_write = true};
    struct reconcile_result result;

    (void)state;
    begin();
    world.gaps = true;
    world.stream = true;
    /* The seed item is no feature: without PutItem nothing works. */
    assert_false(run(ensure, true, false, &result));
    assert_non_null(strstr(doors_log, "TimeToLiveSpecification: not supported here, skipped"));
    begin();
    world.gaps = true;
    assert_false(run(ensure, false, false, &result));
}

static void test_a_gap_that_was_skipped_is_no_reason_at_the_deadline(void **state)
{
    const struct plan_rules ensure = {.may_write = true};
    struct reconcile_result result;

    (void)state;
    begin();
    world.gaps = true;
    world.stream = true;
    world.slow = 980;
    patience = 1000;
    assert_false(run(ensure, true, false, &result));
    patience = 60000;
    assert_non_null(strstr(doors_log, "not supported here, skipped"));
    assert_int_equal(failure.kind, ERR_TIME);
    assert_non_null(strstr(failure.text, "run again"));
}

/* What stands before UpdateTable is a feature's own call: its trouble is not the feature's. */
static void test_a_broken_update_is_no_gap(void **state)
{
    const struct plan_rules ensure = {.may_write = true};
    struct reconcile_result result;

    (void)state;
    begin();
    world.broken = 1;
    assert_true(run(ensure, true, false, &result));
    assert_null(strstr(doors_log, "not supported here"));
    assert_true(world.tags && world.ttl && world.stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_added_once),
        cmocka_unit_test(test_replicas_come_one_after_the_other),
        cmocka_unit_test(test_plan_and_verify_only_read),
        cmocka_unit_test(test_a_young_table_leaves_its_recovery_to_the_next_run),
        cmocka_unit_test(test_what_an_emulator_lacks_is_skipped_aloud),
        cmocka_unit_test(test_a_gap_that_was_skipped_is_no_reason_at_the_deadline),
        cmocka_unit_test(test_a_broken_update_is_no_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
