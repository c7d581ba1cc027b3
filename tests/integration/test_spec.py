"""What a spec may say: unknown fields, wrong types and values, rules between fields (65), and what is legal."""

import copy
import json

import pytest
from helpers import FIVE, ready, refuse, spec_table


def full():
    """A table that uses every field, and is right."""
    return spec_table(
        "orders",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in zip(("PK", "SK", "owner", "at"), "SSSN")],
        BillingMode="PROVISIONED",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total", "state"]},
                "ProvisionedThroughput": dict(FIVE),
            }
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-time",
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


def changed(path, value):
    """The full table with the value at this path replaced, or taken out for ...; wrapped as a spec of two tables."""
    table = full()
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = table
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps({"Tables": [spec_table("first"), table]})


def at(path):
    """The JSON path as a pattern: the names in order, the numbers in brackets."""
    return r"Tables\W*1\W+" + r"\W+".join(path.split("."))


def same(sent, wanted):
    """The same table: the order of AttributeDefinitions means nothing, every other order does."""
    sets = [sorted(table.pop("AttributeDefinitions"), key=str) for table in (sent, wanted)]
    assert sets[0] == sets[1] and sent == wanted


def test_the_full_table_is_right(run, endpoint, aws, tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps(full()))
    ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=1)
    same(endpoint.calls("CreateTable")[0].body, full())


# ---------------------------------------------------------------- unknown fields


@pytest.mark.parametrize(
    "path, field, near",
    [
        ("", "BilingMode", "BillingMode"),
        ("", "tableName", "TableName"),
        ("", "ProvisionedThrougput", "ProvisionedThroughput"),
        ("", "GlobalSecondaryIndex", "GlobalSecondaryIndexes"),
        ("KeySchema.0", "AtributeName", "AttributeName"),
        ("KeySchema.1", "KeyTyp", "KeyType"),
        ("AttributeDefinitions.2", "AttributeTypes", "AttributeType"),
        ("ProvisionedThroughput", "ReadCapacity", "ReadCapacityUnits"),
        ("GlobalSecondaryIndexes.0", "IndexNme", "IndexName"),
        ("GlobalSecondaryIndexes.0", "KeySchemas", "KeySchema"),
        ("GlobalSecondaryIndexes.0.Projection", "ProjectType", "ProjectionType"),
        ("LocalSecondaryIndexes.0.Projection", "NonKeyAttribute", "NonKeyAttributes"),
        ("LocalSecondaryIndexes.0.KeySchema.1", "KeyTipe", "KeyType"),
        ("", "Xyzzy", None),
        ("KeySchema.0", "", None),
    ],
)
def test_unknown_field_is_named_with_its_path_and_the_nearest(run, tmp_path, path, field, near):
    words = [field, *([rf"\b{near}\b"] if near else []), *([at(path)] if path else [r"Tables\W*1"])]
    refuse(run, tmp_path, changed(f"{path}.{field}".strip(".") if field else f"{path}.", 1), *words)


def test_unknown_field_at_the_top(run, tmp_path):
    refuse(run, tmp_path, json.dumps({"Tablez": [full()]}), "Tablez", r"\bTables\b")
    refuse(run, tmp_path, json.dumps({"Tables": [full()], "Version": 1}), "Version")


@pytest.mark.parametrize(
    "field",
    """TimeToLiveSpecification Tags StreamSpecification SSESpecification TableClass Items
    Replicas DeletionProtectionEnabled OnDemandThroughput WarmThroughput ResourcePolicy
    ContributorInsightsSpecification ReadyWhen KinesisStreamSpecification VectorIndexes ImportSourceSpecification""".split(),
)
def test_an_empty_block_is_refused_by_name(run, tmp_path, field):
    assert "not supported yet" not in refuse(run, tmp_path, changed(field, {}), field).err


@pytest.mark.parametrize("index", ["GlobalSecondaryIndexes.0", "LocalSecondaryIndexes.0"])
def test_fields_that_an_index_has_not(run, tmp_path, index):
    refuse(run, tmp_path, changed(f"{index}.WarmThroughput", {}), at(index), "WarmThroughput")
    if "Local" in index:
        refuse(run, tmp_path, changed(f"{index}.ProvisionedThroughput", FIVE), at(index), "ProvisionedThroughput")


