#include "aws/profile.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROFILE_PARSE_SPACE " \t\v\f\r"

/* Where the reader stands. section or property NULL: the ignored one; what belongs to it is checked and dropped. */
struct profile_reader {
    struct profile *out;
    enum profile_file file;
    const char *shown;
    int line;
    bool in_section, in_property;
    struct profile_section *section;
    struct profile_property *property; /* the last that was added: the list may move */
    bool nested; /* the property's value is empty: its continuations are sub-properties */
    char parent[128];
    struct err *e;
};

static bool profile_bad(const struct profile_reader *r, const char *what)
{
    return err_set(r->e, ERR_USAGE, "%s: line %d: %s", r->shown, r->line, what);
}

/* Names are made of these; others are ignored. */
static bool profile_is_name(const char *name)
{
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < 0x80 &&
            !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                    "0123456789-_/.%@:+",
                    *c)) {
            return false;
        }
    }
    return *name != '\0';
}

/* Cuts a comment: '#' or ';', behind white space or, in a section's line, anywhere. */
static void profile_cut(char *line, bool anywhere)
{
    for (char *c = line; *c; c++) {
        if ((*c == '#' || *c == ';') &&
            (anywhere || (c > line && strchr(PROFILE_PARSE_SPACE, c[-1])))) {
            *c = '\0';
            return;
        }
    }
}

/* What is left of text behind the word, which white space must follow; NULL when it does not begin so. */
static char *profile_behind(char *text, const char *word)
{
    size_t len = strlen(word);

    return strncmp(text, word, len) == 0 && text[len] && strchr(PROFILE_PARSE_SPACE, text[len])
               ? text_trim(text + len)
               : NULL;
}

static void profile_begin(struct profile_reader *r, enum profile_kind kind, const char *name,
                          bool prefixed)
{
    struct profile *p = r->out;

    if (!profile_is_name(name)) {
        return;
    }
    p->sections = mem_grow(p->sections, p->count + 1, sizeof(*p->sections));
    r->section = &p->sections[p->count++];
    *r->section = (struct profile_section){
        .kind = kind, .file = r->file, .prefixed = prefixed, .name = mem_strdup(name)};
}

static bool profile_section(struct profile_reader *r, char *line)
{
    static const struct {
        const char *word;
        enum profile_kind kind;
    } kinds[] = {
        {"profile", PROFILE_PROFILE}, {"services", PROFILE_SERVICES}, {"sso-session", PROFILE_SSO}};
    char *name;
    size_t len;

    profile_cut(line, true);
    name = text_trim(line);
    len = strlen(name);
    if (name[len - 1] != ']') {
        return profile_bad(r, "a section ends with ]");
    }
    name[len - 1] = '\0';
    name = text_trim(name + 1);
    r->in_section = true;
    r->in_property = false;
    r->section = NULL;
    r->property = NULL;
    for (size_t i = 0; r->file == PROFILE_CONFIG && i < 3; i++) {
        char *rest = profile_behind(name, kinds[i].word);

        if (rest) {
            profile_begin(r, kinds[i].kind, rest, true);
            return true;
        }
    }
    if (r->file == PROFILE_CREDENTIALS || strcmp(name, "default") == 0) {
        profile_begin(r, PROFILE_PROFILE, name, false);
    }
    return true;
}

/* Splits "key = value" and lowers the key; NULL: told. */
static char *profile_split(const struct profile_reader *r, char *line, char **key)
{
    char *equals = strchr(line, '=');

    if (!equals) {
        profile_bad(r, "a property is \"key = value\"");
        return NULL;
    }
    *equals = '\0';
    *key = text_trim(line);
    if (**key == '\0') {
        profile_bad(r, "the key before = is missing");
        return NULL;
    }
    text_to_lower(*key);
    return text_trim(equals + 1);
}

static struct profile_property *profile_add(struct profile_section *s, const char *key,
                                            const char *value)
{
    struct profile_property *p;

    s->properties = mem_grow(s->properties, s->count + 1, sizeof(*s->properties));
    p = &s->properties[s->count++];
    *p = (struct profile_property){mem_strdup(key), mem_strdup(value)};
    return p;
}

static bool profile_property(struct profile_reader *r, char *line)
{
    char *key = NULL;
    char *value;

    if (!r->in_section) {
        return profile_bad(r, "a property stands before the first [section]");
    }
    profile_cut(line, false);
    value = profile_split(r, line, &key);
    if (!value) {
        return false;
    }
    r->in_property = true;
    r->property = NULL;
    r->nested = *value == '\0';
    snprintf(r->parent, sizeof(r->parent), "%.127s", key);
    if (r->section && profile_is_name(key)) {
        r->property = profile_add(r->section, key, value);
    }
    return true;
}

/* A line more of the value; by copy and wipe, it may be a secret. */
static void profile_lengthen(struct profile_property *p, const char *more)
{
    size_t old = strlen(p->value);
    char *longer = mem_zalloc(old + strlen(more) + 2, 1);

    snprintf(longer, old + strlen(more) + 2, "%s\n%s", p->value, more);
    mem_wipe(p->value, old);
    free(p->value);
    p->value = longer;
}

static bool profile_continuation(struct profile_reader *r, char *line)
{
    char name[260];
    char *key = NULL;
    char *value;

    if (!r->in_property) {
        return profile_bad(r, "an indented line stands before the first property");
    }
    if (!r->nested) {
        if (r->property) {
            profile_lengthen(r->property, text_trim(line));
        }
        return true;
    }
    profile_cut(line, false);
    value = profile_split(r, line, &key);
    if (!value) {
        return false;
    }
    if (r->property && profile_is_name(key)) {
        snprintf(name, sizeof(name), "%s %.127s", r->parent, key);
        r->property = profile_add(r->section, name, value);
    }
    return true;
}

static bool profile_line(struct profile_reader *r, char *line)
{
    if (text_is_blank(line) || *line == '#' || *line == ';') {
        return true;
    }
    if (*line == '[') {
        return profile_section(r, line);
    }
    return strchr(PROFILE_PARSE_SPACE, *line) ? profile_continuation(r, line)
                                              : profile_property(r, line);
}

bool profile_parse(struct profile *out, enum profile_file file, const char *shown, const char *text,
                   struct err *e)
{
    struct profile_reader r = {.out = out, .file = file, .shown = shown, .e = e};
    char *copy = mem_strdup(text);
    size_t size = strlen(text);
    char *at = strncmp(copy, "\xef\xbb\xbf", 3) == 0 ? copy + 3 : copy;
    bool good = true;

    while (good && at) {
        char *end = strchr(at, '\n');

        if (end) {
            *end = '\0';
        }
        r.line++;
        good = profile_line(&r, at);
        at = end ? end + 1 : NULL;
    }
    mem_wipe(copy, size);
    free(copy);
    return good;
}
