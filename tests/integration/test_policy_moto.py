"""The printed policy against moto's IAM: with exactly that the run succeeds, without any one of its actions it is denied,
and the denial names that action. For each feature, from a state that needs it. moto asks no right of its own for tags inside
CreateTable, knows no insights and no Kinesis (their reads are judged, then skipped), and never asks KMS or Kinesis."""

import json

import pytest
import servers
from helpers import failed, ready, spec_table
from test_moto import ARN, checks

INDEX = {
    "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK", "a")],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-a",
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
POLICY = {"PolicyDocument": {"Version": "2012-10-17", "Statement": []}}
# feature: (what the spec adds, options, the actions that this takes of a table without it)
FEATURES = {
    "a table": ({}, [], "DescribeTable"),
    "an index": (INDEX, [], "UpdateTable"),
    "a stream": ({"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}}, [], "UpdateTable"),
    "protection": ({"DeletionProtectionEnabled": True}, [], "UpdateTable"),
    "replicas": (
        {"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}, "Replicas": [{"Region": "eu-west-1"}]},
        [],
        "UpdateTable",
    ),
    "tags": ({"Tags": [{"Key": "team", "Value": "shop"}]}, [], "ListTagsOfResource TagResource"),
    "time to live": (
        {"TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True}},
        [],
        "DescribeTimeToLive UpdateTimeToLive",
    ),
    "recovery": (
        {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
        [],
        "DescribeContinuousBackups UpdateContinuousBackups",
    ),
    "a policy": ({"ResourcePolicy": POLICY}, [], "GetResourcePolicy PutResourcePolicy"),
    "items": ({"Items": [{"PK": {"S": "a"}, "SK": {"S": "b"}}]}, [], "PutItem"),
    "insights": ({"ContributorInsightsSpecification": {"Enabled": True}}, [], "DescribeContributorInsights"),
    "Kinesis": (
        {"KinesisStreamSpecification": {"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"}},
        [],
        "DescribeKinesisStreamingDestination",
    ),
    "a probe": ({}, ["--probe"], "GetItem"),
    "a probe of an index": (INDEX, ["--probe"], "GetItem Query"),
}
EACH = [(feature, action) for feature, (_, _, actions) in FEATURES.items() for action in actions.split()]


@pytest.fixture
def rights(run, moto, aws, table, tmp_path):
    """rights(feature, without): options and environment of a user who may what policy prints, but for these actions."""
    checks(moto, "inf")
    iam = servers.boto("iam", moto.url)

    def make(feature, *without):
        more, options, _ = FEATURES[feature]
        (tmp_path / "spec.json").write_text(json.dumps(spec_table(table, demand=True, **more)))
        options = ["--spec", "spec.json", *options]
        printed = run("policy", *options, env={"AWS_REGION": "us-east-1", "AWS_ACCOUNT_ID": "123456789012"})
        policy = json.loads(printed.out)
        for statement in policy["Statement"]:
            actions = statement["Action"]
            kept = [a for a in ([actions] if isinstance(actions, str) else actions) if a.removeprefix("dynamodb:") not in without]
            statement["Action"] = kept
        policy["Statement"] = [s for s in policy["Statement"] if s["Action"]]
        checks(moto, "inf")
        iam.create_user(UserName=f"user-{table}")
        iam.put_user_policy(UserName=f"user-{table}", PolicyName="p", PolicyDocument=json.dumps(policy, separators=(",", ":")))
        key = iam.create_access_key(UserName=f"user-{table}")["AccessKey"]
        checks(moto, "0")
        return options, aws(moto, key["AccessKeyId"], key["SecretAccessKey"])

    yield make
    checks(moto, "inf")


@pytest.fixture
def bare(moto, table):
    """The table without anything that a feature adds."""
    checks(moto, "inf")
    servers.boto("dynamodb", moto.url).create_table(**spec_table(table, demand=True))


@pytest.mark.parametrize("feature", FEATURES)
def test_exactly_the_policy_is_enough_from_nothing(run, table, rights, feature):
    options, env = rights(feature)
    ready(run(*options, env=env), 1, created=1)
    ready(run(*options, env=env), 1, created=0)


@pytest.mark.parametrize("feature", FEATURES)
def test_exactly_the_policy_is_enough_for_a_table_that_is_there(run, bare, rights, feature):
    options, env = rights(feature, "CreateTable")
    ready(run(*options, env=env), 1, created=0)
    ready(run("wait", *options, env=env), 1, created=0)


@pytest.mark.parametrize("feature, action", EACH)
def test_without_one_action_it_is_denied(run, bare, rights, table, feature, action):
    options, env = rights(feature, action)
    result = failed(run(*options, "--timeout", "3", env=env), 77, rf"dynamodb:{action}\b", ARN + table)
    assert {a for _, a in EACH if f"dynamodb:{a} " in result.failure} == {action}, repr(result)


def test_without_the_right_to_create_a_missing_table_is_denied(run, rights, table):
    options, env = rights("a table", "CreateTable")
    failed(run(*options, "--timeout", "3", env=env), 77, r"dynamodb:CreateTable\b", ARN + table)


@pytest.mark.parametrize("feature", FEATURES)
def test_plan_needs_no_right_to_write(run, bare, rights, feature):
    """And in the rights of all features there is no other."""
    options, env = rights(feature, "CreateTable", "UpdateTable", "TagResource", "UpdateTimeToLive", "UpdateContinuousBackups",
                          "PutResourcePolicy", "PutItem", "UpdateContributorInsights", "EnableKinesisStreamingDestination",
                          "GetItem", "Query")
    result = run("plan", *[o for o in options if o != "--probe"], env=env)
    nothing = ("a table", "items", "insights", "Kinesis", "a probe")
    assert result.code == (0 if feature in nothing else 1), repr(result)
