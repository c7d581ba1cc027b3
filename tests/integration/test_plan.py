"""plan: what ensure would do, for machines and for people, whatever state the table is in and whatever its values are."""

import json

import pytest
from answers import ok
from helpers import ready, spec_table
from store import described

TTL = {"TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": True}}
OFF = ok({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})


@pytest.fixture
def plan(run, endpoint, aws, tmp_path):
    """plan(spec): the run, and the differences that it tells machines."""

    def plan(spec):
        (tmp_path / "spec.json").write_text(json.dumps(spec))
        result = run("plan", "--output", "json", "--spec", "spec.json", env=aws(endpoint))
        found = json.loads(result.out)
        told = [d for t in found["tables"] for d in t["differences"]]
        assert found["differences"] == len([d for d in told if d["kind"] != "unsupported"]), repr(result)
        assert result.code == (1 if found["differences"] else 0), repr(result)
        return result, told

    return plan


@pytest.mark.parametrize(
    "drift, breaking, tunable", [("breaking", "ensure fails", "left"), ("any", "ensure fails", "ensure fails"), ("never", "left", "left")]
)
def test_a_person_is_told_which_differences_would_fail(run, endpoint, aws, drift, breaking, tunable):
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", "id")))
    args = ["--table", "orders", "--read-capacity", "7", "--on-drift", drift]
    result = run("plan", *args, env=aws(endpoint))
    key, capacity = [line for line in result.out.splitlines() if line.startswith("+")]
    assert result.code == 1 and breaking in key and tunable in capacity, repr(result)
    assert run(*args, env=aws(endpoint)).code == (0 if drift == "never" else 78)


@pytest.mark.parametrize("shift", range(4))
def test_a_value_that_is_cut_is_told_in_whole_characters(plan, run, endpoint, aws, shift):
    """Of a long value the beginning is told; half a character would be no JSON, and the difference lost."""
    wide = "x" * shift + "\u3042" * 125 + "\u00e4" * 100
    policy = {"PolicyDocument": {wide: wide}}
    endpoint.on("DescribeTable", described("orders"))
    endpoint.on("ListTagsOfResource", ok({"Tags": [{"Key": wide[:128], "Value": "y" + wide}]}))
    endpoint.on("GetResourcePolicy", ok({"Policy": json.dumps({"y": wide}, ensure_ascii=False), "RevisionId": "1"}))
    spec = spec_table("orders", wide[:80], "s" + wide[:80], Tags=[{"Key": wide[:128], "Value": wide}], ResourcePolicy=policy)
    _, told = plan(spec)
    assert [d["field"] for d in told] == ["KeySchema", f"Tags[{wide[:128]}]", "ResourcePolicy"], told
    assert all(len(d["seen"]) > 10 and len(d["wanted"]) > 10 for d in told)
    for command in (["plan"], ["--on-drift", "never"]):
        result = run(*command, "--spec", "spec.json", env=aws(endpoint))
        assert "\\x" not in result.out + result.err, repr(result)


def test_a_table_on_its_way_out_is_one_to_be_created(plan, endpoint):
    endpoint.on("DescribeTable", described("orders", "DELETING"))
    _, told = plan(spec_table("orders", "other", **TTL))
    assert told == [{"kind": "missing", "field": "TableName", "seen": "DELETING", "wanted": "orders"}]


@pytest.mark.parametrize("status", ["CREATING", "FROBNICATING"])
def test_what_cannot_be_compared_yet_is_said(plan, endpoint, status):
    endpoint.on("DescribeTable", described("orders", status))
    result, told = plan(spec_table("orders", **TTL))
    assert told == [] and f"{status}: TimeToLiveSpecification" in result.err and "not compared yet" in result.err, repr(result)
    result, told = plan(spec_table("orders"))
    assert told == [] and "not compared" not in result.err, repr(result)


def test_a_table_whose_replication_is_denied_serves_and_is_compared(plan, run, endpoint, aws):
    endpoint.on("DescribeTable", described("orders", "REPLICATION_NOT_AUTHORIZED"))
    endpoint.on("DescribeTimeToLive", OFF).on("UpdateTimeToLive", ok({})).on("GetItem", ok({}))
    _, told = plan(spec_table("orders", **TTL))
    assert [d["field"] for d in told] == ["TimeToLiveSpecification"], told
    ready(run("--probe", "--spec", "spec.json", env=aws(endpoint)), 1, created=0)
    assert [r.operation for r in endpoint.requests][-4:] == ["DescribeTimeToLive", "UpdateTimeToLive", "GetItem", "DescribeTable"]


STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
FAILED = {
    "Kinesis": (
        {"KinesisStreamSpecification": {"StreamArn": STREAM}},
        "DescribeKinesisStreamingDestination",
        {"KinesisDataStreamDestinations": [{"StreamArn": STREAM, "DestinationStatus": "ENABLE_FAILED", "DestinationStatusDescription": "it is gone"}]},
        "EnableKinesisStreamingDestination",
    ),
    "insights": (
        {"ContributorInsightsSpecification": {"Enabled": True}},
        "DescribeContributorInsights",
        {"ContributorInsightsStatus": "FAILED", "FailureException": {"ExceptionName": "X", "ExceptionDescription": "it is gone"}},
        "UpdateContributorInsights",
    ),
}


@pytest.mark.parametrize("kind", FAILED)
def test_why_aws_could_not_do_it_before_is_shown(plan, run, endpoint, aws, kind):
    more, read, answer, write = FAILED[kind]
    endpoint.on("DescribeTable", described("orders")).on(read, ok(answer)).on(write, ok({}))
    (told,) = plan(spec_table("orders", **more))[1]
    assert told["kind"] == "missing" and told["seen"].endswith("FAILED: it is gone"), told
    result = ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=0)
    assert "FAILED: it is gone" in result.err and len(endpoint.calls(write)) == 1, repr(result)
