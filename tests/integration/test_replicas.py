"""Replicas of a table that exists: one after the other within one run, and what each has instead of the table's own."""

import json

import pytest
from answers import ok
from helpers import failed, ready, spec_table
from store import described
from test_complaints_converge import IMAGES, TTL, demand, index, ttl

REGIONS = ("eu-west-1", "eu-west-3", "ap-south-1")


def table(*regions, **more):
    return demand(**IMAGES, Replicas=[{"Region": r} for r in regions], **more)


class World:
    """A table to which UpdateTable adds: a replica is CREATING for some looks; `stuck` ones keep that state."""

    def __init__(self, endpoint, stuck=None, replicas=(), **live):
        self.replicas = [{"RegionName": r, "ReplicaStatus": status} for r, status in replicas]
        self.live, self.stuck, self.asked, self.looks = live, stuck or {}, [], {}
        endpoint.on("DescribeTable", self.describe).on("UpdateTable", self.update)

    def describe(self, request):
        for one in self.replicas:
            region = one["RegionName"]
            self.looks[region] = self.looks.get(region, 0) + 1
            if one["ReplicaStatus"] == "CREATING" and self.looks[region] > 2 and region not in self.stuck:
                one["ReplicaStatus"] = "ACTIVE"
        more = {"Replicas": self.replicas} if self.replicas else {}
        return described("orders", wanted=spec_table("orders", sort=None, demand=True), **{**self.live, **more})

    def update(self, request):
        (create,) = request.body["ReplicaUpdates"]
        assert all(one["ReplicaStatus"] != "CREATING" for one in self.replicas), "two replicas at once"
        self.asked.append(create["Create"]["RegionName"])
        status = self.stuck.get(self.asked[-1], "CREATING")
        self.replicas.append({"RegionName": self.asked[-1], "ReplicaStatus": status})
        return ok({"TableDescription": {}})


@pytest.fixture
def ensure(run, endpoint, aws, tmp_path):
    def go(spec, *options):
        (tmp_path / "spec.json").write_text(json.dumps(spec))
        return run(*options, "--spec", "spec.json", env=aws(endpoint))

    return go


@pytest.mark.parametrize("ready_when", ["Indexes", "Table", "Replicas"])
def test_one_run_asks_for_all_one_after_the_other(ensure, endpoint, ready_when):
    world = World(endpoint, **IMAGES)
    ready(ensure(table("us-east-1", *REGIONS, ReadyWhen=ready_when)), 1, created=0)
    assert world.asked == [*REGIONS]
    states = {one["RegionName"]: one["ReplicaStatus"] for one in world.replicas}
    assert states[REGIONS[0]] == states[REGIONS[1]] == "ACTIVE"
    assert ready_when != "Replicas" or states[REGIONS[2]] == "ACTIVE"


def test_one_that_is_still_made_at_the_deadline_is_75_while_another_is_owed(ensure, endpoint):
    world = World(endpoint, stuck={"eu-west-1": "CREATING"}, **IMAGES)
    failed(ensure(table(*REGIONS), "--timeout", "1"), 75, "replica eu-west-1 CREATING", "run again")
    assert world.asked == ["eu-west-1"]


def test_the_next_run_goes_on(ensure, endpoint):
    world = World(endpoint, replicas=[("eu-west-1", "CREATING")], **IMAGES)
    ready(ensure(table(*REGIONS)), 1, created=0)
    assert world.asked == ["eu-west-3", "ap-south-1"]


def test_one_that_failed_bars_no_other_way(ensure, endpoint):
    world = World(endpoint, replicas=[("eu-west-1", "CREATION_FAILED")], **IMAGES)
    ready(ensure(table("eu-west-1", "eu-west-3")), 1, created=0)
    assert world.asked == ["eu-west-3"]
    failed(ensure(table("eu-west-1", "eu-west-3", ReadyWhen="Replicas")), 73, "eu-west-1 is CREATION_FAILED")


