#include "dynamodb/spec.h"

#include "base/json.h"
#include "base/mem.h"
#include "dynamodb/spec_check.h"
#include "dynamodb/spec_feature.h"
#include "dynamodb/spec_field.h"
#include "dynamodb/spec_template.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_DEPTH_MAX 100 /* an item has 32 levels of two, the rest of a spec far less */

/* Remembers the name; false: it was there, though perhaps its table was refused. */
static bool spec_is_new(struct spec *s, const char *name)
{
    if (!s->names) {
        s->names = json_object();
    }
    return !json_object_get(s->names, name) &&
           json_object_set_new(s->names, name, json_true()) == 0;
}

static void spec_append(struct spec *s, struct table_wanted *w)
{
    s->tables = mem_grow(s->tables, s->count + 1, sizeof(*s->tables));
    s->tables[s->count++] = *w;
    *w = (struct table_wanted){0};
}

/* What is no table at all is told in one line, not in one for each of its fields. */
static bool spec_is_table(json_t *table, const struct spec_place *at)
{
    json_t *answer = json_object_get(table, "Table");

    answer = answer ? answer : json_object_get(table, "TableDescription");
    if (json_object_get(answer ? answer : table, "TableStatus")) {
        return spec_note_error(at, NULL,
                               "an answer of DescribeTable, and no spec; dynamodb-init export "
                               "--table NAME writes the spec of a table that exists");
    }
    return json_object_size(table) == 0 || spec_template_intrinsic(table) ||
           spec_field_resembles(table, &spec_rows_table, !at->up) ||
           spec_note_error(
               at, NULL,
               "no table: it has \"%.100s\" and none of CreateTable's fields; a spec is a "
               "table, an array of tables, {\"Tables\": [...]} or a CloudFormation template",
               json_object_iter_key(json_object_iter(table)));
}

/* Reads one table and holds it to the rules; with a mistake it is not appended. */
static void spec_take(struct spec *s, json_t *table, const struct spec_place *at)
{
    struct spec_table t = {0};
    size_t errors = s->notes.errors;

    if (!spec_is_table(table, at)) {
        return;
    }
    if (spec_field_read(table, &spec_rows_table, at, s->prefix ? s->prefix : "", &t, &t.bad) ||
        (json_is_object(table) && !spec_template_intrinsic(table))) {
        t.w.hash_written = true;
        t.w.range_written = true;
        spec_check_table(&t, at);
        spec_feature_check(&t, table, at);
    }
    if (t.w.shape.name && !spec_is_new(s, t.w.shape.name)) {
        spec_note_error(at, "TableName", "\"%s\" is named twice; a table is described once",
                        t.w.shape.name);
    }
    if (s->notes.errors == errors) {
        spec_append(s, &t.w);
    }
    spec_rows_clear(&t);
}

static void spec_take_list(struct spec *s, const json_t *list, const struct spec_place *at)
{
    json_t *one;
    size_t i;

    if (!json_is_array(list) && (at->up || !json_is_object(list))) {
        spec_note_value(at, list, "an array of tables");
        return;
    }
    if (json_array_size(list) == 0) {
        spec_note_error(at, NULL, "no table in it; a spec describes at least one");
    }
    json_array_foreach(list, i, one)
    {
        struct spec_place place = {.up = at, .index = i};

        spec_take(s, one, &place);
    }
}

static void spec_take_template(struct spec *s, const json_t *document,
                               const struct spec_place *root)
{
    struct spec_place resources = {.up = root, .name = "Resources"};
    json_t *all = json_object_get(document, resources.name);
    size_t before = s->count;
    size_t errors = s->notes.errors;
    const char *name;
    json_t *one;

    s->notes.is_template = true;
    json_object_foreach(all, name, one)
    {
        struct spec_place place = {.up = &resources, .name = name};
        struct spec_place properties = {.up = &place, .name = "Properties"};
        json_t *table = spec_template_table(one, &place);

        if (table) {
            spec_take(s, table, &properties);
        }
    }
    if (s->count == before && s->notes.errors == errors) {
        spec_note_error(&resources, NULL,
                        "the template has no resource of type AWS::DynamoDB::Table");
    }
    s->notes.is_template = false;
}

