"""Each field that AWS's own models know at some place of a table is read there, or said to be AWS's alone: none is "unknown"."""

import json
from pathlib import Path

import boto3
import cfnlint
import pytest
from test_agreement import BATCH, SPELLINGS, put

MODEL = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s").meta.service_model
# A replica is written in the words of CloudFormation.
OF_THE_REPLICA_CALL = {"KMSMasterKeyId", "ProvisionedThroughputOverride", "OnDemandThroughputOverride", "TableClassOverride"}


def of_the_api(shape, path=(), above=()):
    """The path of each member of a structure: names, and None for an element of a list."""
    if shape.type_name == "list":
        yield from of_the_api(shape.member, (*path, None), above)
    elif shape.type_name == "structure" and shape.name not in above:
        for name, below in shape.members.items():
            yield (*path, name)
            yield from of_the_api(below, (*path, name), (*above, shape.name))


def of_cloudformation(document, schema, path=()):
    schema = document["definitions"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    read_only = document["readOnlyProperties"] if not path else ()
    for name, below in schema.get("properties", {}).items():
        if f"/properties/{name}" not in read_only and isinstance(below, dict):
            yield (*path, name)
            yield from of_cloudformation(document, below, (*path, name))
    if isinstance(schema.get("items"), dict):
        yield from of_cloudformation(document, schema["items"], (*path, None))


def cloudformation(kind):
    for file in (Path(cfnlint.__file__).parent / "data/schemas/resources").glob("*.json"):
        text = file.read_text()
        if f'"{kind}"' in text and json.loads(text)["typeName"] == kind:
            return list(of_cloudformation(json.loads(text), json.loads(text)))
    raise AssertionError(f"cfn-lint has no {kind}")


def replica_call():
    called = of_the_api(MODEL.shape_for("CreateReplicationGroupMemberAction"), ("Replicas", None))
    return [path for path in called if path[-1] not in OF_THE_REPLICA_CALL]


MODELS = {
    "CreateTable": lambda: list(of_the_api(MODEL.operation_model("CreateTable").input_shape)),
    "a replica": replica_call,
    "AWS::DynamoDB::Table": lambda: cloudformation("AWS::DynamoDB::Table"),
    "AWS::DynamoDB::GlobalTable": lambda: cloudformation("AWS::DynamoDB::GlobalTable"),
}


def at(table, path):
    """The path with the first element of each list, or None where the table has nothing like it."""
    steps = [0 if step is None else step for step in path]
    for step in steps[:-1]:
        if not table or step not in (range(len(table)) if isinstance(table, list) else table):
            return None
        table = table[step]
    return steps if isinstance(table, dict) else None


@pytest.mark.parametrize("model", MODELS)
def test_no_field_of_aws_is_unknown(run, tmp_path, model):
    paths = [(whole, at(whole, path)) for path in MODELS[model]() for whole in SPELLINGS.values()]
    tables = [{**put(whole, path, None), "TableName": f"t-{n}"} for n, (whole, path) in enumerate(paths) if path]
    unknown = []
    for start in range(0, len(tables), BATCH):
        (tmp_path / "spec.json").write_text(json.dumps(tables[start : start + BATCH]))
        lint = run("lint", "--output", "json", "--spec", "spec.json")
        assert lint.code == 65, repr(lint)
        unknown += [c["path"] for c in json.loads(lint.out)["checks"] if "unknown field" in c["message"]]
    assert tables and unknown == []
