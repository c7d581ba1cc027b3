#include "base/xml.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define XML_DEPTH_MAX 16
#define XML_NAME_MAX 64
#define XML_ENTITY_MAX 10
#define XML_MARK "\xef\xbb\xbf" /* a byte order mark */

struct xml_name {
    const char *start;
    size_t len;
};

/* Where the reader stands, and what it looks for. */
struct xml {
    const char *at, *end;
    struct xml_name open[XML_DEPTH_MAX];
    size_t depth;
    const char *path;
    struct buf *out;
    bool inside; /* the element is open, or was: a second of that name does not count */
    bool over;
    bool root_is_over;
};

static bool xml_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool xml_is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':' || (unsigned char)c >= 0x80;
}

static bool xml_begins(const struct xml *x, const char *text)
{
    size_t len = strlen(text);

    return (size_t)(x->end - x->at) >= len && memcmp(x->at, text, len) == 0;
}

/* Moves behind the next occurrence of text. */
static bool xml_skip_past(struct xml *x, const char *text)
{
    for (; x->at < x->end; x->at++) {
        if (xml_begins(x, text)) {
            x->at += strlen(text);
            return true;
        }
    }
    return false;
}

/* A name, without its prefix. */
static bool xml_read_name(struct xml *x, struct xml_name *name)
{
    const char *start = x->at;

    while (x->at < x->end && xml_is_name(*x->at)) {
        if (*x->at == ':') {
            start = x->at + 1;
        }
        x->at++;
    }
    *name = (struct xml_name){start, (size_t)(x->at - start)};
    return name->len > 0 && name->len <= XML_NAME_MAX;
}

/* Do the open elements spell the path? */
static bool xml_is_there(const struct xml *x)
{
    const char *path = x->path;

    for (size_t i = 0; i < x->depth; i++) {
        size_t len = strcspn(path, "/");

        if (len != x->open[i].len || memcmp(path, x->open[i].start, len) != 0) {
            return false;
        }
        path += len;
        path += *path == '/';
        if (*path == '\0') {
            return i + 1 == x->depth;
        }
    }
    return false;
}

static bool xml_add_code(struct xml *x, uint32_t code)
{
    char bytes[4];
    size_t n = 0;

    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        return false;
    }
    if (code < 0x80) {
        bytes[n++] = (char)code;
    } else {
        int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};

        bytes[n++] = (char)(lead[more] | code >> (6 * more));
        while (more-- > 0) {
            bytes[n++] = (char)(0x80 | (code >> (6 * more) & 0x3f));
        }
    }
    return buf_append(x->out, bytes, n);
}

/* "#60" or "#x3c". */
static bool xml_number(const char *text, uint32_t *code)
{
    uint32_t base = text[1] == 'x' ? 16 : 10;

    *code = 0;
    text += base == 16 ? 2 : 1;
    if (*text == '\0') {
        return false;
    }
    for (; *text; text++) {
        uint32_t digit = *text >= '0' && *text <= '9'   ? (uint32_t)(*text - '0')
                         : *text >= 'a' && *text <= 'f' ? (uint32_t)(*text - 'a' + 10)
                         : *text >= 'A' && *text <= 'F' ? (uint32_t)(*text - 'A' + 10)
                                                        : 16;

        if (digit >= base) {
            return false;
        }
        *code = *code * base + digit;
    }
    return true;
}

/* At '&': its character goes out if the element is the wanted one. */
static bool xml_entity(struct xml *x)
{
    static const struct {
        const char *name;
        uint32_t code;
    } known[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    const char *semicolon = memchr(x->at, ';', (size_t)(x->end - x->at));
    char name[XML_ENTITY_MAX + 1] = "";
    uint32_t code = 0;

    if (!semicolon || semicolon - x->at - 1 > XML_ENTITY_MAX) {
        return false;
    }
    memcpy(name, x->at + 1, (size_t)(semicolon - x->at - 1));
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strcmp(name, known[i].name) == 0) {
            code = known[i].code;
        }
    }
    if (name[0] == '#' && !xml_number(name, &code)) {
        return false;
    }
    x->at = semicolon + 1;
    return x->inside && !x->over ? xml_add_code(x, code) : code != 0;
}

/* Text up to the next tag; outside the root only white space. */
static bool xml_characters(struct xml *x)
{
    while (x->at < x->end && *x->at != '<') {
        if (x->depth == 0 && !xml_is_space(*x->at)) {
            return false;
        }
        if (*x->at == '&') {
            if (!xml_entity(x)) {
                return false;
            }
            continue;
        }
        if (x->inside && !x->over && !buf_append(x->out, x->at, 1)) {
            return false;
        }
        x->at++;
    }
    return true;
}

/* Steps over a tag's '>'. */
static bool xml_take_end(struct xml *x)
{
    bool there = x->at < x->end && *x->at == '>';

    x->at += there;
    return there;
}

/* At "</": closes the innermost element. */
static bool xml_close(struct xml *x)
{
    struct xml_name name;

    x->at += 2;
    if (!xml_read_name(x, &name) || x->depth == 0 || name.len != x->open[x->depth - 1].len ||
        memcmp(name.start, x->open[x->depth - 1].start, name.len) != 0) {
        return false;
    }
    x->over = x->over || (x->inside && xml_is_there(x));
    x->depth--;
    x->root_is_over = x->depth == 0;
    while (x->at < x->end && xml_is_space(*x->at)) {
        x->at++;
    }
    return xml_take_end(x);
}

/* Attributes, up to '>' or '/'. */
static bool xml_attributes(struct xml *x)
{
    char quote = '\0';

    for (; x->at < x->end; x->at++) {
        if (quote == '\0' && (*x->at == '>' || *x->at == '/')) {
            return true;
        }
        if (quote == '\0' && (*x->at == '"' || *x->at == '\'')) {
            quote = *x->at;
        } else if (*x->at == quote) {
            quote = '\0';
        }
    }
    return false;
}

/* At '<': opens an element, and closes it if it is empty. */
static bool xml_open(struct xml *x)
{
    struct xml_name name;

    x->at++;
    if (!xml_read_name(x, &name) || x->depth == XML_DEPTH_MAX || x->root_is_over ||
        !xml_attributes(x)) {
        return false;
    }
    x->open[x->depth++] = name;
    x->inside = x->inside || xml_is_there(x);
    if (*x->at == '/') {
        x->over = x->over || (x->inside && xml_is_there(x));
        x->depth--;
        x->root_is_over = x->depth == 0;
        x->at++;
    }
    return xml_take_end(x);
}

static bool xml_markup(struct xml *x)
{
    if (xml_begins(x, "<!--")) {
        return xml_skip_past(x, "-->");
    }
    if (xml_begins(x, "<?")) {
        return xml_skip_past(x, "?>");
    }
    if (xml_begins(x, "<!")) {
        return false; /* a document type: nothing that AWS sends */
    }
    return xml_begins(x, "</") ? xml_close(x) : xml_open(x);
}

bool xml_text(const char *doc, size_t len, const char *path, struct buf *out)
{
    struct xml x = {.at = doc, .end = doc + len, .path = path, .out = out};

    if (xml_begins(&x, XML_MARK)) {
        x.at += strlen(XML_MARK);
    }
    while (x.at < x.end) {
        if (*x.at == '<' ? !xml_markup(&x) : !xml_characters(&x)) {
            return false;
        }
    }
    return x.root_is_over && x.over && !text_is_blank(buf_text(out));
}
