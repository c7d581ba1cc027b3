"""policy: the rights that a spec needs, one statement a feature; never more, never a wildcard action."""

import json

from helpers import failed, spec_table
from test_lint import WHOLE


def statements(run, tmp_path, spec, *options, **env):
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    result = run("policy", *options, "--spec", "spec.json", env=env)
    assert result.code == 0, repr(result)
    policy = json.loads(result.out)
    assert policy["Version"] == "2012-10-17"
    return result, {s["Sid"]: s for s in policy["Statement"]}


def test_a_plain_table(run, tmp_path):
    known = {"AWS_REGION": "eu-west-1", "AWS_ACCOUNT_ID": "123456789012"}
    result, found = statements(run, tmp_path, spec_table("orders", demand=True), **known)
    assert set(found) == {"Always", "UntilTheTableExists"} and result.err == ""
    assert found["Always"]["Action"] == ["dynamodb:DescribeTable"]
    assert found["Always"]["Resource"] == ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]


def test_what_is_not_known_is_said(run, tmp_path):
    result, found = statements(run, tmp_path, spec_table("orders", demand=True))
    assert "no region" in result.err and "no account" in result.err
    assert found["Always"]["Resource"] == ["arn:*:dynamodb:*:*:table/orders"]


def test_what_can_stand_in_no_arn_is_refused(run):
    for option, variable, words in (
        (["--region", "eu west"], {}, '--region "eu west": a region is one word'),
        ([], {"AWS_DEFAULT_REGION": "\udcff"}, "AWS_DEFAULT_REGION"),
        ([], {"AWS_ACCOUNT_ID": "12345"}, 'AWS_ACCOUNT_ID "12345": an account id is 12 digits'),
        ([], {"AWS_ACCOUNT_ID": "12345678901\udcff"}, "AWS_ACCOUNT_ID"),
    ):
        result = run("policy", "--table", "orders", *option, env=variable)
        assert (result.code, result.out) == (64, "") and words in result.last, repr(result)


def test_partitions(run, tmp_path):
    for region, partition in (("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")):
        _, found = statements(run, tmp_path, spec_table("orders", demand=True), AWS_REGION=region)
        assert found["Always"]["Resource"][0].startswith(f"arn:{partition}:dynamodb:{region}:")


def test_every_feature(run, tmp_path):
    _, found = statements(run, tmp_path, WHOLE, AWS_REGION="us-east-1", AWS_ACCOUNT_ID="123456789012")
    assert set(found) == set(
        """Always UntilTheTableExists Converge Tags ResourcePolicy TimeToLive PointInTimeRecovery ContributorInsights Kinesis
        KinesisStream CustomerKey Replicas Items InsightsRole KinesisRole ReplicationRole""".split()
    )
    assert found["CustomerKey"]["Resource"] == ["arn:aws:kms:us-east-1:123456789012:key/*"]
    assert "arn:aws:dynamodb:eu-west-1:123456789012:table/orders" in found["Replicas"]["Resource"]
    actions = [a for sid, s in found.items() for a in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])]
    assert not [a for a in actions if "*" in a]
    deletes = [a for sid, s in found.items() if sid != "Replicas" for a in s["Action"] if "Delete" in a]
    assert deletes == []


def test_off_is_off(run, tmp_path):
    """Rights of a feature come with the feature alone."""
    _, found = statements(run, tmp_path, {k: v for k, v in WHOLE.items() if k not in ("Tags", "Items", "Replicas")})
    assert not {"Tags", "Items", "Replicas", "ReplicationRole"} & set(found)


def test_what_is_written_to_be_off_is_looked_at_and_never_changed(run, tmp_path):
    off = {
        "TimeToLiveSpecification": {"Enabled": False},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
        "ContributorInsightsSpecification": {"Enabled": False},
    }
    known = {"AWS_REGION": "eu-west-1", "AWS_ACCOUNT_ID": "123456789012"}
    _, found = statements(run, tmp_path, [{**WHOLE, "TableName": "all-on"}, spec_table("all-off", **off)], **known)
    for sid in ("TimeToLive", "PointInTimeRecovery", "ContributorInsights"):
        assert len(found[sid]["Action"]) == 2 and found[sid]["Resource"][0].endswith(":table/all-on")
        assert len(found[sid + "Off"]["Action"]) == 1 and "Describe" in found[sid + "Off"]["Action"][0]
        assert [r.rpartition("/")[2] for r in found[sid + "Off"]["Resource"]] == ["all-off"]
    _, found = statements(run, tmp_path, spec_table("all-off", **off), **known)
    assert not [a for s in found.values() for a in s["Action"] if "Update" in a or "iam:" in a], found


