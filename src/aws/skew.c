#include "aws/skew.h"

#include "base/date.h"
#include "io/log.h"

#include <string.h>

#define SKEW_LEAST_S 240              /* a possible cause needs so much */
#define SKEW_MOST_S ((int64_t)604800) /* above a week the date is not to be believed */

static bool skew_is_one_of(const char *code, const char *const *list)
{
    for (; *list; list++) {
        if (strcmp(code, *list) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const skew_definite[] = {"RequestTimeTooSkewed", "RequestExpired",
                                            "RequestInTheFuture", NULL};

static const char *const skew_possible[] = {"InvalidSignatureException", "SignatureDoesNotMatch",
                                            "AuthFailure", NULL};

bool skew_read(const char *code, const char *date, int64_t signed_at, int64_t system_s,
               int64_t *skew)
{
    bool definite = skew_is_one_of(code, skew_definite);
    int64_t server;
    int64_t off;

    if ((!definite && !skew_is_one_of(code, skew_possible)) || !date_from_http(date, &server)) {
        return false;
    }
    off = server > signed_at ? server - signed_at : signed_at - server;
    if (off == 0 || (!definite && off < SKEW_LEAST_S)) {
        return false;
    }
    *skew = server - system_s;
    return *skew <= SKEW_MOST_S && *skew >= -SKEW_MOST_S;
}

void skew_say(int64_t skew)
{
    log_line(LOG_WARN, "node clock is %lld s %s AWS's; requests are signed with AWS's time",
             (long long)(skew < 0 ? -skew : skew), skew < 0 ? "ahead of" : "behind");
}
