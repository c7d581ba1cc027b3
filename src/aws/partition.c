#include "aws/partition.h"

#include "aws/partition_tables.h" /* needs struct partition */

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PARTITION_COUNT (sizeof(partition_list) / sizeof(partition_list[0]))

static bool partition_has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    while (*list) {
        size_t next = strcspn(list, " ");

        if (next == len && strncasecmp(list, word, len) == 0) {
            return true;
        }
        list += next + (list[next] == ' ');
    }
    return false;
}

/* "-WORD-DIGITS": what stands behind the prefix in AWS's patterns. */
static bool partition_is_rest(const char *text)
{
    size_t word;
    size_t digits;

    if (*text++ != '-') {
        return false;
    }
    for (word = 0; isalnum((unsigned char)text[word]) || text[word] == '_'; word++) {
    }
    if (word == 0 || text[word] != '-') {
        return false;
    }
    text += word + 1;
    digits = strspn(text, "0123456789");
    return digits > 0 && text[digits] == '\0';
}

static bool partition_fits(const char *prefixes, const char *region)
{
    while (*prefixes) {
        size_t len = strcspn(prefixes, " ");

        if (strncasecmp(region, prefixes, len) == 0 && partition_is_rest(region + len)) {
            return true;
        }
        prefixes += len + (prefixes[len] == ' ');
    }
    return false;
}

const struct partition *partition_of(const char *region)
{
    for (size_t i = 0; i < PARTITION_COUNT; i++) {
        const struct partition *p = &partition_list[i];

        if (partition_has_word(p->regions, region) || partition_fits(p->prefixes, region)) {
            return p;
        }
    }
    return &partition_list[PARTITION_COUNT - 1];
}

const struct partition *partition_at(size_t n)
{
    return n < PARTITION_COUNT ? &partition_list[n] : NULL;
}

bool partition_is_sts_global(const char *region)
{
    return partition_has_word(PARTITION_STS_GLOBAL, region);
}
