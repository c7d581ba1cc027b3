/*
 * The simulation: the whole program, but for its doors, against a simulated DynamoDB, seed by seed.
 *
 *   sim [--from SEED] [--count N]   runs so many seeds
 *   sim --seed SEED [--verbose]     one seed, told in full
 *   sim --calls                     answers "Operation {input}" lines with "status {output}" lines
 */
#include "cover.h"
#include "doors.h"
#include "judge.h"
#include "scenario.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TWELVE "tests/sim/twelve.json" /* from where run.sh starts us */
#define SETTLED_MS 700000 /* after so long nothing is young, stale or faulty any more */

int product_main(int argc, char **argv);

static bool verbose;

/* One run of the product; what it may do is said in how. */
static int run(const struct scenario *s, const char *command, const char *timeout,
               struct doors_run how, bool read_only, struct dice *d)
{
    char *argv[] = {"dynamodb-init", (char *)(uintptr_t)command, "--spec", "/tables.json",
                    "--timeout",     (char *)(uintptr_t)timeout, NULL};
    int64_t begun = world.now;
    size_t tables = json_array_size(s->wishes);
    int status;

    how.spec = s->spec;
    how.verbose = verbose;
    doors_begin(&how, dice_next(d));
    judge_begin(read_only, s->frozen);
    if (verbose) {
        fprintf(stderr, "%10.3f  --- %s --timeout %s\n", (double)begun / 1000, command, timeout);
    }
    status = product_main(6, argv);
    if (verbose) {
        fprintf(stderr, "%10.3f  --- exit status %d\n", (double)world.now / 1000, status);
    }
    if (doors_told.exchanges > (int64_t)tables * (200 + (world.now - begun) / 400)) {
        judge_fail("%d calls for %zu tables in %lld ms", doors_told.exchanges, tables,
                   (long long)(world.now - begun));
    }
    if (doors_told.stopped_at >= 0 && world.now - doors_told.stopped_at > 250) {
        judge_fail("it ended %lld ms after the stop",
                   (long long)(world.now - doors_told.stopped_at));
    }
    if (strstr(doors_told.log, DOORS_SECRET) || strstr(doors_told.out, DOORS_SECRET)) {
        judge_fail("the secret is in what it said");
    }
    return status;
}

static void expect(const char *what, int status, int expected)
{
    if (status != expected) {
        judge_fail("%s: exit status %d, expected %d", what, status, expected);
    }
}

/* A run that is stopped at some exchange or time. */
static void run_stopped(const struct scenario *s, struct dice *d)
{
    struct doors_run how = {.stop_lost = dice_chance(d, 500)};
    int status;

    if (dice_chance(d, 700)) {
        how.stop_exchange = 1 + (int)dice_delay(d, 60);
    } else {
        how.stop_at = world.now + dice_delay(d, 60000);
    }
    status = run(s, "ensure", "0", how, false, d);
    if (doors_told.stopped_at >= 0) {
        expect("stopped", status, 143);
    } else {
        expect("not stopped", status, s->expected);
    }
}

/* A run whose deadline may be too short. */
static void run_short(const struct scenario *s, struct dice *d)
{
    int64_t begun = world.now;
    int64_t timeout = 1 + dice_delay(d, 120);
    char text[24];
    int status;

    snprintf(text, sizeof(text), "%llds", (long long)timeout);
    status = run(s, "ensure", text, (struct doors_run){0}, false, d);
    if (status != 0 && status != 75 && status != 69 && status != 77 && status != s->expected) {
        judge_fail("a short deadline: exit status %d", status);
    }
    if (world.now > begun + timeout * 1000 + 500) {
        judge_fail("it ended %lld ms after its deadline",
                   (long long)(world.now - begun - timeout * 1000));
    }
}

/* One, but for replicas: a run asks for one of a table's, and does not wait until the next may be asked for. */
static size_t settling_runs(const struct scenario *s)
{
    size_t most = 1;
    const json_t *wish;
    size_t i;

    json_array_foreach(s->wishes, i, wish)
    {
        size_t replicas = json_array_size(json_object_get(wish, "Replicas"));

        most = replicas > most ? replicas : most;
    }
    return most;
}

/* When all is well and settled: as specified, and nothing left to write. */
static void check_settled(const struct scenario *s, struct dice *d)
{
    size_t tables = json_array_size(s->wishes);

    for (size_t i = 0; i < settling_runs(s); i++) {
        world_advance(world.now + SETTLED_MS);
        expect("settling", run(s, "ensure", "0", (struct doors_run){0}, false, d), 0);
    }
    world_advance(world.now + SETTLED_MS);
    judge_end(s->wishes);
    expect("again", run(s, "ensure", "0", (struct doors_run){0}, true, d), 0);
    if ((size_t)doors_told.describes != tables) {
        judge_fail("%d DescribeTable calls for %zu tables that are well", doors_told.describes,
                   tables);
    }
    expect("wait", run(s, "wait", "0", (struct doors_run){0}, true, d), 0);
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
    expect("in the end", run(&s, "ensure", "0", (struct doors_run){0}, false, &d), s.expected);
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
    expect("a hundred tables", run(&s, "ensure", "0", (struct doors_run){0}, false, &d), 0);
    world_advance(world.now + SETTLED_MS);
    judge_end(s.wishes);
    printf("sim: 100 missing tables, 10 at once: %d calls in %lld s of the clock\n",
           doors_told.exchanges, (long long)(world.now - SETTLED_MS) / 1000);
    scenario_clear(&s);
    world_close();
}

/* The twelve tables use every field, or they are not worth their name. */
static void check_twelve(void)
{
    json_t *spec = json_load_file(TWELVE, JSON_REJECT_DUPLICATES, NULL);

    if (cover_missing(json_object_get(spec, "Tables")) > 0) {
        judge_fail(TWELVE " does not use every field of a spec");
    }
    json_decref(spec);
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

/* The number behind an option, or what stands for it. */
static uint64_t number(char **argv, const char *option, uint64_t otherwise)
{
    for (; *argv; argv++) {
        if (strcmp(*argv, option) == 0 && argv[1]) {
            return strtoull(argv[1], NULL, 10);
        }
    }
    return otherwise;
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
    verbose = flag(argv, "--verbose");
    if (from == 1 && !flag(argv, "--seed")) {
        check_twelve();
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
