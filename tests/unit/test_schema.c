/* The JSON Schema in deploy/schema is the one that the fields make; with --write (make schema) it is written there. */
#include "dynamodb/spec_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_NAME "deploy/schema/dynamodb-init.schema.json"

static void the_file_is_what_the_fields_make(void **state)
{
    static char there[1 << 20];
    char *made = spec_schema();
    FILE *file = fopen(FILE_NAME, "r");

    (void)state;
    assert_non_null(file);
    there[fread(there, 1, sizeof(there) - 1, file)] = '\0';
    fclose(file);
    if (strcmp(there, made) != 0) {
        fail_msg("%s has drifted from the fields: make schema", FILE_NAME);
    }
    free(made);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_file_is_what_the_fields_make)};

    json_open();
    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        char *made = spec_schema();
        FILE *file = fopen(FILE_NAME, "w");

        if (!file || fputs(made, file) < 0 || fclose(file) != 0) {
            return 1;
        }
        free(made);
        return 0;
    }
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
