/* The rules of a spec, one line each: what is written, and the words that its error must hold. */
#include "base/json.h"
#include "dynamodb/spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define NAME "\"TableName\":\"orders\""
#define KEY(name, role) "{\"AttributeName\":\"" name "\",\"KeyType\":\"" role "\"}"
#define DEF(name, type) "{\"AttributeName\":\"" name "\",\"AttributeType\":\"" type "\"}"
#define DEFS(list) "\"AttributeDefinitions\":[" list "]"
#define KEYS(list) "\"KeySchema\":[" list "]"
#define BOTH_KEYS KEY("PK", "HASH") "," KEY("SK", "RANGE")
#define BOTH DEFS(DEF("PK", "S") "," DEF("SK", "N")) "," KEYS(BOTH_KEYS)
#define ONE DEFS(DEF("PK", "S")) "," KEYS(KEY("PK", "HASH"))
#define DEMAND "\"BillingMode\":\"PAY_PER_REQUEST\""
#define UNITS(r, w) \
    "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":" r ",\"WriteCapacityUnits\":" w "}"
#define TABLE(fields) "{" NAME "," fields "}"
#define WITH(more) TABLE(BOTH "," DEMAND "," more)
#define ALL "\"Projection\":{\"ProjectionType\":\"ALL\"}"
#define INDEX(name, keys, more) "{\"IndexName\":\"" name "\"," KEYS(keys) "," more "}"
#define GLOBAL(list) "\"GlobalSecondaryIndexes\":[" list "]"
#define LOCAL(list) "\"LocalSecondaryIndexes\":[" list "]"
#define BY_PK(more) INDEX("by-pk", KEY("PK", "HASH"), more)
#define LOC(name) INDEX(name, BOTH_KEYS, ALL)
#define INCLUDE(names) \
    "\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[" names "]}"
#define TEN(p)                                                                                     \
    "\"" p "0\",\"" p "1\",\"" p "2\",\"" p "3\",\"" p "4\",\"" p "5\",\"" p "6\",\"" p "7\",\"" p \
    "8\",\"" p "9\""
#define TWENTY(name) INDEX(name, KEY("PK", "HASH"), INCLUDE(TEN("a") "," TEN("b")))
#define HUNDRED \
    TWENTY("i-1") "," TWENTY("i-2") "," TWENTY("i-3") "," TWENTY("i-4") "," TWENTY("i-5")

