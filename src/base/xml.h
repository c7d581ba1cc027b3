/*
 * Room: base. Reads the small XML that AWS's query services answer with: elements and text. No document type (so no
 * entity bombs), attributes and namespace prefixes are skipped, depth is bounded, tags must match.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/buf.h"

/* Appends the text of the first element at this path ("ErrorResponse/Error/Code"), entities resolved, to out. True when
 * the whole document is well-formed and the element is there with text in it; out is to be used only then. */
bool xml_text(const char *doc, size_t len, const char *path, struct buf *out) MUST_LOOK;

#endif
