"""Table definitions as other people write them: what AWS's own CreateTable and CloudFormation are known to refuse ends in 65
at its path; what they take passes. Where our contract is kinder (lists that are empty, quotas, several key attributes), it
is said so."""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import awscli
import pytest
import servers
from answers import ok
from emulators import canonical
from endpoint import KEY, SECRET, Endpoint
from helpers import FIVE, ready
from store import description


def attributes(names="a b", kind="S"):
    return [{"AttributeName": n, "AttributeType": kind} for n in names.split()]


def keys(*words):
    return [{"AttributeName": n, "KeyType": k} for n, k in (w.rsplit(":", 1) for w in words)]


BOTH = keys("a:HASH", "b:RANGE")
ALL = {"ProjectionType": "ALL"}


def local(name="abc", schema=BOTH, projection=ALL):
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


def of_all(name="abc", schema=BOTH, projection=ALL, **more):
    return {**local(name, schema, projection), "ProvisionedThroughput": FIVE, **more}


def table(**changes):
    made = {"TableName": "abc", "AttributeDefinitions": attributes(), "KeySchema": BOTH, "ProvisionedThroughput": FIVE, **changes}
    return {k: v for k, v in made.items() if v is not None}


def locals_(*indexes, **more):
    return table(LocalSecondaryIndexes=list(indexes), **more)


def globals_(*indexes, **more):
    return table(GlobalSecondaryIndexes=list(indexes), **more)


def capacity(read, write):
    return table(ProvisionedThroughput={"ReadCapacityUnits": read, "WriteCapacityUnits": write})


