/* The shared files: what is refused names its place, what is taken can be asked for. */
#include "fuzz.h"

#include "aws/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEAN_PROFILE struct profile p = {.name = "default"};
    char *text = fuzz_text(data, size);
    struct err e = {0};
    bool good = profile_parse(&p, PROFILE_CONFIG, "config", text, &e) &&
                profile_parse(&p, PROFILE_CREDENTIALS, "credentials", text, &e);

    FUZZ_HOLDS(good || (e.kind == ERR_USAGE && strstr(e.text, "con") == e.text) ||
               (e.kind == ERR_USAGE && strstr(e.text, "cred") == e.text));
    for (size_t i = 0; good && i < p.count; i++) {
        for (size_t k = 0; k < p.sections[i].count; k++) {
            const char *value = profile_value(&p, p.sections[i].kind, p.sections[i].name,
                                              p.sections[i].properties[k].key);

            FUZZ_HOLDS(p.sections[i].properties[k].value && (!value || *value));
        }
    }
    if (good) {
        (void)profile_text(&p, "role_arn");
        (void)profile_has(&p, PROFILE_PROFILE, "default");
    }
    free(text);
    return 0;
}
