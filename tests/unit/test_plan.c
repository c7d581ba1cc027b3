/* The plan over every wanted shape x every seen status, for ensure and for wait. */
#include "dynamodb/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char pk[] = "PK";
static char sk[] = "SK";
static char other[] = "other";
static char name[] = "orders";
static char index_name[] = "by-sk";

static const char *const statuses[] = {"CREATING",
                                       "UPDATING",
                                       "DELETING",
                                       "ACTIVE",
                                       "INACCESSIBLE_ENCRYPTION_CREDENTIALS",
                                       "ARCHIVING",
                                       "ARCHIVED",
                                       "REPLICATION_NOT_AUTHORIZED",
                                       "HIBERNATING"};

/* How the seen table differs from the wanted one, and what serving tables of this shape mean to ensure and to wait. */
static const struct {
    const char *what;
    enum plan_act ensure, wait;
    bool breaking; /* seen while it is still CREATING, too */
} shapes[] = {
    {"same", PLAN_READY, PLAN_READY, false},
    {"other hash name", PLAN_FAIL, PLAN_FAIL, true},
    {"other hash type", PLAN_FAIL, PLAN_FAIL, true},
    {"no sort key", PLAN_FAIL, PLAN_FAIL, true},
    {"other capacity", PLAN_READY, PLAN_READY, false},
    {"other billing", PLAN_READY, PLAN_READY, false},
    {"index ACTIVE", PLAN_READY, PLAN_READY, false},
    {"index UPDATING", PLAN_READY, PLAN_READY, false},
    {"index CREATING", PLAN_WAIT, PLAN_WAIT, false},
    {"index DELETING", PLAN_WAIT, PLAN_WAIT, false},
    {"index FROZEN", PLAN_WAIT, PLAN_WAIT, false},
    {"index missing", PLAN_UPDATE, PLAN_WAIT, false},
    {"index with other keys", PLAN_FAIL, PLAN_FAIL, true},
    {"index with other projection", PLAN_FAIL, PLAN_FAIL, true},
    {"local index missing", PLAN_FAIL, PLAN_WAIT, false},
    {"an index more", PLAN_READY, PLAN_READY, false},
    {"other: no stream", PLAN_UPDATE, PLAN_READY, false},
    {"other: no protection", PLAN_UPDATE, PLAN_READY, false},
    {"other: no class", PLAN_READY, PLAN_READY, false},
    {"other: no encryption", PLAN_READY, PLAN_READY, false},
    {"other: no maximum", PLAN_READY, PLAN_READY, false},
};

struct pair {
    struct table_wanted wanted;
    struct table_seen seen;
    struct table_index wanted_index, seen_index;
};

static void make(struct pair *p, const char *what, const char *status)
{
    const struct table_shape plain = {.name = name,
                                      .keys = {{pk, TABLE_HASH, 'S'}, {sk, TABLE_RANGE, 'S'}},
                                      .key_count = 2,
                                      .throughput = {true, true, 5, 5}};
    const struct table_index index = {
        .name = index_name, .global = true, .keys = {{sk, TABLE_HASH, 'S'}}, .key_count = 1};

    *p = (struct pair){.wanted = {plain, true, true, true, true, true, TABLE_READY_INDEXES},
                       .seen = {.shape = plain}};
    table_state_read(status, &p->seen.state);
    p->wanted_index = index;
    p->seen_index = index;
    table_state_read("ACTIVE", &p->seen_index.state);
    if (strncmp(what, "index", 5) == 0 || strncmp(what, "local", 5) == 0) {
        p->wanted.shape.indexes = &p->wanted_index;
        p->wanted.shape.index_count = 1;
        p->wanted_index.global = what[0] == 'i';
    }
    if (!strstr(what, "missing") && strstr(what, "index")) {
        p->seen.shape.indexes = &p->seen_index;
        p->seen.shape.index_count = 1;
    }
    if (strncmp(what, "index ", 6) == 0 && what[6] >= 'A' && what[6] <= 'Z') {
        table_state_read(what + 6, &p->seen_index.state);
    } else if (strcmp(what, "other: no stream") == 0) {
        p->wanted.shape.features.stream =
            (struct feature_stream){true, true, true, FEATURE_NEW_IMAGE};
    } else if (strcmp(what, "other: no protection") == 0) {
        p->wanted.shape.features.has_protection = true;
        p->wanted.shape.features.protection = true;
    } else if (strcmp(what, "other: no class") == 0) {
        p->wanted.shape.features.has_class = true;
        p->wanted.shape.features.table_class = FEATURE_INFREQUENT_ACCESS;
    } else if (strcmp(what, "other: no encryption") == 0) {
        p->wanted.shape.features.sse = (struct feature_sse){.has = true, .enabled = true};
    } else if (strcmp(what, "other: no maximum") == 0) {
        p->wanted.shape.features.on_demand = (struct feature_units){.has_read = true, .read = 9};
    } else if (strcmp(what, "other hash name") == 0) {
        p->seen.shape.keys[0].name = other;
    } else if (strcmp(what, "other hash type") == 0) {
        p->seen.shape.keys[0].type = 'N';
    } else if (strcmp(what, "no sort key") == 0) {
        p->seen.shape.key_count = 1;
    } else if (strcmp(what, "other capacity") == 0) {
        p->seen.shape.throughput.read = 9;
    } else if (strcmp(what, "other billing") == 0) {
        p->seen.shape.billing = TABLE_ON_DEMAND;
    } else if (strcmp(what, "index with other keys") == 0) {
        p->seen_index.keys[0].name = other;
    } else if (strcmp(what, "index with other projection") == 0) {
        p->seen_index.projection = TABLE_PROJECT_KEYS_ONLY;
    }
}

