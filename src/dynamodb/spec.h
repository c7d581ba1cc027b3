/*
 * Room: dynamodb. From a spec's JSON, in the words of CreateTable, to wanted tables. Pure: the text is handed in. Strict:
 * an unknown field, a wrong type, a contradiction is an error that names file, JSON path and the nearest right name.
 */
#ifndef DYNAMODB_SPEC_H
#define DYNAMODB_SPEC_H

#include "base/err.h"
#include "dynamodb/table.h"

#define SPEC_SIZE_MAX \
    ((size_t)1 << 20) /* a ConfigMap holds 1 MiB, a CloudFormation template 1 MB */

struct spec {
    struct table_wanted *tables;
    size_t count;
};

/* Appends the tables of one file: {"Tables": [...]}, an array of tables, or one bare table. name is what errors call the
 * file. false: ERR_SPEC, and *s holds what it held. Also refused: a table named twice, in this file or before. */
bool spec_read(struct spec *s, const char *name, const char *text, size_t len,
               struct err *e) MUST_LOOK;

/* Appends a table that options describe; takes over what w holds. false: ERR_USAGE when the name is bad or was there
 * (then w is cleared). */
bool spec_add(struct spec *s, struct table_wanted *w, struct err *e) MUST_LOOK;

void spec_clear(struct spec *s);

#endif
