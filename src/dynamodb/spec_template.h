/*
 * Room: dynamodb. A CloudFormation template in JSON: which of its resources are tables, which look like tables and are
 * not ours to read, and its functions, which are not called. Pure.
 */
#ifndef DYNAMODB_SPEC_TEMPLATE_H
#define DYNAMODB_SPEC_TEMPLATE_H

#include "dynamodb/spec_note.h"

/* The document is a template: it has Resources, or the line that only templates have. */
bool spec_template_is(const json_t *document);

/* A resource that is a table, or looks like one, stands somewhere in value. */
bool spec_template_holds_table(json_t *value);

/* The name of CloudFormation's function when value is one ("Ref", "Fn::Sub"), else NULL. */
const char *spec_template_intrinsic(json_t *value);

/* Notes that this function is not called; returns false. */
bool spec_template_refuse(const struct spec_place *at, const char *name);

/* No function in value, however deep; false: each is noted. */
bool spec_template_plain(json_t *value, const struct spec_place *at);

/* The Properties of a resource that is a table, or NULL: then it is another thing, or a mistake was noted. */
json_t *spec_template_table(json_t *resource, const struct spec_place *at);

#endif
