"""The JSON Schema, lint and the parser that ensure uses never disagree, over generated specs: what the schema refuses lint
refuses; what lint refuses for the shape of a field the schema refuses; ensure and lint say the same. Rules between fields
are lint's alone. Once over every field of both spellings, with odd values and at each limit; once by chance."""

import copy
import json
import random
import re
from pathlib import Path

import jsonschema
import pytest
from helpers import FIVE, NOWHERE, spec_table
from test_lint import WHOLE

SCHEMA = json.loads((Path(__file__).parents[2] / "deploy/schema/dynamodb-init.schema.json").read_text())
CHECK = jsonschema.Draft202012Validator(SCHEMA)
# lint's words for a shape; every other complaint is a rule between fields, or of an item's inside.
SHAPE = r"is not right: it must be (a string of|\"|a whole|true or|an array|an object|a string of JSON)|is unknown; did|^unknown field|missing; it is required|of them; it has|AWS knows|same as \""
ODD = [None, True, "x", "", 5, 5.0, 0, -1, 1.5, [], {}, [None], {"Ref": "X"}, "t" * 300, 10**13, 10**18, 1e300, "KEYS_ONLY", "S", "KMS", "5", "True"]


def index(name, kind, **more):
    range_key = [{"AttributeName": "SK", "KeyType": "RANGE"}] if kind == "Local" else []
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, *range_key],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
        **more,
    }


BASES = [
    {**WHOLE, "GlobalSecondaryIndexes": [index("by-pk", "Global", OnDemandThroughput={"MaxReadRequestUnits": 5})]},
    spec_table("orders", LocalSecondaryIndexes=[index("loc", "Local")],
               GlobalSecondaryIndexes=[index("by-pk", "Global", ProvisionedThroughput=FIVE)]),
]


def places(value, path=()):
    yield path
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key not in ("PolicyDocument", "Items"):
            yield from places(one, (*path, key))


