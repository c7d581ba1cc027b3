/*
 * Room: app. What --help prints: the options from their own table, the variables, the exit statuses. The man page says
 * the same at length; tests/lint/docs.sh holds the two together.
 */
#ifndef APP_HELP_H
#define APP_HELP_H

#include <stdio.h>

void help_print(FILE *out);

#endif
