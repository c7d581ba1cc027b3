#include "dynamodb/limit.h"

#include "base/text.h"

bool limit_is_quota(const char *message)
{
    return text_contains(message, "tables per subscriber");
}

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

bool limit_is_of_indexed(const char *message)
{
    return text_contains(message, "indexed tables that can be created simultaneously");
}

size_t limit_shrink(size_t under_way)
{
    return under_way > 1 ? (under_way + 1) / 2 : 1;
}
