#include "product.h"

#include "emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 300

int product_main(int argc, char **argv);

bool product_verbose;
char *product_out;

static void add(char **argv, int *argc, const char *word)
{
    if (*argc == WORDS_MAX) {
        abort();
    }
    argv[(*argc)++] = (char *)(uintptr_t)word;
}

/* The command line; it points into words and timeout. */
static int command_line(char *words, const struct product_run *how, const char *timeout,
                        char **argv)
{
    int argc = 0;
    size_t i;
    json_t *wish;

    add(argv, &argc, "dynamodb-init");
    for (char *rest = words, *word = strtok_r(rest, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        add(argv, &argc, word);
    }
    if (strcmp(how->words, "export") == 0) {
        json_array_foreach(how->wishes, i, wish)
        {
            add(argv, &argc, "--table");
            add(argv, &argc, world_text(wish, "TableName"));
        }
    } else if (!strstr(how->words, "--spec")) {
        add(argv, &argc, "--spec");
        add(argv, &argc, "/tables.json");
    }
    add(argv, &argc, "--timeout");
    add(argv, &argc, timeout);
    argv[argc] = NULL;
    return argc;
}

/* Its main, and what that prints. */
static int call_main(const struct product_run *how)
{
    char *argv[WORDS_MAX + 1];
    char timeout[24];
    char *words = strdup(how->words);
    FILE *terminal = stdout;
    size_t size;
    int status;

    snprintf(timeout, sizeof(timeout), "%lld", (long long)how->timeout);
    free(product_out);
    product_out = NULL;
    stdout = open_memstream(&product_out, &size); /* in glibc an ordinary variable */
    status = product_main(command_line(words, how, timeout, argv), argv);
    fclose(stdout);
    stdout = terminal;
    free(words);
    return status;
}

static void judge_run(const struct product_run *how, int64_t begun, int status)
{
    const char *parallel = strstr(how->words, "--max-parallel ");
    size_t most = parallel ? strtoul(parallel + strlen("--max-parallel "), NULL, 10) : 10;
    size_t tables = json_array_size(how->wishes);
    int64_t took = world.now - begun;

    if (doors_told.exchanges > (int64_t)tables * (200 + took / 400)) {
        judge_fail("%d calls for %zu tables in %lld ms", doors_told.exchanges, tables,
                   (long long)took);
    }
    /* One for the answer, one for the time of the next. */
    if (doors_told.waits > 2 * doors_told.exchanges + (int)tables) {
        judge_fail("busy loop: %d waits for %d calls", doors_told.waits, doors_told.exchanges);
    }
    if (doors_told.together > most) {
        judge_fail("%zu calls at once, and %zu are allowed", doors_told.together, most);
    }
    emulator_judge_log(doors_told.log);
    if (status == 0 && strstr(how->words, "--probe")) {
        judge_probed(how->wishes);
    }
    if (doors_told.stopped_at >= 0 && world.now - doors_told.stopped_at > 250) {
        judge_fail("it ended %lld ms after the stop",
                   (long long)(world.now - doors_told.stopped_at));
    }
    if (how->timeout > 0 && took > how->timeout * 1000 + 500) {
        judge_fail("it ended %lld ms after its deadline", (long long)(took - how->timeout * 1000));
    }
    if (strstr(doors_told.log, DOORS_SECRET) || strstr(product_out, DOORS_SECRET)) {
        judge_fail("the secret is in what it said");
    }
}

int product_run(const struct product_run *how)
{
    struct doors_run doors = how->doors;
    int64_t begun = world.now;
    int status;

    doors.spec = how->spec ? how->spec : "";
    doors.verbose = product_verbose;
    doors_begin(&doors, how->seed);
    judge_begin(how->may, how->frozen ? how->frozen : "");
    if (product_verbose) {
        fprintf(stderr, "%10.3f  --- %.200s --timeout %lld\n", (double)begun / 1000, how->words,
                (long long)how->timeout);
    }
    status = call_main(how);
    if (product_verbose) {
        fprintf(stderr, "%s%10.3f  --- exit status %d\n", product_out, (double)world.now / 1000,
                status);
    }
    judge_run(how, begun, status);
    return status;
}

void product_expect(const char *what, const struct product_run *how, int expected)
{
    int status = product_run(how);

    if (status != expected) {
        judge_fail("%s: exit status %d, expected %d", what, status, expected);
    }
}

void product_export(const json_t *wishes, uint64_t seed)
{
    struct product_run export = {
        .words = "export", .wishes = wishes, .may = JUDGE_MAY_READ, .seed = seed};
    struct product_run plan = export;
    char *exported;

    product_expect("export", &export, 0);
    exported = strdup(product_out);
    plan.words = "plan --spec -";
    plan.spec = exported;
    product_expect("the plan of what was exported", &plan, 0);
    if (strcmp(product_out, "no differences\n") != 0) {
        judge_fail("the plan of what was exported: %s", product_out);
    }
    free(exported);
}
