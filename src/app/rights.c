#include "app/rights.h"

#include "app/answer.h"
#include "app/config.h"
#include "aws/partition.h"
#include "dynamodb/policy.h"
#include "io/log.h"
#include "io/system.h"

#include <string.h>

static const char *rights_partition(const char *region)
{
    if (strcmp(region, "*") == 0) {
        return "*";
    }
    return partition_of(region)->id;
}

static struct policy_place rights_place(const struct options *o)
{
    static const char *const regions[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};
    const char *region = o->region.source ? o->region.text : NULL;
    const char *account = system_env("AWS_ACCOUNT_ID");

    for (size_t i = 0; !region && i < 2; i++) {
        region = system_env(regions[i]);
    }
    if (!region) {
        log_line(LOG_WARN,
                 "no region is known: the policy has * there; use --region or AWS_REGION");
    }
    if (!account) {
        log_line(LOG_WARN, "no account is known: the policy has * there; set AWS_ACCOUNT_ID");
    }
    region = region ? region : "*";
    return (struct policy_place){rights_partition(region), region, account ? account : "*"};
}

bool rights_run(const struct options *o, int64_t deadline, struct err *e)
{
    CLEAN_CONFIG struct config c = {0};
    CLEAN_JSON json_t *policy = NULL;
    struct policy_place place;
    bool good = config_tables(o, deadline, &c.spec, e);

    config_tell(&c.spec.notes);
    if (!good) {
        return false;
    }
    place = rights_place(o);
    policy = policy_of(&c.spec, &place, o->probe != NULL);
    return answer_json(policy, e);
}
