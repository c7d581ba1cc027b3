/*
 * Room: app. What --help prints: the options from their own table, the variables, the exit statuses. The man page says
 * the same at length; tests/lint/docs.sh holds the two together.
 */
#ifndef APP_HELP_H
#define APP_HELP_H

#include "base/buf.h"

/* Appends the text; false when out's ceiling is too low. */
bool help_write(struct buf *out) MUST_LOOK;

#endif
