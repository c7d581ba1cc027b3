#include "dynamodb/feature.h"

#include <stdlib.h>
#include <string.h>

const char *const feature_views[] = {
    [FEATURE_KEYS_ONLY] = "KEYS_ONLY",
    [FEATURE_NEW_IMAGE] = "NEW_IMAGE",
    [FEATURE_OLD_IMAGE] = "OLD_IMAGE",
    [FEATURE_NEW_AND_OLD_IMAGES] = "NEW_AND_OLD_IMAGES",
    NULL,
};
const char *const feature_classes[] = {
    [FEATURE_STANDARD] = "STANDARD",
    [FEATURE_INFREQUENT_ACCESS] = "STANDARD_INFREQUENT_ACCESS",
    NULL,
};
const char *const feature_modes[] = {
    [FEATURE_ACCESSED_AND_THROTTLED] = "ACCESSED_AND_THROTTLED_KEYS",
    [FEATURE_THROTTLED] = "THROTTLED_KEYS",
    NULL,
};
const char *const feature_precisions[] = {
    [FEATURE_MILLISECOND] = "MILLISECOND",
    [FEATURE_MICROSECOND] = "MICROSECOND",
    NULL,
};

const char *feature_view_word(enum feature_view view)
{
    return feature_views[view];
}

const char *feature_class_word(enum feature_class table_class)
{
    return feature_classes[table_class];
}

const char *feature_mode_word(enum feature_mode mode)
{
    return feature_modes[mode];
}

const char *feature_precision_word(enum feature_precision precision)
{
    return feature_precisions[precision];
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
