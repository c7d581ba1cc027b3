"""lint: every limit and rule, offline, all mistakes at once; both spellings; templates; variables; the prefix."""

import copy
import json

import pytest
from helpers import failed, ready, spec_table

WHOLE = spec_table(
    "orders",
    demand=True,
    OnDemandThroughput={"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": -1},
    StreamSpecification={"StreamViewType": "NEW_AND_OLD_IMAGES"},
    SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/orders"},
    TableClass="STANDARD_INFREQUENT_ACCESS",
    DeletionProtectionEnabled=True,
    Tags=[{"Key": "team", "Value": "päyments"}, {"Key": "empty", "Value": ""}],
    TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True},
    PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
    ResourcePolicy={"PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Sid": "${aws:username}"}]}},
    ContributorInsightsSpecification={"Enabled": True, "Mode": "THROTTLED_KEYS"},
    KinesisStreamSpecification={
        "StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
        "ApproximateCreationDateTimePrecision": "MICROSECOND",
    },
    Replicas=[{"Region": "eu-west-1", "TableClass": "STANDARD"}],
    Items=[{"PK": {"S": "a"}, "SK": {"S": "b"}, "n": {"N": "1"}, "m": {"M": {"l": {"L": [{"BOOL": True}, {"NULL": True}]}}}}],
    ReadyWhen="Replicas",
)


@pytest.fixture
def lint(run, tmp_path):
    """lint(spec, ...): the exit status and what lint says of each thing, by machines' format."""

    def lint(spec, *options, env=None):
        (tmp_path / "spec.json").write_text(spec if isinstance(spec, str) else json.dumps(spec))
        result = run("lint", "--output", "json", "--spec", "spec.json", *options, env=env or {})
        return result.code, json.loads(result.out)["checks"]

    return lint


def mistakes(checks, state="error"):
    return [f"{c['path']}: {c['message']}" for c in checks if c["state"] == state]


def test_the_whole_table_is_right(lint):
    code, checks = lint(WHOLE)
    assert code == 0 and [c["state"] for c in checks] == ["ok"], checks


def test_both_spellings(lint):
    api = {
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "SSESpecification": {"Enabled": True},
        "ResourcePolicy": '{"Version": "2012-10-17", "Statement": []}',
        "Replicas": [{"RegionName": "eu-west-1"}],
    }
    assert lint({**WHOLE, **api})[0] == 0
    code, checks = lint({**WHOLE, "SSESpecification": {"SSEEnabled": True, "Enabled": True}})
    assert code == 65 and "SSEEnabled" in mistakes(checks)[0]


def test_all_mistakes_at_once(lint, run):
    table = {**WHOLE, "TableClas": "STANDARD", "TableName": "a b", "Tags": [{"Key": "aws:x", "Value": "1"}], "VectorIndexes": []}
    code, checks = lint([table, spec_table("other", Nonsense=1)])
    said = mistakes(checks)
    assert code == 65 and len(said) == 5, said
    for path, word in (("$[0].TableClas:", "TableClass"), ("$[0].TableName:", "a b"), ("$[0].Tags[0].Key:", "aws:"),
                       ("$[0].VectorIndexes:", "AWS knows"), ("$[1].Nonsense:", "unknown")):
        assert any(s.startswith(path) and word in s for s in said), (path, said)


