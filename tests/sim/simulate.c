#include "simulate.h"

#include "check.h"
#include "emulator.h"
#include "product.h"
#include "scenario.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* What a user may start, what it may send, and the exit statuses that it may have when it is short of time. */
static const struct simulate_command {
    const char *words;
    enum judge_may may;
    const char *statuses;
} commands[] = {
    {"ensure", JUDGE_MAY_WRITE, " 0 69 75 77 "},
    {"ensure --probe", JUDGE_MAY_WRITE, " 0 69 75 77 "},
    {"ensure --max-parallel 1", JUDGE_MAY_WRITE, " 0 69 75 77 "},
    {"ensure --on-existing verify", JUDGE_MAY_CREATE, " 0 69 75 77 78 "},
    {"ensure --on-existing skip --probe", JUDGE_MAY_CREATE, " 0 69 75 77 "},
    {"wait", JUDGE_MAY_READ, " 0 69 75 77 "},
    {"wait --probe", JUDGE_MAY_READ, " 0 69 75 77 "},
    {"plan", JUDGE_MAY_READ, " 0 1 69 75 77 "},
    {"export", JUDGE_MAY_READ, " 0 69 73 75 77 "},
};

#define FIRST_COMMANDS 3 /* those that end as specified */

#define HUNDRED 100
#define HUNDRED_CALLS \
    15 /* a table: looked for, created, perhaps refused, looked at until it serves, its features */
#define HUNDRED_SECONDS \
    10 /* with sanitizers, on a slow machine; a loop that waits for nothing needs more */

/* A run about the scenario's tables. */
static struct product_run run_of(const struct scenario *s, const char *words, enum judge_may may,
                                 struct dice *d)
{
    return (struct product_run){.words = words,
                                .spec = s->spec,
                                .wishes = s->wishes,
                                .may = may,
                                .frozen = s->frozen,
                                .seed = dice_next(d)};
}

static void expect(const char *what, const struct scenario *s, const char *words,
                   enum judge_may may, int expected, struct dice *d)
{
    struct product_run how = run_of(s, words, may, d);

    product_expect(what, &how, expected);
}

/* Some command; it is stopped at some exchange or time, or has a deadline that may be too short. */
static void run_disturbed(const struct scenario *s, struct dice *d)
{
    const struct simulate_command *c =
        &commands[dice_below(d, sizeof(commands) / sizeof(*commands))];
    struct product_run how = run_of(s, c->words, c->may, d);
    char text[12];
    int status;

    how.timeout = 1 + dice_delay(d, 120);
    how.doors.stop_lost = dice_chance(d, 500);
    if (dice_chance(d, 500)) {
        how.doors.stop_exchange = 1 + (int)dice_delay(d, 60);
    } else if (dice_chance(d, 500)) {
        how.doors.stop_at = world.now + dice_delay(d, 60000);
    }
    status = product_run(&how);
    snprintf(text, sizeof(text), "%d", status);
    /* Whoever does not fail for the first of several reasons may do so for another. */
    if (doors_told.stopped_at >= 0 ? status != 143
                                   : status != s->expected && !check_word(text, s->reasons) &&
                                         !check_word(text, c->statuses)) {
        judge_fail("%s, disturbed: exit status %d", c->words, status);
    }
}

/* When all is well and settled: as specified, and nothing left to write. */
static void check_settled(const struct scenario *s, struct dice *d)
{
    size_t tables = json_array_size(s->wishes);

    world_advance(world.now + PRODUCT_SETTLED_MS);
    expect("settling", s, "ensure", JUDGE_MAY_WRITE, 0, d);
    world_advance(world.now + PRODUCT_SETTLED_MS);
    judge_end(s->wishes);
    expect("again", s, "ensure --on-drift any", JUDGE_MAY_PUT, 0, d);
    if ((size_t)doors_told.describes != tables) {
        judge_fail("%d DescribeTable calls for %zu tables that are well", doors_told.describes,
                   tables);
    }
    expect("wait", s, "wait --probe", JUDGE_MAY_READ, 0, d);
    expect("verify", s, "ensure --on-existing verify --on-drift any", JUDGE_MAY_READ, 0, d);
    expect("plan", s, "plan", JUDGE_MAY_READ, 0, d);
    product_export(s->wishes, dice_next(d));
}

/* The same of an emulator: what it lacks was said, once a run, and keeps nobody from going on. */
static void check_emulated(const struct scenario *s, struct dice *d)
{
    struct emulator_verdict v = {0};

    for (int i = 0; i < 3; i++) { /* and the same again, twice */
        world_advance(world.now + PRODUCT_SETTLED_MS);
        expect("an emulator", s, "ensure", JUDGE_MAY_WRITE, 0, d);
        if (i > 0) {
            v = emulator_judge(s->wishes, doors_told.log);
        }
    }
    expect("an emulator, and nothing may be missing", s, "ensure --on-drift any", JUDGE_MAY_WRITE,
           v.told > 0 ? 78 : 0, d);
    expect("the plan at an emulator", s, "plan", JUDGE_MAY_READ, v.planned > 0 ? 1 : 0, d);
    product_export(s->wishes, dice_next(d));
}

void simulate_seed(uint64_t seed)
{
    struct dice seeds = {seed};
    struct dice d = {dice_next(&seeds)}; /* the neighbour's throws are not these, one later */
    struct scenario s;

    world_open(dice_next(&d));
    scenario_make(&s, &d);
    while (dice_chance(&d, 350)) {
        run_disturbed(&s, &d);
    }
    expect("in the end", &s, commands[dice_below(&d, FIRST_COMMANDS)].words, JUDGE_MAY_WRITE,
           s.expected, &d);
    if (s.expected == 0 && world.rules.emulator.is) {
        check_emulated(&s, &d);
    } else if (s.expected == 0) {
        check_settled(&s, &d);
    }
    scenario_clear(&s);
    world_close();
}

void simulate_hundred(void)
{
    struct dice d = {1};
    struct scenario s;
    clock_t begun = clock();
    double seconds;

    world_open(dice_next(&d));
    scenario_many(&s, &d, HUNDRED, 10);
    expect("a hundred tables", &s, "ensure", JUDGE_MAY_WRITE, 0, &d);
    seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    printf(
        "sim: 100 missing tables, 10 at once: %d calls, %d waits, %lld s of the clock, %.2f s of the processor\n",
        doors_told.exchanges, doors_told.waits, (long long)world.now / 1000, seconds);
    if (doors_told.exchanges > HUNDRED * HUNDRED_CALLS || seconds > HUNDRED_SECONDS) {
        judge_fail("a hundred tables: too many calls, or too much of the processor");
    }
    world_advance(world.now + PRODUCT_SETTLED_MS);
    judge_end(s.wishes);
    scenario_clear(&s);
    world_close();
}
