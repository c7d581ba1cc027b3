/*
 * Room: app. What --help prints: the options from their own table, the variables, the exit statuses. The man page says
 * the same at length; tests/lint/docs.sh holds the two together.
 */
#ifndef APP_HELP_H
#define APP_HELP_H

/* To standard output; whether it was taken, answer_end says. */
void help_print(void);

#endif
