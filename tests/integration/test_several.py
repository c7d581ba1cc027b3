"""Several tables that fail, each in its way; and doctor and export, who look once, beside ensure."""

import json

import pytest
from answers import error
from helpers import BlackHole, failed, in_time, named, spec_table
from store import denied, described

ONE = named("orders")
THROTTLED = error("ThrottlingException", "Rate of requests exceeds the allowed throughput.")
EACH = {
    "busy": (THROTTLED, 75),
    "limited": (error("LimitExceededException", "Too many requests for now"), 75),
    "refused": (error("ValidationException", "no"), 65),
    "archived": (described("archived", "ARCHIVED"), 73),
    "denied": (denied("DescribeTable", "denied", explicit=True), 77),
    "drifted": (described("drifted", wanted=spec_table("drifted", "id", None)), 78),
}


@pytest.fixture
def troubled(endpoint, aws):
    for name, (answer, _) in EACH.items():
        endpoint.on("DescribeTable", answer, name)
    return aws(endpoint)


@pytest.mark.parametrize("name", EACH)
def test_doctor_ends_as_ensure_does(run, troubled, name):
    for command in ("ensure", "doctor"):
        failed(run(command, *named(name), "--timeout", "2", env=troubled), EACH[name][1], f"table {name}: ")


@pytest.mark.parametrize("names", ["busy drifted", "busy archived denied", "denied busy", "limited refused drifted", "drifted archived"])
def test_the_first_that_no_retry_can_cure_gives_the_status(run, troubled, names):
    names = names.split()
    first = next(n for n in names if EACH[n][1] != 75)
    for command in ("ensure", "doctor"):
        result = failed(run(command, *named(*names), "--timeout", "2", env=troubled), EACH[first][1], f"^table {first}: ")
        assert all(f"table {n}: " in result.out + result.err for n in names), repr(result)


def test_doctor_knows_each_name_of_a_miss(run, endpoint, aws):
    endpoint.on("DescribeTable", error("TableNotFoundException", "Table not found: orders"))
    result = run("doctor", *ONE, env=aws(endpoint))
    assert result.code == 0 and "ensure would create it" in result.out, repr(result)


def test_export_asks_for_each_table_and_tells_each_failure(run, troubled):
    names = ["busy", "gone", "denied", "there"]
    result = failed(run("export", *named(*names), "--timeout", "2", env=troubled), 73, "^table gone: ")
    assert all(f"table {n}: " in result.err for n in names[:3]) and result.out == "", repr(result)
    failed(run("export", *named("limited"), "--timeout", "2", env=troubled), 75, "^table limited: ")


def test_export_of_many_is_gone_by_the_deadline_too(run, aws):
    hole = BlackHole()
    result = run("export", *named(*(f"table-{n}" for n in range(20))), "--timeout", "1", env=aws(hole))
    hole.close()
    in_time(failed(result, 69, "table table-0: "), 1)


def test_in_json_each_failure_names_its_table(run, troubled):
    names = ["archived", "drifted", "denied"]
    result = run(*named(*names), "--log-format", "json", env=troubled)
    told = [json.loads(line) for line in result.lines]
    assert result.code == 73 and sorted(t.get("table", "") for t in told if t["level"] == "error") == sorted(names), repr(result)
