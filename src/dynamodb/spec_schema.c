#include "dynamodb/spec_schema.h"

#include "dynamodb/spec_rows.h"

#include <stdio.h>
#include <string.h>

#define SPEC_SCHEMA_NAME_SIZE 80
#define SPEC_SCHEMA_VARIABLE "\\$\\{"
#define SPEC_SCHEMA_NAME "^[a-zA-Z0-9_.-]{3,255}$"
#define SPEC_SCHEMA_NAME_MIN 3

static json_t *spec_schema_ref(const char *name, bool in_template)
{
    char ref[SPEC_SCHEMA_NAME_SIZE];

    snprintf(ref, sizeof(ref), "#/$defs/%s%s", in_template ? "Template" : "", name);
    return json_pack("{s:s}", "$ref", ref);
}

/* A string may be, or hold, a variable: then only the run knows what it is. */
static json_t *spec_schema_or_variable(json_t *one)
{
    return json_pack("{s:[o, {s:s, s:s}]}", "anyOf", one, "type", "string", "pattern",
                     SPEC_SCHEMA_VARIABLE);
}

/* In a template a number, true and false pass for a text that may be as short as they are. */
static json_t *spec_schema_scalar(json_t *text, int64_t min, bool in_template)
{
    static const json_int_t least[] = {0, 0, 10, 100, 1000}; /* of so many digits */
    json_t *any = spec_schema_or_variable(text);
    json_t *list = json_object_get(any, "anyOf");

    if (in_template && min < (int64_t)(sizeof(least) / sizeof(*least))) {
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", least[min],
                                        "maximum", (json_int_t)SPEC_ROWS_WHOLE_MAX));
        json_array_append_new(list, json_pack("{s:s}", "type", "boolean"));
    }
    return any;
}

static json_t *spec_schema_text(const struct spec_row *row, bool in_template)
{
    return spec_schema_scalar(json_pack("{s:s, s:I, s:I}", "type", "string", "minLength",
                                        (json_int_t)row->min, "maxLength", (json_int_t)row->max),
                              row->min, in_template);
}

static json_t *spec_schema_word(const struct spec_row *row)
{
    json_t *words = json_array();

    for (size_t i = 0; row->words[i]; i++) {
        json_array_append_new(words, json_string(row->words[i]));
    }
    return spec_schema_or_variable(json_pack("{s:o}", "enum", words));
}

static json_t *spec_schema_number(const struct spec_row *row, bool in_template)
{
    json_t *any = json_array();

    json_array_append_new(any, json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
                                         (json_int_t)row->min, "maximum", (json_int_t)row->max));
    if (row->flags & SPEC_NO_LIMIT) {
        json_array_append_new(any, json_pack("{s:i}", "const", -1));
    }
    if (in_template) {
        json_array_append_new(any, spec_schema_or_variable(json_pack("{s:s, s:s}", "type", "string",
                                                                     "pattern", "^[0-9]+$")));
    }
    return json_pack("{s:o}", "anyOf", any);
}

static json_t *spec_schema_switch(bool in_template)
{
    json_t *yes = json_pack("{s:s}", "type", "boolean");

    return in_template ? json_pack("{s:[o, {s:s, s:s}]}", "anyOf", yes, "type", "string", "pattern",
                                   "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$|\\$\\{")
                       : yes;
}

static json_t *spec_schema_list(const struct spec_row *row, json_t *items)
{
    return json_pack("{s:s, s:I, s:I, s:o}", "type", "array", "minItems", (json_int_t)row->min,
                     "maxItems", (json_int_t)row->max, "items", items);
}

static json_t *spec_schema_policy(void)
{
    return json_pack("{s:[{s:s}, {s:s, s:[s], s:b, s:{s:{s:[s, s]}}}]}", "anyOf", "type", "string",
                     "type", "object", "required", "PolicyDocument", "additionalProperties", 0,
                     "properties", "PolicyDocument", "type", "object", "string");
}

static json_t *spec_schema_value(const struct spec_row *row, bool in_template)
{
    static const struct spec_row one_text = {.type = SPEC_TEXT, .min = 1, .max = 255};

    switch (row->type) {
    case SPEC_TEXT:
        return spec_schema_text(row, in_template);
    case SPEC_NAME:
        return spec_schema_scalar(
            json_pack("{s:s, s:s}", "type", "string", "pattern", SPEC_SCHEMA_NAME),
            SPEC_SCHEMA_NAME_MIN, in_template);
    case SPEC_WORD:
        return spec_schema_word(row);
    case SPEC_NUMBER:
        return spec_schema_number(row, in_template);
    case SPEC_SWITCH:
        return spec_schema_switch(in_template);
    case SPEC_OBJECT:
        return spec_schema_ref(row->below->title, in_template);
    case SPEC_LIST:
        return spec_schema_list(row, spec_schema_ref(row->below->title, in_template));
    case SPEC_TEXTS:
        return spec_schema_list(row, spec_schema_text(&one_text, in_template));
    case SPEC_POLICY:
        return spec_schema_policy();
    case SPEC_ITEMS:
        return spec_schema_list(row, json_pack("{s:s, s:i}", "type", "object", "minProperties", 1));
    case SPEC_FOREIGN:
        break;
    }
    return json_false();
}

