/* DescribeTable's answer, and what is thought of it. */
#include "fuzz.h"

#include "dynamodb/describe.h"
#include "dynamodb/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    static struct table_key keys[] = {{"PK", TABLE_HASH, 'S'}, {"SK", TABLE_RANGE, 'S'}};
    struct table_wanted wanted = {.shape = {.name = "orders", .key_count = 2}};
    CLEAN_JSON json_t *answer = NULL;
    CLEAN_SEEN struct table_seen seen = {0};
    struct plan plan = {0};
    struct err e = {0};

    if (!open) {
        json_open();
        open = true;
    }
    memcpy(wanted.shape.keys, keys, sizeof(keys));
    answer = json_parse((const char *)data, size, ERR_TIME, &e);
    if (answer && describe_read(answer, "Table", "orders", &seen, &e)) {
        plan_decide(&wanted, &seen, true, &plan);
        FUZZ_HOLDS(plan.act != PLAN_CREATE);
        FUZZ_HOLDS((plan.act == PLAN_FAIL) == (plan.why.kind != ERR_NONE));
    }
    return 0;
}
