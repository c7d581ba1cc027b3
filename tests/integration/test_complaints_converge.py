"""What users of other tools complain about, where a table exists already: each complaint, and what ours does instead."""

import json
import os
import subprocess
import urllib.error
import urllib.request

import product
import pytest
import servers
from answers import error, hang_up, html, ok, respond
from helpers import failed, ready, spec_table
from store import described, description, in_use


def demand(**more):
    return {**spec_table("orders", sort=None, demand=True), **more}


def index(name, attribute="PK", **more):
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        **more,
    }


@pytest.fixture
def given(run, endpoint, aws, tmp_path):
    """given(live, spec, *options): a run against a table of this description."""

    def go(live, spec, *options):
        (tmp_path / "spec.json").write_text(json.dumps(spec))
        if live is not None:
            endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True), **live))
        return run(*options, "--spec", "spec.json", "--timeout", "20", env=aws(endpoint))

    return go


def operations(endpoint):
    return [r.operation for r in endpoint.requests]


TTL = {"TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": True}}


IMAGES = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}


def ttl(status, attribute="ends"):
    return ok({"TimeToLiveDescription": {"TimeToLiveStatus": status, "AttributeName": attribute}})


def test_a_replica_quota_is_73_with_awss_words(given, endpoint):
    words = "Failed to create replica: current TableMaxReadCapacityUnits value 40000 in region eu-west-1 is insufficient"
    endpoint.on("UpdateTable", error("LimitExceededException", words))
    result = given(IMAGES, demand(**IMAGES, Replicas=[{"Region": "eu-west-1"}]))
    failed(result, 73, "TableMaxReadCapacityUnits")
    assert operations(endpoint).count("UpdateTable") == 1


def test_two_indexes_are_never_asked_for_at_once(given, endpoint):
    attributes = [{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "a", "b")]
    spec = demand(AttributeDefinitions=attributes, GlobalSecondaryIndexes=[index("by-a", "a"), index("by-b", "b")])
    live, polls = [], []

    def describe(request):
        polls.append(1)
        shown = [{**i, "IndexStatus": "ACTIVE" if len(polls) % 3 == 0 else "CREATING"} for i in live]
        more = {"GlobalSecondaryIndexes": shown, "AttributeDefinitions": attributes} if live else {}
        return described("orders", wanted=spec_table("orders", sort=None, demand=True), **more)

    def update(request):
        (action,) = request.body["GlobalSecondaryIndexUpdates"]
        assert not any(i["IndexStatus"] != "ACTIVE" for i in live if "IndexStatus" in i)
        live.append(action["Create"])
        return ok({"TableDescription": {}})

    endpoint.on("DescribeTable", describe).on("UpdateTable", update)
    ready(given(None, spec), 1, created=0)
    assert [i["IndexName"] for i in live] == ["by-a", "by-b"]
    assert all("ProvisionedThroughput" not in i for i in live)


