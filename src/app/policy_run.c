#include "app/policy_run.h"

#include "app/answer.h"
#include "app/config.h"
#include "aws/partition.h"
#include "dynamodb/policy.h"
#include "io/log.h"

#include <string.h>

#define POLICY_RUN_ACCOUNT_LEN 12

static bool policy_run_region(const struct options *o, struct policy_place *out, struct err *e)
{
    struct options_text region;

    if (!place_region(o, NULL, &region, e)) {
        return false;
    }
    if (!region.source) {
        log_line(LOG_WARN,
                 "no region is known: the policy has * there; use --region or AWS_REGION");
    }
    out->region = region.source ? region.text : "*";
    out->partition = region.source ? partition_of(region.text)->id : "*";
    return true;
}

static bool policy_run_account(struct policy_place *out, struct err *e)
{
    static const char *const names[] = {"AWS_ACCOUNT_ID"};
    struct options_text account = {0};

    place_first(names, 1, &account);
    if (!account.source) {
        log_line(LOG_WARN, "no account is known: the policy has * there; set AWS_ACCOUNT_ID");
        out->account = "*";
        return true;
    }
    out->account = account.text;
    return (strlen(account.text) == POLICY_RUN_ACCOUNT_LEN &&
            strspn(account.text, "0123456789") == POLICY_RUN_ACCOUNT_LEN) ||
           err_set(e, ERR_USAGE, "%s \"%.200s\": an account id is %d digits", account.source,
                   account.text, POLICY_RUN_ACCOUNT_LEN);
}

bool policy_run(const struct options *o, int64_t deadline, struct err *e)
{
    CLEAN_CONFIG struct config c = {0};
    CLEAN_JSON json_t *policy = NULL;
    struct policy_place place;
    bool good = config_tables(o, deadline, &c.spec, e);

    config_tell(&c.spec.notes);
    if (!good || !policy_run_region(o, &place, e) || !policy_run_account(&place, e)) {
        return false;
    }
    policy = policy_of(&c.spec, &place,
                       o->rights_of == OPTIONS_WAIT   ? POLICY_OF_WAIT
                       : o->rights_of == OPTIONS_PLAN ? POLICY_OF_PLAN
                                                      : POLICY_OF_ENSURE,
                       o->probe != NULL);
    return answer_json(policy, e);
}