static const struct {
    const char *json;
    const char *words[3];
} refused[] = {
    /* no JSON, or not strict */
    {"", {"f.json: it is empty"}},
    {"{\"Tables\":[", {"f.json: line 1, column "}},
    {WITH("\"TableClass\":1") " x", {"f.json: line 1", "end of file expected"}},
    {TABLE(NAME), {"line 1", "duplicate", "TableName"}},
    {"{\n\"TableName\": \"\xff\"}", {"line 2", "unable to decode byte 0xff"}},
    {"[\"a\\u0000\"]", {"line 1"}},
    {"5", {"f.json: it is no JSON"}},
    /* forms */
    {"{}", {"f.json: $: no table"}},
    {"[]", {"f.json: $: no table"}},
    {"{\"Tables\":[]}", {"f.json: $.Tables: no table"}},
    {"{\"Tables\":{}}", {"$.Tables: ", "an array"}},
    {"{\"Tables\":null}", {"$.Tables: null", "an array"}},
    {"[5]", {"$[0]: 5", "an object"}},
    {"{\"Tablez\":[]}", {"$.Tablez: unknown field; did you mean \"Tables\"?"}},
    {"{\"Tables\":[],\"Version\":1}", {"$.Version: unknown field"}},
    /* fields */
    {"{\"Tables\":[" WITH("\"BilingMode\":1") "]}",
     {"$.Tables[0].BilingMode: unknown", "\"BillingMode\""}},
    {WITH("\"VectorIndexes\":[]"), {"$.VectorIndexes: AWS knows this field"}},
    {"{" BOTH "," DEMAND "}", {"$.TableName: missing"}},
    {"{\"TableName\":\"a b\"," BOTH "}", {"$.TableName: \"a b\"", "3 to 255"}},
    {TABLE(DEFS("")), {"$.KeySchema: missing"}},
    {TABLE(DEFS(DEF("PK", "s"))), {"$.AttributeDefinitions[0].AttributeType: \"s\"", "mean \"S\""}},
    {TABLE(DEFS(DEF("PK", "SS"))), {"[0].AttributeType: ", "\"S\", \"N\" or \"B\""}},
    {TABLE(DEFS(DEF("", "S"))), {"[0].AttributeName: \"\"", "1 to 255 bytes"}},
    {TABLE(DEFS("") "," KEYS("")), {"$.KeySchema: 0 of them"}},
    {TABLE(DEFS("") "," KEYS(KEY("PK", "HASHH"))),
     {"$.KeySchema[0].KeyType: \"HASHH\"", "mean \"HASH\""}},
    {TABLE(BOTH ",\"BillingMode\":\"ON_DEMAND\""),
     {"$.BillingMode: \"ON_DEMAND\"", "\"PAY_PER_REQUEST\""}},
    {TABLE(BOTH "," UNITS("0", "5")), {"ProvisionedThroughput.ReadCapacityUnits: 0", "from 1 to"}},
    {TABLE(BOTH "," UNITS("5", "\"5\"")), {"WriteCapacityUnits: \"5\"", "whole number"}},
    {TABLE(BOTH "," UNITS("5", "5.5")), {"WriteCapacityUnits: 5.5", "whole number"}},
    {TABLE(BOTH "," UNITS("5", "1000000000001")), {"WriteCapacityUnits: 1000000000001"}},
    {TABLE(BOTH "," UNITS("5", "18446744073709551621")),
     {"f.json: line 1, column ", "too big integer"}},
    {TABLE(BOTH ",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":1}"),
     {"WriteCapacityUnits: missing"}},
    {WITH(GLOBAL(BY_PK("\"Projection\":{\"ProjectionType\":\"KEY_ONLY\"}"))),
     {"\"KEYS_ONLY\"", "[0].Projection."}},
    /* keys */
    {TABLE(DEFS("") "," KEYS(KEY("SK", "RANGE"))), {"$.KeySchema: \"SK\" comes first"}},
    {TABLE(DEFS("") "," KEYS(KEY("PK", "HASH") "," KEY("SK", "HASH"))),
     {"$.KeySchema: 2 HASH", "exactly 1"}},
    {TABLE(DEFS("") "," KEYS(KEY("PK", "HASH") "," KEY("PK", "RANGE"))),
     {"$.KeySchema: \"PK\" is there twice"}},
    {TABLE(DEFS("") "," KEYS(BOTH_KEYS "," KEY("a", "RANGE"))), {"$.KeySchema: 3 of them"}},
    {TABLE(DEFS(DEF("PK", "S")) "," KEYS(BOTH_KEYS) "," DEMAND),
     {"$.AttributeDefinitions: ", "\"SK\" is missing"}},
    {TABLE(DEFS(DEF("PK", "S") "," DEF("x", "S")) "," KEYS(KEY("PK", "HASH")) "," DEMAND),
     {"$.AttributeDefinitions[1]: \"x\" is no key"}},
    {TABLE(DEFS(DEF("PK", "S") "," DEF("PK", "N")) "," KEYS(KEY("PK", "HASH")) "," DEMAND),
     {"$.AttributeDefinitions[1]: \"PK\" is there twice"}},
    /* billing */
    {TABLE(BOTH), {"$.ProvisionedThroughput: missing", "\"BillingMode\": \"PAY_PER_REQUEST\""}},
    {WITH(UNITS("1", "1")), {"$.ProvisionedThroughput: ", "PAY_PER_REQUEST"}},
    {TABLE(BOTH "," UNITS("1", "1") "," GLOBAL(BY_PK(ALL))),
     {"Indexes[0].ProvisionedThroughput: missing"}},
    {WITH(GLOBAL(BY_PK(ALL "," UNITS("1", "1")))),
     {"Indexes[0].ProvisionedThroughput: ", "PAY_PER_REQUEST"}},
    /* indexes */
    {WITH(LOCAL(INDEX("loc", BOTH_KEYS, ALL "," UNITS("1", "1")))),
     {"ProvisionedThroughput: unknown field"}},
    {TABLE(ONE "," DEMAND "," LOCAL(LOC("loc"))), {"$.LocalSecondaryIndexes[0]: ", "sort key"}},
    {WITH(LOCAL(INDEX("loc", KEY("PK", "HASH"), ALL))), {"[0].KeySchema: no RANGE"}},
    {WITH(LOCAL(INDEX("loc", KEY("SK", "HASH") "," KEY("PK", "RANGE"), ALL))),
     {"\"SK\" as HASH", "\"PK\""}},
    {WITH(LOCAL(
         LOC("l-1") "," LOC("l-2") "," LOC("l-3") "," LOC("l-4") "," LOC("l-5") "," LOC("l-6"))),
     {"$.LocalSecondaryIndexes: 6", "at most 5"}},
    {WITH(GLOBAL(BY_PK(ALL) "," BY_PK(ALL))),
     {"$.GlobalSecondaryIndexes[1].IndexName: \"by-pk\" is there twice"}},
    {WITH(LOCAL(LOC("both")) "," GLOBAL(INDEX("both", KEY("PK", "HASH"), ALL))),
     {"Global", "\"both\" is there twice"}},
    {WITH(GLOBAL(INDEX("by-sk", KEY("SK", "RANGE"), ALL))), {"[0].KeySchema: \"SK\" comes first"}},
    {WITH(GLOBAL(INDEX("mix", BOTH_KEYS "," KEY("a", "HASH"), ALL))),
     {"\"a\" is HASH behind a RANGE"}},
    {WITH(GLOBAL(INDEX("wide",
                       KEY("a", "HASH") "," KEY("b", "HASH") "," KEY("c", "HASH") "," KEY(
                           "d", "HASH") "," KEY("e", "HASH"),
                       ALL))),
     {"[0].KeySchema: 5 HASH", "1 to 4 HASH"}},
    {WITH(
         GLOBAL(BY_PK("\"Projection\":{\"ProjectionType\":\"ALL\",\"NonKeyAttributes\":[\"a\"]}"))),
     {"Projection.NonKeyAttributes: ", "\"INCLUDE\" only"}},
    {WITH(GLOBAL(BY_PK("\"Projection\":{\"ProjectionType\":\"INCLUDE\"}"))),
     {"NonKeyAttributes: missing"}},
    {WITH(GLOBAL(BY_PK(INCLUDE("")))), {"NonKeyAttributes: 0 of them", "it has 1 to 20"}},
    {WITH(GLOBAL(BY_PK(INCLUDE(TEN("a") "," TEN("b") ",\"c\"")))),
     {"NonKeyAttributes: 21 of them", "it has 1 to 20"}},
    {WITH(GLOBAL(BY_PK(INCLUDE("\"a\",\"a\"")))), {"NonKeyAttributes[1]: \"a\" is there twice"}},
    {WITH(GLOBAL(BY_PK(INCLUDE("\"\"")))), {"NonKeyAttributes[0]: \"\"", "1 to 255 bytes"}},
    {WITH(GLOBAL(HUNDRED "," BY_PK(INCLUDE("\"c\"")))),
     {"Indexes[5].Projection.NonKeyAttributes: ", "100"}},
    {"[" WITH(GLOBAL("")) "," WITH(LOCAL("")) "]", {"$[1].TableName: \"orders\" is named twice"}},
};