/* One of the two spellings, not both. */
static json_t *spec_schema_either(const struct spec_row *row)
{
    return json_pack("{s:[{s:[s]}, {s:[s]}]}", "oneOf", "required", row->name, "required",
                     row->also);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the fields are */
static void spec_schema_define(json_t *defs, const struct spec_shape *shape, bool in_template)
{
    char name[SPEC_SCHEMA_NAME_SIZE];
    json_t *properties = json_object();
    json_t *required = json_array();
    json_t *all = json_array();

    snprintf(name, sizeof(name), "%s%s", in_template ? "Template" : "", shape->title);
    if (json_object_get(defs, name)) {
        json_decref(properties);
        json_decref(required);
        json_decref(all);
        return;
    }
    json_object_set_new(defs, name,
                        json_pack("{s:s, s:b, s:o, s:o, s:o}", "type", "object",
                                  "additionalProperties", 0, "properties", properties, "required",
                                  required, "allOf", all));
    for (size_t i = 0; i < shape->count; i++) {
        const struct spec_row *row = &shape->rows[i];

        if (row->type == SPEC_FOREIGN) {
            continue;
        }
        json_object_set_new(properties, row->name, spec_schema_value(row, in_template));
        if (row->also) {
            json_object_set_new(properties, row->also, spec_schema_value(row, in_template));
            json_array_append_new(all, spec_schema_either(row));
        } else if (row->flags & SPEC_NEED) {
            json_array_append_new(required, json_string(row->name));
        }
        if (row->below) {
            spec_schema_define(defs, row->below, in_template);
        }
    }
    if (json_array_size(all) == 0) { /* JSON Schema wants at least one */
        json_object_del(json_object_get(defs, name), "allOf");
    }
}

/* A resource that is a table has a table's properties; what else a template holds is its own affair. */
static json_t *spec_schema_template(void)
{
    return json_pack("{s:s, s:[s], s:{s:{s:s, s:{s:{s:{s:{s:s}}, s:[s]}, s:{s:[s], s:{s:o}}}}}}",
                     "type", "object", "required", "Resources", "properties", "Resources", "type",
                     "object", "additionalProperties", "if", "properties", "Type", "const",
                     "AWS::DynamoDB::Table", "required", "Type", "then", "required", "Properties",
                     "properties", "Properties", spec_schema_ref("Table", true));
}

char *spec_schema(void)
{
    json_t *defs = json_object();
    json_t *bare = NULL;
    json_t *tables = json_pack("{s:s, s:i, s:o}", "type", "array", "minItems", 1, "items",
                               spec_schema_ref("Table", false));
    json_t *root CLEAN_JSON = NULL;

    spec_schema_define(defs, &spec_rows_table, false);
    spec_schema_define(defs, &spec_rows_table, true);
    bare = json_deep_copy(json_object_get(defs, "Table"));
    json_object_set_new(json_object_get(bare, "properties"), "$schema",
                        json_pack("{s:s}", "type", "string"));
    json_object_set_new(defs, "BareTable", bare);
    json_object_set_new(defs, "Tables", tables);
    json_object_set_new(defs, "Spec",
                        json_pack("{s:s, s:[s], s:b, s:{s:{s:s}, s:o}}", "type", "object",
                                  "required", "Tables", "additionalProperties", 0, "properties",
                                  "$schema", "type", "string", "Tables",
                                  spec_schema_ref("Tables", false)));
    json_object_set_new(defs, "Template", spec_schema_template());
    root = json_pack(
        "{s:s, s:s, s:s, s:{s:s}, s:o, s:{s:s, s:{s:[s]}, s:o, s:{s:{s:[s]}, s:o, s:o}}, s:o}",
        "$schema", "https://json-schema.org/draft/2020-12/schema", "title", "dynamodb-init: a spec",
        "description",
        "Tables of DynamoDB as dynamodb-init reads them. Made by make schema; rules between fields, and sizes in bytes: dynamodb-init lint.",
        "if", "type", "array", "then", spec_schema_ref("Tables", false), "else", "type", "object",
        "if", "required", "Tables", "then", spec_schema_ref("Spec", false), "else", "if",
        "required", "Resources", "then", spec_schema_ref("Template", false), "else",
        spec_schema_ref("BareTable", false), "$defs", defs);
    return json_lines(root);
}