def test_what_a_new_table_needs_beside_replicas_does_not_wait_for_them(ensure, endpoint):
    world = World(endpoint, stuck={"eu-west-1": "CREATING"}, **IMAGES)
    describe = endpoint.scripts.pop(("DescribeTable", None))
    endpoint.on("DescribeTable", lambda request: describe[0](request) if endpoint.calls("CreateTable") else None)
    endpoint.on("CreateTable", lambda request: ok({"TableDescription": {}}))
    endpoint.on("DescribeTimeToLive", ttl("DISABLED")).on("UpdateTimeToLive", ok({}))
    failed(ensure(table(*REGIONS, **TTL), "--timeout", "2"), 75, "replica eu-west-1")
    assert len(endpoint.calls("UpdateTimeToLive")) == 1
    assert world.asked == ["eu-west-1"]


WRITES = "TagResource UpdateTable UpdateTimeToLive UpdateTable UpdateTable".split()


def test_the_order_is_tags_then_settings_then_features_then_indexes_then_replicas(ensure, endpoint):
    """The reference, section 5: a busy table is left alone until its update is done."""
    live, busy = {}, []

    def describe(request):
        status = "UPDATING" if busy and busy.pop() else "ACTIVE"
        return described("orders", status, wanted=spec_table("orders", sort=None, demand=True), **live)

    def update(request):
        for name in ("StreamSpecification", "DeletionProtectionEnabled"):
            live.update({name: request.body[name]} if name in request.body else {})
        if "GlobalSecondaryIndexUpdates" in request.body:
            live["GlobalSecondaryIndexes"] = [{**index("by-pk"), "IndexStatus": "ACTIVE"}]
        if "ReplicaUpdates" in request.body:
            live["Replicas"] = [{"RegionName": "eu-west-1", "ReplicaStatus": "CREATING"}]
        busy.extend([True, True])
        return ok({"TableDescription": {}})

    def extra(request):
        assert not busy, "a write to a busy table"
        return ok({})

    endpoint.on("DescribeTable", describe).on("UpdateTable", update)
    endpoint.on("ListTagsOfResource", ok({"Tags": []})).on("TagResource", extra)
    endpoint.on("DescribeTimeToLive", ttl("DISABLED")).on("UpdateTimeToLive", extra)
    spec = table("eu-west-1", Tags=[{"Key": "a", "Value": "b"}], DeletionProtectionEnabled=True, GlobalSecondaryIndexes=[index("by-pk")])
    ready(ensure({**spec, **TTL}), 1, created=0)
    assert [r.operation for r in endpoint.requests if r.operation in WRITES] == WRITES
    assert {"StreamSpecification", "DeletionProtectionEnabled"} < set(endpoint.calls("UpdateTable")[0].body)


KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
WANTED = {
    "Region": "eu-west-1",
    "SSESpecification": {"KMSMasterKeyId": KEY},
    "TableClass": "STANDARD_INFREQUENT_ACCESS",
    "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 50},
    "GlobalSecondaryIndexes": [{"IndexName": "by-pk", "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 20}}],
}
SEEN = {
    "RegionName": "eu-west-1",
    "ReplicaStatus": "ACTIVE",
    "KMSMasterKeyId": KEY,
    "ReplicaTableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
    "OnDemandThroughputOverride": {"MaxReadRequestUnits": 50},
    "GlobalSecondaryIndexes": [{"IndexName": "by-pk", "OnDemandThroughputOverride": {"MaxReadRequestUnits": 20}}],
}


@pytest.mark.parametrize(
    "wanted, seen, field",
    [
        ({}, {}, None),
        ({"SSESpecification": {"KMSMasterKeyId": KEY.partition("key/")[2]}}, {}, None),
        ({"SSESpecification": {"KMSMasterKeyId": "alias/other"}}, {}, None),
        ({"SSESpecification": {"KMSMasterKeyId": "other"}}, {}, "Replicas[eu-west-1].SSESpecification.KMSMasterKeyId"),
        ({"TableClass": "STANDARD"}, {}, "Replicas[eu-west-1].TableClass"),
        ({}, {"ReplicaTableClassSummary": {"TableClass": "STANDARD"}}, "Replicas[eu-west-1].TableClass"),
        ({}, {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 51}},
         "Replicas[eu-west-1].ReadOnDemandThroughputSettings.MaxReadRequestUnits"),
        ({}, {"OnDemandThroughputOverride": {"MaxReadRequestUnits": -1}},
         "Replicas[eu-west-1].ReadOnDemandThroughputSettings.MaxReadRequestUnits"),
        ({"ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": -1}}, {"OnDemandThroughputOverride": {"MaxReadRequestUnits": -1}}, None),
        ({}, {"GlobalSecondaryIndexes": [{"IndexName": "by-pk", "OnDemandThroughputOverride": {"MaxReadRequestUnits": 21}}]},
         "Replicas[eu-west-1].GlobalSecondaryIndexes[by-pk].ReadOnDemandThroughputSettings.MaxReadRequestUnits"),
        # An emulator that does not report a setting says nothing about it.
        ({}, {"OnDemandThroughputOverride": None, "ReplicaTableClassSummary": None, "GlobalSecondaryIndexes": None}, None),
    ],
)
def test_what_a_replica_has_of_its_own_is_compared(ensure, endpoint, wanted, seen, field):
    shown = {k: v for k, v in {**SEEN, **seen}.items() if v is not None}
    live = {"Replicas": [shown], "GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "ACTIVE"}], **IMAGES}
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True), **live))
    spec = {**table(GlobalSecondaryIndexes=[index("by-pk")]), "Replicas": [{**WANTED, **wanted}]}
    result = ensure(spec, "plan", "--output", "json")
    found = [d["field"] for t in json.loads(result.out)["tables"] for d in t["differences"]]
    assert found == ([field] if field else []), repr(result)
    ready(ensure(spec), 1, created=0)
    failed(ensure(spec, "--on-drift", "any"), 78, "eu-west-1") if field else ready(ensure(spec, "--on-drift", "any"))
    assert {r.operation for r in endpoint.requests} == {"DescribeTable"}


