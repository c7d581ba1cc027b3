#include "aws/endpoint_dynamodb.h"

#include "aws/partition.h"
#include "aws/switch.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define ENDPOINT_DYNAMODB_MODE "AWS_ACCOUNT_ID_ENDPOINT_MODE"

static bool endpoint_dynamodb_read_mode(const struct profile *profile,
                                        enum endpoint_dynamodb_mode *mode, struct err *e)
{
    static const char *const words[] = {"disabled", "preferred", "required"};
    const char *source;
    const char *word =
        switch_text(ENDPOINT_DYNAMODB_MODE, profile, "account_id_endpoint_mode", &source);

    *mode = ENDPOINT_DYNAMODB_REGIONAL;
    for (int i = 0; word && i < 3; i++) {
        if (text_same_word(word, words[i])) {
            *mode = (enum endpoint_dynamodb_mode)i;
            return true;
        }
    }
    return !word || err_set(e, ERR_USAGE, "%s \"%.200s\": it is preferred, required or disabled",
                            source, word);
}

bool endpoint_dynamodb_read(const struct profile *profile, struct endpoint_dynamodb *want,
                            struct err *e)
{
    return switch_read("AWS_USE_FIPS_ENDPOINT", profile, "use_fips_endpoint", &want->fips, e) &&
           switch_read("AWS_USE_DUALSTACK_ENDPOINT", profile, "use_dualstack_endpoint",
                       &want->dual_stack, e) &&
           endpoint_dynamodb_read_mode(profile, &want->mode, e);
}

bool endpoint_dynamodb_has_account(const struct endpoint_dynamodb *want, const char *account,
                                   struct err *e)
{
    return want->mode != ENDPOINT_DYNAMODB_REQUIRED || account ||
           err_set(e, ERR_USAGE,
                   ENDPOINT_DYNAMODB_MODE " is required, and no account id is known: set "
                                          "AWS_ACCOUNT_ID");
}

static const char *endpoint_dynamodb_kind(const struct endpoint_dynamodb *want)
{
    return want->fips ? "FIPS" : "dual-stack";
}

/* The address of somebody else, or our own machine: no kind of AWS's hosts. */
static bool endpoint_dynamodb_given(const struct endpoint_dynamodb *want, const char *region,
                                    const char *override, const char *source, struct endpoint *out,
                                    struct err *e)
{
    char host[160];

    if (want->fips || want->dual_stack) {
        return err_set(e, ERR_USAGE, "%s and a %s endpoint exclude each other",
                       override ? source : "the region local", endpoint_dynamodb_kind(want));
    }
    if (!endpoint_resolve(region, override, source, out, e)) {
        return false;
    }
    snprintf(host, sizeof(host), "dynamodb.%s.%s", region, endpoint_suffix(region, true));
    return strcmp(out->host, host) != 0 ||
           err_set(e, ERR_USAGE, "%s: for %s set AWS_USE_DUALSTACK_ENDPOINT=true instead", source,
                   host);
}

/* Only in the partition "aws", and not with FIPS. AWS has begun with them elsewhere; the regional host serves there as well. */
static bool endpoint_dynamodb_takes_account(const struct endpoint_dynamodb *want,
                                            const char *region, bool *takes, struct err *e)
{
    bool there = strcmp(partition_of(region)->id, "aws") == 0;

    *takes = want->mode != ENDPOINT_DYNAMODB_REGIONAL && there && !want->fips;
    return *takes || want->mode != ENDPOINT_DYNAMODB_REQUIRED ||
           err_set(e, ERR_USAGE,
                   ENDPOINT_DYNAMODB_MODE " is required, and there are no such hosts %s",
                   want->fips ? "with FIPS" : "in this region");
}

bool endpoint_dynamodb_resolve(const struct endpoint_dynamodb *want, const char *region,
                               const char *override, const char *source, const char *account,
                               struct endpoint *out, struct err *e)
{
    const char *suffix = endpoint_suffix(region, want->dual_stack);
    char url[300];
    bool takes;

    if (override || strcmp(region, "local") == 0) {
        return endpoint_dynamodb_given(want, region, override, source, out, e);
    }
    if (!endpoint_is_region(region)) {
        return endpoint_resolve(region, NULL, NULL, out, e);
    }
    if (!endpoint_dynamodb_takes_account(want, region, &takes, e)) {
        return false;
    }
    if (takes && account) {
        if (!endpoint_is_region(account)) { /* the same rule: one label */
            return err_set(e, ERR_USAGE, "account id \"%.100s\": it cannot be part of a host name",
                           account);
        }
        snprintf(url, sizeof(url), "https://%s.ddb.%s.%s", account, region, suffix);
    } else {
        snprintf(url, sizeof(url), "https://dynamodb%s.%s.%s",
                 want->fips && (want->dual_stack || !partition_of(region)->fips_is_plain) ? "-fips"
                                                                                          : "",
                 region, suffix);
    }
    if (!endpoint_resolve(region, url, "region", out, e)) {
        return false;
    }
    out->own = true;
    out->source = NULL;
    return true;
}
