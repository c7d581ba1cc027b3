"""Every state that a table or an index can be in, known and unknown; answers that are stale or of the wrong shape."""

import json
import re

import pytest
from answers import drip, ok, respond
from helpers import failed, in_time, named, ready, spec_table
from store import Store, arn, described, description, in_use, not_found

ONE = named("orders")
BACKUP = arn("orders") + "/backup/01500000000000-abcdef12"
KMS = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
LOST = {
    "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KMS, "InaccessibleEncryptionDateTime": 1.7e9}
}
ARCHIVED = {"ArchivalSummary": {"ArchivalDateTime": 1.7e9, "ArchivalReason": "INACCESSIBLE", "ArchivalBackupArn": BACKUP}}


@pytest.mark.parametrize("command", ["ensure", "wait"])
@pytest.mark.parametrize("status", ["ACTIVE", "UPDATING", "REPLICATION_NOT_AUTHORIZED"])
def test_states_that_serve(run, endpoint, aws, command, status):
    endpoint.on("DescribeTable", described("orders", status))
    result = ready(run(command, *ONE, env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 1 and result.seconds < 1
    warned = [line for line in result.lines if line.startswith("dynamodb-init: warning: ") and status in line]
    assert bool(warned) == (status == "REPLICATION_NOT_AUTHORIZED"), repr(result)


@pytest.mark.parametrize("command", ["ensure", "wait"])
@pytest.mark.parametrize(
    "status",
    ["CREATING", "DELETING", "FROBNICATING", "active", "ACTIVE ", "", "X" * 10_000, "ACTIVE\x1b[0m\n"],
    ids=lambda s: ascii(s)[:20],
)
def test_states_that_are_waited_for(run, endpoint, aws, command, status):
    endpoint.on("DescribeTable", described("orders", status))
    word = re.match("[A-Z]{0,8}", status)[0]
    result = failed(run(command, *ONE, "--timeout", "1", env=aws(endpoint)), 75, "table orders: ", word)
    in_time(result, 1)
    assert result.seconds > 0.5 and endpoint.calls("CreateTable") == [], repr(result)
    assert len(result.last) < 5000


@pytest.mark.parametrize("projection", ["ALL", "KEYS_ONLY"])
def test_an_index_on_its_way_out_is_waited_for_and_made_anew(run, endpoint, aws, tmp_path, projection):
    """Whatever it was: it will be gone. plan says that it is missing already."""
    made = {
        "IndexName": "by-sk",
        "KeySchema": [{"AttributeName": "SK", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    wanted = spec_table("orders", demand=True, GlobalSecondaryIndexes=[made])
    old = spec_table("orders", demand=True, GlobalSecondaryIndexes=[{**made, "Projection": {"ProjectionType": projection}}])
    leaving = described("orders", wanted=old, index_status="DELETING")
    gone = described("orders", wanted=spec_table("orders", demand=True))
    (tmp_path / "spec.json").write_text(json.dumps(wanted))

    endpoint.on("DescribeTable", leaving)
    plan = run("plan", "--output", "json", "--spec", "spec.json", env=aws(endpoint))
    (told,) = json.loads(plan.out)["tables"][0]["differences"]
    assert plan.code == 1 and (told["kind"], told["seen"]) == ("missing", "DELETING"), repr(plan)

    endpoint.on("DescribeTable", [leaving, gone, described("orders", wanted=wanted)]).on("UpdateTable", ok({}))
    result = ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=0)
    assert "index by-sk DELETING" in result.err and len(endpoint.calls("UpdateTable")) == 1, repr(result)


def test_an_unknown_state_is_named_once_as_a_warning(run, endpoint, aws):
    endpoint.on("DescribeTable", [described("orders", "FROBNICATING")] * 3 + [described("orders")])
    result = ready(run(*ONE, env=aws(endpoint)), 1, created=0)
    assert len([s for s in result.lines if s.startswith("dynamodb-init: warning: ") and "FROBNICATING" in s]) == 1, repr(result)


@pytest.mark.parametrize("command", ["ensure", "wait"])
@pytest.mark.parametrize(
    "status, more, words",
    [
        ("ARCHIVING", {}, ["[Bb]ackup|restore"]),
        ("ARCHIVED", ARCHIVED, ["[Bb]ackup|restore", BACKUP]),
        ("ARCHIVED", {}, ["[Bb]ackup|restore"]),
        ("INACCESSIBLE_ENCRYPTION_CREDENTIALS", LOST, ["key", KMS, "2023-11-14"]),
        ("INACCESSIBLE_ENCRYPTION_CREDENTIALS", {}, ["key"]),
    ],
)
def test_states_that_end_it_at_once(run, endpoint, aws, command, status, more, words):
    endpoint.on("DescribeTable", described("orders", status, **more))
    result = failed(run(command, *ONE, env=aws(endpoint)), 73, "table orders: ", status, *words)
    assert result.seconds < 1 and len(endpoint.requests) == 1


@pytest.mark.parametrize("first", ["CREATING", "FROBNICATING"])
def test_from_a_waiting_state_to_one_that_ends_it(run, endpoint, aws, first):
    endpoint.on("DescribeTable", [described("orders", first), described("orders", "ARCHIVED")])
    failed(run(*ONE, env=aws(endpoint)), 73, "ARCHIVED")


def test_deleting_then_gone_then_created(run, endpoint, aws):
    endpoint.on("DescribeTable", [described("orders", "DELETING")] * 2 + [lambda request: None])
    result = ready(run(*ONE, env=aws(endpoint)), 1, created=1)
    assert endpoint.store.applied == ["orders"] and "DELETING" in result.err


def test_wait_says_where_the_table_is_missing_and_who_could_make_it(run, endpoint, aws):
    """More time may be the last thing that helps."""
    failed(run("wait", *ONE, "--timeout", "1", env=aws(endpoint)), 75, "not found in us-east-1", "never creates", "region", "ensure")


@pytest.mark.parametrize("state, words", [(None, ["two missing", "adds none", "ensure"]), ("CREATING", ["two CREATING", "--timeout"])])
def test_wait_says_who_could_add_an_index(run, endpoint, aws, spec, state, words):
    endpoint.on("DescribeTable", seen(one="ACTIVE", **({"two": state} if state else {})))
    result = failed(run("wait", *spec, "--timeout", "1", env=aws(endpoint)), 75, *words)
    assert ("--timeout" in result.last) == (state is not None), repr(result)


def test_wait_keeps_waiting_when_a_table_is_deleted(run, endpoint, aws):
    endpoint.on("DescribeTable", [described("orders", "DELETING"), not_found("orders")])
    in_time(failed(run("wait", *ONE, "--timeout", "2", env=aws(endpoint)), 75, "orders"), 2)
    assert endpoint.calls("CreateTable") == []


def test_a_create_that_meets_a_table_being_deleted_is_made_once_it_is_gone(run, endpoint, aws):
    """Stale describe, refused create, then DELETING, then gone."""
    endpoint.on("DescribeTable", [not_found("orders"), *[described("orders", "DELETING")] * 2, lambda request: None])
    endpoint.on("CreateTable", [in_use("orders", "is being deleted"), lambda request: None])
    ready(run(*ONE, "--timeout", "30", env=aws(endpoint)), 1, created=1)
    assert endpoint.store.applied == ["orders"] and len(endpoint.calls("CreateTable")) == 2


def test_a_table_that_vanishes_while_somebody_elses_create_is_waited_for(run, endpoint, aws):
    endpoint.on("DescribeTable", [described("orders", "CREATING"), lambda request: None])
    ready(run(*ONE, "--timeout", "30", env=aws(endpoint)), 1)
    assert endpoint.store.applied == ["orders"]


# ---------------------------------------------------------------- stale answers


@pytest.mark.parametrize("stale", [0.2, 1.5, 4.0])
def test_describes_that_lag_behind_our_create(run, endpoints, aws, stale):
    server = endpoints(Store(creating=stale / 2, stale=stale))
    result = ready(run(*ONE, env=aws(server)), 1, created=1)
    assert len(server.calls("CreateTable")) == 1 and result.seconds >= stale


def test_a_describe_that_forgets_what_it_knew(run, endpoints, aws):
    server = endpoints(Store(creating=1.0))
    answers = [
        None,
        described("orders", "CREATING"),
        not_found("orders"),
        described("orders", "CREATING"),
        not_found("orders"),
        None,
    ]
    server.on("DescribeTable", [(lambda request, a=a: a) for a in answers])
    ready(run(*ONE, env=aws(server)), 1, created=1)
    assert len(server.calls("CreateTable")) == 1


@pytest.mark.slow
def test_create_is_the_tie_breaker_from_15_seconds_on(run, endpoints, aws):
    server = endpoints(Store(stale=1000.0))
    in_time(failed(run(*ONE, "--timeout", "22", env=aws(server)), 75, "orders"), 22)
    first, *others = [r.time for r in server.calls("CreateTable")]
    assert len(others) == 1 and 15 <= others[0] - first < 21 and server.store.applied == ["orders"], others
    assert len(server.calls("DescribeTable")) < 70


@pytest.mark.slow
def test_a_tie_breaker_that_succeeds_is_a_fresh_create(run, endpoints, aws):
    server = endpoints(Store(stale=1000.0))

    def second(request):
        server.store.stale = 0.0
        server.store.tables.clear()  # somebody deleted it meanwhile

    server.on("CreateTable", [lambda request: None, second])
    result = ready(run(*ONE, "--timeout", "30", env=aws(server)), 1, created=1)
    assert server.store.applied == ["orders", "orders"] and result.seconds > 15


# ---------------------------------------------------------------- indexes


def indexed(*names, **more):
    return spec_table(
        "orders",
        demand=True,
        GlobalSecondaryIndexes=[
            {"IndexName": n, "KeySchema": [{"AttributeName": "SK", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
            for n in names
        ],
        **more,
    )


def seen(status="ACTIVE", **indexes):
    """The table with these indexes in these states."""
    found = description("orders", status, indexed(*indexes))
    for index in found["GlobalSecondaryIndexes"] if indexes else ():
        state = indexes[index["IndexName"]]
        index.update(state if isinstance(state, dict) else {"IndexStatus": state})
        if state is None:
            del index["IndexStatus"]
    return ok({"Table": found})


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(indexed("one", "two")))
    return ["--spec", path]


@pytest.mark.parametrize("command", ["ensure", "wait"])
@pytest.mark.parametrize(
    "answer",
    [
        seen(one="ACTIVE", two="ACTIVE"),
        seen(one="UPDATING", two="ACTIVE"),
        seen("UPDATING", one="ACTIVE", two="UPDATING"),
        seen(one="ACTIVE", two="ACTIVE", foreign="CREATING", other="FROBNICATING"),
        seen(two="ACTIVE", foreign="DELETING", one={"IndexStatus": "ACTIVE", "Backfilling": False}),
    ],
)
def test_indexes_that_serve(run, endpoint, aws, spec, command, answer):
    endpoint.on("DescribeTable", answer)
    ready(run(command, *spec, env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("command", ["ensure", "wait"])
@pytest.mark.parametrize(
    "state", ["CREATING", {"IndexStatus": "CREATING", "Backfilling": True}, "DELETING", "FROBNICATING", "", None], ids=repr
)
@pytest.mark.parametrize("table", ["ACTIVE", "UPDATING"])
def test_a_wanted_index_that_is_waited_for(run, endpoint, aws, spec, command, state, table):
    endpoint.on("DescribeTable", seen(table, one="ACTIVE", two=state))
    in_time(failed(run(command, *spec, "--timeout", "1", env=aws(endpoint)), 75, "orders", "two"), 1)
    assert {r.operation for r in endpoint.requests} == {"DescribeTable"}


def test_an_index_becomes_ready(run, endpoint, aws, spec):
    building = seen(one="ACTIVE", two={"IndexStatus": "CREATING", "Backfilling": True})
    endpoint.on(
        "DescribeTable", [seen("UPDATING", one="ACTIVE", two="CREATING"), building, building, seen(one="ACTIVE", two="ACTIVE")]
    )
    ready(run(*spec, env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 4


@pytest.mark.parametrize("answer", [seen(one="ACTIVE"), seen(one="ACTIVE", foreign="ACTIVE")])
def test_a_missing_index_is_78_for_who_verifies_and_for_wait_a_state(run, endpoint, aws, spec, answer):
    endpoint.on("DescribeTable", answer)
    assert failed(run(*spec, "--on-existing", "verify", env=aws(endpoint)), 78, "table orders: ", "two").seconds < 1
    assert len(endpoint.requests) == 1
    in_time(failed(run("wait", *spec, "--timeout", "1", env=aws(endpoint)), 75, "two"), 1)
    endpoint.on("DescribeTable", [answer, answer, seen(one="ACTIVE", two="ACTIVE")])
    ready(run("wait", *spec, env=aws(endpoint)), 1, created=0)
    assert {r.operation for r in endpoint.requests} == {"DescribeTable"}


def test_our_own_indexes_are_waited_for_after_the_table(run, endpoints, aws, spec):
    server = endpoints(Store(creating=0.3, indexes_later=0.7))
    result = ready(run(*spec, env=aws(server)), 1, created=1)
    assert result.seconds >= 1.0


@pytest.mark.parametrize("local", [False, True])
def test_an_index_of_a_table_without_wanted_ones_is_nobodys_concern(run, endpoint, aws, local):
    endpoint.on("DescribeTable", seen(foreign="CREATING"))
    ready(run("wait", *ONE, env=aws(endpoint)), 1)


# ---------------------------------------------------------------- answers of the wrong shape


def bent(**changes):
    """The description with members replaced; ... = without it."""
    table = {**description("orders"), **changes}
    return ok({"Table": {name: value for name, value in table.items() if value is not ...}})


WRONG = {
    "nothing": respond(body=b""),
    "white space": respond(body=b"  \n"),
    "an empty object": ok({}),
    "no table": ok({"Tablet": description("orders")}),
    "null": ok({"Table": None}),
    "a list": ok({"Table": [description("orders")]}),
    "an empty table": ok({"Table": {}}),
    "a list at the top": ok([]),
    "null at the top": ok(None),
    "a number": ok(5),
    "a word": ok("ACTIVE"),
    "text": respond(body=b"It works!"),
    "half of it": respond(body=described("orders").parts["body"][:200]),
    "trailing text": respond(body=described("orders").parts["body"] + b"x"),
    "two documents": respond(body=described("orders").parts["body"] * 2),
    "NUL inside": respond(body=described("orders").parts["body"].replace(b"ACTIVE", b"ACT\0IVE")),
    "not UTF-8": respond(body=described("orders").parts["body"].replace(b"ACTIVE", b"ACT\xffIVE")),
    "too deep": respond(body=b'{"Table": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "no status": bent(TableStatus=...),
    "status null": bent(TableStatus=None),
    "status a number": bent(TableStatus=1),
    "status an object": bent(TableStatus={"S": "ACTIVE"}),
    "keys missing": bent(KeySchema=...),
    "keys null": bent(KeySchema=None),
    "keys empty": bent(KeySchema=[]),
    "keys an object": bent(KeySchema={"HASH": "PK", "RANGE": "SK"}),
    "keys of numbers": bent(KeySchema=[1, 2]),
    "a key without a name": bent(KeySchema=[{"KeyType": "HASH"}, {"KeyType": "RANGE"}]),
    "attributes missing": bent(AttributeDefinitions=...),
    "attributes a word": bent(AttributeDefinitions="PK"),
    "attributes of lists": bent(AttributeDefinitions=[["PK", "S"], ["SK", "S"]]),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_answer_of_the_wrong_shape_is_never_success_and_never_a_miss(run, endpoint, aws, case):
    endpoint.on("DescribeTable", WRONG[case])
    in_time(failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 75, "table orders: "), 1)
    assert endpoint.calls("CreateTable") == [] and len(endpoint.requests) > 1


@pytest.mark.parametrize("case", WRONG)
def test_an_answer_of_the_wrong_shape_is_asked_for_again(run, endpoint, aws, case):
    endpoint.on("DescribeTable", [WRONG[case], described("orders")])
    ready(run(*ONE, env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 2


HARMLESS = {
    "unknown members": bent(Xyzzy={"a": [1, None]}, VectorIndexes=[{}], TableStatusReason="x"),
    "only what is needed": ok(
        {"Table": {k: description("orders")[k] for k in ("TableStatus", "KeySchema", "AttributeDefinitions")}}
    ),
    "members that are null": bent(
        GlobalSecondaryIndexes=None, LocalSecondaryIndexes=None, BillingModeSummary=None, ItemCount=None
    ),
    "empty lists": bent(GlobalSecondaryIndexes=[], LocalSecondaryIndexes=[], Replicas=[]),
    "numbers of other kinds": bent(ItemCount=1.5e300, TableSizeBytes=-1, CreationDateTime=1_700_000_000),
    "times that are none": bent(CreationDateTime="yesterday"),
    "no time": bent(CreationDateTime=...),
    "throughput of another shape": bent(ProvisionedThroughput="5/5"),
    "another account's words": bent(TableArn=5, TableId=None, TableName=...),
    "attributes of foreign indexes": bent(
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in (("x", "B"), ("SK", "S"), ("PK", "S"))]
    ),
    "white space around": respond(body=b"\n\n " + described("orders").parts["body"] + b" \n"),
    "200 kilobytes": bent(Filler=["x" * 1000] * 200),
    "escapes": respond(body=described("orders").parts["body"].replace(b"ACTIVE", b"\\u0041CTIVE")),
    "dripped": drip(described("orders"), 0.0002),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_does_not_matter_is_ignored(run, endpoint, aws, case):
    endpoint.on("DescribeTable", HARMLESS[case])
    ready(run(*ONE, env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("when", [..., None, "now", -1, 0, 1e300, 4e9, [], 1.7e9])
def test_the_age_of_a_table_being_created_may_be_anything(run, endpoint, aws, when):
    creating = bent(TableStatus="CREATING", CreationDateTime=when)
    endpoint.on("DescribeTable", [creating, described("orders")])
    result = ready(run(*ONE, "--timeout", "20", env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 2 and result.seconds < 6


@pytest.mark.parametrize(
    "answer", [respond(body=b""), ok({}), ok({"TableDescription": None}), ok([]), respond(body=b"x"), ok({"Table": 1})]
)
def test_a_create_whose_answer_says_nothing_is_looked_at(run, endpoint, aws, answer):
    endpoint.store.lose_create = [answer]
    ready(run(*ONE, env=aws(endpoint)), 1, created=1)
    assert endpoint.store.applied == ["orders"]