def mutate(chance, table):
    """One to three changes: an odd value, a member less, a member more, a letter more in a name."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        path = chance.choice([p for p in places(table) if p])
        parent = table
        for step in path[:-1]:
            parent = parent[step]
        kind = chance.randrange(4)
        if kind == 0:
            parent[path[-1]] = copy.deepcopy(chance.choice(ODD))
        elif kind == 1:
            del parent[path[-1]]
        elif isinstance(parent, dict) and kind == 2:
            parent[path[-1] + "s"] = parent.pop(path[-1])
        elif isinstance(parent, dict):
            parent[chance.choice(("VectorIndexes", "Enabled", "Nonsense", "TableName"))] = chance.choice(ODD)
    return table


def wrap(chance, table):
    kind = chance.randrange(4)
    resource = {"Type": "AWS::DynamoDB::Table", "Properties": table}
    return (table, [table], {"Tables": [table]}, {"Resources": {"Orders": resource}})[kind]


@pytest.mark.parametrize("seed", range(12))
def test_they_never_disagree(run, tmp_path, seed):
    chance = random.Random(seed)
    verdicts = set()
    for number in range(25):
        table = copy.deepcopy(chance.choice(BASES))
        spec = wrap(chance, mutate(chance, table) if number else table)
        text = json.dumps(spec)
        (tmp_path / "spec.json").write_text(text)
        lint = run("lint", "--output", "json", "--spec", "spec.json")
        said = [c["message"] for c in json.loads(lint.out)["checks"] if c["state"] == "error"]
        schema = [e.message for e in CHECK.iter_errors(spec)]
        assert lint.code == (65 if said else 0), text
        assert said or not schema, f"only the schema refuses {text}\n{schema}"
        if any(re.search(SHAPE, words) for words in said):
            assert schema, f"only lint refuses {text}\n{said}"
        if number % 5 == 0:
            ensure = run("--spec", "spec.json", env={**NOWHERE, "AWS_REGION": "us-east-1"})
            assert (ensure.code == 65) == bool(said), f"ensure and lint differ: {text}{ensure}"
        verdicts.add(bool(said))
    assert verdicts == {True, False}


# ---------------------------------------------------------------- every field

ON_INDEX = {"OnDemandThroughput": {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 5},
            "WarmThroughput": {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000},
            "ContributorInsightsSpecification": {"Enabled": True, "Mode": "THROTTLED_KEYS"}}
READS = {"ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 5}, "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 5}}
OF_CLOUDFORMATION = {
    **WHOLE,
    "WarmThroughput": {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000},
    "GlobalSecondaryIndexes": [index("by-pk", "Global", **ON_INDEX)],
    "LocalSecondaryIndexes": [index("loc", "Local")],
    "Replicas": [{"Region": "eu-west-1", "TableClass": "STANDARD", "SSESpecification": {"KMSMasterKeyId": "k"}, **READS,
                  "GlobalSecondaryIndexes": [{"IndexName": "by-pk", **READS}]}],
}
OF_THE_API = {
    **spec_table("orders", GlobalSecondaryIndexes=[index("by-pk", "Global", ProvisionedThroughput=FIVE)]),
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
    "ResourcePolicy": '{"Version": "2012-10-17", "Statement": []}',
    "Replicas": [{"RegionName": "eu-west-1"}],
}
SPELLINGS = {"CloudFormation": OF_CLOUDFORMATION, "API": OF_THE_API}
WIDE = "\u00e4"  # one character, two bytes: a schema counts characters, so that sizes in bytes are lint's alone
BATCH = 20  # tables a run: all their mistakes are told


def shape(schema):
    """Without references; a choice of shapes is its first: the others are for ${NAME}."""
    if "$ref" in schema:
        return shape(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    return shape(schema["anyOf"][0]) if "anyOf" in schema else schema


def fields(schema, value, path=(), seen=None):
    """Each place of value with its shape; seen gains the properties that are there."""
    schema = shape(schema)
    yield path, schema
    for name, below in schema.get("properties", {}).items():
        if isinstance(value, dict) and name in value:
            seen is not None and seen.add((tuple(schema["properties"]), name))
            yield from fields(below, value[name], (*path, name), seen)
    for n, one in enumerate(value if "items" in schema and isinstance(value, list) else ()):
        yield from fields(schema["items"], one, (*path, n), seen)


def properties(schema, found):
    schema = shape(schema)
    for name, below in schema.get("properties", {}).items():
        found.add((tuple(schema["properties"]), name))
        properties(below, found)
    if "items" in schema:
        properties(schema["items"], found)
    return found


def at_limits(schema, value):
    """One below, at and above each limit of a shape."""
    for limit in ("minimum", "maximum"):
        if limit in schema:
            yield from (schema[limit] - 1, schema[limit], schema[limit] + 1)
    for limit in ("minLength", "maxLength"):
        if limit in schema:
            yield from ("x" * max(0, schema[limit] + more) for more in (-1, 0, 1))
            yield WIDE * schema[limit]
    for limit in ("minItems", "maxItems"):
        if schema.get(limit, 1000) < 100 and value:
            for count in range(max(0, schema[limit] - 1), schema[limit] + 2):
                yield [{**value[0], "Key": f"k{n}"} if "Key" in value[0] else value[0] for n in range(count)]


def put(table, path, value):
    made = copy.deepcopy(table)
    at = made
    for step in path[:-1]:
        at = at[step]
    if value is KeyError:
        del at[path[-1]]
    else:
        at[path[-1]] = copy.deepcopy(value)
    return made


def bent(table):
    """The table with each of its places bent in every way."""
    for path, known in [f for f in fields(SCHEMA["$defs"]["Table"], table) if f[0]]:
        value = table
        for step in path:
            value = value[step]
        for odd in (KeyError, *ODD, *at_limits(known, value)):
            yield put(table, path, odd)
        if isinstance(value, dict):
            for name in (*known.get("properties", {}), "Nonsense"):
                if name not in value:
                    yield put(table, (*path, name), 5)


def test_every_field_of_the_schema_is_in_a_base():
    seen, table = set(), SCHEMA["$defs"]["Table"]
    for one in SPELLINGS.values():
        assert list(fields(table, one, seen=seen))
    missing = properties(table, set()) - seen
    assert missing == set(), f"add to a base: {sorted(name for _, name in missing)}"


@pytest.mark.parametrize("form", ["array", "template"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_they_never_disagree_over_any_field(run, tmp_path, spelling, form):
    tables = list(bent(SPELLINGS[spelling]))
    for n, table in enumerate(tables):
        if table.get("TableName") == "orders":
            table["TableName"] = f"orders-{n}"
    verdicts = set()
    for start in range(0, len(tables), BATCH):
        some = tables[start : start + BATCH]
        resources = {f"T{n}": {"Type": "AWS::DynamoDB::Table", "Properties": t} for n, t in enumerate(some)}
        (tmp_path / "spec.json").write_text(json.dumps(some if form == "array" else {"Resources": resources}))
        lint = run("lint", "--output", "json", "--spec", "spec.json")
        checks = [c for c in json.loads(lint.out)["checks"] if c["state"] == "error"]
        assert len(checks) < 100
        for n, table in enumerate(some):
            place = f"$[{n}]" if form == "array" else f"$.Resources.T{n}."
            said = [c["message"] for c in checks if c["path"].startswith(place)]
            alone = table if form == "array" else {"Resources": {"T": resources[f"T{n}"]}}
            schema = [e.message for e in CHECK.iter_errors(alone)]
            assert said or not schema, f"only the schema refuses {json.dumps(table)}\n{schema}"
            if any(re.search(SHAPE, words) for words in said if not (WIDE in words and "bytes" in words)):
                assert schema, f"only lint refuses {json.dumps(table)}\n{said}"
            verdicts.add(bool(schema))
    assert verdicts == {True, False}
