#include "aws/skew.h"

#include "base/date.h"
#include "base/text.h"
#include "io/log.h"

#include <string.h>

#define SKEW_LEAST_S 240              /* a possible cause needs so much */
#define SKEW_BEAR_S 300               /* AWS bears with so much */
#define SKEW_MOST_S ((int64_t)604800) /* above a week the date is not to be believed */

static const char *const skew_definite[] = {"RequestTimeTooSkewed", "RequestExpired",
                                            "RequestInTheFuture", NULL};

static const char *const skew_possible[] = {"InvalidSignatureException", "SignatureDoesNotMatch",
                                            "AuthFailure", NULL};

/* AWS's clock as its words have it: "... is now earlier than LIMIT (CLOCK - 5 min.)", "... is still later than LIMIT
 * (CLOCK + 5 min.)". Without the brackets the limit tells it. */
static bool skew_from_words(const char *message, int64_t *server)
{
    const char *later = strstr(message, " later than ");
    const char *limit = later ? later : strstr(message, " earlier than ");
    const char *bracket = limit ? strchr(limit, '(') : NULL;

    if (bracket && date_from_basic(bracket + 1, server)) {
        return true;
    }
    if (!limit || !date_from_basic(strstr(limit, "than ") + strlen("than "), server)) {
        return false;
    }
    *server += later ? -SKEW_BEAR_S : SKEW_BEAR_S;
    return true;
}

bool skew_read(const char *code, const char *date, const char *message, int64_t signed_at,
               int64_t system_s, int64_t *skew)
{
    bool definite = text_is_one_of(code, skew_definite);
    int64_t server;
    int64_t off;

    if ((!definite && !text_is_one_of(code, skew_possible)) ||
        (!date_from_http(date, &server) && !skew_from_words(message, &server))) {
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
