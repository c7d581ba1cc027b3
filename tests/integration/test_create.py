"""CreateTable: answers that are lost, refused by a rival, by a limit, by a validation; many tables; one that fails."""

import json

import pytest
from answers import after, chunked, closing, cut, error, garbage, hang_up, html, ok, reset, respond, silence
from helpers import FIVE, SEED_KEYS, failed, in_time, named, ready, spec_table
from store import Store, described, description, in_use, not_found

ONE = named("orders")
THROTTLES = """ThrottlingException Throttling ThrottledException RequestThrottledException RequestThrottled
    TooManyRequestsException ProvisionedThroughputExceededException RequestLimitExceeded BandwidthLimitExceeded
    SlowDown PriorRequestNotComplete TransactionInProgressException EC2ThrottledException""".split()


def test_the_seed_request_says_just_what_is_needed(run, endpoint, aws):
    ready(run(*ONE, env=aws(endpoint)), 1, created=1)
    assert [r.operation for r in endpoint.requests][:2] == ["DescribeTable", "CreateTable"]
    assert endpoint.requests[0].body == {"TableName": "orders"}
    assert endpoint.requests[1].body == {"TableName": "orders", **SEED_KEYS, "ProvisionedThroughput": FIVE}


def test_a_create_that_answers_active_is_the_last_call(run, endpoint, aws):
    endpoint.on("CreateTable", lambda request: (endpoint.stored(request), ok({"TableDescription": description("orders")}))[1])
    ready(run(*ONE, env=aws(endpoint)), 1, created=1)
    assert [r.operation for r in endpoint.requests] == ["DescribeTable", "CreateTable"]


LOST = {
    "reset": reset(),
    "hang-up": hang_up(),
    "cut in the head": cut(ok({"TableDescription": description("orders", "CREATING")}), 40),
    "cut in the body": cut(ok({"TableDescription": description("orders", "CREATING")})),
    "cut in a chunk": chunked(ok({"TableDescription": description("orders", "CREATING")}), finish=False),
    "wrong checksum": ok({"TableDescription": description("orders", "CREATING")}, crc=1),
    "500": error("InternalServerError", "Internal server error", 500),
    "500 InternalFailure": error("InternalFailure", "", 500, spelling="coral"),
    "502 page": html(502),
    "503": error("ServiceUnavailable", "", 503),
    "503 page": html(503),
    "504 page": closing(html(504)),
    "throttled": error("ThrottlingException", "Rate exceeded"),
    "429": respond(429, b""),
    "nothing": respond(body=b""),
    "rubbish": garbage(),
}


@pytest.mark.parametrize("how", LOST)
def test_a_create_whose_answer_is_lost_counts_once_and_as_ours(run, endpoints, aws, how):
    server = endpoints(Store(creating=0.3, lose_create=[LOST[how]]))
    ready(run(*ONE, "--timeout", "40", env=aws(server)), 1, created=1)
    assert server.store.applied == ["orders"]


@pytest.mark.parametrize("how", LOST)
def test_a_create_that_was_lost_on_the_way_is_sent_again(run, endpoints, aws, how):
    server = endpoints(Store(creating=0.3))
    server.on("CreateTable", [LOST[how], lambda request: None])
    ready(run(*ONE, "--timeout", "40", env=aws(server)), 1, created=1)
    assert server.store.applied == ["orders"]


@pytest.mark.slow
def test_a_create_that_is_never_answered_is_found_by_looking(run, endpoints, aws):
    server = endpoints(Store(creating=0.3, lose_create=[silence()]))
    result = ready(run(*ONE, "--timeout", "40", env=aws(server)), 1, created=1)
    assert server.store.applied == ["orders"] and result.seconds < 13


def test_throttled_failed_throttled_refused_is_success(run, endpoints, aws):
    """The sequence of terraform-provider-aws#30460."""
    server = endpoints(Store(creating=0.3))
    throttled = error("ThrottlingException", "Rate exceeded")

    def takes_effect(request):
        server.stored(request)
        return error("InternalFailure", "", 500)

    server.on("CreateTable", [throttled, takes_effect, throttled, lambda request: None])
    ready(run(*ONE, "--timeout", "40", env=aws(server)), 1, created=1)
    assert server.store.applied == ["orders"]