HASH_ONLY = {"AttributeDefinitions": attributes("a"), "KeySchema": keys("a:HASH")}
DEMAND = {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": None}
LSI, GSI = "LocalSecondaryIndexes[0]", "GlobalSecondaryIndexes[0]"

REFUSED = [
    (table(TableName=None), "TableName"),
    (table(TableName=""), "TableName"),
    (table(TableName="ab"), "TableName"),
    (table(TableName="a;"), "TableName"),
    (table(TableName="abc;"), "TableName"),
    (table(TableName="a" * 256), "TableName"),
    (table(TableName=5), "TableName"),
    (table(AttributeDefinitions=None), "AttributeDefinitions"),
    (table(AttributeDefinitions="a"), "AttributeDefinitions"),
    (table(AttributeDefinitions=["a", "b"]), "AttributeDefinitions[0]"),
    (table(AttributeDefinitions=[]), "AttributeDefinitions"),
    (table(AttributeDefinitions=[{}, {}]), "AttributeDefinitions[1].AttributeType"),
    (table(AttributeDefinitions=attributes(kind="SS")), "AttributeDefinitions[0].AttributeType"),
    (table(AttributeDefinitions=attributes(kind="string")), "AttributeDefinitions[0].AttributeType"),
    (table(AttributeDefinitions=attributes("a c")), "AttributeDefinitions"),
    (table(AttributeDefinitions=attributes("a b c")), "AttributeDefinitions[2]"),
    (table(AttributeDefinitions=attributes("a b b")), "AttributeDefinitions[2]"),
    (table(KeySchema=keys("a:HASH")), "AttributeDefinitions[1]"),
    (table(KeySchema=None), "KeySchema"),
    (table(KeySchema=[]), "KeySchema"),
    (table(KeySchema={"HashKeyElement": {"AttributeName": "a"}}), "KeySchema"),
    (table(KeySchema=[{"KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}]), "KeySchema[0].AttributeName"),
    (table(KeySchema=[{"AttributeName": "a"}, {"AttributeName": "b", "KeyType": "RANGE"}]), "KeySchema[0].KeyType"),
    (table(KeySchema=keys("a:HASH", "b:SORT")), "KeySchema[1].KeyType"),
    (table(KeySchema=keys("a:HASH", "a:HASH")), "KeySchema"),
    (table(KeySchema=keys("a:HASH", "a:RANGE")), "KeySchema"),
    (table(KeySchema=keys("a:HASH", "b:HASH")), "KeySchema"),
    (table(KeySchema=keys("a:RANGE", "b:HASH")), "KeySchema"),
    (table(KeySchema=keys("a:RANGE", "b:RANGE")), "KeySchema"),
    (table(KeySchema=keys("b:RANGE")), "KeySchema"),
    (table(KeySchema=keys("a:HASH", "b:RANGE", "c:RANGE"), AttributeDefinitions=attributes("a b c")), "KeySchema"),
    (table(ProvisionedThroughput=None), "ProvisionedThroughput"),
    (table(ProvisionedThroughput=None, BillingMode="PROVISIONED"), "ProvisionedThroughput"),
    (table(ProvisionedThroughput={}), "ProvisionedThroughput.WriteCapacityUnits"),
    (table(ProvisionedThroughput={"ReadCapacityUnits": 1}), "ProvisionedThroughput.WriteCapacityUnits"),
    (table(BillingMode="PAY_PER_REQUEST"), "ProvisionedThroughput"),
    (table(BillingMode="ON_DEMAND"), "BillingMode"),
    (capacity(-1, -1), "ProvisionedThroughput.WriteCapacityUnits"),
    (capacity(0, 1), "ProvisionedThroughput.ReadCapacityUnits"),
    (capacity(10**12 + 1, 1), "ProvisionedThroughput.ReadCapacityUnits"),
    (capacity(10**12, 10**12 + 1), "ProvisionedThroughput.WriteCapacityUnits"),
    (capacity(2**63, 1), None),  # not even read
    (capacity("five", 5), "ProvisionedThroughput.ReadCapacityUnits"),
    (locals_({}), LSI + ".Projection"),
    (locals_(local("h;")), LSI + ".IndexName"),
    (locals_(local("ab")), LSI + ".IndexName"),
    (locals_(local("a" * 256)), LSI + ".IndexName"),
    (locals_(local(schema=[])), LSI + ".KeySchema"),
    (locals_(local(), **HASH_ONLY), LSI),
    (locals_(local(schema=keys("a:RANGE"))), LSI + ".KeySchema"),
    (locals_(local(schema=keys("a:HASH"))), LSI + ".KeySchema"),
    (locals_(local(schema=keys("b:HASH"))), LSI + ".KeySchema"),
    (locals_(local(schema=keys("b:HASH", "a:RANGE"))), LSI + ".KeySchema"),
    (locals_(local(schema=keys("a:HASH", "a:RANGE"))), LSI + ".KeySchema"),
    (locals_(local(schema=keys("a:HASH", "b:HASH"))), LSI + ".KeySchema"),
    (locals_(local(schema=keys("a:HASH", "c:RANGE"))), "AttributeDefinitions"),
    (locals_(local(projection={})), LSI + ".Projection.ProjectionType"),
    (locals_(local(projection={"ProjectionType": "abc"})), LSI + ".Projection.ProjectionType"),
    (locals_(local(projection={**ALL, "NonKeyAttributes": ["x"]})), LSI + ".Projection.NonKeyAttributes"),
    (locals_(local(projection={"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["x"]})), LSI + ".Projection.NonKeyAttributes"),
    (locals_(local(projection={"ProjectionType": "INCLUDE"})), LSI + ".Projection.NonKeyAttributes"),
    (locals_(local(projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": []})), LSI + ".Projection.NonKeyAttributes"),
    (locals_({**local(), "ProvisionedThroughput": FIVE}), LSI + ".ProvisionedThroughput"),
    (locals_(local(), local()), "LocalSecondaryIndexes[1].IndexName"),
    (locals_(*(local(f"abc{n}") for n in range(6))), "LocalSecondaryIndexes"),
    (globals_({}), GSI + ".Projection"),
    (globals_(of_all("h;")), GSI + ".IndexName"),
    (globals_(of_all("a" * 256)), GSI + ".IndexName"),
    (globals_(of_all(schema=[])), GSI + ".KeySchema"),
    (globals_(of_all(schema=keys("a:RANGE"))), GSI + ".KeySchema"),
    (globals_(of_all(schema=keys("a:HASH", "a:HASH"))), GSI + ".KeySchema"),
    (globals_(of_all(schema=keys("a:HASH", "a:RANGE"))), GSI + ".KeySchema"),
    (globals_(of_all(schema=keys("c:HASH"))), "AttributeDefinitions"),
    (globals_(of_all(projection={"NonKeyAttributes": ["x"]})), GSI + ".Projection.ProjectionType"),
    (globals_(of_all(projection={**ALL, "NonKeyAttributes": ["x"]})), GSI + ".Projection.NonKeyAttributes"),
    (globals_(of_all(projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "x"]})), GSI + ".Projection.NonKeyAttributes[1]"),
    (globals_(of_all(projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": [f"n{n}" for n in range(21)]})),
     GSI + ".Projection.NonKeyAttributes"),
    (globals_(of_all(ProvisionedThroughput={"ReadCapacityUnits": 0, "WriteCapacityUnits": 0})), GSI + ".ProvisionedThroughput.ReadCapacityUnits"),
    (globals_(local()), GSI + ".ProvisionedThroughput"),
    (globals_(of_all(), **DEMAND), GSI + ".ProvisionedThroughput"),
    (globals_(of_all(), of_all()), "GlobalSecondaryIndexes[1].IndexName"),
    (globals_(of_all(), LocalSecondaryIndexes=[local()]), "GlobalSecondaryIndexes[0].IndexName"),
    (globals_(of_all(schema=keys(*(f"h{n}:HASH" for n in range(5)))), AttributeDefinitions=attributes("a b h0 h1 h2 h3 h4")), GSI + ".KeySchema"),
    (globals_(of_all(schema=keys("a:HASH", *(f"r{n}:RANGE" for n in range(5)))), AttributeDefinitions=attributes("a b r0 r1 r2 r3 r4")),
     GSI + ".KeySchema"),
    (globals_(of_all(schema=keys("a:HASH", "b:RANGE", "c:HASH")), AttributeDefinitions=attributes("a b c")), GSI + ".KeySchema"),
    (table(StreamSpecification={"StreamEnabled": True}), "StreamSpecification.StreamViewType"),
    (table(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGES"}), "StreamSpecification.StreamViewType"),
    (table(StreamSpecification={"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}), "StreamSpecification.StreamViewType"),
    (table(SSESpecification={"SSEEnabled": True, "SSEType": "AES256"}), "SSESpecification.SSEType"),
    (table(SSESpecification={"KMSMasterKeyId": "x"}), "SSESpecification.SSEEnabled"),
    (table(TableClass="STANDARD_IA"), "TableClass"),
    (table(Tags={"a": "b"}), "Tags"),
    (table(Tags=[{"Key": "a"}]), "Tags[0].Value"),
    (table(Tags=[{"Key": "", "Value": "b"}]), "Tags[0].Key"),
    (table(Tags=[{"Key": "a;", "Value": "b"}]), "Tags[0].Key"),
    (table(Tags=[{"Key": "a", "Value": "#b"}]), "Tags[0].Value"),
    (table(OnDemandThroughput={"MaxReadRequestUnits": 1}), "OnDemandThroughput"),
    (table(OnDemandThroughput={"MaxReadRequestUnits": 0}, **DEMAND), "OnDemandThroughput.MaxReadRequestUnits"),
    (table(PointInTimeRecoverySpecification={"RecoveryPeriodInDays": 7}), "PointInTimeRecoverySpecification.RecoveryPeriodInDays"),
    (table(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 36}),
     "PointInTimeRecoverySpecification.RecoveryPeriodInDays"),
    (table(TimeToLiveSpecification={"Enabled": True}), "TimeToLiveSpecification.AttributeName"),
    (table(TimeToLiveSpecification={"AttributeName": "x"}), "TimeToLiveSpecification.Enabled"),
    (table(ContributorInsightsSpecification={"Enabled": True, "Mode": "ALL"}), "ContributorInsightsSpecification.Mode"),
    (table(KinesisStreamSpecification={"StreamArn": "arn:aws:s3:::bucket-with-a-name-long-enough"}), "KinesisStreamSpecification.StreamArn"),
    (table(ImportSourceSpecification={"InputFormat": "CSV"}), "ImportSourceSpecification"),
    (table(ResourcePolicy="no JSON"), "ResourcePolicy"),
]

TAKEN = [
    table(),
    table(**HASH_ONLY),
    table(TableName="a.b"),
    table(TableName="A" * 255),
    table(TableName=".ab"),
    table(AttributeDefinitions=attributes(":a _"), KeySchema=keys(":a:HASH", "_:RANGE")),
    table(BillingMode="PROVISIONED"),
    table(**DEMAND),
    capacity(10**12, 10**12),
    table(AttributeDefinitions=attributes(kind="N")),
    table(AttributeDefinitions=attributes(kind="B")),
    table(AttributeDefinitions=attributes()[::-1]),
    locals_(*(local(f"abc{n}") for n in range(5))),
    locals_(local(projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]})),
    globals_(*(of_all(f"abc{n}") for n in range(5))),
    globals_(of_all(schema=keys("b:HASH", "a:RANGE"))),
    globals_(local(), **DEMAND),
    globals_(of_all("abd"), LocalSecondaryIndexes=[local()]),
    table(StreamSpecification={"StreamEnabled": False}),
    table(SSESpecification={"Enabled": False}),
    table(SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/x"}),
    table(DeletionProtectionEnabled=False),
    table(TableClass="STANDARD_INFREQUENT_ACCESS"),
    table(OnDemandThroughput={"MaxReadRequestUnits": 1}, **DEMAND),
    table(OnDemandThroughput={"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 5}, **DEMAND),
    table(WarmThroughput={"ReadUnitsPerSecond": 13000}, **DEMAND),
    table(Tags=[{"Key": "a", "Value": ""}]),
    table(Tags=[{"Key": " ", "Value": " "}, {"Key": "\u0448 \u046e", "Value": "\u046e"}]),
    globals_(of_all(), LocalSecondaryIndexes=[local("same-keys")]),
    table(PointInTimeRecoverySpecification={}),
    table(TimeToLiveSpecification={"Enabled": True, "AttributeName": "a"}),  # a string: nothing ever expires
    table(ContributorInsightsSpecification={"Enabled": True, "Mode": "THROTTLED_KEYS"}),
    # Kinder than AWS: an empty list is no list, quotas may have been raised, a key may have several attributes.
    locals_(),
    globals_(),
    globals_(*(of_all(f"abc{n}") for n in range(21))),
    globals_(of_all(schema=keys(*(f"h{n}:HASH" for n in range(4)), *(f"r{n}:RANGE" for n in range(4)))),
             AttributeDefinitions=attributes("a b h0 h1 h2 h3 r0 r1 r2 r3")),
    table(WarmThroughput={"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 3000}, **DEMAND),
]


def lint(run, tmp_path, spec):
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    result = run("lint", "--output", "json", "--spec", "spec.json")
    checks = json.loads(result.out)["checks"]
    return result, [c["path"] for c in checks if c["state"] == "error"]


@pytest.mark.parametrize("spec, path", REFUSED, ids=[f"{n}-{p}" for n, (_, p) in enumerate(REFUSED)])
def test_what_aws_refuses_is_65_at_its_path(run, tmp_path, spec, path):
    result, paths = lint(run, tmp_path, spec)
    assert result.code == 65 and (path is None or f"$.{path}" in paths), repr(result)
    result, paths = lint(run, tmp_path, template(spec))
    assert result.code == 65 and (path is None or f"$.Resources.T.Properties.{path}" in paths), repr(result)


@pytest.mark.parametrize("spec", TAKEN, ids=range(len(TAKEN)))
def test_what_aws_takes_passes(run, tmp_path, spec):
    for one in (spec, template(spec, DeletionPolicy="Retain")):
        result, paths = lint(run, tmp_path, one)
        assert result.code == 0 and paths == [], repr(result)


# ---------------------------------------------------------------- templates


def template(properties, **resource):
    return {"Resources": {"T": {"Type": "AWS::DynamoDB::Table", **resource, "Properties": properties}}}


def text(value):
    """Every number and truth as the strings that CloudFormation takes for them."""
    if isinstance(value, dict):
        return {k: text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [text(v) for v in value]
    return json.dumps(value) if isinstance(value, (bool, int)) else value


WIDE = {
    **globals_(of_all(WarmThroughput={"ReadUnitsPerSecond": 20})),
    "DeletionProtectionEnabled": True,
    "StreamSpecification": {"StreamViewType": "KEYS_ONLY"},
    "SSESpecification": {"SSEEnabled": True},
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
    "ContributorInsightsSpecification": {"Enabled": True},
    "TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": True},
}
ASIDE = {"DependsOn": ["Other"], "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Metadata": {"a": {"Fn::Sub": "${X}"}}}


def test_a_template_with_all_that_stands_beside_a_table(run, tmp_path):
    whole = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "two tables and what else a stack has",
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Mappings": {"m": {"a": {"b": "c"}}},
        "Conditions": {"Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}},
        "Transform": "AWS::Serverless-2016-10-31",
        **template(text(WIDE), **ASIDE),
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["T", "Arn"]}}},
    }
    whole["Resources"]["Function"] = {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": "x"}, "Timeout": {"Ref": "X"}}}
    result, paths = lint(run, tmp_path, whole)
    assert result.code == 0 and paths == [], repr(result)
    (tmp_path / "spec.json").write_text(json.dumps(WIDE))
    assert run("lint", "--spec", "spec.json").code == 0
    wide = lint(run, tmp_path, text(WIDE))[1]
    assert len(wide) >= 9, f"strings for numbers and truths are CloudFormation's alone: {wide}"


def test_numbers_and_truths_are_texts_in_a_template(run, tmp_path):
    """As CloudFormation takes them; for the API they are none."""
    named = table(TableName=20261129, AttributeDefinitions=attributes("5"), KeySchema=keys("5:HASH"),
                  Tags=[{"Key": "year", "Value": 2026}, {"Key": 7, "Value": True}, {"Key": "off", "Value": False}])
    named["AttributeDefinitions"][0]["AttributeName"] = 5
    result, paths = lint(run, tmp_path, template(named))
    assert result.code == 0 and "20261129" in result.out, repr(result)
    assert len(lint(run, tmp_path, named)[1]) == 6
    for odd in (-5, 1.5, None, [], {}):
        tagged = table(Tags=[{"Key": "a", "Value": odd}])
        assert lint(run, tmp_path, template(tagged))[1] == ["$.Resources.T.Properties.Tags[0].Value"], odd


FIELDS = f"""TableName AttributeDefinitions KeySchema KeySchema[0].AttributeName BillingMode ProvisionedThroughput.ReadCapacityUnits
    {GSI}.IndexName Tags SSESpecification.SSEEnabled StreamSpecification DeletionProtectionEnabled""".split()


@pytest.mark.parametrize("word", [{"Ref": "X"}, {"Fn::Sub": "${X}"}, {"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]}, {"Fn::ImportValue": "x"},
                                  {"Fn::Join": ["-", ["a", {"Ref": "X"}]]}, {"Fn::GetAtt": ["K", "Arn"]}, {"Fn::FindInMap": ["m", "a", "b"]}])
@pytest.mark.parametrize("path", FIELDS)
def test_a_function_in_any_field_names_the_logical_id_and_the_field(run, tmp_path, path, word):
    properties = json.loads(json.dumps(WIDE))
    at, steps = properties, path.replace("[0]", ".0").split(".")
    for step in steps[:-1]:
        at = at[int(step) if step == "0" else step]
    at[steps[-1]] = word
    result, paths = lint(run, tmp_path, template(properties))
    assert result.code == 65 and f"$.Resources.T.Properties.{path}" in paths, repr(result)
    assert next(iter(word)) in result.err and "${NAME}" in result.err


@pytest.mark.parametrize(
    "resources, path, words",
    [
        ({"G": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {"TableName": "abc", "Replicas": [{"Region": "eu-west-1"}]}}},
         "$.Resources.G.Type", "AWS::DynamoDB::Table"),
        ({"S": {"Type": "AWS::Serverless::SimpleTable"}}, "$.Resources.S.Type", "AWS::DynamoDB::Table"),
        ({"T": {"Type": "AWS::DynamoDB::Table"}}, "$.Resources.T.Properties", "missing"),
        ({"T": {"Type": "AWS::DynamoDB::Table", "Properties": {"Fn::If": ["C", {}, {}]}}}, "$.Resources.T.Properties", "Fn::If is a function"),
        ({"T": {"Type": "AWS::DynamoDB::Table", "Properties": table(TableName=None)}}, "$.Resources.T.Properties.TableName", "missing"),
        ({"F": {"Type": "AWS::Lambda::Function"}}, "$.Resources", "no resource of type"),
        ({}, "$.Resources", "no resource of type"),
        ({"Fn::ForEach::Tables": ["N", ["a", "b"], {"T${N}": {"Type": "AWS::DynamoDB::Table", "Properties": table()}}], **template(table())["Resources"]},
         "$.Resources.Fn::ForEach::Tables", "each table"),
        (template({**table(), "Fn::Transform": {"Name": "AWS::Include"}})["Resources"], "$.Resources.T.Properties.Fn::Transform", "is a function"),
    ],
)
def test_a_template_whose_tables_cannot_be_had(run, tmp_path, resources, path, words):
    result, paths = lint(run, tmp_path, {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
    assert result.code == 65 and path in paths and words in result.err, repr(result)


def test_functions_that_make_other_resources_are_let_be(run, tmp_path):
    whole = template(table())
    whole["Resources"]["Fn::ForEach::Buckets"] = ["N", ["a", "b"], {"B${N}": {"Type": "AWS::S3::Bucket"}}]
    result, paths = lint(run, tmp_path, whole)
    assert result.code == 0 and "warning" not in result.out, repr(result)
    whole["Resources"]["Fn::Transform"] = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/more.json"}}
    result, paths = lint(run, tmp_path, whole)
    assert result.code == 0 and "warning" in result.out and "Fn::Transform" in result.out, repr(result)


@pytest.mark.parametrize("piece", [template(table())["Resources"]["T"], template(table())["Resources"], {"resources": template(table())}])
def test_a_piece_of_a_template_is_one_mistake(run, tmp_path, piece):
    result, paths = lint(run, tmp_path, piece)
    assert result.code == 65 and paths == ["$"] and "Resources" in result.err, repr(result)


def test_a_template_without_a_name_is_told_all_else(run, tmp_path):
    """CDK's habit: its user wants to know the rest, too."""
    nameless = template(text({**WIDE, "TableName": None, "BillingMode": "ON_DEMAND", "Tags": [{"Key": "a;", "Value": "b"}]}))
    del nameless["Resources"]["T"]["Properties"]["TableName"]
    result, paths = lint(run, tmp_path, nameless)
    told = ["TableName", "BillingMode", "Tags[0].Key"]
    assert result.code == 65 and sorted(paths) == sorted(f"$.Resources.T.Properties.{p}" for p in told), repr(result)
    assert "CloudFormation would make a name up" in result.err


@pytest.mark.parametrize("path", ["SSESpecification.KMSMasterKeyId", "TimeToLiveSpecification.AttributeName", "KeySchema[0].AttributeName"])
def test_a_dynamic_reference_is_no_value(run, tmp_path, path):
    properties = json.loads(json.dumps(WIDE))
    block, _, member = path.partition(".")
    at = properties["KeySchema"][0] if "[" in block else properties[block]
    at[member] = "{{resolve:ssm:/orders/word}}"
    result, paths = lint(run, tmp_path, template(properties))
    assert result.code == 65 and f"$.Resources.T.Properties.{path}" in paths and "dynamic reference" in result.err, repr(result)


def test_tables_beside_resources_are_not_passed_over(run, tmp_path):
    result, paths = lint(run, tmp_path, {"Tables": [table()], **template(table(TableName="other"))})
    assert result.code == 65 and paths == ["$.Resources"], repr(result)


@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"Table": d}, lambda d: {"TableDescription": d}, lambda d: [{"Table": d}],
                                  lambda d: {"Tables": [d]}], ids=["bare", "describe", "create", "array", "tables"])
def test_a_description_is_told_how_to_become_a_spec(run, tmp_path, wrap):
    """What DescribeTable and CreateTable answer is near a spec, and none: one line says so, not one for each field."""
    result, paths = lint(run, tmp_path, wrap(description("orders")))
    assert result.code == 65 and len(paths) == 1 and "export --table" in result.err, repr(result)


@pytest.mark.parametrize(
    "document",
    [
        {"resource": {"aws_dynamodb_table": {"orders": {"name": "orders", "hash_key": "id"}}}},
        {"apiVersion": "v1", "kind": "Table", "metadata": {"name": "orders"}, "spec": {"tableName": "orders"}},
        {"ModelName": "shop", "ModelMetadata": {"Version": "3.0"}, "DataModel": [{"TableName": "orders", "KeyAttributes": {}}]},
        {"orders": table(), "customers": table()},
    ],
    ids=["terraform", "kubernetes", "workbench", "by name"],
)
def test_what_is_no_table_is_one_mistake(run, tmp_path, document):
    result, paths = lint(run, tmp_path, document)
    assert result.code == 65 and paths == ["$"] and "CreateTable" in result.err, repr(result)


def test_a_key_is_sent_with_the_only_type_of_encryption(run, endpoint, aws, tmp_path):
    """AWS refuses a key without SSEType, and there is only one."""
    (tmp_path / "spec.json").write_text(json.dumps(table(SSESpecification={"Enabled": True, "KMSMasterKeyId": "alias/x"})))
    ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=1)
    (call,) = endpoint.calls("CreateTable")
    assert call.body["SSESpecification"] == {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/x"}


def test_what_is_taken_is_created_as_written(run, endpoint, aws, tmp_path):
    """CreateTable says what the spec says, no more."""
    specs = [{**s, "TableName": f"table-{n}"} for n, s in enumerate(TAKEN)]
    (tmp_path / "spec.json").write_text(json.dumps(specs))
    features = {"DescribeContinuousBackups": {}, "DescribeContributorInsights": {"ContributorInsightsStatus": "ENABLED"}}
    for operation, answer in features.items():
        endpoint.on(operation, ok(answer))
    ready(run("--spec", "spec.json", env=aws(endpoint)), len(specs), created=len(specs))
    later = {"PointInTimeRecoverySpecification", "ContributorInsightsSpecification", "TimeToLiveSpecification"}
    for spec in specs:
        (call,) = endpoint.calls("CreateTable", spec["TableName"])
        sent = {k: v for k, v in call.body.items() if k != "AttributeDefinitions"}
        said = {k: v for k, v in spec.items() if v not in ([], False) and k not in later and k != "AttributeDefinitions"}
        off = {k for k, v in said.items() if isinstance(v, dict) and False in v.values()}
        assert set(sent) == set(said) - off, f"{sent} is not {said}"
        assert sent["KeySchema"] == spec["KeySchema"] and sent.get("GlobalSecondaryIndexes", []) == spec.get("GlobalSecondaryIndexes", [])
        assert sorted(a["AttributeName"] for a in call.body["AttributeDefinitions"]) == sorted(a["AttributeName"] for a in spec["AttributeDefinitions"])


# ---------------------------------------------------------------- AWS's own examples


def examples():
    """The create-table commands of the AWS CLI's manual: (command, the files it reads, what AWS answered)."""
    text = (Path(awscli.__file__).parent / "examples/dynamodb/create-table.rst").read_text()
    blocks = [textwrap.dedent(b).strip() for b in re.findall(r"(?m)^(?: {4}.*\n|\n)+", text)]
    command, files = None, {}
    for block in filter(None, blocks):
        if block.startswith("aws dynamodb create-table"):
            command, files = block, {}
        elif block.startswith("["):
            files[re.search(r"file://(\S+)", command)[1]] = block
        else:
            yield command, files, json.loads(block)["TableDescription"]


EXAMPLES = list(examples())


def shape(table):
    """What of a description was asked for, and is the same on every server."""
    indexes = [i for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes") for i in table.get(kind, ())]
    return canonical([table["KeySchema"], table["AttributeDefinitions"], [[i[k] for k in ("IndexName", "KeySchema", "Projection")] for i in indexes]])


def test_there_are_examples():
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("command, files, answer", EXAMPLES, ids=range(len(EXAMPLES)))
def test_what_the_aws_cli_sends_is_sent(run, endpoint, dynoxide, aws, table, tmp_path, command, files, answer):
    """The CLI's request as a spec: it passes, the same request is made of it, and what comes of it is what AWS described."""
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    cli = Endpoint()
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    command = f"{command} --endpoint-url {cli.url} --region us-east-1"
    subprocess.run(["sh", "-c", command], env=environment, cwd=tmp_path, check=True, timeout=60, stdout=subprocess.DEVNULL)
    (wanted,) = (call.body for call in cli.calls("CreateTable"))
    cli.stop()

    result, paths = lint(run, tmp_path, wanted)
    assert result.code == 0 and paths == [], repr(result)
    ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=1)
    (call,) = endpoint.calls("CreateTable")
    assert canonical(call.body) == canonical(wanted)

    lint(run, tmp_path, {**wanted, "TableName": table})
    ready(run("--spec", "spec.json", env=aws(dynoxide)), 1, created=1)
    plan = run("plan", "--spec", "spec.json", env=aws(dynoxide))
    assert plan.code == 0, repr(plan)
    described = servers.boto("dynamodb", dynoxide.url).describe_table(TableName=table)["Table"]
    assert shape(described) == shape(answer)