def test_an_online_index_limit_is_waited_for(given, endpoint):
    words = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
    built = {"GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "ACTIVE"}]}
    empty = described("orders", wanted=demand())
    endpoint.on("UpdateTable", error("LimitExceededException", words))
    endpoint.on("DescribeTable", [empty, described("orders", wanted=demand(), **built)])
    ready(given(None, demand(GlobalSecondaryIndexes=[index("by-pk")])), 1, created=0)


@pytest.mark.parametrize("status", ["ENABLING", "ENABLED"])
def test_ttl_that_is_on_already_is_no_error(given, endpoint, status):
    endpoint.on("DescribeTimeToLive", ttl(status))
    ready(given({}, demand(**TTL)), 1, created=0)
    assert operations(endpoint) == ["DescribeTable", "DescribeTimeToLive"]


def test_another_ttl_attribute_is_told_and_never_changed(given, endpoint):
    endpoint.on("DescribeTimeToLive", ttl("ENABLED", "other"))
    result = ready(given({}, demand(**TTL)), 1, created=0)
    assert "TimeToLiveSpecification.AttributeName is other, the spec says ends; to change it takes two steps" in result.err
    assert "an hour between" in result.err
    failed(given({}, demand(**TTL), "--on-drift", "any"), 78, "TimeToLiveSpecification")
    assert "UpdateTimeToLive" not in operations(endpoint)


@pytest.mark.parametrize("then, code", [(ttl("ENABLING"), 0), (ttl("ENABLED", "other"), 78), (ttl("DISABLED"), 0)])
def test_ttl_that_somebody_else_turned_on_meanwhile_is_read_again(given, endpoint, then, code):
    """AWS says that it is on, not on which attribute. A look that lags behind is no reason to ask for ever."""
    endpoint.on("DescribeTimeToLive", [ttl("DISABLED"), then])
    endpoint.on("UpdateTimeToLive", error("ValidationException", "TimeToLive is already enabled"))
    result = given({}, demand(**TTL), "--on-drift", "any")
    assert result.code == code and ("AttributeName is other" in result.err) == (code == 78), repr(result)
    assert operations(endpoint) == ["DescribeTable", "DescribeTimeToLive", "UpdateTimeToLive", "DescribeTimeToLive"]


def test_what_would_not_change_is_there_already(given, endpoint):
    words = "The provisioned throughput for the table will not change. The requested value equals the current value."
    endpoint.on("UpdateTable", error("ValidationException", words))
    endpoint.on("DescribeTable", [described("orders", wanted=demand()), described("orders", wanted=demand(), **IMAGES)])
    ready(given(None, demand(**IMAGES)), 1, created=0)


def test_what_was_written_is_followed_by_a_last_look(given, endpoint):
    """At the end of all, and only then: a table that lacks nothing is looked at once."""
    spec = demand(**TTL, Items=[{"PK": {"S": "a"}}])
    endpoint.on("DescribeTimeToLive", ttl("DISABLED")).on("UpdateTimeToLive", ok({})).on("PutItem", ok({}))
    endpoint.on("GetItem", ok({}))
    ready(given({}, spec, "--probe"), 1, created=0)
    steps = ["DescribeTable", "DescribeTimeToLive", "UpdateTimeToLive", "PutItem", "GetItem"]
    assert operations(endpoint) == [*steps, "DescribeTable"]
    endpoint.requests.clear()
    endpoint.on("DescribeTimeToLive", ttl("ENABLED"))
    endpoint.on("PutItem", error("ConditionalCheckFailedException", "The conditional request failed"))
    ready(given({}, spec, "--probe"), 1, created=0)
    assert operations(endpoint) == ["DescribeTable", "DescribeTimeToLive", "PutItem", "GetItem"]


def test_a_recovery_that_is_too_early_does_not_hold_the_application(given, endpoint):
    off = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}, "ContinuousBackupsStatus": "ENABLED"}
    endpoint.on("DescribeContinuousBackups", ok({"ContinuousBackupsDescription": off}))
    endpoint.on("UpdateContinuousBackups", error("ContinuousBackupsUnavailableException", "Backups are being enabled"))
    spec = demand(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    result = ready(given({}, spec), 1, created=0)
    assert "left to the next run" in result.err and result.seconds < 10


def test_other_tags_stay_and_another_value_is_not_overwritten(given, endpoint):
    endpoint.on("ListTagsOfResource", ok({"Tags": [{"Key": "a", "Value": "old"}, {"Key": "mine", "Value": "1"}]}))
    endpoint.on("TagResource", ok({}))
    spec = demand(Tags=[{"Key": "a", "Value": "new"}, {"Key": "b", "Value": "2"}])
    result = ready(given({}, spec), 1, created=0)
    assert [r.body["Tags"] for r in endpoint.calls("TagResource")] == [[{"Key": "b", "Value": "2"}]]
    assert "Tags[a] is old, the spec says new" in result.err


def test_no_tags_need_no_right_to_tags(given, endpoint):
    ready(given({}, demand(Tags=[])), 1, created=0)
    assert operations(endpoint) == ["DescribeTable"]


def test_a_probe_asks_until_the_data_plane_knows_the_table(given, endpoint):
    missing = error("ResourceNotFoundException", "Requested resource not found")
    endpoint.on("GetItem", [missing, missing, ok({})])
    ready(given({}, demand(), "--probe"), 1, created=0)
    assert operations(endpoint).count("GetItem") == 3


def test_a_probe_asks_until_the_data_plane_knows_the_index(given, endpoint):
    live = {"GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "ACTIVE"}]}
    endpoint.on("GetItem", ok({}))
    endpoint.on("Query", [error("ValidationException", "The table does not have the specified index: by-pk"), ok({"Items": []})])
    ready(given(live, demand(GlobalSecondaryIndexes=[index("by-pk")]), "--probe"), 1, created=0)
    assert operations(endpoint).count("Query") == 2


def test_the_order_of_attributes_and_zeros_on_demand_are_no_difference(given, endpoint):
    zero = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    attributes = [{"AttributeName": n, "AttributeType": "S"} for n in ("a", "PK")]
    live = {
        "AttributeDefinitions": attributes,
        "GlobalSecondaryIndexes": [{**index("by-a", "a"), "IndexStatus": "ACTIVE", "ProvisionedThroughput": zero}],
    }
    spec = demand(AttributeDefinitions=attributes[::-1], GlobalSecondaryIndexes=[index("by-a", "a")])
    result = given(live, spec, "plan")
    assert (result.code, result.out) == (0, "no differences\n"), repr(result)


def test_warm_throughput_that_aws_filled_in_is_no_difference(given):
    result = given({"WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000}}, demand(), "plan")
    assert result.code == 0, repr(result)


def test_warm_throughput_matters_only_when_it_is_lower_than_written(given):
    live = {"WarmThroughput": {"ReadUnitsPerSecond": 14000, "WriteUnitsPerSecond": 4000}}
    for written, code in ((13000, 0), (20000, 1)):
        spec = demand(WarmThroughput={"ReadUnitsPerSecond": written, "WriteUnitsPerSecond": 4000})
        assert given(live, spec, "plan").code == code


def test_capacity_billing_and_encryption_of_a_table_are_never_changed(given, endpoint):
    live = {
        "ProvisionedThroughput": {"ReadCapacityUnits": 99, "WriteCapacityUnits": 99},
        "BillingModeSummary": {"BillingMode": "PROVISIONED"},
        "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "arn:aws:kms:us-east-1:1:key/one"},
    }
    spec = spec_table("orders", sort=None)
    spec["SSESpecification"] = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "two"}
    result = ready(given(live, spec), 1, created=0)
    assert operations(endpoint) == ["DescribeTable"]
    assert "ProvisionedThroughput.ReadCapacityUnits is 99" in result.err and "KMSMasterKeyId" in result.err


def test_an_operation_that_an_emulator_lacks_is_skipped_with_one_warning(given, endpoint):
    result = ready(given({}, demand(**TTL)), 1, created=0)  # the stand-in knows no DescribeTimeToLive
    assert result.err.count("not supported here, skipped") == 1 and result.seconds < 5


@pytest.mark.parametrize("status", [400, 404, 501])
def test_an_operation_may_be_unknown_in_xml(given, endpoint, status):
    unknown = respond(status, "<UnknownOperationException/>\n", kind="application/x-amz-json-1.0", crc=None)
    endpoint.on("DescribeTimeToLive", unknown).on("UpdateTable", unknown)
    result = ready(given({}, demand(**TTL, **IMAGES)), 1, created=0)
    assert result.err.count("not supported here") == 2 and len(endpoint.calls("UpdateTable")) == 1, repr(result)
    endpoint.on("DescribeTable", unknown)
    assert failed(given(None, demand()), 70, "UnknownOperationException").seconds < 2


@pytest.mark.parametrize("page", [html(502), html(503), html(504), html(403)])
def test_a_page_of_somebody_between_is_no_gap(given, endpoint, page):
    endpoint.on("DescribeTimeToLive", [page, ttl("DISABLED")]).on("UpdateTimeToLive", ok({}))
    result = ready(given({}, demand(**TTL)), 1, created=0)
    assert "not supported" not in result.err and len(endpoint.calls("UpdateTimeToLive")) == 1, repr(result)


def test_a_page_of_status_500_is_a_gap(given, endpoint):
    endpoint.on("DescribeTimeToLive", html(500))  # moto's
    assert "not supported here" in ready(given({}, demand(**TTL)), 1, created=0).err


# Of DynamoDB Local 2.6.1, on which LocalStack stands, and of dynalite.
NARROW = [
    "Key Schema too big.  Key Schema must at most consist of the hash and range key of a table",
    "Too many hash keys specified.  All Dynamo DB tables must have exactly one hash key",
    "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    "1 validation error detected: Value '[...]' at 'globalSecondaryIndexes.1.member.keySchema' failed to satisfy constraint: "
    "Member must have length less than or equal to 2",
]


@pytest.mark.parametrize("roles", ["HASH HASH", "HASH RANGE RANGE", "HASH HASH RANGE"])
@pytest.mark.parametrize("words", NARROW)
@pytest.mark.parametrize("exists", [True, False])
def test_an_emulator_without_wide_keys_gets_the_other_indexes(given, endpoint, exists, words, roles):
    wide = index("wide", KeySchema=[{"AttributeName": f"a{n}", "KeyType": role} for n, role in enumerate(roles.split())])
    spec = demand(GlobalSecondaryIndexes=[wide, index("by-b", "b")])
    spec["AttributeDefinitions"] += [{"AttributeName": k["AttributeName"], "AttributeType": "S"} for k in wide["KeySchema"]]
    spec["AttributeDefinitions"] += [{"AttributeName": "b", "AttributeType": "S"}]

    def narrow(request):
        return error("ValidationException", words) if b'"wide"' in request.raw else None

    endpoint.on("CreateTable", narrow)
    if exists:
        live = {"GlobalSecondaryIndexes": [{**index("by-b", "b"), "IndexStatus": "ACTIVE"}],
                "AttributeDefinitions": spec["AttributeDefinitions"]}
        endpoint.on("UpdateTable", narrow)
    result = given(live if exists else None, spec)
    ready(result, 1, created=0 if exists else 1)
    assert len([line for line in result.lines if "index wide: not supported here" in line]) == 1, repr(result)


def test_one_that_several_indexes_need_is_asked_for_once(given, endpoint):
    insights = {"ContributorInsightsSpecification": {"Enabled": True}}
    live = [{**index(name), "IndexStatus": "ACTIVE"} for name in ("by-a", "by-b")]
    spec = demand(GlobalSecondaryIndexes=[index(name, **insights) for name in ("by-a", "by-b")], **insights)
    result = ready(given({"GlobalSecondaryIndexes": live}, spec), 1, created=0)
    assert result.err.count("not supported here, skipped") == 1
    assert operations(endpoint) == ["DescribeTable", "DescribeContributorInsights"]
    told = json.loads(given(None, spec, "plan", "--output", "json").out)["tables"][0]["differences"]
    paths = [f"{where}ContributorInsightsSpecification" for where in ("", *(f"GlobalSecondaryIndexes[by-{n}]." for n in "ab"))]
    assert [(one["kind"], one["field"]) for one in told] == [("unsupported", path) for path in paths]


def test_a_setting_that_an_emulator_takes_and_does_not_make_is_told_once(given, endpoint):
    spec = demand(**IMAGES, DeletionProtectionEnabled=True)
    endpoint.on("UpdateTable", ok({"TableDescription": description("orders")}))
    result = ready(given({}, spec), 1, created=0)
    for what in ("the stream", "deletion protection"):
        assert result.err.count(f"warning: table orders: {what}: not supported here") == 1, repr(result)
    assert "is added" not in result.err and operations(endpoint).count("UpdateTable") == 1
    failed(given({}, spec, "--on-drift", "any"), 78, "StreamSpecification is off", "DeletionProtectionEnabled is false")


@pytest.mark.parametrize("answer, code", [
    (error("InternalServerError", "Internal server error", 500), 75),
    (error("ThrottlingException", "Rate exceeded"), 75),
    (error("ValidationException", "no such thing"), 70),
])
def test_what_an_emulator_fails_at_is_not_exported_as_missing(given, run, endpoint, aws, answer, code):
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True)))
    endpoint.on("DescribeTimeToLive", answer)
    failed(run("export", "--table", "orders", "--timeout", "1", env=aws(endpoint)), code, "table orders")


