#include "dynamodb/limit.h"

#include "base/text.h"

bool limit_is_temporary(const char *message)
{
    static const char *const lasting[] = {"tables per subscriber", "failed to create replica",
                                          "limited in the 24h window", "limited to once in 1 day"};

    for (size_t i = 0; i < sizeof(lasting) / sizeof(*lasting); i++) {
        if (text_contains(message, lasting[i])) {
            return false;
        }
    }
    return true;
}

size_t limit_shrink(const char *message, size_t under_way)
{
    if (text_contains(message, "indexed tables that can be created simultaneously")) {
        return 1;
    }
    return under_way > 1 ? (under_way + 1) / 2 : 1;
}