static void each_rule_has_its_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct spec s = {0};
        struct err e = {0};

        if (spec_read(&s, "f.json", refused[i].json, strlen(refused[i].json), &e)) {
            fail_msg("accepted: %s", refused[i].json);
        }
        assert_int_equal(e.kind, ERR_SPEC);
        assert_int_equal(s.count, 0);
        for (size_t w = 0; w < 3 && refused[i].words[w]; w++) {
            if (!strstr(e.text, refused[i].words[w]) || !strstr(e.text, "f.json: ")) {
                fail_msg("%s\n  says: %s\n  not: %s", refused[i].json, e.text, refused[i].words[w]);
            }
        }
        spec_clear(&s);
    }
}

static const char *const legal[] = {
    TABLE(ONE "," UNITS("1", "1000000000000")),
    "[" WITH(GLOBAL("") "," LOCAL("")) "]",
    "{\"Tables\":[" WITH(GLOBAL(HUNDRED)) "]}",
    WITH(LOCAL(LOC("l-1") "," LOC("l-2") "," LOC("l-3") "," LOC("l-4") "," LOC("l-5"))),
};

static void what_is_legal_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(legal); i++) {
        struct spec s = {0};
        struct err e = {0};

        if (!spec_read(&s, "f.json", legal[i], strlen(legal[i]), &e)) {
            fail_msg("%s", e.text);
        }
        assert_int_equal(s.count, 1);
        spec_clear(&s);
    }
}