INSIGHTS = {"ContributorInsightsSpecification": {"Enabled": True}}


def insights_need_an_index_that_serves(endpoint, builds):
    """The table gets by-pk from an UpdateTable, and has it CREATING for so many looks."""
    looks = []

    def describe(request):
        looks.extend([1] * bool(endpoint.calls("UpdateTable")))
        live = [{**index("by-pk"), "IndexStatus": "CREATING" if len(looks) <= builds else "ACTIVE"}] if looks else []
        return described("orders", wanted=demand(), GlobalSecondaryIndexes=live)

    def of_the_index(answer):
        serves = len(looks) > builds
        return lambda request: ok(answer) if serves or "IndexName" not in request.body else error("ResourceNotFoundException", "no index")

    endpoint.on("DescribeTable", describe).on("UpdateTable", ok({"TableDescription": {}}))
    endpoint.on("DescribeContributorInsights", lambda request: of_the_index({"ContributorInsightsStatus": "DISABLED"})(request))
    endpoint.on("UpdateContributorInsights", lambda request: of_the_index({"ContributorInsightsStatus": "ENABLING"})(request))


def test_insights_of_an_index_come_after_it(given, endpoint):
    insights_need_an_index_that_serves(endpoint, 2)
    ready(given(None, demand(GlobalSecondaryIndexes=[index("by-pk", **INSIGHTS)], **INSIGHTS)), 1, created=0)
    writes = [(r.operation, r.body.get("IndexName")) for r in endpoint.requests if r.operation.startswith("Update")]
    assert writes == [("UpdateContributorInsights", None), ("UpdateTable", None), ("UpdateContributorInsights", "by-pk")]


