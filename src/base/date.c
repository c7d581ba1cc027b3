#include "base/date.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define DATE_LAST 253402300799 /* of the year 9999 */
#define DATE_DAY 86400
#define DATE_EPOCH 719468 /* days from 0000-03-01 to 1970 */

struct date {
    int year, month, day, hour, minute, second;
};

/* Counted from 0000-03-01: a leap day then ends its year, and 400 years are always 146097 days. */
static struct date date_of(int64_t seconds)
{
    int64_t time = seconds < 0 ? 0 : seconds > DATE_LAST ? DATE_LAST : seconds;
    int rest = (int)(time % DATE_DAY);
    int days = (int)(time / DATE_DAY) + DATE_EPOCH;
    int era_day = days % 146097;
    int era_year = (era_day - era_day / 1460 + era_day / 36524 - era_day / 146096) / 365;
    int year_day = era_day - (era_year * 365 + era_year / 4 - era_year / 100);
    int month = (year_day * 5 + 2) / 153; /* from March */

    return (struct date){
        .year = days / 146097 * 400 + era_year + (month >= 10),
        .month = month >= 10 ? month - 9 : month + 3,
        .day = year_day - (month * 153 + 2) / 5 + 1,
        .hour = rest / 3600,
        .minute = rest / 60 % 60,
        .second = rest % 60,
    };
}

/* The reverse. */
static int64_t date_seconds(const struct date *d)
{
    int64_t year = d->month <= 2 ? d->year - 1 : d->year;
    int64_t month = d->month <= 2 ? d->month + 9 : d->month - 3;
    int64_t days =
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + d->day - 1;

    return (days - DATE_EPOCH) * DATE_DAY + (int64_t)d->hour * 3600 + (int64_t)d->minute * 60 +
           d->second;
}

/* Writes from the end: the compiler cannot know that a year has four digits. */
static char *date_digits(char *out, int number, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return out + width;
}

/* The parts in their order, with what stands between and behind them. */
static void date_write(int64_t seconds, const char *between, char *out)
{
    const struct date d = date_of(seconds);
    const int parts[] = {d.year, d.month, d.day, d.hour, d.minute, d.second};

    for (size_t i = 0; i < 6; i++) {
        out = date_digits(out, parts[i], i == 0 ? 4 : 2);
        if (between[i] != ' ') {
            *out++ = between[i];
        }
    }
    *out = '\0';
}

void date_iso(int64_t seconds, char out[DATE_ISO_SIZE])
{
    date_write(seconds, "--T::Z", out);
}

void date_basic(int64_t seconds, char out[DATE_BASIC_SIZE])
{
    date_write(seconds, "  T  Z", out);
}

/* So many digits at this place, as a number in the bounds. */
static bool date_number(const char *text, size_t width, int min, int max, int *out)
{
    char digits[5] = "";
    int64_t number;

    memcpy(digits, text, width);
    if (strlen(digits) != width || !text_to_number(digits, min, max, &number)) {
        return false;
    }
    *out = (int)number;
    return true;
}

bool date_from_http(const char *text, int64_t *seconds)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4] = "";
    const char *found;
    struct date d;

    if (strlen(text) != 29 || text[3] != ',' || strcmp(text + 25, " GMT") != 0) {
        return false;
    }
    memcpy(month, text + 8, 3);
    found = strstr(months, month);
    if (!found || (found - months) % 3 != 0 || strlen(month) != 3) {
        return false;
    }
    d.month = (int)(found - months) / 3 + 1;
    if (!date_number(text + 5, 2, 1, 31, &d.day) ||
        !date_number(text + 12, 4, 1970, 9999, &d.year) ||
        !date_number(text + 17, 2, 0, 23, &d.hour) ||
        !date_number(text + 20, 2, 0, 59, &d.minute) ||
        !date_number(text + 23, 2, 0, 60, &d.second)) {
        return false;
    }
    *seconds = date_seconds(&d);
    return true;
}

/* "Z", or "+hh:mm" into the seconds that the clock there is ahead. */
static bool date_offset(const char *text, int64_t *ahead)
{
    int hours;
    int minutes;

    *ahead = 0;
    if (strcmp(text, "Z") == 0) {
        return true;
    }
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 || text[3] != ':' ||
        !date_number(text + 1, 2, 0, 23, &hours) || !date_number(text + 4, 2, 0, 59, &minutes)) {
        return false;
    }
    *ahead = ((int64_t)hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
    return true;
}

bool date_from_iso(const char *text, int64_t *seconds)
{
    struct date d;
    int64_t ahead;

    if (strlen(text) < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':' || !date_number(text, 4, 1970, 9999, &d.year) ||
        !date_number(text + 5, 2, 1, 12, &d.month) || !date_number(text + 8, 2, 1, 31, &d.day) ||
        !date_number(text + 11, 2, 0, 23, &d.hour) ||
        !date_number(text + 14, 2, 0, 59, &d.minute) ||
        !date_number(text + 17, 2, 0, 60, &d.second)) {
        return false;
    }
    text += 19;
    if (*text == '.') {
        size_t digits = strspn(text + 1, "0123456789");

        if (digits == 0) {
            return false;
        }
        text += digits + 1;
    }
    if (!date_offset(text, &ahead)) {
        return false;
    }
    *seconds = date_seconds(&d) - ahead;
    return true;
}

bool date_from_basic(const char *text, int64_t *seconds)
{
    struct date d;

    if (strlen(text) < DATE_BASIC_SIZE - 1 || text[8] != 'T' || text[15] != 'Z' ||
        !date_number(text, 4, 1970, 9999, &d.year) || !date_number(text + 4, 2, 1, 12, &d.month) ||
        !date_number(text + 6, 2, 1, 31, &d.day) || !date_number(text + 9, 2, 0, 23, &d.hour) ||
        !date_number(text + 11, 2, 0, 59, &d.minute) ||
        !date_number(text + 13, 2, 0, 60, &d.second)) {
        return false;
    }
    *seconds = date_seconds(&d);
    return true;
}