def test_the_probe_reads_the_table_and_each_index(run, tmp_path):
    keys = [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}]
    index = {"KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    indexed = spec_table("orders", demand=True, GlobalSecondaryIndexes=[{**index, "IndexName": "by-pk"}],
                         LocalSecondaryIndexes=[{**index, "IndexName": "local"}])
    known = {"AWS_REGION": "eu-west-1", "AWS_ACCOUNT_ID": "123456789012"}
    _, found = statements(run, tmp_path, [indexed, spec_table("plain")], "--probe", **known)
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
    assert found["Probe"]["Action"] == ["dynamodb:GetItem"] and found["Probe"]["Resource"] == [arn + "orders", arn + "plain"]
    assert found["ProbeIndexes"]["Action"] == ["dynamodb:Query"]
    assert sorted(found["ProbeIndexes"]["Resource"]) == [arn + "orders/index/by-pk", arn + "orders/index/local"]
    _, found = statements(run, tmp_path, spec_table("plain"), "--probe", **known)
    assert "Probe" in found and "ProbeIndexes" not in found
    _, found = statements(run, tmp_path, indexed, **known)
    assert not {"Probe", "ProbeIndexes"} & set(found)


def test_a_second_word_names_the_command(run, tmp_path):
    known = {"AWS_REGION": "eu-west-1", "AWS_ACCOUNT_ID": "123456789012"}
    _, ensure = statements(run, tmp_path, WHOLE, "--probe", **known)
    assert statements(run, tmp_path, WHOLE, "ensure", "--probe", **known)[1] == ensure
    _, found = statements(run, tmp_path, WHOLE, "wait", **known)
    assert found == {"Always": ensure["Always"]}
    _, found = statements(run, tmp_path, WHOLE, "wait", "--probe", **known)
    assert found == {"Always": ensure["Always"], "Probe": ensure["Probe"]}
    _, found = statements(run, tmp_path, WHOLE, "plan", **known)
    assert sorted(a.removeprefix("dynamodb:") for s in found.values() for a in s["Action"]) == sorted(
        """DescribeTable ListTagsOfResource GetResourcePolicy DescribeTimeToLive DescribeContinuousBackups
        DescribeContributorInsights DescribeKinesisStreamingDestination""".split()
    )
    assert statements(run, tmp_path, WHOLE, "plan", "--probe", **known)[1] == found  # it sends none
    for words in (["plan", "wait"], ["lint"], ["export"]):
        failed(run("policy", *words, "--table", "orders"), 64, "one word too many", words[-1])


def test_what_a_replica_needs_in_its_own_region(run, tmp_path):
    """TTL is set in every Region, and a replica's key is in its own."""
    key = {"Region": "eu-west-1", "SSESpecification": {"KMSMasterKeyId": "11111111-2222-3333-4444-555555555555"}}
    known = {"AWS_REGION": "us-east-1", "AWS_ACCOUNT_ID": "123456789012"}
    _, found = statements(run, tmp_path, {**WHOLE, "Replicas": [key]}, **known)
    table = "arn:aws:dynamodb:{}:123456789012:table/orders"
    assert found["TimeToLive"]["Resource"] == [table.format("us-east-1"), table.format("eu-west-1")]
    arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    assert found["CustomerKey"]["Resource"] == ["arn:aws:kms:us-east-1:123456789012:key/*", arn]
    bare = {k: v for k, v in WHOLE.items() if k != "SSESpecification"}
    assert statements(run, tmp_path, {**bare, "Replicas": [key]}, **known)[1]["CustomerKey"]["Resource"] == [arn]