# What is replaced in the whole table; where the mistake is; what it says.
WRONG = [
    ({"OnDemandThroughput": {}}, "OnDemandThroughput", "both"),
    ({"OnDemandThroughput": {"MaxReadRequestUnits": 0}}, "OnDemandThroughput.MaxReadRequestUnits", "from 1"),
    ({"BillingMode": "PROVISIONED"}, "ProvisionedThroughput", "missing"),
    ({"WarmThroughput": {}}, "WarmThroughput", "both"),
    ({"StreamSpecification": {"StreamEnabled": True}}, "StreamSpecification.StreamViewType", "missing"),
    ({"StreamSpecification": {"StreamViewType": "NEW_IMAGES"}}, "StreamSpecification.StreamViewType", "NEW_IMAGE"),
    ({"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}}, "Replicas", "NEW_AND_OLD_IMAGES"),
    ({"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES", "Tags": []}}, "StreamSpecification.Tags", "AWS knows"),
    ({"SSESpecification": {"SSEEnabled": True, "SSEType": "AES256"}}, "SSESpecification.SSEType", "KMS"),
    ({"SSESpecification": {"SSEEnabled": False, "KMSMasterKeyId": "k"}}, "SSESpecification.KMSMasterKeyId", "SSEEnabled"),
    ({"TableClass": "standard"}, "TableClass", "STANDARD"),
    ({"DeletionProtectionEnabled": "true"}, "DeletionProtectionEnabled", "true or false"),
    ({"Tags": [{"Key": "a", "Value": "b"}] * 2}, "Tags[1].Key", "twice"),
    ({"Tags": [{"Key": "k" * 129, "Value": ""}]}, "Tags[0].Key", "128"),
    ({"Tags": [{"Key": "k", "Value": "v" * 257}]}, "Tags[0].Value", "256"),
    ({"Tags": [{"Key": "k?", "Value": ""}]}, "Tags[0].Key", "?"),
    ({"Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)]}, "Tags", "50"),
    ({"TimeToLiveSpecification": {"Enabled": True}}, "TimeToLiveSpecification.AttributeName", "missing"),
    ({"PointInTimeRecoverySpecification": {"RecoveryPeriodInDays": 5}}, "PointInTimeRecoverySpecification.RecoveryPeriodInDays", "true"),
    (
        {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 36}},
        "PointInTimeRecoverySpecification.RecoveryPeriodInDays",
        "35",
    ),
    ({"ResourcePolicy": "{"}, "ResourcePolicy", "no JSON"),
    ({"ResourcePolicy": {"PolicyDocument": "{"}}, "ResourcePolicy.PolicyDocument", "no JSON"),
    ({"ResourcePolicy": {"PolicyDocument": {"Statement": [{"Resource": {"Fn::GetAtt": ["a", "b"]}}]}}},
     "ResourcePolicy.PolicyDocument.Statement[0].Resource", "Fn::GetAtt"),
    ({"ResourcePolicy": {"PolicyDocument": {"x": "y" * 20480}}}, "ResourcePolicy", "20480"),
    ({"ContributorInsightsSpecification": {"Enabled": True, "Mode": "ALL"}}, "ContributorInsightsSpecification.Mode", "THROTTLED_KEYS"),
    ({"KinesisStreamSpecification": {"StreamArn": "s" * 40}}, "KinesisStreamSpecification.StreamArn", "ARN"),
    ({"Replicas": [{"Region": "eu-west-1"}, {"Region": "eu-west-1"}]}, "Replicas[1].Region", "twice"),
    ({"Replicas": [{"Region": "eu-west-1", "Tags": []}]}, "Replicas[0].Tags", "AWS knows"),
    ({"Replicas": [{"Region": "eu-west-1", "GlobalSecondaryIndexes": [{"IndexName": "nix"}]}]},
     "Replicas[0].GlobalSecondaryIndexes[0].IndexName", "nix"),
    ({"Items": [{"PK": {"S": "a"}}]}, "Items[0].SK", "missing"),
    ({"Items": [{"PK": {"N": "1"}, "SK": {"S": "b"}}]}, "Items[0].PK", "type is S"),
    ({"Items": [{"PK": {"S": ""}, "SK": {"S": "b"}}]}, "Items[0].PK", "empty"),
    ({"Items": [{"PK": {"S": "a" * 2049}, "SK": {"S": "b"}}]}, "Items[0].PK", "2048"),
    ({"Items": [{"PK": {"S": "a"}, "SK": {"S": "b" * 1025}}]}, "Items[0].SK", "1024"),
    ({"Items": [{"PK": "a", "SK": {"S": "b"}}]}, "Items[0].PK", "DynamoDB JSON"),
    ({"Items": [{"PK": {"S": "a"}, "SK": {"S": "b"}, "n": {"N": "1" * 39}}]}, "Items[0].n", "DynamoDB JSON"),
    ({"Items": [{"PK": {"S": "a"}, "SK": {"S": "b"}, "n": {"B": "*"}}]}, "Items[0].n", "DynamoDB JSON"),
    ({"Items": [{"PK": {"S": "a"}, "SK": {"S": "b"}, "n": {"S": "x" * 409600}}]}, "Items[0]", "400 KB"),
    ({"ReadyWhen": "indexes"}, "ReadyWhen", "Indexes"),
]


@pytest.mark.parametrize("change, path, word", WRONG, ids=lambda v: v if isinstance(v, str) else None)
def test_each_rule(lint, change, path, word):
    code, checks = lint({**copy.deepcopy(WHOLE), **change})
    said = mistakes(checks)
    assert code == 65 and said[0].startswith(f"$.{path}: ") and word in said[0], said
    assert len(said) == 1 + ("BillingMode" in change), said  # that one has the on-demand maximum as well


@pytest.mark.parametrize("number, right", [
    ("0", True), ("-0.0", True), ("+5.", True), (".5", True), ("1" * 38, True), ("1" * 38 + "0" * 80, True), ("0" * 60 + "1", True),
    ("9.9E125", True), ("1e-130", True), ("0.001E-127", True), ("1e126", False), ("1E-131", False), ("1e300", False), ("1" * 39, False),
    ("1." + "1" * 38, False), ("", False), (".", False), ("1e", False), ("1e+", False), ("0x1", False), ("1 ", False), ("NaN", False),
    ("1.2.3", False), ("1" * 200, False),
])
def test_numbers_of_items(lint, number, right):
    item = {"PK": {"S": "a"}, "SK": {"S": "b"}, "n": {"N": number}, "s": {"NS": [number, "7"]}}
    assert lint({**WHOLE, "Items": [item]})[0] == (0 if right else 65)


def test_the_size_of_an_item_is_not_that_of_its_json(lint):
    item = {"PK": {"S": "a"}, "SK": {"S": "b"}, "l": {"L": [{"N": "1"}] * 60000}}
    assert len(json.dumps(item)) > 600000 and lint({**WHOLE, "Items": [item]})[0] == 0


def test_sets_of_items(lint):
    many = {"PK": {"S": "a"}, "SK": {"S": "b"}, "s": {"SS": [str(n) for n in range(30000)]}}
    assert lint({**WHOLE, "Items": [many]})[0] == 0
    many["s"]["SS"].append("5")
    assert "twice" in mistakes(lint({**WHOLE, "Items": [many]})[1])[0]
    for twins in (["1", "1.0"], ["-0", "0.00"], ["100", "1e2"], ["-.5", "-5E-1"], ["1" + "0" * 37, "1e37"]):
        many["s"] = {"NS": twins}
        assert "twice" in mistakes(lint({**WHOLE, "Items": [many]})[1])[0], twins
    many["s"] = {"NS": ["1", "-1", "10", "0.1", "11", "1.1"]}
    assert lint({**WHOLE, "Items": [many]})[0] == 0


@pytest.mark.parametrize("kind", ["M", "L"])
@pytest.mark.parametrize("inmost, levels, right", [({"S": "a"}, 31, True), ({"S": "a"}, 32, False), ({"M": {}}, 30, True), ({"M": {}}, 31, False)])
def test_how_deep_an_item_may_nest(lint, kind, inmost, levels, right):
    """As DynamoDB Local counts: an empty map is a level too."""
    for _ in range(levels):
        inmost = {kind: {"x": inmost} if kind == "M" else [inmost]}
    item = {"PK": {"S": "a"}, "SK": {"S": "b"}, "n": inmost}
    assert lint({**WHOLE, "Items": [item]})[0] == (0 if right else 65)


@pytest.mark.parametrize("more", [{"": {"S": "a"}}, {"m": {"M": {"x": {"M": {"": {"S": "a"}}}}}}])
def test_an_attribute_has_a_name(lint, more):
    (said,) = mistakes(lint({**WHOLE, "Items": [{"PK": {"S": "a"}, "SK": {"S": "b"}, **more}]})[1])
    assert said.startswith("$.Items[0]") and "without a name" in said, said


@pytest.mark.parametrize(
    "table",
    [
        spec_table("orders", demand=True, WarmThroughput={"ReadUnitsPerSecond": 100}),
        spec_table("orders", ProvisionedThroughput={"ReadCapacityUnits": 40001, "WriteCapacityUnits": 1}),
        spec_table("orders", demand=True, Tags=[{"Key": "who", "Value": "a@b"}]),
        # DynamoDB takes it, as ScyllaDB's tests found (test_ttl_expiration_hash_wrong_type); nothing ever expires.
        {**WHOLE, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "SK"}},
    ],
)
def test_quotas_and_doubts_warn(lint, table):
    code, checks = lint(table)
    assert code == 0 and len(mistakes(checks, "warning")) == 1, checks


def template(properties, kind="AWS::DynamoDB::Table", **more):
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Any"}}}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Bucket": bucket, "Orders": {"Type": kind, "Properties": properties}}, **more}


