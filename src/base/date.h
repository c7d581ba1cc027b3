/*
 * Room: base. Calendar dates of the Gregorian calendar in UTC, from and to seconds since 1970, in the three spellings that
 * AWS and HTTP use. Pure: the time is handed in.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define DATE_ISO_SIZE 21   /* "2015-08-30T12:36:00Z" */
#define DATE_BASIC_SIZE 17 /* "20150830T123600Z" */

/* Seconds before 1970 or behind the year 9999 are taken for the nearest that fits. */
void date_iso(int64_t seconds, char out[DATE_ISO_SIZE]);
void date_basic(int64_t seconds, char out[DATE_BASIC_SIZE]);

/* Reads HTTP's Date, "Sun, 30 Aug 2015 12:36:00 GMT" (RFC 9110, the one form that is still made). */
bool date_from_http(const char *text, int64_t *seconds) MUST_LOOK;

/* Reads "2015-08-30T12:36:00Z", with or without a fraction, which is dropped; for Z an offset such as +02:00 may stand. */
bool date_from_iso(const char *text, int64_t *seconds) MUST_LOOK;

/* Reads "20150830T123600Z" at the start of a text, whatever follows. */
bool date_from_basic(const char *text, int64_t *seconds) MUST_LOOK;

#endif
