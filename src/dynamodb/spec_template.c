#include "dynamodb/spec_template.h"

#include <string.h>

/* CloudFormation's functions stay unevaluated: nobody here knows a stack. */
const char *spec_template_intrinsic(json_t *value)
{
    void *only = json_object_size(value) == 1 ? json_object_iter(value) : NULL;
    const char *name = only ? json_object_iter_key(only) : "";

    return strcmp(name, "Ref") == 0 || strncmp(name, "Fn::", 4) == 0 ? name : NULL;
}

bool spec_template_refuse(const struct spec_place *at, const char *name)
{
    return spec_note_error(
        at, NULL,
        "%.100s is a function of CloudFormation, and there is no stack here; write the value, or ${NAME} to take it "
        "from the environment",
        name);
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
bool spec_template_plain(json_t *value, const struct spec_place *at)
{
    const char *found = spec_template_intrinsic(value);
    bool good = true;
    const char *name;
    json_t *one;
    size_t i;

    if (found) {
        return spec_template_refuse(at, found);
    }
    json_object_foreach(value, name, one)
    {
        struct spec_place place = {.up = at, .name = name};

        good = spec_template_plain(one, &place) && good;
    }
    json_array_foreach(value, i, one)
    {
        struct spec_place place = {.up = at, .index = i};

        good = spec_template_plain(one, &place) && good;
    }
    return good;
}

bool spec_template_is(const json_t *document)
{
    return json_object_get(document, "Resources") ||
           json_object_get(document, "AWSTemplateFormatVersion");
}

static bool spec_template_is_type(const char *type, const char *wanted)
{
    return type && strcmp(type, wanted) == 0;
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
bool spec_template_holds_table(json_t *value)
{
    const char *type = json_text_of(value, "Type");
    const char *name;
    json_t *one;
    size_t i;

    if (spec_template_is_type(type, "AWS::DynamoDB::Table") ||
        spec_template_is_type(type, "AWS::DynamoDB::GlobalTable") ||
        spec_template_is_type(type, "AWS::Serverless::SimpleTable")) {
        return true;
    }
    json_object_foreach(value, name, one)
    {
        if (spec_template_holds_table(one)) {
            return true;
        }
    }
    json_array_foreach(value, i, one)
    {
        if (spec_template_holds_table(one)) {
            return true;
        }
    }
    return false;
}

/* Fn::ForEach and Fn::Transform stand where resources do, and make some. */
static void spec_template_function(json_t *value, const struct spec_place *at)
{
    if (spec_template_holds_table(value)) {
        spec_note_error(at, NULL,
                        "it is a function of CloudFormation that makes tables, and is not called "
                        "here; write each table as a resource of its own");
    } else if (strcmp(at->name, "Fn::Transform") == 0) {
        spec_note_warning(at, NULL, "what it includes is not read: no table in it is taken");
    }
}

json_t *spec_template_table(json_t *resource, const struct spec_place *at)
{
    const char *type = json_text_of(resource, "Type");
    json_t *properties = json_object_get(resource, "Properties");

    if (strncmp(at->name, "Fn::", 4) == 0) {
        spec_template_function(resource, at);
        return NULL;
    }
    if (spec_template_is_type(type, "AWS::DynamoDB::GlobalTable")) {
        spec_note_error(
            at, "Type",
            "%s is not read; write AWS::DynamoDB::Table, with its Replicas in Properties", type);
        return NULL;
    }
    if (spec_template_is_type(type, "AWS::Serverless::SimpleTable")) {
        spec_note_error(
            at, "Type",
            "%s is not read; write AWS::DynamoDB::Table with AttributeDefinitions and KeySchema",
            type);
        return NULL;
    }
    if (!spec_template_is_type(type, "AWS::DynamoDB::Table")) {
        return NULL;
    }
    if (json_object_get(resource, "Condition")) {
        spec_note_warning(at, "Condition", "conditions are not evaluated: the table is taken");
    }
    if (!json_is_object(properties)) {
        spec_note_error(at, "Properties", "missing; a table is described there");
        return NULL;
    }
    return properties;
}
