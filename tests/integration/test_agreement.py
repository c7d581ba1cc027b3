"""The JSON Schema, lint and the parser that ensure uses never disagree, over generated specs: what the schema refuses lint
refuses; what lint refuses for the shape of a field the schema refuses; ensure and lint say the same. Rules between fields
are lint's alone."""

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
ODD = [None, True, "x", "", 5, 0, -1, 1.5, [], {}, [None], {"Ref": "X"}, "t" * 300, 10**13, "KEYS_ONLY", "S", "KMS", "5"]


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
