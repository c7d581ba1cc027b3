#include "app/place.h"

#include "aws/switch.h"
#include "io/system.h"

#include <stdio.h>

void place_first(const char *const *names, size_t count, struct options_text *found)
{
    for (size_t i = 0; !found->source && i < count; i++) {
        found->text = system_env(names[i]);
        found->source = found->text ? names[i] : NULL;
    }
}

/* A value of the profile, if nothing before it was set. */
static void place_profile(const char *value, struct options_text *found)
{
    if (!found->source && value) {
        *found = (struct options_text){.source = "profile", .text = value};
    }
}

static bool place_override(const struct options *o, const struct profile *profile, struct place *p,
                           struct err *e)
{
    static const char *const names[] = {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"};
    struct options_text override = o->endpoint_url;
    const char *services = profile_text(profile, "services");
    bool ignored;

    if (!switch_read("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profile,
                     "ignore_configured_endpoint_urls", &ignored, e)) {
        return false;
    }
    if (!ignored) {
        place_first(names, 2, &override);
        place_profile(
            services ? profile_value(profile, PROFILE_SERVICES, services, "dynamodb endpoint_url")
                     : NULL,
            &override);
        place_profile(profile_text(profile, "endpoint_url"), &override);
    }
    p->override = override.text;
    p->override_source = override.source;
    p->emulator = override.text && endpoint_takes_placeholders(override.text);
    return true;
}

bool place_region(const struct options *o, const struct profile *profile,
                  struct options_text *region, struct err *e)
{
    static const char *const names[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};

    *region = o->region;
    place_first(names, 2, region);
    place_profile(profile_text(profile, "region"), region);
    return !region->source || endpoint_is_region(region->text) ||
           err_set(e, ERR_USAGE, "%s \"%.200s\": a region is one word such as eu-west-1",
                   region->source, region->text);
}

bool place_read(const struct options *o, const struct profile *profile, struct place *p,
                struct err *e)
{
    struct options_text region;

    *p = (struct place){0};
    if (!endpoint_dynamodb_read(profile, &p->want, e) || !place_override(o, profile, p, e) ||
        !place_region(o, profile, &region, e)) {
        return false;
    }
    snprintf(p->region, sizeof(p->region), "%s", region.source ? region.text : "");
    p->region_source = region.source;
    return true;
}

static bool place_none(const struct look_row *row, struct err *e)
{
    return err_set(
        e, ERR_USAGE,
        "no region: use --region, or set AWS_REGION or AWS_DEFAULT_REGION, or region in the profile; "
        "instance metadata: %s",
        row->why);
}

/* Asks the instance; an emulator is content with any word. */
static bool place_by_instance(struct place *p, struct identity *id, int64_t deadline, struct err *e)
{
    struct look_row row = {0};
    struct look look = {.setup = &id->setup, .imds = &id->imds, .deadline = deadline, .row = &row};
    CLEAN_BUF struct buf region = BUF_OF(sizeof(p->region) - 1);
    enum look_end end = imds_region(&look, &region, e);

    if (end == LOOK_FOUND && !endpoint_is_region(buf_text(&region))) {
        return err_set(e, ERR_USAGE, "instance metadata: \"%.60s\" is no region",
                       buf_text(&region));
    }
    if (end == LOOK_FOUND) {
        snprintf(p->region, sizeof(p->region), "%s", buf_text(&region));
        p->region_source = "instance metadata";
        return true;
    }
    if (p->emulator && (end == LOOK_ABSENT || e->kind != ERR_STOPPED)) {
        snprintf(p->region, sizeof(p->region), "us-east-1");
        p->region_source = "placeholder";
        p->region_placeholder = true;
        return true;
    }
    return end == LOOK_ABSENT ? place_none(&row, e) : false;
}

bool place_find(struct place *p, struct identity *id, int64_t deadline, struct err *e)
{
    if (!p->region_source && !place_by_instance(p, id, deadline, e)) {
        return false;
    }
    id->setup.region = p->region_placeholder ? NULL : p->region;
    return endpoint_dynamodb_resolve(&p->want, p->region, p->override, p->override_source, NULL,
                                     &p->endpoint, e);
}

bool place_settle(struct place *p, const char *account, struct err *e)
{
    if (!p->endpoint.own || p->want.mode == ENDPOINT_DYNAMODB_REGIONAL) {
        return true;
    }
    return endpoint_dynamodb_has_account(&p->want, account, e) &&
           endpoint_dynamodb_resolve(&p->want, p->region, NULL, NULL, account, &p->endpoint, e);
}
