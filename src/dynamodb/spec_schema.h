/*
 * Room: dynamodb. The JSON Schema of a spec, made from the same rows that the parser reads (spec_rows.h), for editors and CI.
 * It says what a field may be; rules between fields are lint's alone: whatever it refuses, the parser refuses too. Not in
 * the released program. Pure.
 */
#ifndef DYNAMODB_SPEC_SCHEMA_H
#define DYNAMODB_SPEC_SCHEMA_H

#include "base/json.h"

/* The text of the schema, draft 2020-12, with a line end; the caller frees it. */
char *spec_schema(void);

#endif