static void what_was_written_is_known(void **state)
{
    static const char text[] =
        TABLE(BOTH "," UNITS("7", "8") "," GLOBAL(BY_PK(INCLUDE("\"a\"") "," UNITS("1", "2"))));
    struct spec s = {0};
    struct err e = {0};
    const struct table_wanted *w;

    (void)state;
    assert_true(spec_read(&s, "f.json", text, strlen(text), &e));
    w = &s.tables[0];
    assert_true(w->hash_written && w->range_written && w->read_written && w->write_written);
    assert_false(w->billing_written);
    assert_int_equal(w->shape.throughput.write, 8);
    assert_int_equal(w->shape.keys[1].type, 'N');
    assert_int_equal(w->shape.indexes[0].keys[0].type, 'S');
    assert_int_equal(w->shape.indexes[0].throughput.write, 2);
    assert_string_equal(w->shape.indexes[0].others[0], "a");
    /* The same name from a second file, and from an option: refused, and the first stays. */
    assert_false(spec_read(&s, "g.json", text, strlen(text), &e));
    assert_non_null(strstr(e.text, "g.json: $.TableName: \"orders\" is named twice"));
    assert_int_equal(s.count, 1);
    spec_clear(&s);
}

static void a_table_of_an_option_is_added_once(void **state)
{
    static const char *const names[] = {"orders", "orders", "a b"};
    struct spec s = {0};
    struct err e = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct table_wanted w = {.shape.name = strdup(names[i])};

        assert_int_equal(spec_add(&s, &w, &e), i == 0);
        assert_null(w.shape.name);
    }
    assert_int_equal(e.kind, ERR_USAGE);
    assert_int_equal(s.count, 1);
    spec_clear(&s);
}

static void deep_and_long_texts_are_one_error(void **state)
{
    static char text[300000];
    struct spec s = {0};
    struct err e = {0};

    (void)state;
    memset(text, '[', sizeof(text));
    assert_false(spec_read(&s, "f.json", text, sizeof(text), &e));
    assert_non_null(strstr(e.text, "f.json: nested deeper than 100 levels"));
    memset(text, 'x', sizeof(text));
    memcpy(text, "{\"Tags\":[],\"", 12);
    memcpy(text + sizeof(text) - 4, "\":1}", 4);
    assert_false(spec_read(&s, "f.json", text, sizeof(text), &e));
    assert_non_null(strstr(e.text, "unknown field"));
    spec_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_has_its_error),
        cmocka_unit_test(what_is_legal_is_read),
        cmocka_unit_test(what_was_written_is_known),
        cmocka_unit_test(a_table_of_an_option_is_added_once),
        cmocka_unit_test(deep_and_long_texts_are_one_error),
    };

    json_open();
    return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
