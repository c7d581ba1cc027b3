#include "aws/sts_endpoint.h"

#include "aws/partition.h"
#include "aws/switch.h"
#include "base/text.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define STS_ENDPOINT_GLOBAL "sts.amazonaws.com"

/* What the settings ask for. */
struct sts_endpoint_wish {
    bool fips, dual_stack, legacy;
    const char *override, *source;
};

/* Variables, the specific one first; then the profile. */
static bool sts_endpoint_override(const struct profile *profile, struct sts_endpoint_wish *w,
                                  struct err *e)
{
    const char *services = profile_text(profile, "services");
    const char *specific =
        services ? profile_value(profile, PROFILE_SERVICES, services, "sts endpoint_url") : NULL;
    const char *const found[] = {system_env("AWS_ENDPOINT_URL_STS"), system_env("AWS_ENDPOINT_URL"),
                                 specific, profile_text(profile, "endpoint_url")};
    static const char *const sources[] = {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL", "profile",
                                          "profile"};
    bool ignored;

    if (!switch_read("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profile,
                     "ignore_configured_endpoint_urls", &ignored, e)) {
        return false;
    }
    for (size_t i = 0; i < 4 && !ignored && !w->override; i++) {
        w->override = found[i];
        w->source = sources[i];
    }
    return true;
}

bool sts_endpoint_is_legacy(const struct profile *profile, bool *legacy, struct err *e)
{
    const char *source;
    const char *word =
        switch_text("AWS_STS_REGIONAL_ENDPOINTS", profile, "sts_regional_endpoints", &source);

    *legacy = word && text_same_word(word, "legacy");
    return !word || *legacy || text_same_word(word, "regional") ||
           err_set(e, ERR_USAGE, "%s \"%.200s\": it is regional or legacy", source, word);
}

static bool sts_endpoint_wishes(const struct profile *profile, struct sts_endpoint_wish *w,
                                struct err *e)
{
    *w = (struct sts_endpoint_wish){0};
    if (!switch_read("AWS_USE_FIPS_ENDPOINT", profile, "use_fips_endpoint", &w->fips, e) ||
        !switch_read("AWS_USE_DUALSTACK_ENDPOINT", profile, "use_dualstack_endpoint",
                     &w->dual_stack, e) ||
        !sts_endpoint_is_legacy(profile, &w->legacy, e) || !sts_endpoint_override(profile, w, e)) {
        return false;
    }
    return !w->override || !(w->fips || w->dual_stack) ||
           err_set(e, ERR_USAGE, "%s and a %s endpoint exclude each other", w->source,
                   w->fips ? "FIPS" : "dual-stack");
}

static bool sts_endpoint_at(const char *region, const char *host, struct endpoint *out,
                            struct err *e)
{
    char url[160];

    snprintf(url, sizeof(url), "https://%s", host);
    if (!endpoint_resolve(region, url, "region", out, e)) {
        return false;
    }
    out->own = true;
    out->source = NULL;
    return true;
}

bool sts_endpoint_resolve(const char *region, const struct profile *profile, struct endpoint *out,
                          struct err *e)
{
    struct sts_endpoint_wish w;
    char host[140];

    if (!sts_endpoint_wishes(profile, &w, e)) {
        return false;
    }
    if (!region) {
        return err_set(e, ERR_USAGE, "no region for STS: use --region, or set AWS_REGION");
    }
    if (!endpoint_is_region(region) || w.override) {
        return endpoint_resolve(region, w.override, w.source, out, e);
    }
    if (!w.fips && !w.dual_stack &&
        (text_same_word(region, "aws-global") || (w.legacy && partition_is_sts_global(region)))) {
        return sts_endpoint_at("us-east-1", STS_ENDPOINT_GLOBAL, out, e);
    }
    snprintf(host, sizeof(host), "sts%s.%s.%s",
             w.fips && (w.dual_stack || !partition_of(region)->fips_is_plain) ? "-fips" : "",
             region, endpoint_suffix(region, w.dual_stack));
    return sts_endpoint_at(region, host, out, e);
}
