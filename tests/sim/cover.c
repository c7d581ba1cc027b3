#include "cover.h"

#include "dynamodb/spec_rows.h"

#include <stdio.h>
#include <string.h>

/* The values of a field in all of the objects; a list counts as its elements. */
static json_t *cover_values(const json_t *objects, const struct spec_row *row)
{
    json_t *values = json_array();
    size_t i;
    json_t *object;

    json_array_foreach(objects, i, object)
    {
        json_t *value = json_object_get(object, row->name);

        value = value || !row->also ? value : json_object_get(object, row->also);
        if (row->type == SPEC_LIST) {
            json_array_extend(values, value);
        } else if (value) {
            json_array_append(values, value);
        }
    }
    return values;
}

static int cover_words(const json_t *values, const struct spec_row *row, const char *path)
{
    int missing = 0;

    for (const char *const *word = row->words; row->type == SPEC_WORD && *word; word++) {
        bool used = false;
        size_t i;
        json_t *value;

        json_array_foreach(values, i, value)
        {
            used = used || strcmp(json_string_value(value), *word) == 0;
        }
        if (!used) {
            fprintf(stderr, "cover: %s.%s is never %s\n", path, row->name, *word);
            missing++;
        }
    }
    return missing;
}

static int cover_shape(const json_t *objects, const struct spec_shape *shape, const char *path)
{
    int missing = 0;

    for (size_t i = 0; i < shape->count; i++) {
        const struct spec_row *row = &shape->rows[i];
        json_t *values;
        char below[400];

        if (row->type == SPEC_FOREIGN) {
            continue;
        }
        values = cover_values(objects, row);
        snprintf(below, sizeof(below), "%s.%s", path, row->name);
        if (json_array_size(values) == 0) {
            fprintf(stderr, "cover: nobody uses %s\n", below);
            missing++;
        } else {
            missing += cover_words(values, row, path);
            missing += row->below ? cover_shape(values, row->below, below) : 0;
        }
        json_decref(values);
    }
    return missing;
}

int cover_missing(const json_t *tables)
{
    return cover_shape(tables, &spec_rows_table, "$");
}
