"""What a person or a machine reads: levels, formats, last line and termination message, word for word where it matters."""

import json
import re

import pytest
from answers import error
from helpers import failed, named, ready, spec_table
from store import Store, described, not_found

ONE = named("orders")
FACTS = {"attempts", "seconds", "created", "existing"}  # numbers
DRIFT = described("orders", wanted=spec_table("orders", "id"))


def test_an_existing_table_word_for_word(run, endpoint, aws):
    endpoint.store.add("orders")
    result = ready(run(*ONE, env=aws(endpoint)), 1, created=0)
    assert result.lines[-2] == "dynamodb-init: table orders: already exists, ACTIVE, matches the spec"
    assert re.fullmatch(r"dynamodb-init: ready: 1 table \(0 created, 1 existing\) in \d\.\d{3}s", result.last)


def test_several_tables_word_for_word(run, endpoints, aws):
    server = endpoints(Store(creating=0.3))
    server.store.add("users")
    result = ready(run(*named("orders", "users", "events"), env=aws(server)), 3, created=2)
    assert re.fullmatch(r"dynamodb-init: ready: 3 tables \(2 created, 1 existing\) in \d\.\d{3}s", result.last)
    for name in ("orders", "events"):
        lines = [line for line in result.lines if f"table {name}: " in line]
        assert any("creat" in line for line in lines) and re.search(r"\d\.\d+ ?s", lines[-1]), repr(result)


def test_the_summary_tells_the_time_that_it_took(run, endpoints, aws):
    server = endpoints(Store(creating=1.0))
    result = ready(run(*ONE, env=aws(server)), 1, created=1)
    said = float(re.search(r"in (\d+\.\d{3})s", result.last)[1])
    assert 1.0 <= said <= result.seconds


LINES = {"error": 1, "warn": 2, "info": 3, "debug": 4}


@pytest.mark.parametrize("case", ["created", "drift", "tunable"])
def test_each_level_says_all_that_the_one_below_says(run, endpoint, aws, case):
    args = ["--read-capacity", "9"] if case == "tunable" else []
    said = {}
    for level in LINES:
        endpoint.store.tables.clear()
        if case != "created":
            endpoint.on("DescribeTable", DRIFT if case == "drift" else described("orders"))
        result = run(*ONE, *args, "--log-level", level, env=aws(endpoint))
        assert result.code == (78 if case == "drift" else 0)
        said[level] = {re.sub(r"[\d.]+ ?m?s\b|REQ\w+|20\d\d-\S+", "#", line) for line in result.lines}
    assert said["error"] <= said["warn"] <= said["info"] <= said["debug"], said
    assert len(said["error"]) == (case == "drift")
    assert len(said["warn"]) == (case != "created") and len(said["info"]) >= 2 + (case != "drift")


@pytest.mark.parametrize("level", LINES)
def test_the_failure_is_the_last_line_at_every_level(run, endpoint, aws, level):
    endpoint.on("DescribeTable", DRIFT)
    result = failed(run(*ONE, env=aws(endpoint, DYNAMODB_INIT_LOG_LEVEL=level)), 78, "table orders: ", "PK", "id")
    assert result.last.startswith("dynamodb-init: table orders: ")
    assert result.termination.strip() == result.failure