# ---------------------------------------------------------------- wrong types and values

TYPES = {
    "TableName": [5, None, True, ["orders"], {}, {"Ref": "Name"}],
    "AttributeDefinitions": [None, {}, "PK", [], [1], [[]]],
    "AttributeDefinitions.0.AttributeName": [1, None, ..., "", "k" * 256],
    "AttributeDefinitions.0.AttributeType": [1, None, ..., "X", "", "SS", "s", "String"],
    "KeySchema": [None, {}, "PK", [], [1], {"HashKeyElement": {}}, ...],
    "KeySchema.0.AttributeName": [1, None, ..., ""],
    "KeySchema.0.KeyType": [1, None, ..., "HASHH", "hash", ""],
    "BillingMode": [1, None, "ON_DEMAND", "", "provisioned"],
    "ProvisionedThroughput": [None, [], 5, {}, "5"],
    "ProvisionedThroughput.ReadCapacityUnits": ["5", None, True, 5.5, -1, 0, 10**12 + 1, 2**63, 10**30, ..., [], 1e300],
    "ProvisionedThroughput.WriteCapacityUnits": ["5", 0, ..., 2**64 + 5],
    "GlobalSecondaryIndexes": [None, {}, "x", [1], 5],
    "GlobalSecondaryIndexes.0.IndexName": [1, None, ..., "ab", "i" * 256, "a b c", ""],
    "GlobalSecondaryIndexes.0.KeySchema": [None, {}, [], ...],
    "GlobalSecondaryIndexes.0.Projection": [None, [], "ALL", {}, ...],
    "GlobalSecondaryIndexes.0.Projection.ProjectionType": [1, None, "SOME", "all", ...],
    "GlobalSecondaryIndexes.0.Projection.NonKeyAttributes": ["total", None, {}, [1], [""], ["a" * 256], ["a", "a"], ..., []],
    "GlobalSecondaryIndexes.0.ProvisionedThroughput": [None, {}, ...],
    "GlobalSecondaryIndexes.0.ProvisionedThroughput.ReadCapacityUnits": ["5", 0, ...],
    "LocalSecondaryIndexes": [None, {}, "x", [None]],
    "LocalSecondaryIndexes.0.IndexName": [1, "ab", ..., "by-owner"],
    "LocalSecondaryIndexes.0.KeySchema": [[], ..., [{"AttributeName": "PK", "KeyType": "HASH"}]],
    "LocalSecondaryIndexes.0.Projection": [...],
}


@pytest.mark.parametrize("path, value", [(p, v) for p, values in TYPES.items() for v in values], ids=lambda v: repr(v)[:40])
def test_wrong_type_or_value_is_named_with_its_path(run, tmp_path, path, value):
    parent, _, field = path.rpartition(".")
    if value is ... or isinstance(value, (list, dict)) and path != "TableName":
        words = [at(parent) if parent else r"Tables\W*1", field]  # perhaps the parent or a child is what is named
    elif value == "by-owner":
        words = ["IndexName"]  # either of the two that have it
    elif isinstance(value, int) and value >= 2**63:
        words = ["line 1", "too big"]  # the parser's own limit: a place, and no path yet
    else:
        words = [at(path)]
    refuse(run, tmp_path, changed(path, value), *words)


@pytest.mark.parametrize(
    "text",
    ["5", '"orders"', "true", "null", "{}", "[]", "[[]]", "[5]", '{"Tables": {}}', '{"Tables": null}', '{"Tables": "x"}'],
)
def test_a_spec_of_another_shape(run, tmp_path, text):
    refuse(run, tmp_path, text)


def test_a_spec_without_a_table(run, tmp_path):
    for text in ('{"Tables": []}', "[]"):
        refuse(run, tmp_path, text, "[Tt]able")


# ---------------------------------------------------------------- rules between fields


def key(*names):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in (n.split(":") for n in names)]


def attributes(*names):
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def gsi(name, *keys, **more):
    keys = keys or ("PK:HASH",)
    return {"IndexName": name, "KeySchema": key(*keys), "Projection": {"ProjectionType": "ALL"}, **more}


