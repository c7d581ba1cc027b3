#include "aws/switch.h"

#include "base/text.h"
#include "io/system.h"

#define SWITCH_ATTEMPTS_MAX 1000 /* nobody means more */

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

static bool switch_retry_mode(const struct profile *profile, struct err *e)
{
    static const char *const modes[] = {"standard", "adaptive", "legacy"};
    const char *source;
    const char *word = switch_text("AWS_RETRY_MODE", profile, "retry_mode", &source);

    for (size_t i = 0; word && i < 3; i++) {
        if (text_same_word(word, modes[i])) {
            return true;
        }
    }
    return !word ||
           err_set(e, ERR_USAGE, "%s \"%.200s\": it is standard, adaptive or legacy", source, word);
}

bool switch_attempts(const struct profile *profile, int *attempts, struct err *e)
{
    const char *source;
    const char *word = switch_text("AWS_MAX_ATTEMPTS", profile, "max_attempts", &source);
    int64_t number = 0;

    if (word && !text_to_number(word, 1, SWITCH_ATTEMPTS_MAX, &number)) {
        return err_set(e, ERR_USAGE, "%s \"%.200s\": it is a number from 1 to %d", source, word,
                       SWITCH_ATTEMPTS_MAX);
    }
    *attempts = (int)number;
    return switch_retry_mode(profile, e);
}
