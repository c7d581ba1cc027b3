#include "twelve.h"

#include "cover.h"
#include "emulator.h"
#include "plain.h"
#include "product.h"
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TWELVE_SPEC "tests/sim/twelve.json" /* from where run.sh starts us */
#define TWELVE_BEFORE "tests/sim/twelve.before.json"
#define TWELVE_RUNS_MAX 2 /* until nothing is owed: the first may be early for PITR */
#define TWELVE_EMULATORS 20

static struct {
    char *spec;
    json_t *wishes, *states;
} twelve;

/* Reads the files, once. */
static void twelve_open(void)
{
    json_t *spec;
    size_t i;
    json_t *wish;

    if (twelve.spec) {
        return;
    }
    spec = json_load_file(TWELVE_SPEC, JSON_REJECT_DUPLICATES, NULL);
    twelve.states = json_load_file(TWELVE_BEFORE, JSON_REJECT_DUPLICATES, NULL);
    if (!spec || !twelve.states) {
        fprintf(stderr, "sim: " TWELVE_SPEC " or " TWELVE_BEFORE " cannot be read\n");
        exit(2);
    }
    twelve.spec = json_dumps(spec, JSON_COMPACT);
    twelve.wishes = json_incref(json_object_get(spec, "Tables"));
    json_decref(spec);
    if (cover_missing(twelve.wishes) > 0) {
        judge_fail(TWELVE_SPEC " does not use every field of a spec");
    }
    json_array_foreach(twelve.wishes, i, wish)
    {
        plain_table(wish);
    }
}

static struct product_run twelve_run(const char *words, enum judge_may may)
{
    twelve_open();
    return (struct product_run){
        .words = words, .spec = twelve.spec, .wishes = twelve.wishes, .may = may, .seed = 12};
}

/* What a part of a case says of a table: for all of them, and for it alone. false: it is not there. */
static bool twelve_patch(json_t *state, const json_t *part, const char *name)
{
    const json_t *every = json_object_get(part, "*");
    const json_t *own = json_object_get(part, name);

    if (own ? json_is_null(own) : json_is_null(every)) {
        return false;
    }
    state_patch(state, every);
    state_patch(state, own);
    return true;
}

static void twelve_set(const json_t *before, struct dice *d)
{
    size_t i;
    json_t *wish;

    world_open(12);
    world.rules = (struct world_rules){.table_ms = 9000,
                                       .index_ms = 40000,
                                       .update_ms = 3000,
                                       .young_ms = 60000,
                                       .latency_ms = 10,
                                       .scaled = true};
    json_array_foreach(twelve.wishes, i, wish)
    {
        const char *name = world_text(wish, "TableName");
        json_t *state = state_complete(wish);

        if (twelve_patch(state, json_object_get(before, "before"), name)) {
            state_set(world_table(name), state, d);
        } else {
            json_decref(state);
        }
    }
}

/* Each table as its wish has it, but for what is left as it was. */
static void twelve_judge_tables(const json_t *before)
{
    size_t i;
    json_t *wish;

    json_array_foreach(twelve.wishes, i, wish)
    {
        const char *name = world_text(wish, "TableName");
        json_t *should = state_complete(wish);

        twelve_patch(should, json_object_get(before, "left"), name);
        judge_table(name, should);
        json_decref(should);
    }
}

/* {table: [field]} of an answer of `plan --output json`. */
static json_t *twelve_differences(const char *answer)
{
    json_t *parsed = json_loads(answer, 0, NULL);
    json_t *made = json_object();
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(parsed, "tables"), i, one)
    {
        const char *name = world_text(one, "table");
        size_t at;
        json_t *difference;

        json_array_foreach(json_object_get(one, "differences"), at, difference)
        {
            if (!json_object_get(made, name)) {
                json_object_set_new(made, name, json_array());
            }
            json_array_append(json_object_get(made, name), json_object_get(difference, "field"));
        }
    }
    json_decref(parsed);
    return made;
}

/* `plan` shows what is left, and nothing else. */
static void twelve_judge_plan(const json_t *before)
{
    struct product_run plan = twelve_run("plan --output json", JUDGE_MAY_READ);
    const json_t *drift = json_object_get(before, "drift");
    json_t *nothing = json_object();
    json_t *found;

    product_expect("plan", &plan, drift ? 1 : 0);
    found = twelve_differences(product_out);
    if (!json_equal(found, drift ? drift : nothing)) {
        judge_fail("plan found %s", product_out);
    }
    json_decref(found);
    json_decref(nothing);
}

