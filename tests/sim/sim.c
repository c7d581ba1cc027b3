/*
 * The simulation: the whole program, but for its doors, against a simulated DynamoDB, seed by seed.
 *
 *   sim [--from SEED] [--count N]                runs so many seeds; from the first, --hundred before them
 *   sim --seed SEED [--verbose]                  one seed, told in full
 *   sim --hundred                                a hundred missing tables, of which ten may be created at once
 *   sim --stops STEP [--worker I --workers N]    the twelve tables from every half-done state, stopped at each STEP-th
 *                                                exchange; every N-th of these cases
 *   sim --twelve STATE [--stop N [--lost]] [--verbose]   one of these cases
 *   sim --calls                                  answers "Operation {input}" lines with "status {output}" lines
 */
#include "judge.h"
#include "product.h"
#include "simulate.h"
#include "twelve.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (flag(argv, "--hundred") || (from == 1 && !flag(argv, "--seed"))) {
        simulate_hundred();
        if (judge_failures > 0) {
            failed++;
            fprintf(stderr, "to see it again: tests/sim/run.sh --hundred --verbose\n");
        }
    }
    if (flag(argv, "--hundred")) {
        return failed > 0;
    }
    for (uint64_t seed = from; seed < from + count; seed++) {
        int before = judge_failures;

        simulate_seed(seed);
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