static void spec_document(struct spec *s, json_t *document, const struct spec_place *root)
{
    struct spec_place tables = {.up = root, .name = "Tables"};
    json_t *list = json_object_get(document, tables.name);
    const char *name;
    json_t *one;

    if (json_is_string(json_object_get(document, "$schema"))) {
        json_object_del(document, "$schema"); /* an editor's */
    }
    if (!list && json_is_object(document) && spec_template_is(document)) {
        spec_take_template(s, document, root);
        return;
    }
    if (!list && !json_object_get(document, "TableName") && spec_template_holds_table(document)) {
        spec_note_error(root, NULL,
                        "a piece of a CloudFormation template; write it as {\"Resources\": "
                        "{\"NAME\": {\"Type\": \"AWS::DynamoDB::Table\", \"Properties\": {...}}}}");
        return;
    }
    if (!list && json_object_size(document) > 0) {
        spec_take(s, document, root);
        return;
    }
    if (!list) {
        spec_take_list(s, document, root);
        return;
    }
    json_object_foreach(document, name, one)
    {
        if (strcmp(name, tables.name) != 0) {
            spec_note_error(root, name, "unknown field beside Tables");
        }
    }
    spec_take_list(s, list, &tables);
}

/* How deep brackets nest, strings aside: told before the parser builds anything. */
static size_t spec_depth(const char *text, size_t len)
{
    size_t depth = 0;
    size_t deepest = 0;
    bool quoted = false;

    for (size_t i = 0; i < len; i++) {
        if (quoted && text[i] == '\\') {
            i++;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (text[i] == '[' || text[i] == '{')) {
            depth++;
            deepest = depth > deepest ? depth : deepest;
        } else if (!quoted && (text[i] == ']' || text[i] == '}') && depth > 0) {
            depth--;
        }
    }
    return deepest;
}

/* What is plainly no JSON, in words that say what to do; NULL: the parser may look. */
static const char *spec_is_foreign(const char *text, size_t len)
{
    static const struct {
        const char *start, *words;
    } marks[] = {
        {"\xef\xbb\xbf", "it begins with a byte order mark; save it as UTF-8 without one"},
        {"\xff\xfe", "it is UTF-16; save it as UTF-8"},
        {"\xfe\xff", "it is UTF-16; save it as UTF-8"},
    };
    size_t blank = 0;

    for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
        size_t size = strlen(marks[i].start);

        if (len >= size && memcmp(text, marks[i].start, size) == 0) {
            return marks[i].words;
        }
    }
    if (memchr(text, '\0', len)) {
        return "it holds a NUL byte; a spec is text in UTF-8";
    }
    while (blank < len && strchr(" \t\r\n", text[blank])) {
        blank++;
    }
    if (blank == len) {
        return "it is empty; a spec describes at least one table";
    }
    return text[blank] == '{' || text[blank] == '['
               ? NULL
               : "it is no JSON, which begins with { or [; YAML has to be converted to JSON first";
}

bool spec_read(struct spec *s, const char *name, const char *text, size_t len, struct err *e)
{
    struct spec_place root = {.name = name, .notes = &s->notes};
    size_t before = s->count;
    size_t errors = s->notes.errors;
    size_t noted = s->notes.count;
    json_t *document CLEAN_JSON = NULL;
    const char *foreign = spec_is_foreign(text, len);
    struct err why;

    if (foreign) {
        spec_note_file(&s->notes, name, foreign);
    } else if (spec_depth(text, len) > SPEC_DEPTH_MAX) {
        spec_note_file(&s->notes, name, "nested deeper than 100 levels");
    } else {
        document = json_parse(text, len, ERR_SPEC, &why);
        if (document) {
            spec_document(s, document, &root);
        } else {
            spec_note_file(&s->notes, name, why.text);
        }
    }
    if (s->notes.errors == errors) {
        return true;
    }
    while (s->count > before) {
        table_wanted_clear(&s->tables[--s->count]);
    }
    return spec_note_refuse(&s->notes, noted, e);
}

bool spec_add(struct spec *s, struct table_wanted *w, struct err *e)
{
    bool good = true;

    if (!table_is_name(w->shape.name)) {
        good = err_set(e, ERR_USAGE,
                       "\"%.260s\" is no table name: it must be 3 to 255 of a-z A-Z 0-9 _ . -",
                       w->shape.name);
    } else if (!spec_is_new(s, w->shape.name)) {
        good = err_set(e, ERR_USAGE, "the table \"%s\" is named twice", w->shape.name);
    } else {
        spec_append(s, w);
    }
    table_wanted_clear(w);
    return good;
}

void spec_clear(struct spec *s)
{
    for (size_t i = 0; i < s->count; i++) {
        table_wanted_clear(&s->tables[i]);
    }
    free(s->tables);
    json_clear(&s->names);
    spec_note_clear(&s->notes);
    *s = (struct spec){0};
}