@pytest.mark.parametrize("name", THROTTLES)
def test_each_throttle_of_a_create_is_waited_out(run, endpoint, aws, name):
    endpoint.on("CreateTable", [error(name, "Rate exceeded"), lambda request: None])
    ready(run(*ONE, "--timeout", "40", env=aws(endpoint)), 1, created=1)
    assert endpoint.store.applied == ["orders"]


# ---------------------------------------------------------------- rivals

WORDS = "Attempt to change a resource which is still in use: "
REFUSED = {
    "exists": in_use("orders"),
    "being created": in_use("orders", "is being created"),
    "being updated": in_use("orders", "is being updated"),
    "DynamoDB Local": error("ResourceInUseException", "Cannot create preexisting table", spelling="Message"),
    "short": error("ResourceInUseException", "Table already exists: orders"),
    "empty": error("ResourceInUseException", ""),
    "no text": respond(400, json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#ResourceInUseException"})),
    "unknown": error("ResourceInUseException", WORDS + "Table is being frobnicated: orders", spelling="coral"),
    "header alone": respond(400, b"", headers=[("x-amzn-ErrorType", "ResourceInUseException:")]),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_rivals_create_is_adopted(run, endpoint, aws, how):
    creating = described("orders", "CREATING")
    endpoint.on("DescribeTable", [not_found("orders"), creating, described("orders")])
    endpoint.on("CreateTable", REFUSED[how])
    ready(run(*ONE, "--timeout", "20", env=aws(endpoint)), 1, created=0)
    assert len(endpoint.calls("CreateTable")) == 1


@pytest.mark.parametrize("stale", [0.0, 0.5])
def test_a_rival_just_before_our_create(run, endpoints, aws, stale):
    server = endpoints(Store(creating=0.5 + stale, rival=1))
    if stale:
        server.on("DescribeTable", [not_found("orders")] * 3 + [lambda request: None])
    ready(run(*ONE, env=aws(server)), 1, created=0)
    assert server.store.applied == [] and len(server.calls("CreateTable")) == 1


# ---------------------------------------------------------------- limits


def limit(text):
    return error("LimitExceededException", text)


SIMULTANEOUS = "Subscriber limit exceeded: Only {} tables can be created, updated, or deleted simultaneously"
WAIT = {
    "ten": SIMULTANEOUS.format(10),
    "five hundred": SIMULTANEOUS.format(500),
    "shouting": SIMULTANEOUS.format(10).upper(),
    "indexed": "You have exceeded the maximum number of indexed tables that can be created simultaneously",
    "online index": "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    "other": "Account limit exceeded: frobnication",
    "empty": "",
}
FINAL = {
    "tables": "Subscriber limit exceeded: There is a limit of 256 tables per subscriber",
    "more tables": "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber",
    "tables, small letters": "there is a limit of 10,000 tables per subscriber",
    "replica": "Failed to create replica: current TableMaxReadCapacityUnits value 40000 in region eu-west-1 is insufficient "
    "to match WarmThroughput",
}


@pytest.mark.parametrize("text", WAIT)
def test_a_limit_that_passes_is_waited_for(run, endpoint, aws, text):
    endpoint.on("CreateTable", [limit(WAIT[text]), lambda request: None])
    result = ready(run(*ONE, "--timeout", "30", env=aws(endpoint)), 1, created=1)
    assert endpoint.store.applied == ["orders"] and result.seconds < 15


@pytest.mark.parametrize("text", WAIT)
def test_a_limit_that_does_not_pass_is_75_with_its_words(run, endpoint, aws, text):
    endpoint.on("CreateTable", limit(WAIT[text]))
    result = in_time(
        failed(run(*ONE, "--timeout", "2", env=aws(endpoint)), 75, "orders", WAIT[text][:60], "LimitExceeded|limit"), 2
    )
    assert len(endpoint.calls("CreateTable")) < 10, repr(result)


def test_an_unknown_limit_is_told_once_as_a_warning(run, endpoint, aws):
    endpoint.on("CreateTable", [limit(WAIT["other"])] * 2 + [lambda request: None])
    result = ready(run(*ONE, "--timeout", "40", env=aws(endpoint)), 1, created=1)
    assert len([line for line in result.lines if "dynamodb-init: warning: " in line and "frobnication" in line]) == 1, repr(
        result
    )


@pytest.mark.parametrize("text", FINAL)
def test_a_limit_of_the_account_is_73_at_once(run, endpoint, aws, text):
    endpoint.on("CreateTable", error("LimitExceededException", FINAL[text], request_id="REQLIMIT0001"))
    result = failed(run(*ONE, env=aws(endpoint)), 73, "table orders: ", FINAL[text][:60], "REQLIMIT0001")
    assert ("higher quota" in result.last) == ("tables" in text), repr(result)
    assert result.seconds < 1 and len(endpoint.calls("CreateTable")) == 1


def test_a_refusal_by_validation_is_65_at_once_with_aws_words(run, endpoint, aws):
    words = "One or more parameter values were invalid: Table KeySchema does not have a range key"
    endpoint.on("CreateTable", error("ValidationException", words, request_id="REQVALID0001"))
    result = failed(run(*ONE, env=aws(endpoint)), 65, "table orders: ", words, "REQVALID0001", "ValidationException", "correct the spec")
    assert result.seconds < 1 and len(endpoint.calls("CreateTable")) == 1


@pytest.mark.parametrize("operation", ["DescribeTable", "CreateTable"])
@pytest.mark.parametrize("name", ["FrobnicationException", "SomethingElse", "SerializationException"])
def test_an_unknown_error_is_tried_twice_more_and_then_70(run, endpoint, aws, operation, name):
    endpoint.on(operation, error(name, "the words of AWS", request_id="REQUNKNOWN01"))
    result = failed(run(*ONE, env=aws(endpoint)), 70, "table orders: ", name, "the words of AWS", "REQUNKNOWN01")
    assert len(endpoint.calls(operation)) == 3 and result.seconds < 8, repr(result)


def test_an_unknown_error_that_passes(run, endpoint, aws):
    strange = error("FrobnicationException", "x")
    endpoint.on("DescribeTable", [strange, strange, lambda request: None])
    endpoint.on("CreateTable", [strange, lambda request: None])
    ready(run(*ONE, env=aws(endpoint)), 1, created=1)


@pytest.mark.parametrize("name", ["MissingAuthenticationToken", "IncompleteSignature"])
def test_a_request_that_aws_cannot_read_is_our_fault(run, endpoint, aws, name):
    endpoint.on("DescribeTable", error(name, "Request is missing Authentication Token", spelling="coral"))
    assert failed(run(*ONE, env=aws(endpoint)), 70, name).seconds < 1
    assert len(endpoint.requests) == 1


# ---------------------------------------------------------------- many tables


class Crowded(Store):
    """An account in which at most `most` tables (`most_indexed` with indexes) may be CREATING at once."""

    def __init__(self, most=1000, most_indexed=1000, **more):
        super().__init__(**more)
        self.most, self.most_indexed, self.refused = most, most_indexed, 0

    def CreateTable(self, name, body):
        busy = [n for n in self.tables if self.seen(n)["TableStatus"] == "CREATING"]
        indexed = [n for n in busy if "GlobalSecondaryIndexes" in (self.tables[n][0] or {})]
        if len(busy) >= self.most:
            self.refused += 1
            return limit(SIMULTANEOUS.format(self.most))
        if "GlobalSecondaryIndexes" in body and len(indexed) >= self.most_indexed:
            self.refused += 1
            return limit(WAIT["indexed"])
        return super().CreateTable(name, body)


def test_thirty_tables_where_ten_may_be_created_at_once(run, endpoints, aws):
    server = endpoints(Crowded(most=10, creating=1.0))
    names = [f"table-{n}" for n in range(30)]
    result = ready(run(*named(*names), "--timeout", "55", env=aws(server)), 30, created=30)
    assert sorted(server.store.applied) == sorted(names)
    assert server.store.refused <= 30, f"{server.store.refused} refusals{result}"


def test_indexed_tables_where_one_may_be_created_at_once(run, endpoints, aws, tmp_path):
    server = endpoints(Crowded(most_indexed=1, creating=0.5))
    index = {
        "IndexName": "by-sk",
        "KeySchema": [{"AttributeName": "SK", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    tables = [spec_table(f"table-{n}", demand=True, **({"GlobalSecondaryIndexes": [index]} if n < 6 else {})) for n in range(12)]
    (tmp_path / "spec.json").write_text(json.dumps(tables))
    result = ready(run("--spec", "spec.json", "--timeout", "55", env=aws(server)), 12, created=12)
    # AWS says it once, or to those that were on their way too; the others do not stand behind these.
    assert len(server.store.applied) == 12 and server.store.refused <= 3, f"{server.store.refused} refusals{result}"
    assert {f"table-{n}" for n in range(6, 12)} < set(server.store.applied[:9]), server.store.applied


@pytest.mark.timing
@pytest.mark.parametrize("args, most", [(["--max-parallel", "1"], 1), (["--max-parallel=3"], 3), ([], 10)])
def test_requests_in_flight_are_bounded(run, endpoints, aws, args, most):
    server = endpoints()
    names = [f"table-{n}" for n in range(20)]
    server.on("DescribeTable", lambda request: after(0.1, described(request.table)))
    result = ready(run(*named(*names), *args, env=aws(server)), 20, created=0)
    times = sorted(r.time for r in server.requests)
    assert len(times) == 20 and server.connections <= most
    flying = max(sum(t <= other < t + 0.09 for other in times) for t in times)
    assert flying <= most, f"{flying} requests at once"
    assert result.seconds < 20 * 0.1 / most + 0.7, repr(result)


# ---------------------------------------------------------------- several tables of which some fail

KINDS = {
    "good": lambda name: described(name),
    "creating": lambda name: described(name, "CREATING"),
    "archived": lambda name: described(name, "ARCHIVED"),
    "drift": lambda name: described(name, wanted=spec_table(name, "id")),
    "unreachable": lambda name: reset(),
    "throttled": lambda name: error("ThrottlingException", "Rate exceeded"),
    "denied": lambda name: error(
        "AccessDeniedException", "is not authorized to perform: dynamodb:DescribeTable with an explicit deny"
    ),
    "strange": lambda name: error("FrobnicationException", "x"),
}


@pytest.mark.parametrize(
    "kinds, code, which",
    [
        (["good", "archived", "good"], 73, 1),
        (["good", "drift"], 78, 1),
        (["archived", "drift"], 73, 0),
        (["drift", "archived"], 78, 0),
        (["creating", "archived", "drift"], 73, 1),
        (["unreachable", "drift", "creating"], 78, 1),
        (["denied", "drift"], 77, 0),
        (["drift", "denied"], 78, 0),
        (["creating", "unreachable"], 75, 0),
        (["unreachable", "creating"], 75, 1),
        (["unreachable", "throttled", "good"], 75, 1),
        (["good", "unreachable"], 69, 1),
        (["throttled", "good"], 75, 0),
        (["strange", "drift"], 78, 1),
    ],
    ids=lambda v: "+".join(v) if isinstance(v, list) else str(v),
)
def test_which_failure_gives_the_status(run, endpoint, aws, kinds, code, which):
    names = [f"{kind}-{n}" for n, kind in enumerate(kinds)]
    for name, kind in zip(names, kinds):
        endpoint.on("DescribeTable", KINDS[kind](name), name)
    result = in_time(failed(run(*named(*names), "--timeout", "2", env=aws(endpoint)), code, f"table {names[which]}: "), 2)
    for name in names:
        assert f"table {name}: " in result.err, f"{name} is not reported{result}"


def test_a_refused_create_does_not_stop_the_others(run, endpoints, aws):
    server = endpoints(Store(creating=0.5))
    server.on("CreateTable", error("ValidationException", "no such thing"), "bad-table")
    result = failed(run(*named("good-1", "bad-table", "good-2"), env=aws(server)), 65, "table bad-table: ", "no such thing")
    assert sorted(server.store.applied) == ["good-1", "good-2"] and result.seconds > 0.5