def test_insights_of_an_index_that_is_not_waited_for_are_left_to_the_next_run(given, endpoint):
    insights_need_an_index_that_serves(endpoint, 2)
    spec = demand(GlobalSecondaryIndexes=[index("by-pk", **INSIGHTS)], ReadyWhen="Table")
    result = ready(given(None, spec), 1, created=0)
    assert "left to the next run" in result.err and result.seconds < 5
    assert [r.operation for r in endpoint.requests] == ["DescribeTable", "UpdateTable", "DescribeTable"]


def test_insights_of_an_index_that_is_missing_are_planned_with_it(given, endpoint):
    insights_need_an_index_that_serves(endpoint, 0)
    result = given(None, demand(GlobalSecondaryIndexes=[index("by-pk", **INSIGHTS)]), "plan", "--output", "json")
    (told,) = json.loads(result.out)["tables"][0]["differences"]
    assert told["field"] == "GlobalSecondaryIndexes[by-pk]" and operations(endpoint) == ["DescribeTable"]
    failed(given(None, demand(GlobalSecondaryIndexes=[index("by-pk", **INSIGHTS)]), "--on-existing", "verify"), 78, "by-pk")
    assert set(operations(endpoint)) == {"DescribeTable"}


def test_updating_with_every_index_active_is_ready(given, endpoint):
    live = {"status": "UPDATING", "GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "ACTIVE"}]}
    ready(given(live, demand(GlobalSecondaryIndexes=[index("by-pk")])), 1, created=0)
    assert operations(endpoint) == ["DescribeTable"]


def test_replicas_are_waited_for_only_when_they_are_demanded(given, endpoint):
    building = {"Replicas": [{"RegionName": "eu-west-1", "ReplicaStatus": "CREATING", "ReplicaStatusPercentProgress": "10"}]}
    building.update(IMAGES)
    spec = demand(**IMAGES, Replicas=[{"Region": "us-east-1"}, {"Region": "eu-west-1"}])
    ready(given(building, spec), 1, created=0)
    result = given(building, {**spec, "ReadyWhen": "Replicas"}, "--timeout", "1")
    failed(result, 75, "replica eu-west-1 CREATING")
    assert set(operations(endpoint)) == {"DescribeTable"}


def test_a_stream_that_somebody_else_turned_on_meanwhile_is_no_error(given, endpoint):
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
    endpoint.on("UpdateTable", error("ValidationException", "Table already has an enabled stream: TableName: orders"))
    endpoint.on("DescribeTable", [described("orders", wanted=demand()), described("orders", wanted=demand(), **stream)])
    ready(given(None, demand(**stream)), 1, created=0)


def test_a_busy_table_is_waited_for(given, endpoint):
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
    endpoint.on("UpdateTable", [in_use("orders", "is being updated"), ok({"TableDescription": description("orders")})])
    empty = described("orders", wanted=demand())
    endpoint.on("DescribeTable", [empty, empty, described("orders", wanted=demand(), **stream)])
    ready(given(None, demand(**stream)), 1, created=0)
    assert operations(endpoint).count("UpdateTable") == 2


# ---------------------------------------------------------------- a kill after each exchange


def forwarded(server):
    """An answer of the real server to this request, as it came."""

    def act(request):
        headers = {n: v for n, v in request.headers if n.lower() not in ("host", "content-length", "connection")}
        try:
            with urllib.request.urlopen(urllib.request.Request(server.url, request.raw, headers)) as answer:
                return respond(body=answer.read())
        except urllib.error.HTTPError as refusal:
            return respond(status=refusal.code, body=refusal.read())

    return act


@pytest.mark.parametrize("count", range(1, 15))
def test_killed_after_any_exchange_the_next_run_ends_the_same(start, run, endpoints, aws, moto, table, tmp_path, count):
    spec = {
        **demand(**TTL),
        "TableName": table,
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "a")],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "Tags": [{"Key": "a", "Value": "b"}],
        "GlobalSecondaryIndexes": [index("by-a", "a")],
        "Items": [{"PK": {"S": "seed"}}],
    }
    (tmp_path / "bare.json").write_text(json.dumps({**spec_table(table, sort=None, demand=True)}))
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    direct = {"AWS_ENDPOINT_URL_DYNAMODB": moto.url}
    ready(run("--spec", "bare.json", env=direct), 1, created=1)
    between = endpoints()
    act, seen, running = forwarded(moto), [], []

    def once(request):
        seen.append(request.operation)
        answer = act(request)
        if len(seen) == count:
            running[0].signal(9)
            return hang_up()
        return answer

    between.on(None, once)
    running.append(start("--spec", "spec.json", env=aws(between)))
    running[0].finish()
    ready(run("--spec", "spec.json", env=direct), 1, created=0)
    plan = run("plan", "--spec", "spec.json", env=direct)
    assert (plan.code, plan.out) == (0, "no differences\n"), repr(plan)
    client = servers.boto("dynamodb", moto.url)
    assert client.scan(TableName=table, Select="COUNT")["Count"] == 1