void twelve_case(const char *name, int stop, bool lost)
{
    struct product_run ensure = twelve_run("ensure", JUDGE_MAY_WRITE);
    struct product_run wait = twelve_run("wait", JUDGE_MAY_READ);
    const json_t *before;
    struct dice d = {12};
    int exchanges = 0;

    twelve_open();
    before = json_object_get(twelve.states, name);
    if (!before) {
        fprintf(stderr, "sim: " TWELVE_BEFORE " has no state \"%s\"\n", name);
        exit(2);
    }
    twelve_set(before, &d);
    if (stop > 0) {
        struct product_run stopped = ensure;

        stopped.doors = (struct doors_run){.stop_exchange = stop, .stop_lost = lost};
        product_expect("stopped", &stopped, 143);
    }
    for (int i = 0; i < TWELVE_RUNS_MAX; i++) {
        product_expect("to the end", &ensure, 0);
        exchanges = i == 0 ? doors_told.exchanges : exchanges;
        world_advance(world.now + PRODUCT_SETTLED_MS);
    }
    twelve_judge_tables(before);
    ensure.may = JUDGE_MAY_PUT;
    product_expect("once more", &ensure, 0);
    product_expect("wait", &wait, 0);
    twelve_judge_plan(before);
    product_export(twelve.wishes, 12);
    world_close();
    doors_told.exchanges = exchanges; /* for who counts them */
}

/* Who only compares existing tables still makes what is missing, and makes it whole. */
static void twelve_made_by(const char *words)
{
    struct product_run run = twelve_run(words, JUDGE_MAY_CREATE);
    const json_t *nothing = json_object_get(twelve.states, "nothing");
    struct dice d = {12};

    twelve_set(nothing, &d);
    world.rules.young_ms = 0;
    product_expect(words, &run, 0);
    world_advance(world.now + PRODUCT_SETTLED_MS);
    twelve_judge_tables(nothing);
    world_close();
}

/* An emulator that lacks some of the calls, and forgets some of what it takes. */
static void twelve_emulator(struct dice *d)
{
    struct product_run ensure = twelve_run("ensure", JUDGE_MAY_WRITE);
    struct product_run plan = twelve_run("plan", JUDGE_MAY_READ);
    struct emulator_verdict v = {0};

    twelve_set(json_object_get(twelve.states, "nothing"), d);
    emulator_draw(d, &world.rules);
    for (int i = 0; i < TWELVE_RUNS_MAX; i++) {
        product_expect("an emulator", &ensure, 0);
        world_advance(world.now + PRODUCT_SETTLED_MS);
        v = emulator_judge(twelve.wishes, doors_told.log);
    }
    product_expect("the plan at an emulator", &plan, v.planned > 0 ? 1 : 0);
    world_close();
}

static void twelve_tell(const char *name, int stop, bool lost)
{
    fprintf(stderr, "\"%s\" failed; to see it again: tests/sim/run.sh --twelve '%s'", name, name);
    if (stop > 0) {
        fprintf(stderr, " --stop %d%s", stop, lost ? " --lost" : "");
    }
    fprintf(stderr, " --verbose\n");
}

int twelve_all(int step, int worker, int workers)
{
    int cases = 0;
    int run = 0;
    const char *name;
    json_t *ignored;

    twelve_open();
    twelve_made_by("ensure --on-existing verify");
    twelve_made_by("ensure --on-existing skip");
    for (int i = 0; i < TWELVE_EMULATORS; i++) {
        struct dice d = {(uint64_t)(i * workers + worker)};

        twelve_emulator(&d);
    }
    json_object_foreach(twelve.states, name, ignored)
    {
        int exchanges = 1;

        for (int stop = 0; stop < exchanges; stop += stop == 0 ? 1 : step) {
            for (int lost = 0; lost < (stop > 0 ? 2 : 1); lost++) {
                int failures = judge_failures;

                /* Every worker begins with the run that is not stopped: it tells how many exchanges there are. */
                if (stop > 0 && cases++ % workers != worker) {
                    continue;
                }
                run++;
                twelve_case(name, stop, lost);
                exchanges = stop == 0 ? doors_told.exchanges : exchanges;
                if (judge_failures > failures) {
                    twelve_tell(name, stop, lost);
                }
            }
        }
    }
    return run;
}