def test_a_template_is_read(lint):
    numbers = {"ReadCapacityUnits": "5", "WriteCapacityUnits": 5}
    code, checks = lint(template(spec_table("orders", ProvisionedThroughput=numbers), Outputs={}))
    assert code == 0 and checks[0]["name"] == "orders"
    assert lint(spec_table("orders", ProvisionedThroughput=numbers))[0] == 65


@pytest.mark.parametrize(
    "document, path, word",
    [
        (template({**WHOLE, "TableName": {"Fn::Sub": "x-${Stage}"}}), "Properties.TableName", "Fn::Sub"),
        (template({**WHOLE, "Tags": [{"Key": "a", "Value": {"Ref": "Stage"}}]}), "Properties.Tags[0].Value", "Ref"),
        (template({k: v for k, v in WHOLE.items() if k != "TableName"}), "Properties.TableName", "missing"),
        (template(WHOLE, "AWS::DynamoDB::GlobalTable"), "Type", "GlobalTable"),
        (template({}, "AWS::Serverless::SimpleTable"), "Type", "SimpleTable"),
        ({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}, "Resources", "no resource"),
        (template({"Fn::If": ["Prod", WHOLE, WHOLE]}), "Resources.Orders.Properties", "Fn::If"),
    ],
)
def test_a_template_that_cannot_be_read(lint, document, path, word):
    code, checks = lint(document)
    said = mistakes(checks)
    assert code == 65 and len(said) == 1 and path in said[0] and word in said[0], said
    assert "Resources.Orders" in said[0] or path == "Resources", said