def test_a_tag_call_that_answers_with_an_empty_body_has_worked(given, endpoint):
    endpoint.on("ListTagsOfResource", ok({})).on("TagResource", respond(body=b""))
    ready(given({}, demand(Tags=[{"Key": "a", "Value": "b"}])), 1, created=0)
    assert operations(endpoint).count("TagResource") == 1


def test_a_stale_description_brings_no_second_index_too_early(given, endpoint):
    attributes = [{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "a", "b")]
    spec = demand(AttributeDefinitions=attributes, GlobalSecondaryIndexes=[index("by-a", "a"), index("by-b", "b")])

    def seen(*names):
        shown = [{**index(f"by-{n}", n), "IndexStatus": "ACTIVE"} for n in names]
        return described("orders", wanted=demand(), AttributeDefinitions=attributes, GlobalSecondaryIndexes=shown)

    endpoint.on("UpdateTable", ok({"TableDescription": {}}))
    endpoint.on("DescribeTable", [seen(), seen(), seen(), seen("a"), seen("a"), seen("a", "b")])
    ready(given(None, spec), 1, created=0)
    assert operations(endpoint) == "DescribeTable UpdateTable DescribeTable DescribeTable DescribeTable UpdateTable".split() + [
        "DescribeTable"
    ] * 2


