"""What differs from the spec on a table that exists: breaking differences are 78, others are told, and not one is mended."""

import json

import pytest
from answers import ok
from helpers import FIVE, failed, named, ready, spec_table
from store import Store, described, description, in_use, not_found

ONE = named("orders")


def index(name, keys=("owner:HASH",), projection=None, **more):
    schema = [{"AttributeName": n, "KeyType": k} for n, k in (key.split(":") for key in keys)]
    return {"IndexName": name, "KeySchema": schema, "Projection": projection or {"ProjectionType": "ALL"}, **more}


def include(*names):
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}


LOCAL = [index("local", ("PK:HASH", "at:RANGE"))]
ATTRIBUTES = [{"AttributeName": n, "AttributeType": t} for n, t in zip(("PK", "SK", "owner", "at"), "SSSN")]


def table(*indexes, attributes=ATTRIBUTES, local=LOCAL, **more):
    indexes = indexes or (index("by-owner", ("owner:HASH", "at:RANGE"), include("total", "state")),)
    parts = {"GlobalSecondaryIndexes": list(indexes), "LocalSecondaryIndexes": local, "AttributeDefinitions": attributes}
    return spec_table("orders", demand=True, **{**parts, **more})


def retyped(name, kind):
    return [{**a, "AttributeType": kind} if a["AttributeName"] == name else a for a in ATTRIBUTES]


def against(run, server, env, tmp_path, live, wanted, *args):
    """A run that wants `wanted` where `live` exists."""
    server.on("DescribeTable", described("orders", wanted=live))
    (tmp_path / "spec.json").write_text(json.dumps(wanted))
    result = run(*args, "--spec", "spec.json", env=env)
    assert {r.operation for r in server.requests} == {"DescribeTable"}
    return result


BREAKING = {
    "partition key": (spec_table("orders", "id"), spec_table("orders"), ["id", "PK"]),
    "sort key": (spec_table("orders", "PK", "at"), spec_table("orders"), ["at", "SK"]),
    "sort key missing": (spec_table("orders", "PK", None), spec_table("orders"), ["SK"]),
    "sort key not wanted": (spec_table("orders"), spec_table("orders", "PK", None), ["SK"]),
    "keys the other way round": (spec_table("orders", "SK", "PK"), spec_table("orders"), ["PK", "SK"]),
    "type of the partition key": (table(attributes=retyped("PK", "N")), table(), ["PK", r"\bN\b", r"\bS\b"]),
    "type of the sort key": (table(attributes=retyped("SK", "B")), table(), ["SK", r"\bB\b", r"\bS\b"]),
    "type of an index key": (table(attributes=retyped("at", "S")), table(), [r"\bat\b"]),
    "local index missing": (table(local=[]), table(), ["local"]),
    "local index with other keys": (table(local=[index("local", ("PK:HASH", "owner:RANGE"))]), table(), ["local"]),
    "local index with another projection": (
        table(local=[index("local", ("PK:HASH", "at:RANGE"), {"ProjectionType": "KEYS_ONLY"})]),
        table(),
        ["local", "KEYS_ONLY|[Pp]rojection"],
    ),
    "index without its sort key": (table(index("by-owner", ("owner:HASH",), include("total", "state"))), table(), ["by-owner"]),
    "index keys the other way round": (
        table(index("by-owner", ("at:HASH", "owner:RANGE"), include("total", "state"))),
        table(),
        ["by-owner"],
    ),
    "index projection": (table(index("by-owner", ("owner:HASH", "at:RANGE"))), table(), ["by-owner"]),
    "fewer projected names": (
        table(index("by-owner", ("owner:HASH", "at:RANGE"), include("total"))),
        table(),
        ["by-owner", "state"],
    ),
    "more projected names": (
        table(index("by-owner", ("owner:HASH", "at:RANGE"), include("total", "state", "x9"))),
        table(),
        ["by-owner", "x9"],
    ),
    "order of several partition attributes": (
        table(index("wide", ("owner:HASH", "at:HASH"))),
        table(index("wide", ("at:HASH", "owner:HASH"))),
        ["wide"],
    ),
}


@pytest.mark.parametrize("command", ["ensure", "wait"])
@pytest.mark.parametrize("kind", BREAKING)
def test_breaking_difference_is_78_at_once_and_nothing_is_written(run, endpoint, aws, tmp_path, command, kind):
    live, wanted, words = BREAKING[kind]
    if command == "wait" and kind == "local index missing":
        result = against(run, endpoint, aws(endpoint), tmp_path, live, wanted, command, "--timeout", "1")
        failed(result, 75, "table orders: ", *words)
    else:
        result = against(run, endpoint, aws(endpoint), tmp_path, live, wanted, command)
        failed(result, 78, "table orders: ", *words)
        assert result.seconds < 1 and len(endpoint.requests) == 1