def test_variables(lint):
    table = spec_table("${STAGE}-${NAME:-orders}", demand=True, Tags=[{"Key": "k", "Value": "a $${x"}])
    table["Tags"][0]["Value"] = "${WHO:-}"
    assert lint(table, env={"STAGE": "dev"})[1][0]["name"] == "dev-orders"
    assert lint(table, env={"STAGE": "dev", "NAME": "x"})[1][0]["name"] == "dev-x"
    code, checks = lint(table)
    assert code == 65 and "STAGE" in mistakes(checks)[0]
    for other in ("${self:service}-x", "${}", "abc${", "${A-b}", "${1}", "${A:-${B}}", "${A:-$${B}}"):
        code, checks = lint(spec_table(other, demand=True))
        assert code == 65 and "${NAME}" in mistakes(checks)[0], other


def test_a_whole_number_is_one_however_it_is_written(lint):
    """JSON knows one kind of number: 5.0 is a whole one for JSON Schema too, and what templates write (1e+06)."""
    for number, right in (("5.0", True), ("1e3", True), ("1E+6", True), ("10e-1", True), ("1.5", False), ("1e13", False), ("-1.0", False)):
        text = json.dumps(spec_table("orders", ProvisionedThroughput={"ReadCapacityUnits": "X", "WriteCapacityUnits": 5}))
        assert lint(text.replace('"X"', number))[0] == (0 if right else 65), number
    nothing = json.dumps(spec_table("orders", demand=True, OnDemandThroughput={"MaxReadRequestUnits": "X"}))
    assert lint(nothing.replace('"X"', "-1.0"))[0] == 0


def test_an_item_is_told_by_its_own_number(lint):
    wrong, keyless = {"PK": {"S": "a"}, "SK": {"S": "b"}, "x": "no"}, {"PK": {"S": "a"}}
    said = mistakes(lint({**WHOLE, "Items": [wrong, keyless]})[1])
    assert [s.split(": ")[0] for s in said] == ["$.Items[0].x", "$.Items[1].SK"], said


def test_of_two_items_with_one_key_the_second_is_never_put(lint):
    item = {"PK": {"S": "a"}, "SK": {"S": "b"}}
    code, checks = lint({**WHOLE, "Items": [item, {**item, "SK": {"S": "c"}}, {**item, "x": {"BOOL": True}}]})
    (said,) = mistakes(checks, "warning")
    assert code == 0 and said.startswith("$.Items[2]: ") and "Items[0]" in said, said


def test_prefix(lint, run):
    assert lint(spec_table("ab", demand=True), "--table-prefix", "dev-")[1][0]["name"] == "dev-ab"
    code, checks = lint(spec_table("t" * 252, demand=True), "--table-prefix", "dev-")
    assert code == 65 and "prefix \"dev-\"" in mistakes(checks)[0], checks
    failed(run("lint", "--table", "ab", "--table-prefix", "my dev-"), 64, "--table-prefix", "my dev-")
    assert "dev-ab" in run("lint", "--table", "ab", env={"DYNAMODB_INIT_TABLE_PREFIX": "dev-"}).out
    failed(run("lint", "--table", "t" * 252, "--table-prefix", "dev-"), 64, "--table")


def test_a_prefix_is_sent(run, endpoint, aws, tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps(spec_table("orders", demand=True)))
    ready(run("--spec", "spec.json", "--table", "two", "--table-prefix", "dev-", env=aws(endpoint)), 2, created=2)
    assert {call.body["TableName"] for call in endpoint.calls("CreateTable")} == {"dev-orders", "dev-two"}


def test_neither_spec_nor_table_is_usage(run):
    failed(run("lint"), 64, "--table|--spec")
    failed(run("lint", "--spec", "nowhere.json"), 66, "nowhere.json")


def test_words_for_a_person(run, tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps({**WHOLE, "TableClass": "X"}))
    result = failed(run("lint", "--spec", "spec.json"), 65, "TableClass")
    assert "$.TableClass" in result.out and "error" in result.out
