/*
 * Room: dynamodb. The fields of a spec as one table: names in both spellings, types, limits, and where each goes. The
 * parser (spec_field.c) and the JSON Schema (spec_schema.c) read the same rows. Source: the AWS model of CreateTable and
 * the CloudFormation schema of AWS::DynamoDB::Table.
 */
#ifndef DYNAMODB_SPEC_ROWS_H
#define DYNAMODB_SPEC_ROWS_H

#include "dynamodb/table.h"

enum spec_type {
    SPEC_TEXT,    /* char *; min and max: bytes, or characters with SPEC_CHARS */
    SPEC_NAME,    /* char *; a table's or an index's name */
    SPEC_WORD,    /* an enum, by its place in words */
    SPEC_NUMBER,  /* int64_t from min to max */
    SPEC_SWITCH,  /* bool */
    SPEC_OBJECT,  /* the struct below */
    SPEC_LIST,    /* min to max structs below; grown, or in place with SPEC_FIXED */
    SPEC_TEXTS,   /* char **: min to max strings of 1 to 255 bytes, none twice */
    SPEC_POLICY,  /* char *: a string of JSON, or {"PolicyDocument": {...}} */
    SPEC_ITEMS,   /* char **: objects of DynamoDB JSON */
    SPEC_FOREIGN, /* AWS knows it, we do not */
};

#define SPEC_NEED 1U
#define SPEC_PREFIXED 2U /* --table-prefix goes before it */
#define SPEC_NO_LIMIT 4U /* -1 is allowed and means absent */
#define SPEC_CHARS 8U
#define SPEC_FIXED 16U
#define SPEC_EMPTY 32U /* an empty list counts as absent */

/* A mistake there makes the rules between fields of that kind meaningless. */
#define SPEC_OF_KEYS 1U
#define SPEC_OF_CAPACITY 2U

struct spec_shape;

struct spec_row {
    const char *name, *also; /* also: the other spelling, or NULL */
    enum spec_type type;
    unsigned flags, group;
    int64_t min, max;
    const struct spec_shape *below;
    const char *const *words; /* ended by NULL */
    size_t at;                /* offset of the member */
    size_t has, has_too;      /* offset + 1 of the bools that its presence sets; 0: none */
    size_t count;             /* offset of a list's size_t */
};

struct spec_shape {
    const char *title; /* its name in the schema */
    size_t size;
    size_t mark; /* offset + 1 of a bool that is true from the start; 0: none */
    const struct spec_row *rows;
    size_t count;
};

struct spec_definition {
    char *name;
    unsigned type; /* place in "SNB" */
};

/* What one table of a file is read into. */
struct spec_table {
    struct table_wanted w;
    struct spec_definition *definitions;
    size_t definition_count;
    unsigned bad; /* groups with mistakes in them */
};

extern const struct spec_shape spec_rows_table;

#define SPEC_ROWS_UNITS_MAX 1000000000000
#define SPEC_ROWS_WHOLE_MAX 1000000000000000 /* a number, however it is written */
#define SPEC_ROWS_DEFINITIONS_MAX 4096       /* far more than keys can use */

void spec_rows_clear(struct spec_table *t);

#endif
