/*
 * The simulation: the whole program, but for its doors, against a simulated DynamoDB, seed by seed.
 *
 *   sim [--from SEED] [--count N]                runs so many seeds
 *   sim --seed SEED [--verbose]                  one seed, told in full
 *   sim --stops STEP [--worker I --workers N]    the twelve tables from every half-done state, stopped at each STEP-th
 *                                                exchange; every N-th of these cases
 *   sim --twelve STATE [--stop N [--lost]] [--verbose]   one of these cases
 *   sim --calls                                  answers "Operation {input}" lines with "status {output}" lines
 */
#include "product.h"
#include "scenario.h"
#include "twelve.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TWELVE "tests/sim/twelve.json" /* from where run.sh starts us */
/* A run about the scenario's tables. */
static struct product_run run_of(const struct scenario *s, const char *words, struct dice *d)
{
    return (struct product_run){.words = words,
                                .spec = s->spec,
                                .tables = json_array_size(s->wishes),
                                .frozen = s->frozen,
                                .seed = dice_next(d)};
}

static void expect(const char *what, const struct scenario *s, const char *words,
                   enum judge_may may, int expected, struct dice *d)
{
    struct product_run how = run_of(s, words, d);

    how.may = may;
    product_expect(what, &how, expected);
}

/* A run that is stopped at some exchange or time. */
static void run_stopped(const struct scenario *s, struct dice *d)
{
    struct product_run how = run_of(s, "ensure", d);
    int status;

    how.doors.stop_lost = dice_chance(d, 500);
    if (dice_chance(d, 700)) {
        how.doors.stop_exchange = 1 + (int)dice_delay(d, 60);
    } else {
        how.doors.stop_at = world.now + dice_delay(d, 60000);
    }
    status = product_run(&how);
    if (status != (doors_told.stopped_at >= 0 ? 143 : s->expected)) {
        judge_fail("stopped or not: exit status %d", status);
    }
}

/* A run whose deadline may be too short. */
static void run_short(const struct scenario *s, struct dice *d)
{
    struct product_run how = run_of(s, "ensure", d);
    int status;

    how.timeout = 1 + dice_delay(d, 120);
    status = product_run(&how);
    if (status != 0 && status != 75 && status != 69 && status != 77 && status != s->expected) {
        judge_fail("a short deadline: exit status %d", status);
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
    expect("again", s, "ensure", JUDGE_MAY_READ, 0, d);
    if ((size_t)doors_told.describes != tables) {
        judge_fail("%d DescribeTable calls for %zu tables that are well", doors_told.describes,
                   tables);
    }
    expect("wait", s, "wait", JUDGE_MAY_READ, 0, d);
}

static void simulate(uint64_t seed)
{
    struct dice d = {seed * 0x9e3779b97f4a7c15U};
    struct scenario s;

    world_open(dice_next(&d));
    scenario_make(&s, &d);
    while (dice_chance(&d, 300)) {
        run_stopped(&s, &d);
    }
    if (dice_chance(&d, 200)) {
        run_short(&s, &d);
    }
    expect("in the end", &s, "ensure", JUDGE_MAY_WRITE, s.expected, &d);
    if (s.expected == 0) {
        check_settled(&s, &d);
    }
    scenario_clear(&s);
    world_close();
}

/* A hundred missing tables, ten at once. */
static void simulate_many(uint64_t seed)
{
    struct dice d = {seed};
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

static int answer_calls(void)
{
    static char line[1 << 20];

    world_open(1);
    world.rules = (struct world_rules){.table_ms = 1, .index_ms = 1, .update_ms = 1};
    while (fgets(line, sizeof(line), stdin)) {
        char *space = strchr(line, ' ');
        struct call c = {.operation = line};
        json_t *in;
        char *out;

        if (!space) {
            return 2;
        }
        *space = '\0';
        world_advance(world.now + 5000);
        c.in = in = json_loads(space + 1, 0, NULL);
        service_handle(&c);
        out = json_dumps(c.out, JSON_COMPACT);
        printf("%d %s\n", c.status, out ? out : "{}");
        fflush(stdout);
        free(out);
        json_decref(c.out);
        json_decref(in);
    }
    world_close();
    return 0;
}

/* The word behind an option; NULL: it is not there. */
static const char *word(char **argv, const char *option)
{
    for (; *argv; argv++) {
        if (strcmp(*argv, option) == 0) {
            return argv[1];
        }
    }
    return NULL;
}

/* The number behind an option, or what stands for it. */
static uint64_t number(char **argv, const char *option, uint64_t otherwise)
{
    const char *text = word(argv, option);

    return text ? strtoull(text, NULL, 10) : otherwise;
}

static bool flag(char **argv, const char *option)
{
    for (; *argv; argv++) {
        if (strcmp(*argv, option) == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    uint64_t from = number(argv, "--seed", number(argv, "--from", 1));
    uint64_t count = flag(argv, "--seed") ? 1 : number(argv, "--count", 100);
    uint64_t failed = 0;

    (void)argc;
    json_open();
    if (flag(argv, "--calls")) {
        return answer_calls();
    }
    product_verbose = flag(argv, "--verbose");
    if (word(argv, "--twelve")) {
        twelve_case(word(argv, "--twelve"), (int)number(argv, "--stop", 0), flag(argv, "--lost"));
        return judge_failures > 0;
    }
    if (word(argv, "--stops")) {
        int cases = twelve_all((int)number(argv, "--stops", 1), (int)number(argv, "--worker", 0),
                               (int)number(argv, "--workers", 1));

        printf("sim: twelve tables, %d cases, %d complaints\n", cases, judge_failures);
        return judge_failures > 0;
    }
    if (from == 1 && !flag(argv, "--seed")) {
        simulate_many(1);
        failed += judge_failures > 0;
    }
    for (uint64_t seed = from; seed < from + count; seed++) {
        int before = judge_failures;

        simulate(seed);
        if (judge_failures > before) {
            failed++;
            fprintf(stderr,
                    "seed %llu failed; to see it again: tests/sim/run.sh --seed %llu --verbose\n",
                    (unsigned long long)seed, (unsigned long long)seed);
        }
    }
    printf("sim: %llu seeds, %llu failed\n", (unsigned long long)count, (unsigned long long)failed);
    return failed > 0;
}
