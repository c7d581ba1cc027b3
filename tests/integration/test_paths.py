"""What differs is named by its path in the spec, the elements of lists by their names: whoever reads it finds what he wrote."""

import json
import re

import pytest
from answers import ok
from helpers import ready, spec_table
from store import description

NAMES = ("IndexName", "Region", "Key")  # by which an element of a list is named
KMS = "arn:aws:kms:us-east-1:123456789012:key/"
KINESIS = "arn:aws:kinesis:us-east-1:123456789012:stream/"


def units(block, read, write):
    members = {"ProvisionedThroughput": "CapacityUnits", "WarmThroughput": "UnitsPerSecond", "OnDemandThroughput": "RequestUnits"}
    before = "Max" if block == "OnDemandThroughput" else ""
    return {block: {f"{before}Read{members[block]}": read, f"{before}Write{members[block]}": write}}


def index(name, *blocks, **more):
    made = {"IndexName": name, "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
    return {**made, **{k: v for block in blocks for k, v in block.items()}, **more}


FIRST = {  # provisioned, and every feature that has a call of its own
    **spec_table("first", sort=None),
    **units("ProvisionedThroughput", 5, 6),
    **units("WarmThroughput", 15000, 5000),
    "GlobalSecondaryIndexes": [
        index("by.x", units("ProvisionedThroughput", 7, 8), units("WarmThroughput", 15000, 5000),
              ContributorInsightsSpecification={"Enabled": True, "Mode": "THROTTLED_KEYS"})
    ],
    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
    "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KMS + "one"},
    "TableClass": "STANDARD_INFREQUENT_ACCESS",
    "DeletionProtectionEnabled": False,
    "Tags": [{"Key": "cost centre", "Value": ""}, {"Key": "same", "Value": "same"}, {"Key": "team", "Value": "shop"}],
    "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ends"},
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
    "ResourcePolicy": {"PolicyDocument": {"Version": "2012-10-17", "Statement": []}},
    "ContributorInsightsSpecification": {"Enabled": True, "Mode": "THROTTLED_KEYS"},
    "KinesisStreamSpecification": {"StreamArn": KINESIS + "changes", "ApproximateCreationDateTimePrecision": "MICROSECOND"},
}
READS = {"ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 5}, "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 6}}
SECOND = {  # on demand, and copied
    **spec_table("second", sort=None, demand=True),
    **units("OnDemandThroughput", 50, 60),
    "GlobalSecondaryIndexes": [index("by-y", units("OnDemandThroughput", 70, 80))],
    "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    "Replicas": [
        {
            "Region": "eu-west-1",
            "SSESpecification": {"KMSMasterKeyId": KMS + "one"},
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
            "GlobalSecondaryIndexes": [{"IndexName": "by-y", **READS}],
            **READS,
        }
    ],
}
THROUGHPUTS = {
    "first": ["ProvisionedThroughput.ReadCapacityUnits", "ProvisionedThroughput.WriteCapacityUnits",
              "WarmThroughput.ReadUnitsPerSecond", "WarmThroughput.WriteUnitsPerSecond"],
    "second": ["OnDemandThroughput.MaxReadRequestUnits", "OnDemandThroughput.MaxWriteRequestUnits"],
}
OVERRIDES = ["ReadProvisionedThroughputSettings.ReadCapacityUnits", "ReadOnDemandThroughputSettings.MaxReadRequestUnits"]
PATHS = {
    "first": THROUGHPUTS["first"] + [f"GlobalSecondaryIndexes[by.x].{one}" for one in THROUGHPUTS["first"]] + [
        "GlobalSecondaryIndexes[by.x].ContributorInsightsSpecification.Mode",
        "StreamSpecification.StreamViewType",
        "SSESpecification.KMSMasterKeyId",
        "TableClass",
        "DeletionProtectionEnabled",
        "Tags[cost centre]",
        "Tags[team]",
        "TimeToLiveSpecification.AttributeName",
        "PointInTimeRecoverySpecification.RecoveryPeriodInDays",
        "ResourcePolicy",
        "ContributorInsightsSpecification.Mode",
        "KinesisStreamSpecification.ApproximateCreationDateTimePrecision",
    ],
    "second": THROUGHPUTS["second"] + [f"GlobalSecondaryIndexes[by-y].{one}" for one in THROUGHPUTS["second"]] + [
        f"Replicas[eu-west-1].{one}"
        for one in ["SSESpecification.KMSMasterKeyId", "TableClass", *OVERRIDES, *(f"GlobalSecondaryIndexes[by-y].{o}" for o in OVERRIDES)]
    ],
}


def halved(value):
    """The same, with every number half of it."""
    if isinstance(value, dict):
        return {name: halved(one) for name, one in value.items()}
    return [halved(one) for one in value] if isinstance(value, list) else value // 2 if type(value) is int else value


