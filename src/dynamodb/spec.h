/*
 * Room: dynamodb. From a spec's JSON, in the words of CreateTable or of CloudFormation, to wanted tables. Only ${NAME} comes from outside, the environment. Strict:
 * an unknown field, a wrong type, a contradiction is an error that names file, JSON path and the nearest right name.
 */
#ifndef DYNAMODB_SPEC_H
#define DYNAMODB_SPEC_H

#include "base/err.h"
#include "dynamodb/spec_note.h"
#include "dynamodb/table.h"

#define SPEC_SIZE_MAX \
    ((size_t)1 << 20) /* a ConfigMap holds 1 MiB, a CloudFormation template 1 MB */

struct spec {
    struct table_wanted *tables;
    size_t count;
    const char *prefix;      /* before every table name; NULL: none. Set before reading */
    json_t *names;           /* of all tables read, those with mistakes too: none twice */
    struct spec_notes notes; /* of all files read: every mistake, and the warnings */
};

/* Appends the tables of one file: {"Tables": [...]}, an array of tables, one bare table, or a CloudFormation template.
 * name is what errors call the file. false: ERR_SPEC with all mistakes (notes), and *s holds what it held. Also refused: a table named twice, in this file or before. */
bool spec_read(struct spec *s, const char *name, const char *text, size_t len,
               struct err *e) MUST_LOOK;

/* Appends a table that options describe; takes over what w holds. false: ERR_USAGE when the name is bad or was there
 * (then w is cleared). */
bool spec_add(struct spec *s, struct table_wanted *w, struct err *e) MUST_LOOK;

void spec_clear(struct spec *s);

#endif
