#include "product.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 300

int product_main(int argc, char **argv);

bool product_verbose;
char *product_out;

/* The command line; what it points into is words. */
static int command_line(char *words, const struct product_run *how, char *timeout, char **argv)
{
    int argc = 0;

    argv[argc++] = (char *)(uintptr_t) "dynamodb-init";
    for (char *rest = words, *word = strtok_r(rest, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        if (argc == WORDS_MAX) {
            abort();
        }
        argv[argc++] = word;
    }
    if (how->spec && !strstr(how->words, "--spec")) {
        argv[argc++] = (char *)(uintptr_t) "--spec";
        argv[argc++] = (char *)(uintptr_t) "/tables.json";
    }
    argv[argc++] = (char *)(uintptr_t) "--timeout";
    argv[argc++] = timeout;
    argv[argc] = NULL;
    return argc;
}

/* Its main, and what that prints. */
static int call_main(const struct product_run *how)
{
    char *argv[WORDS_MAX + 6];
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

static void judge_run(const struct product_run *how, int64_t begun)
{
    int64_t took = world.now - begun;

    if (doors_told.exchanges > (int64_t)how->tables * (200 + took / 400)) {
        judge_fail("%d calls for %zu tables in %lld ms", doors_told.exchanges, how->tables,
                   (long long)took);
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
    judge_run(how, begun);
    return status;
}

void product_expect(const char *what, const struct product_run *how, int expected)
{
    int status = product_run(how);

    if (status != expected) {
        judge_fail("%s: exit status %d, expected %d", what, status, expected);
    }
}