@pytest.mark.parametrize("case", ["created", "drift", "usage", "tunable", "refused"])
@pytest.mark.parametrize("level", LINES)
def test_json_is_one_object_a_line(run, endpoint, aws, case, level):
    args = {"usage": ["--timeout", "x"], "tunable": ["--read-capacity", "9"]}.get(case, [])
    if case == "drift":
        endpoint.on("DescribeTable", DRIFT)
    elif case == "tunable":
        endpoint.store.add("orders")
    elif case == "refused":
        endpoint.on("CreateTable", error("ValidationException", 'the "words" of\nAWS \\ ü'))
    result = run(*ONE, "--log-format", "json", "--log-level", level, *args, env=aws(endpoint))
    records = [json.loads(line) for line in result.lines]
    for record in records:
        assert {"time", "level", "message"} <= record.keys(), record
        assert all(isinstance(value, str) for name, value in record.items() if name not in FACTS), record
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", record["time"]), record
        assert record["level"] in ("error", "warn", "info", "debug")
        assert not record["message"].startswith("dynamodb-init: ")
    assert [r["level"] for r in records if LINES[r["level"]] > LINES[level]] == []
    if case in ("created", "tunable"):
        assert result.code == 0
        if level in ("info", "debug"):
            assert "ready: 1 table" in records[-1]["message"]
            assert any(r.get("table") == "orders" for r in records)
    else:
        assert records[-1]["level"] == "error" and records[-1]["message"] == result.termination.strip(), repr(result)
        if case != "usage":
            assert records[-1].get("table") == "orders", records[-1]


def test_json_has_the_facts_of_each_table_and_of_the_run(run, endpoints, aws):
    """For a dashboard: how each table came to be ready, how many requests and how long it took, by whose keys."""
    server = endpoints()
    server.store.add("there")
    server.store.add("other", spec_table("other", ProvisionedThroughput={"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}))
    server.store.add("late", creating=0.5)
    names = ["new", "there", "late", "other"]
    result = run(*named(*names), "--read-capacity", "5", "--log-format", "json", env=aws(server))
    assert result.code == 0, repr(result)
    records = [json.loads(line) for line in result.lines]
    facts = {r["table"]: r for r in records if "outcome" in r}
    assert {n: f["outcome"] for n, f in facts.items()} == {"new": "created", "there": "verified", "late": "adopted", "other": "differs"}
    assert {n: f["attempts"] for n, f in facts.items()} == {n: len(server.calls(table=n)) for n in names}
    assert facts["late"]["seconds"] >= 0.4 and all(f["source"] == "environment" for f in facts.values())
    last = records[-1]
    assert (last["created"], last["existing"], last["attempts"], last["source"]) == (1, 3, len(server.requests), "environment")
    assert last["seconds"] >= facts["late"]["seconds"]


def test_a_create_that_somebody_else_won_is_adopted(run, endpoints, aws):
    result = run(*ONE, "--log-format", "json", env=aws(endpoints(Store(rival=1))))
    assert [r["outcome"] for r in map(json.loads, result.lines) if "outcome" in r] == ["adopted"], repr(result)


def test_json_of_wrong_usage_before_the_format_is_known(run):
    """The format may come behind the mistake; either way one line, and the status."""
    result = run("--xyzzy", "--log-format", "json", env={})
    assert result.code == 64 and len(result.lines) == 1 and "--xyzzy" in result.last, repr(result)


def test_debug_shows_each_request_and_its_id(run, endpoint, aws):
    result = ready(run(*ONE, "--log-level", "debug", env=aws(endpoint)), 1, created=1)
    assert "DescribeTable" in result.err and "CreateTable" in result.err


def test_the_same_text_goes_to_the_termination_message(run, endpoint, aws):
    words = "One or more parameter values were invalid"
    endpoint.on("DescribeTable", not_found("orders")).on(
        "CreateTable", error("ValidationException", words, request_id="REQ0001")
    )
    result = failed(run(*ONE, env=aws(endpoint)), 65, "table orders: .*CreateTable", words, "REQ0001", "ValidationException")
    assert result.last == "dynamodb-init: " + result.termination.strip()


@pytest.mark.parametrize("shape", [1, 2, 3])
def test_every_failed_table_has_a_line_of_its_own(run, endpoint, aws, shape):
    names = [f"table-{n}" for n in range(shape)]
    endpoint.on("DescribeTable", lambda request: described(request.table, "ARCHIVED"))
    result = failed(run(*named(*names), env=aws(endpoint)), 73, "table table-0: ")
    for name in names:
        assert len([line for line in result.lines if f"table {name}: " in line and "ARCHIVED" in line]) == 1, repr(result)