def test_what_a_replica_has_of_its_own_is_exported(run, ensure, endpoint, aws):
    live = {"Replicas": [SEEN], "GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "ACTIVE"}], **IMAGES}
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True), **live))
    exported = run("export", "--table", "orders", env=aws(endpoint))
    assert exported.code == 0 and json.loads(exported.out)["Tables"][0]["Replicas"] == [WANTED], repr(exported)
    assert ensure(json.loads(exported.out), "plan").code == 0


STRONG = {"MultiRegionConsistency": "STRONG", "GlobalTableWitnesses": [{"RegionName": "us-west-2", "WitnessStatus": "ACTIVE"}]}


@pytest.mark.parametrize("live", [{}, STRONG, {**STRONG, **IMAGES}])
def test_replicas_that_a_spec_cannot_say_are_left_out_of_an_export(run, ensure, endpoint, aws, live):
    """Strongly consistent ones need no stream, and come as a group."""
    shown = {"Replicas": [{"RegionName": "us-east-2", "ReplicaStatus": "ACTIVE"}], **live}
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True), **shown))
    exported = run("export", "--table", "orders", env=aws(endpoint))
    assert exported.code == 0 and "replicas are left out" in exported.err, repr(exported)
    spec = json.loads(exported.out)
    assert "Replicas" not in spec["Tables"][0]
    assert ensure(spec, "lint").code == 0 and ensure(spec, "plan").code == 0


@pytest.mark.parametrize(
    "status",
    ["CREATION_FAILED", "REGION_DISABLED", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "REPLICATION_NOT_AUTHORIZED", "ARCHIVING", "ARCHIVED"],
)
def test_what_aws_says_of_one_that_is_lost_is_shown(ensure, endpoint, status):
    one = {"RegionName": "eu-west-1", "ReplicaStatus": status, "ReplicaStatusDescription": "no \x1b[31mroom"}
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True), **IMAGES, Replicas=[one]))
    result = failed(ensure(table("eu-west-1", ReadyWhen="Replicas")), 73, f"eu-west-1 is {status}", "no .*room")
    assert result.seconds < 1 and "\x1b" not in result.err, repr(result)


def test_how_far_one_is_and_an_unknown_state_are_waited_for_and_shown(ensure, endpoint):
    live = {"wanted": spec_table("orders", sort=None, demand=True), **IMAGES}
    made = {"RegionName": "eu-west-1", "ReplicaStatus": "CREATING", "ReplicaStatusPercentProgress": "42"}
    states = [made, {"RegionName": "eu-west-1", "ReplicaStatus": "FROBNICATING"}, {"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]
    endpoint.on("DescribeTable", [described("orders", **live, Replicas=[one]) for one in states])
    result = ready(ensure(table("eu-west-1", ReadyWhen="Replicas")), 1, created=0)
    assert "replica eu-west-1 CREATING 42%" in result.err and "replica eu-west-1 FROBNICATING" in result.err, repr(result)
