/* DescribeTable's answer, and what is thought of it. */
#include "fuzz.h"

#include "dynamodb/describe.h"
#include "dynamodb/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    static struct table_key keys[] = {{"PK", TABLE_HASH, 'S'}, {"SK", TABLE_RANGE, 'S'}};
    static struct table_index index = {.name = "by-sk",
                                       .global = true,
                                       .keys = {{"SK", TABLE_HASH, 'S'}},
                                       .key_count = 1,
                                       .projection = TABLE_PROJECT_ALL};
    static const struct plan_rules rules = {.may_write = true};
    static const struct plan_past past = {0};
    struct table_wanted wanted = {
        .shape = {.name = "orders", .key_count = 2, .indexes = &index, .index_count = 1}};
    CLEAN_JSON json_t *answer = NULL;
    CLEAN_SEEN struct table_seen seen = {0};
    CLEAN_PLAN struct plan plan = {0};
    struct err e = {0};

    if (!open) {
        json_open();
        open = true;
    }
    memcpy(wanted.shape.keys, keys, sizeof(keys));
    answer = json_parse((const char *)data, size, ERR_TIME, &e);
    if (answer && describe_read(answer, "Table", "orders", &seen, &e)) {
        plan_decide(&wanted, &seen, &rules, &past, &plan);
        FUZZ_HOLDS(plan.act != PLAN_CREATE);
        FUZZ_HOLDS((plan.act == PLAN_UPDATE) == (plan.body != NULL));
        FUZZ_HOLDS((plan.act == PLAN_FAIL) == (plan.why.kind != ERR_NONE));
    }
    return 0;
}
