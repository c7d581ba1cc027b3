#include "simulate.h"

#include "check.h"
#include "product.h"
#include "scenario.h"

#include <stdio.h>
#include <string.h>

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
    /* Whoever does not fail for the first of several reasons may do so for another. */
    status = s->expected != 0 && status == 73 ? s->expected : status;
    snprintf(text, sizeof(text), "%d", status);
    if (doors_told.stopped_at >= 0 ? status != 143
                                   : status != s->expected && !check_word(text, c->statuses)) {
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
    if (s.expected == 0) {
        check_settled(&s, &d);
    }
    scenario_clear(&s);
    world_close();
}

void simulate_many(void)
{
    struct dice d = {1};
    struct scenario s;

    world_open(dice_next(&d));
    scenario_many(&s, &d, 100, 10);
    expect("a hundred tables", &s, "ensure", JUDGE_MAY_WRITE, 0, &d);
    world_advance(world.now + PRODUCT_SETTLED_MS);
    judge_end(s.wishes);
    printf("sim: 100 missing tables, 10 at once: %d calls in %lld s of the clock\n",
           doors_told.exchanges, (long long)(world.now - PRODUCT_SETTLED_MS) / 1000);
    scenario_clear(&s);
    world_close();
}