def test_a_local_index_is_not_the_global_one_of_its_name(run, endpoint, aws, tmp_path):
    live = table(index("other", ("PK:HASH",)), local=[index("by-x", ("PK:HASH", "at:RANGE"))])
    wanted = table(index("by-x", ("owner:HASH",)), local=[], attributes=ATTRIBUTES[:3])
    failed(against(run, endpoint, aws(endpoint), tmp_path, live, wanted), 78, "by-x")


@pytest.mark.parametrize("command", [["plan"], ["ensure"], ["ensure", "--on-existing", "verify"], ["wait"]], ids=" ".join)
def test_an_index_whose_key_the_table_defines_with_another_type_is_never_asked_for(run, endpoint, aws, tmp_path, command):
    live = table(index("by-at", ("at:HASH",)), local=[], attributes=[*ATTRIBUTES[:2], ATTRIBUTES[3]])
    wanted = table(index("at-owner", ("owner:HASH", "at:RANGE")), local=[], attributes=retyped("at", "S"))
    result = against(run, endpoint, aws(endpoint), tmp_path, live, wanted, *command)
    if command == ["plan"]:
        assert result.code == 1 and "breaking" in result.out, repr(result)
    else:
        failed(result, 78, "table orders: ", "at-owner", r"\bat is of type S, and the table has it as N")


def test_on_demand_units_do_not_go_to_a_provisioned_table(run, endpoint, aws, tmp_path):
    """Its billing mode is left as it is, and an index of it has a capacity instead."""
    one = index("by-owner", OnDemandThroughput={"MaxReadRequestUnits": 5})
    wanted = table(one, local=[], attributes=ATTRIBUTES[:3])
    endpoint.on("DescribeTable", [described("orders"), described("orders", wanted={**provisioned(SMALL)})])
    endpoint.on("UpdateTable", ok({}))
    (tmp_path / "spec.json").write_text(json.dumps(wanted))
    ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=0)
    (asked,) = endpoint.calls("UpdateTable")
    (made,) = asked.body["GlobalSecondaryIndexUpdates"]
    assert "OnDemandThroughput" not in made["Create"] and made["Create"]["ProvisionedThroughput"] == FIVE


def capacity(read, write, **more):
    return {**FIVE, "ReadCapacityUnits": read, "WriteCapacityUnits": write, **more}


PROVISIONED = spec_table("orders")
SMALL = index("by-owner", ProvisionedThroughput=capacity(1, 1))


def provisioned(*indexes, **more):
    attributes = ATTRIBUTES[:3] if indexes else ATTRIBUTES[:2]
    return {
        **spec_table("orders"),
        "AttributeDefinitions": attributes,
        **({"GlobalSecondaryIndexes": list(indexes)} if indexes else {}),
        **more,
    }


TUNABLE = {
    "read capacity": (provisioned(ProvisionedThroughput=capacity(17, 5)), provisioned(), ["17"]),
    "write capacity": (provisioned(ProvisionedThroughput=capacity(5, 19)), provisioned(), ["19"]),
    "capacity of an index": (
        provisioned(index("by-owner", ProvisionedThroughput=capacity(23, 1))),
        provisioned(SMALL),
        ["by-owner", "23"],
    ),
    "on demand, provisioned wanted": (
        spec_table("orders", demand=True),
        {**PROVISIONED, "BillingMode": "PROVISIONED"},
        ["PAY_PER_REQUEST"],
    ),
    "provisioned, on demand wanted": (PROVISIONED, spec_table("orders", demand=True), ["PROVISIONED", "PAY_PER_REQUEST"]),
}


@pytest.mark.parametrize("command", ["ensure", "wait"])
@pytest.mark.parametrize("kind", TUNABLE)
def test_tunable_difference_is_told_and_is_no_failure(run, endpoint, aws, tmp_path, command, kind):
    live, wanted, words = TUNABLE[kind]
    result = ready(against(run, endpoint, aws(endpoint), tmp_path, live, wanted, command), 1, created=0)
    told = [
        line
        for line in result.lines
        if line.startswith("dynamodb-init: warning: ") and all(word in line for word in ["orders", *words])
    ]
    assert told and "matches the spec" not in result.err, repr(result)


def without(name):
    found = {k: v for k, v in description("orders").items() if k != name}
    return ok({"Table": found})