def include(*names):
    return {"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}}


DEMAND = spec_table("orders", demand=True)
WIDE = attributes("PK", "SK", *"abcdefghi")

RULES = {
    "attribute not used": ({"AttributeDefinitions": attributes("PK", "SK", "spare")}, "spare"),
    "attribute missing": ({"AttributeDefinitions": attributes("PK")}, "SK"),
    "attribute of an index missing": ({"GlobalSecondaryIndexes": [gsi("by-x", "x:HASH")]}, "x"),
    "attribute twice": ({"AttributeDefinitions": attributes("PK", "SK", "PK")}, "PK"),
    "attribute twice with two types": (
        {"AttributeDefinitions": [*attributes("PK", "SK"), {"AttributeName": "SK", "AttributeType": "N"}]},
        "SK",
    ),
    "two partition keys": ({"KeySchema": key("PK:HASH", "SK:HASH")}, "KeySchema"),
    "sort key first": ({"KeySchema": key("SK:RANGE", "PK:HASH")}, "KeySchema"),
    "sort key alone": ({"KeySchema": key("SK:RANGE"), "AttributeDefinitions": attributes("SK")}, "KeySchema"),
    "three keys": (
        {"KeySchema": key("PK:HASH", "SK:RANGE", "a:RANGE"), "AttributeDefinitions": attributes("PK", "SK", "a")},
        "KeySchema",
    ),
    "one attribute as both keys": (
        {"KeySchema": key("PK:HASH", "PK:RANGE"), "AttributeDefinitions": attributes("PK")},
        "KeySchema",
    ),
    "capacity on demand": ({"ProvisionedThroughput": FIVE}, "PAY_PER_REQUEST", "ProvisionedThroughput"),
    "index capacity on demand": (
        {"GlobalSecondaryIndexes": [gsi("by-pk", ProvisionedThroughput=FIVE)]},
        "by-pk|GlobalSecondaryIndexes",
        "ProvisionedThroughput",
    ),
    "no capacity": ({"BillingMode": "PROVISIONED"}, "ProvisionedThroughput"),
    "no capacity by default": ({"BillingMode": ...}, "ProvisionedThroughput"),
    "no index capacity": (
        {"BillingMode": ..., "ProvisionedThroughput": FIVE, "GlobalSecondaryIndexes": [gsi("by-pk")]},
        "by-pk|GlobalSecondaryIndexes",
        "ProvisionedThroughput",
    ),
    "local index with another partition key": (
        {"LocalSecondaryIndexes": [gsi("loc", "SK:HASH", "PK:RANGE")]},
        "loc|LocalSecondaryIndexes",
    ),
    "local index with two sort keys": (
        {"LocalSecondaryIndexes": [gsi("loc", "PK:HASH", "a:RANGE", "b:RANGE")], "AttributeDefinitions": WIDE[:4]},
        "loc|LocalSecondaryIndexes",
    ),
    "local index without a table sort key": (
        {
            "KeySchema": key("PK:HASH"),
            "AttributeDefinitions": attributes("PK", "a"),
            "LocalSecondaryIndexes": [gsi("loc", "PK:HASH", "a:RANGE")],
        },
        "sort key|LocalSecondaryIndexes",
    ),
    "six local indexes": (
        {
            "AttributeDefinitions": attributes("PK", "SK", *"abcdef"),
            "LocalSecondaryIndexes": [gsi(f"loc-{n}", "PK:HASH", f"{n}:RANGE") for n in "abcdef"],
        },
        "LocalSecondaryIndexes",
    ),
    "index name twice": ({"GlobalSecondaryIndexes": [gsi("by-pk"), gsi("by-pk", "SK:HASH")]}, "GlobalSecondaryIndexes"),
    "index name of both kinds": (
        {"GlobalSecondaryIndexes": [gsi("both")], "LocalSecondaryIndexes": [gsi("both", "PK:HASH", "SK:RANGE")]},
        "IndexName",
    ),
    "five partition attributes": (
        {
            "AttributeDefinitions": WIDE[:7],
            "GlobalSecondaryIndexes": [gsi("wide", *(f"{n}:HASH" for n in "abcde"))],
        },
        "wide|GlobalSecondaryIndexes",
    ),
    "five sort attributes": (
        {
            "AttributeDefinitions": WIDE[:7],
            "GlobalSecondaryIndexes": [gsi("wide", "PK:HASH", *(f"{n}:RANGE" for n in "abcde"))],
        },
        "wide|GlobalSecondaryIndexes",
    ),
    "index sort key first": ({"GlobalSecondaryIndexes": [gsi("by-sk", "SK:RANGE", "PK:HASH")]}, "by-sk|GlobalSecondaryIndexes"),
    "names without INCLUDE": (
        {"GlobalSecondaryIndexes": [gsi("by-pk", Projection={"ProjectionType": "ALL", "NonKeyAttributes": ["a"]})]},
        "NonKeyAttributes",
    ),
    "INCLUDE without names": (
        {"GlobalSecondaryIndexes": [gsi("by-pk", Projection={"ProjectionType": "INCLUDE"})]},
        "NonKeyAttributes",
    ),
    "twenty-one names": (
        {"GlobalSecondaryIndexes": [gsi("by-pk", **include(*(f"n{n}" for n in range(21))))]},
        "NonKeyAttributes",
        "20",
    ),
    "a name twice": ({"GlobalSecondaryIndexes": [gsi("by-pk", **include("total", "total"))]}, "NonKeyAttributes"),
    "a hundred and two names": (
        {"GlobalSecondaryIndexes": [gsi(f"by-{i}", **include(*(f"n{n}" for n in range(17)))) for i in range(6)]},
        "NonKeyAttributes",
        "100",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_between_fields(run, tmp_path, rule):
    changes, *words = RULES[rule]
    table = {name: value for name, value in {**copy.deepcopy(DEMAND), **changes}.items() if value is not ...}
    refuse(run, tmp_path, json.dumps(table), *words)


LEGAL = {
    "twenty names": {"GlobalSecondaryIndexes": [gsi("by-pk", **include(*(f"n{n}" for n in range(20))))]},
    "a hundred names": {"GlobalSecondaryIndexes": [gsi(f"by-{i}", **include(*(f"n{n}" for n in range(20)))) for i in range(5)]},
    "eight index attributes": {
        "AttributeDefinitions": WIDE[:10],
        "GlobalSecondaryIndexes": [gsi("wide", *(f"{n}:HASH" for n in "abcd"), *(f"{n}:RANGE" for n in "efgh"))],
    },
    "five local indexes": {
        "AttributeDefinitions": WIDE[:7],
        "LocalSecondaryIndexes": [gsi(f"loc-{n}", "PK:HASH", f"{n}:RANGE") for n in "abcde"],
    },
    "longest names": {
        "TableName": "t" * 255,
        "KeySchema": key("k" * 255 + ":HASH"),
        "AttributeDefinitions": attributes("k" * 255),
        "GlobalSecondaryIndexes": [gsi("i" * 255, "k" * 255 + ":HASH")],
    },
    "shortest names": {"TableName": "a.b", "GlobalSecondaryIndexes": [gsi("_-_")]},
    "numbers of a key of any script": {
        "KeySchema": key("größe:HASH", "😀:RANGE"),
        "AttributeDefinitions": attributes("größe", "😀"),
    },
    "more indexes than the quota": {"GlobalSecondaryIndexes": [gsi(f"by-{n}") for n in range(21)]},
    "empty index lists": {"GlobalSecondaryIndexes": [], "LocalSecondaryIndexes": []},
    "highest capacity": {"BillingMode": ..., "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 10**12}},
}


@pytest.mark.parametrize("case", LEGAL)
def test_what_is_legal_is_sent_as_written(run, endpoint, aws, tmp_path, case):
    table = {name: value for name, value in {**copy.deepcopy(DEMAND), **LEGAL[case]}.items() if value is not ...}
    (tmp_path / "spec.json").write_text(json.dumps(table))
    ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=1)
    same(endpoint.calls("CreateTable")[0].body, {name: value for name, value in table.items() if value != []})
