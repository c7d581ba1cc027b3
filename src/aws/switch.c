#include "aws/switch.h"

#include "base/text.h"
#include "io/system.h"

const char *switch_text(const char *variable, const struct profile *profile, const char *key,
                        const char **source)
{
    const char *value = system_env(variable);

    *source = value ? variable : key;
    return value ? value : profile_text(profile, key);
}

bool switch_read(const char *variable, const struct profile *profile, const char *key, bool *on,
                 struct err *e)
{
    const char *source;
    const char *value = switch_text(variable, profile, key, &source);

    *on = value && text_same_word(value, "true");
    return !value || *on || text_same_word(value, "false") ||
           err_set(e, ERR_USAGE, "%s \"%.200s\": it is true or false", source, value);
}