SAME = {
    "billing mode absent means provisioned": (without("BillingModeSummary"), {**PROVISIONED, "BillingMode": "PROVISIONED"}),
    "billing mode provisioned": (
        described("orders", BillingModeSummary={"BillingMode": "PROVISIONED"}),
        {**PROVISIONED, "BillingMode": "PROVISIONED"},
    ),
    "on demand with its zeros": (
        described("orders", wanted=spec_table("orders", demand=True)),
        spec_table("orders", demand=True),
    ),
    "attributes and indexes in another order": (
        described("orders", wanted=table(index("b-b", ("at:HASH",)), index("by-owner", ("owner:HASH",), include("b", "a")))),
        table(index("by-owner", ("owner:HASH",), include("a", "b")), index("b-b", ("at:HASH",)), attributes=ATTRIBUTES[::-1]),
    ),
    "more indexes and attributes than wanted": (described("orders", wanted=table()), spec_table("orders", demand=True)),
    "names of a projection that is not INCLUDE": (
        described(
            "orders",
            wanted=table(index("by-owner", ("owner:HASH",), {"ProjectionType": "ALL", "NonKeyAttributes": []}), local=[]),
        ),
        table(index("by-owner", ("owner:HASH",)), local=[], attributes=ATTRIBUTES[:3]),
    ),
}


@pytest.mark.parametrize("kind", SAME)
def test_what_means_the_same_is_no_difference(run, endpoint, aws, tmp_path, kind):
    answer, wanted = SAME[kind]
    endpoint.on("DescribeTable", answer)
    (tmp_path / "spec.json").write_text(json.dumps(wanted))
    result = ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=0)
    assert "dynamodb-init: table orders: already exists, ACTIVE, matches the spec" in result.lines
    assert "warning" not in result.err and len(endpoint.requests) == 1


def test_only_what_was_written_is_compared(run, endpoint, aws):
    live = {**spec_table("orders"), "ProvisionedThroughput": capacity(40, 40)}
    endpoint.on("DescribeTable", described("orders", wanted=live))
    assert "warning" not in ready(run(*ONE, env=aws(endpoint)), 1, created=0).err
    result = ready(run(*ONE, "--read-capacity", "5", env=aws(endpoint)), 1, created=0)
    assert [line for line in result.lines if "warning" in line and "40" in line]
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", demand=True)))
    assert "warning" not in ready(run(*ONE, env=aws(endpoint)), 1, created=0).err


@pytest.mark.parametrize(
    "args, code",
    [
        ([], 0),
        (["--partition-key", "id:S"], 0),
        (["--partition-key", "PK:S"], 78),
        (["--sort-key", "a:S"], 78),
        (["--no-sort-key"], 78),
    ],
)
def test_wait_compares_written_keys_only(run, endpoint, aws, args, code):
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", "id", "SK")))
    result = run("wait", *ONE, *args, env=aws(endpoint))
    failed(result, code, "orders") if code else ready(result, 1)
    failed(run(*ONE, env=aws(endpoint)), 78, "orders", "id")


def test_keys_are_compared_while_the_table_is_creating_or_after(run, endpoint, aws):
    other = spec_table("orders", "id")
    endpoint.on("DescribeTable", [described("orders", "CREATING", other), described("orders", "ACTIVE", other)])
    failed(run(*ONE, "--timeout", "20", env=aws(endpoint)), 78, "orders", "id")


def test_a_rivals_table_with_other_keys_is_drift_too(run, endpoint, aws):
    endpoint.on("DescribeTable", [not_found("orders"), described("orders", wanted=spec_table("orders", "id"))])
    endpoint.on("CreateTable", in_use("orders"))
    failed(run(*ONE, env=aws(endpoint)), 78, "orders", "id")


def test_a_difference_does_not_stop_the_others(run, endpoints, aws, tmp_path):
    server = endpoints(Store(creating=0.5))
    server.store.add("bad-table", spec_table("bad-table", "id"))
    (tmp_path / "spec.json").write_text(json.dumps([spec_table(n) for n in ("good-1", "bad-table", "good-2")]))
    result = failed(run("--spec", "spec.json", env=aws(server)), 78, "table bad-table: ")
    assert sorted(server.store.applied) == ["good-1", "good-2"] and result.seconds >= 0.5
    assert all("table good-" + n in result.err for n in "12")


@pytest.mark.parametrize("shift", range(4))
def test_a_value_that_was_cut_is_no_difference_less(run, endpoint, aws, tmp_path, shift):
    """Attribute names and tags may be of any script; where a long one is cut, the list of plan must still be JSON."""
    names = ["x" * shift + "\u20ac" * 84, "y" * shift + "\U0001f600" * 62]
    keys = {"KeySchema": [{"AttributeName": n, "KeyType": k} for n, k in zip(names, ("HASH", "RANGE"))]}
    keys["AttributeDefinitions"] = [{"AttributeName": n, "AttributeType": "S"} for n in names]
    args = ["plan", "--output", "json"]
    result = against(run, endpoint, aws(endpoint), tmp_path, None, spec_table("orders", demand=True, **keys), *args)
    plan = json.loads(result.out)
    assert result.code == 1 and plan["differences"] == len(plan["tables"][0]["differences"]) > 0, repr(result)
    assert plan["tables"][0]["differences"][0]["wanted"].startswith(names[0])