def live(wanted):
    """Everything about it is there, and otherwise."""
    made = halved({k: v for k, v in wanted.items() if "Throughput" in k or k == "GlobalSecondaryIndexes"})
    for one in made["GlobalSecondaryIndexes"]:
        one.update(IndexStatus="ACTIVE")
    if wanted is SECOND:
        reads = {"ProvisionedThroughputOverride": {"ReadCapacityUnits": 1}, "OnDemandThroughputOverride": {"MaxReadRequestUnits": 1}}
        made["Replicas"] = [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE", "KMSMasterKeyId": KMS + "two", **reads,
                             "ReplicaTableClassSummary": {"TableClass": "STANDARD"},
                             "GlobalSecondaryIndexes": [{"IndexName": "by-y", **reads}]}]
    return description(
        wanted["TableName"],
        wanted=spec_table("x", sort=None, demand=wanted is SECOND),
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY" if wanted is FIRST else "NEW_AND_OLD_IMAGES"},
        SSEDescription={"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KMS + "two"},
        TableClassSummary={"TableClass": "STANDARD"},
        DeletionProtectionEnabled=True,
        **made,
    )


@pytest.fixture
def differing(endpoint):
    for wanted in (FIRST, SECOND):
        endpoint.on("DescribeTable", ok({"Table": live(wanted)}), wanted["TableName"])
    recovery = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35}
    answers = {
        "ListTagsOfResource": {"Tags": [{"Key": "same", "Value": "same"}, {"Key": "team", "Value": "depot"}]},
        "DescribeTimeToLive": {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}},
        "DescribeContinuousBackups": {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": recovery}},
        "GetResourcePolicy": {"Policy": '{"Version": "2008-10-17"}'},
        "DescribeContributorInsights": {"ContributorInsightsStatus": "ENABLED", "ContributorInsightsMode": "ACCESSED_AND_THROTTLED_KEYS"},
        "DescribeKinesisStreamingDestination": {
            "KinesisDataStreamDestinations": [{"StreamArn": KINESIS + "changes", "DestinationStatus": "ACTIVE",
                                               "ApproximateCreationDateTimePrecision": "MILLISECOND"}]
        },
    }
    for operation, answer in answers.items():
        endpoint.on(operation, ok(answer))
    return endpoint


def at_path(spec, path):
    """What stands there in the spec; KeyError: nothing does."""
    for name, element in re.findall(r"(\w+)(?:\[([^]]*)\])?", path):
        spec = spec[name]
        if element:
            spec = {one[key]: one for one in spec for key in NAMES if key in one}[element]
    return spec


def test_plan_names_every_difference_by_its_path(run, differing, aws, tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps([FIRST, SECOND]))
    result = run("plan", "--spec", "spec.json", "--output", "json", env=aws(differing))
    assert result.code == 1, repr(result)
    for told, wanted in zip(json.loads(result.out)["tables"], (FIRST, SECOND)):
        found = [one["field"] for one in told["differences"]]
        assert sorted(found) == sorted(PATHS[wanted["TableName"]])
        for one in told["differences"]:
            there = at_path(wanted, one["field"])
            if type(there) in (int, str) and one["kind"] == "tunable":
                assert one["wanted"] == str(there)
    text = run("plan", "--spec", "spec.json", env=aws(differing)).out
    for paths in PATHS.values():
        assert all(f"+   {path}: " in text for path in paths), text


def test_the_log_has_the_same_names_and_counts_what_it_leaves_out(run, differing, aws, tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps(SECOND))
    result = ready(run("--spec", "spec.json", env=aws(differing)), 1, created=0)
    (told,) = [line for line in result.lines if "differs from the spec" in line]
    found = re.findall(r"(\S+) is \S+, the spec says", told)
    left = re.search(r", and (\d+) more: plan shows all", told)
    assert found == PATHS["second"][: len(found)] and len(found) + int(left[1]) == len(PATHS["second"]), repr(result)


def test_a_missing_feature_of_an_index_is_no_missing_index(run, endpoint, aws, tmp_path):
    """Who verifies fails for an index that is not there, and only reports what hangs on one that is."""
    wanted = {**spec_table("first", sort=None, demand=True),
              "GlobalSecondaryIndexes": [index("by.x", ContributorInsightsSpecification={"Enabled": True})]}
    shown = {"GlobalSecondaryIndexes": [{**index("by.x"), "IndexStatus": "ACTIVE"}]}
    endpoint.on("DescribeTable", ok({"Table": description("first", wanted=spec_table("x", sort=None, demand=True), **shown)}))
    endpoint.on("DescribeContributorInsights", ok({"ContributorInsightsStatus": "DISABLED"}))
    (tmp_path / "spec.json").write_text(json.dumps(wanted))
    result = ready(run("--on-existing", "verify", "--spec", "spec.json", env=aws(endpoint)), 1, created=0)
    assert "GlobalSecondaryIndexes[by.x].ContributorInsightsSpecification is off" in result.err, repr(result)
