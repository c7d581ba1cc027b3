#include "dynamodb/feature.h"

#include <stdlib.h>
#include <string.h>

const char *const feature_views[] = {
    [FEATURE_KEYS_ONLY] = "KEYS_ONLY", [FEATURE_NEW_IMAGE] = "NEW_IMAGE",
    [FEATURE_OLD_IMAGE] = "OLD_IMAGE", [FEATURE_NEW_AND_OLD_IMAGES] = "NEW_AND_OLD_IMAGES",
    [FEATURE_VIEW_UNKNOWN] = NULL,
};
const char *const feature_classes[] = {
    [FEATURE_STANDARD] = "STANDARD",
    [FEATURE_INFREQUENT_ACCESS] = "STANDARD_INFREQUENT_ACCESS",
    [FEATURE_CLASS_UNKNOWN] = NULL,
};
const char *const feature_modes[] = {
    [FEATURE_ACCESSED_AND_THROTTLED] = "ACCESSED_AND_THROTTLED_KEYS",
    [FEATURE_THROTTLED] = "THROTTLED_KEYS",
    [FEATURE_MODE_UNKNOWN] = NULL,
};
const char *const feature_precisions[] = {
    [FEATURE_MILLISECOND] = "MILLISECOND",
    [FEATURE_MICROSECOND] = "MICROSECOND",
    [FEATURE_PRECISION_UNKNOWN] = NULL,
};

static size_t feature_find(const char *const *words, const char *word)
{
    size_t i = 0;

    while (words[i] && strcmp(words[i], word) != 0) {
        i++;
    }
    return i;
}

const char *feature_view_word(enum feature_view view)
{
    return view < FEATURE_VIEW_UNKNOWN ? feature_views[view] : "an unknown view";
}

const char *feature_class_word(enum feature_class table_class)
{
    return table_class < FEATURE_CLASS_UNKNOWN ? feature_classes[table_class] : "an unknown class";
}

const char *feature_mode_word(enum feature_mode mode)
{
    return mode < FEATURE_MODE_UNKNOWN ? feature_modes[mode] : "an unknown mode";
}

const char *feature_precision_word(enum feature_precision precision)
{
    return precision < FEATURE_PRECISION_UNKNOWN ? feature_precisions[precision]
                                                 : "an unknown precision";
}

enum feature_view feature_view_read(const char *word)
{
    return (enum feature_view)feature_find(feature_views, word);
}

enum feature_class feature_class_read(const char *word)
{
    return (enum feature_class)feature_find(feature_classes, word);
}

enum feature_mode feature_mode_read(const char *word)
{
    return (enum feature_mode)feature_find(feature_modes, word);
}

enum feature_precision feature_precision_read(const char *word)
{
    return (enum feature_precision)feature_find(feature_precisions, word);
}

static void feature_replica_clear(struct feature_replica *r)
{
    free(r->region);
    free(r->kms_key);
    for (size_t i = 0; i < r->index_count; i++) {
        free(r->indexes[i].name);
    }
    free(r->indexes);
}

void feature_set_clear(struct feature_set *s)
{
    for (size_t i = 0; i < s->tag_count; i++) {
        free(s->tags[i].key);
        free(s->tags[i].value);
    }
    for (size_t i = 0; i < s->replica_count; i++) {
        feature_replica_clear(&s->replicas[i]);
    }
    for (size_t i = 0; i < s->item_count; i++) {
        free(s->items[i]);
    }
    free(s->tags);
    free(s->replicas);
    free(s->items);
    free(s->sse.key);
    free(s->ttl.attribute);
    free(s->policy);
    free(s->kinesis.stream_arn);
    memset(s, 0, sizeof(*s));
}