static const struct plan_rules ensure = {.may_write = true}, waits = {0};
static const struct plan_past fresh = {0};

/* What each status makes of it. */
static enum plan_act expected(const char *status, size_t shape, bool may_write)
{
    if (strcmp(status, "ACTIVE") == 0 || strcmp(status, "UPDATING") == 0 ||
        strcmp(status, "REPLICATION_NOT_AUTHORIZED") == 0) {
        if (may_write && strcmp(status, "UPDATING") == 0 && shapes[shape].ensure == PLAN_UPDATE) {
            return PLAN_WAIT; /* no UpdateTable now */
        }
        return may_write ? shapes[shape].ensure : shapes[shape].wait;
    }
    if (strcmp(status, "CREATING") == 0) {
        return shapes[shape].breaking ||
                       (may_write && strcmp(shapes[shape].what, "local index missing") == 0)
                   ? PLAN_FAIL
                   : PLAN_WAIT;
    }
    return strcmp(status, "DELETING") == 0 || strcmp(status, "HIBERNATING") == 0 ? PLAN_WAIT
                                                                                 : PLAN_FAIL;
}

static void test_every_shape_and_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
        for (size_t j = 0; j < sizeof(statuses) / sizeof(*statuses); j++) {
            for (int may_write = 0; may_write < 2; may_write++) {
                struct pair p;
                CLEAN_PLAN struct plan plan = {0};
                bool lost = j >= 4 && j <= 6;

                make(&p, shapes[i].what, statuses[j]);
                plan_decide(&p.wanted, &p.seen, &(struct plan_rules){.may_write = may_write},
                            &fresh, &plan);
                if (plan.act != expected(statuses[j], i, may_write)) {
                    fail_msg("%s, %s, may_write %d: act %d", shapes[i].what, statuses[j], may_write,
                             (int)plan.act);
                }
                if (plan.act == PLAN_FAIL) {
                    assert_int_equal(plan.why.kind, lost ? ERR_UNAVAILABLE : ERR_DRIFT);
                    assert_true(plan.why.text[0] != '\0');
                }
                if (plan.act == PLAN_WAIT) {
                    assert_true(plan.waiting[0] != '\0');
                }
                if (plan.act == PLAN_READY) {
                    assert_int_equal(plan.report[0] != '\0',
                                     strncmp(shapes[i].what, "other", 5) == 0);
                }
                assert_int_equal(plan.warning[0] != '\0', j >= 7);
            }
        }
    }
}

static void test_not_found(void **state)
{
    struct pair p;
    CLEAN_PLAN struct plan plan = {0};

    (void)state;
    make(&p, "same", "ACTIVE");
    plan_decide(&p.wanted, NULL, &ensure, &fresh, &plan);
    assert_int_equal(plan.act, PLAN_CREATE);
    plan_decide(&p.wanted, NULL, &waits, &fresh, &plan);
    assert_int_equal(plan.act, PLAN_WAIT);
}

/* `wait` compares only what was written; ensure always the keys. */
static void test_what_was_not_written(void **state)
{
    static const char *const keys[] = {"other hash name", "other hash type", "no sort key"};
    struct pair p;
    CLEAN_PLAN struct plan plan = {0};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        make(&p, keys[i], "ACTIVE");
        p.wanted.hash_written = false;
        p.wanted.range_written = false;
        plan_clear(&plan);
        plan_decide(&p.wanted, &p.seen, &ensure, &fresh, &plan);
        assert_int_equal(plan.act, PLAN_FAIL);
        plan_clear(&plan);
        plan_decide(&p.wanted, &p.seen, &waits, &fresh, &plan);
        assert_int_equal(plan.act, PLAN_READY);
    }
    make(&p, "other capacity", "ACTIVE");
    p.wanted.read_written = false;
    plan_clear(&plan);
    plan_decide(&p.wanted, &p.seen, &ensure, &fresh, &plan);
    assert_string_equal(plan.report, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_shape_and_status),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_what_was_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
