"""A table that exists gets what it lacks, one thing after the other, and nothing else: on the real emulators."""

import json

import pytest

import servers
from answers import ok
from helpers import FIVE, failed, ready, spec_table
from store import description

KEY = [{"AttributeName": "PK", "KeyType": "HASH"}]


def index(name, attribute):
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


def wanted(*names, name="orders"):
    """A table, on demand, with an index on each of these attributes."""
    made = spec_table(name, sort=None, demand=True)
    made["AttributeDefinitions"] += [{"AttributeName": n, "AttributeType": "S"} for n in names]
    if names:
        made["GlobalSecondaryIndexes"] = [index(f"by-{n}", n) for n in names]
    return made


@pytest.fixture
def spec(tmp_path):
    def write(table):
        (tmp_path / "spec.json").write_text(json.dumps(table))
        return ["--spec", "spec.json"]

    return write


@pytest.fixture
def client(local):
    return servers.boto("dynamodb", local.url)


def at(server):
    return {"AWS_ENDPOINT_URL_DYNAMODB": server.url}


def indexes(client, table):
    return sorted(i["IndexName"] for i in client.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", []))


@pytest.mark.parametrize("before", [(), ("a",), ("b",), ("a", "c")])
def test_missing_indexes_are_added_one_at_a_time(run, local, client, table, spec, before):
    ready(run(*spec(wanted(*before, name=table)), env=at(local)), 1, created=1)
    result = ready(run(*spec(wanted("a", "b", "c", name=table)), env=at(local)), 1, created=0)
    assert indexes(client, table) == ["by-a", "by-b", "by-c"]
    assert result.err.count("adding index") == 3 - len(before)
    again = ready(run(*spec(wanted("a", "b", "c", name=table)), env=at(local)), 1, created=0)
    assert "adding" not in again.err and "matches the spec" in again.err


def test_plan_says_what_ensure_would_do_and_then_nothing(run, local, client, table, spec):
    missing = run("plan", *spec(wanted("a", name=table)), env=at(local))
    assert missing.code == 1 and "TableName" in missing.out
    ready(run(*spec(wanted(name=table)), env=at(local)), 1, created=1)
    result = run("plan", "--output", "json", *spec(wanted("a", "b", name=table)), env=at(local))
    assert result.code == 1, repr(result)
    found = json.loads(result.out)["tables"][0]["differences"]
    assert [(d["kind"], d["field"]) for d in found] == [
        ("missing", "GlobalSecondaryIndexes[by-a]"),
        ("missing", "GlobalSecondaryIndexes[by-b]"),
    ]
    assert indexes(client, table) == []
    ready(run(*spec(wanted("a", "b", name=table)), env=at(local)), 1, created=0)
    result = run("plan", *spec(wanted("a", "b", name=table)), env=at(local))
    assert (result.code, result.out) == (0, "no differences\n"), repr(result)


def test_who_skips_or_verifies_writes_nothing(run, endpoint, aws, spec):
    endpoint.on("DescribeTable", ok({"Table": description("orders", wanted=wanted())}))
    failed(run("--on-existing", "verify", *spec(wanted("a")), env=aws(endpoint)), 78, "by-a")
    ready(run("--on-existing", "skip", *spec(wanted("a")), env=aws(endpoint)), 1, created=0)
    assert [r.operation for r in endpoint.requests] == ["DescribeTable"] * 2


def test_wait_that_skips_compares_nothing_and_waits_for_what_is_there(run, endpoint, aws, spec):
    endpoint.on("DescribeTable", ok({"Table": description("orders", wanted=wanted("b"))}))
    result = ready(run("wait", "--on-existing", "skip", *spec(wanted("a", "b")), env=aws(endpoint)), 1, created=0)
    assert "not compared" in result.err and "matches" not in result.err, repr(result)
    other = spec_table("orders", partition="other", sort=None, demand=True)
    ready(run("wait", "--on-existing", "skip", "--on-drift", "any", *spec(other), env=aws(endpoint)), 1, created=0)
    endpoint.on("DescribeTable", ok({"Table": description("orders", wanted=wanted("b"), index_status="CREATING")}))
    failed(run("wait", "--on-existing", "skip", "--timeout", "1", *spec(wanted("b")), env=aws(endpoint)), 75, "by-b CREATING")


def test_what_differs_fails_as_it_was_asked_to(run, endpoint, aws, spec):
    endpoint.on("DescribeTable", ok({"Table": description("orders", wanted=spec_table("orders", sort=None))}))
    ready(run(*spec(wanted()), env=aws(endpoint)), 1, created=0)
    failed(run("--on-drift", "any", *spec(wanted()), env=aws(endpoint)), 78, "BillingMode")
    other = spec_table("orders", partition="other", sort=None, demand=True)
    failed(run(*spec(other), env=aws(endpoint)), 78, "key is PK")
    ready(run("--on-drift", "never", *spec(other), env=aws(endpoint)), 1, created=0)
    assert {r.operation for r in endpoint.requests} == {"DescribeTable"}


@pytest.mark.parametrize("kind", ["local", "moto", "dynalite"])
def test_a_probe_reads_from_table_and_indexes(run, request, table, spec, kind):
    server = request.getfixturevalue(kind)
    server = server(200) if kind == "dynalite" else server
    ready(run("--probe", *spec(wanted("a", name=table)), env=at(server)), 1, created=1)
    ready(run("--probe", *spec(wanted("a", name=table)), env=at(server)), 1, created=0)
    # The table has no sort key; `wait` was told of none, and asks by the table's own keys.
    ready(run("wait", "--probe", "--table", table, env=at(server)), 1, created=0)


def test_an_emulator_that_drops_an_index_costs_no_long_wait(run, dynalite, table, spec):
    server = dynalite(200)
    made = spec_table(table, sort=None)
    ready(run(*spec(made), env=at(server)), 1, created=1)
    made["AttributeDefinitions"].append({"AttributeName": "a", "AttributeType": "S"})
    made["GlobalSecondaryIndexes"] = [{**index("by-a", "a"), "ProvisionedThroughput": dict(FIVE)}]
    result = ready(run(*spec(made), env=at(server)), 1, created=0)
    assert result.seconds < 12 and "not supported here" in result.err, repr(result)


def everything(name):
    """What moto keeps of all that a spec can say."""
    return {
        **wanted("a", name=name),
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        "DeletionProtectionEnabled": True,
        "Tags": [{"Key": f"k{i}", "Value": "v"} for i in range(12)],
        "TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
        "ResourcePolicy": {"PolicyDocument": {"Version": "2012-10-17", "Statement": []}},
        "Items": [{"PK": {"S": "seed"}}],
    }


HALVES = ["", "StreamSpecification", "Tags", "TimeToLiveSpecification", "PointInTimeRecoverySpecification", "GlobalSecondaryIndexes"]


@pytest.mark.parametrize("half", HALVES)
def test_every_half_done_state_ends_the_same(run, moto, table, spec, half):
    full = everything(table)
    start = wanted(name=table)
    if half:
        start[half] = full[half]
    if half == "GlobalSecondaryIndexes":
        start["AttributeDefinitions"] = full["AttributeDefinitions"]
    ready(run(*spec(start), env=at(moto)), 1, created=1)
    ready(run("--on-drift", "any", *spec(full), env=at(moto)), 1, created=0)
    plan = run("plan", *spec(full), env=at(moto))
    assert (plan.code, plan.out) == (0, "no differences\n"), repr(plan)
    export = run("export", "--table", table, env=at(moto))
    assert export.code == 0, repr(export)
    (made,) = json.loads(export.out)["Tables"]
    assert made["TimeToLiveSpecification"] == full["TimeToLiveSpecification"]
    assert len(made["Tags"]) == 12 and "WarmThroughput" not in made and "ProvisionedThroughput" not in made
    again = run("plan", "--spec", "-", stdin=export.out.encode(), env=at(moto))
    assert (again.code, again.out) == (0, "no differences\n"), repr(again)


@pytest.mark.parametrize("side", ["MaxReadRequestUnits", "MaxWriteRequestUnits"])
def test_one_maximum_alone_is_enough_everywhere(run, emulator, table, spec, side):
    made = {**wanted("a", name=table), "OnDemandThroughput": {side: 7}}
    made["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] = {side: 5}
    ready(run(*spec(made), env=at(emulator)), 1, created=1)
    assert run("plan", *spec(made), env=at(emulator)).code == 0


def test_what_local_lacks_is_told_once_and_is_no_difference(run, local, table, spec):
    made = everything(table)
    ready(run(*spec(made), env=at(local)), 1, created=1)
    result = ready(run(*spec(made), env=at(local)), 1, created=0)
    assert result.err.count("Tags") == 1 and "matches the spec" in result.err, repr(result)
    plan = run("plan", *spec(made), env=at(local))
    assert plan.code == 0 and "not supported here" in plan.out, repr(plan)
    failed(run("--on-drift", "any", *spec(made), env=at(local)), 78, "not supported here")


@pytest.mark.parametrize("demand", [True, False], ids=["on demand", "provisioned"])
def test_an_index_that_was_added_later_is_exported_as_it_is(run, emulator, spec, table, demand):
    """Where it is made at all: dynalite takes it and forgets it, or asks an index on demand for its capacity."""
    one = spec_table(table, demand=demand)
    two = {**one, "AttributeDefinitions": [*one["AttributeDefinitions"], {"AttributeName": "a", "AttributeType": "S"}]}
    two["GlobalSecondaryIndexes"] = [{**index("by-a", "a"), **({} if demand else {"ProvisionedThroughput": {**FIVE}})}]
    ready(run(*spec(one), env=at(emulator)), 1, created=1)
    result = ready(run(*spec(two), env=at(emulator)), 1, created=0)
    assert ("not supported here" in result.err) == (emulator.kind == "dynalite"), repr(result)
    exported = run("export", "--table", table, env=at(emulator))
    plan = run("plan", "--spec", "-", stdin=exported.out, env=at(emulator))
    assert (plan.code, plan.out) == (0, "no differences\n"), f"{plan}{exported}"
    assert ("by-a" in exported.out) == (emulator.kind != "dynalite"), repr(exported)


def test_dynalite_gets_what_it_knows_and_the_rest_is_skipped(run, dynalite, table, spec):
    server = dynalite(200)
    made = everything(table)
    result = ready(run(*spec(made), env=at(server)), 1, created=1)
    assert result.seconds < 10, repr(result)
    assert "adding Tags" in result.err, repr(result)
    result = ready(run(*spec(made), env=at(server)), 1, created=0)
    assert "matches the spec" in result.err and "adding Tags" not in result.err, repr(result)
    tags = servers.boto("dynamodb", server.url)
    assert len(tags.list_tags_of_resource(ResourceArn=tags.describe_table(TableName=table)["Table"]["TableArn"])["Tags"]) == 12