def test_an_index_that_still_builds_is_not_probed(given, endpoint):
    live = {"GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "CREATING"}]}
    endpoint.on("GetItem", ok({}))
    spec = demand(GlobalSecondaryIndexes=[index("by-pk")], ReadyWhen="Table")
    ready(given(live, spec, "--probe"), 1, created=0)
    assert operations(endpoint) == ["DescribeTable", "GetItem"]


def test_waiting_never_writes_whatever_is_missing(given, endpoint):
    spec = demand(**TTL, **IMAGES, Tags=[{"Key": "a", "Value": "b"}], Items=[{"PK": {"S": "x"}}])
    ready(given({}, spec, "wait"), 1, created=0)
    assert operations(endpoint) == ["DescribeTable"]
    endpoint.on("DescribeTimeToLive", ttl("DISABLED")).on("ListTagsOfResource", ok({}))
    result = ready(given({}, spec, "--on-existing", "verify"), 1, created=0)
    assert "TimeToLiveSpecification is off" in result.err
    assert not {"UpdateTable", "TagResource", "UpdateTimeToLive", "PutItem"} & set(operations(endpoint))


def test_a_plan_is_coloured_for_people_alone(given, endpoint, aws, tmp_path):
    """On a terminal the diff has colours, with NO_COLOR and in a pipe it has none."""
    given({}, demand(**IMAGES), "plan")
    for more, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        master, slave = os.openpty()
        command = [product.BINARY, "plan", "--spec", str(tmp_path / "spec.json")]
        done = subprocess.run(command, env={**aws(endpoint), **more}, stdout=slave, stderr=subprocess.PIPE)
        os.close(slave)
        text = os.read(master, 65536)
        os.close(master)
        assert done.returncode == 1 and b"StreamSpecification" in text
        assert (b"\x1b[32m" in text) == coloured
