"""Denial, throttling, silence, refusal, late servers: the status, the words, the politeness, and gone by the deadline."""

import json
import os
import subprocess
import threading
import time

import pytest
from answers import SILENCE, Answer, after, drip, error, flood_body, flood_continue, hang_up, html, ok, reset, silence
from certificates import Authority
from endpoint import KEY, SECRET, Endpoint
from helpers import SLOW, BlackHole, Mute, failed, in_time, named, ready, refused_port, spec_table
from product import BINARY, SANITIZED
from store import Store, arn, denied, described, in_use, not_found

ONE = named("orders")
THROTTLED = error("ThrottlingException", "Rate of requests exceeds the allowed throughput.")
BROKEN = error("InternalServerError", "Internal server error", 500)
RIGHTS = {
    "AccessDeniedException": denied("DescribeTable", "orders"),
    "AccessDenied": error("AccessDenied", "no"),
    "UnauthorizedOperation": error("UnauthorizedOperation", "no"),
    "OptInRequired": error("OptInRequired", "no"),
    "UnrecognizedClientException": error(
        "UnrecognizedClientException", "The security token included in the request is invalid."
    ),
    "InvalidClientTokenId": error("InvalidClientTokenId", "no", 403),
    "ExpiredTokenException": error("ExpiredTokenException", "The security token included in the request is expired"),
    "ExpiredToken": error("ExpiredToken", "no"),
    "InvalidSignatureException": error("InvalidSignatureException", "The request signature we calculated does not match"),
    "SignatureDoesNotMatch": error("SignatureDoesNotMatch", "no", 403),
    "AuthFailure": error("AuthFailure", "no", 401),
}


# ---------------------------------------------------------------- denial


@pytest.mark.parametrize("operation", ["DescribeTable", "CreateTable"])
def test_a_denied_action_is_named_with_its_arn_and_the_grace_announced(run, endpoint, aws, operation):
    endpoint.on(operation, denied(operation, "orders"))
    result = failed(
        run(*ONE, "--timeout", "2", env=aws(endpoint)), 77, "table orders: ", f"dynamodb:{operation}", arn("orders")
    )
    in_time(result, 2)
    assert result.seconds > 1, f"no grace{result}"
    assert [line for line in result.lines[:-1] if "IAM" in line], f"the grace is not announced{result}"
    assert 2 <= len(endpoint.calls(operation)) < 12
    assert endpoint.store.applied == []


@pytest.mark.parametrize("name", RIGHTS)
def test_each_refusal_of_credentials_or_rights_is_77_at_the_deadline(run, endpoint, aws, name):
    endpoint.on("DescribeTable", RIGHTS[name])
    in_time(failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 77, "table orders: ", name), 1)
    assert endpoint.calls("CreateTable") == [] and len(endpoint.requests) >= 2


@pytest.mark.parametrize("name", RIGHTS)
def test_a_right_that_spreads_within_the_grace_is_waited_for(run, endpoint, aws, name):
    endpoint.on("DescribeTable", [RIGHTS[name], lambda request: None])
    ready(run(*ONE, "--timeout", "30", env=aws(endpoint)), 1, created=1)


@pytest.mark.parametrize("operation", ["DescribeTable", "CreateTable"])
def test_an_explicit_deny_gets_no_grace(run, endpoint, aws, operation):
    endpoint.on(operation, denied(operation, "orders", explicit=True))
    result = failed(run(*ONE, env=aws(endpoint)), 77, "table orders: ", f"dynamodb:{operation}", arn("orders"), "explicit deny")
    assert result.seconds < 1 and len(endpoint.calls(operation)) == 1


def test_wait_never_needs_more_than_describe(run, endpoint, aws):
    endpoint.on("DescribeTable", [not_found("orders"), not_found("orders"), described("orders")])
    endpoint.on("CreateTable", denied("CreateTable", "orders", explicit=True))
    ready(run("wait", *ONE, env=aws(endpoint)), 1, created=0)
    assert endpoint.calls("CreateTable") == []


def test_a_denied_create_after_which_a_rival_has_made_the_table(run, endpoint, aws):
    """Within the grace the table may come from somebody who has the right."""
    endpoint.on("DescribeTable", [not_found("orders"), not_found("orders"), described("orders")])
    endpoint.on("CreateTable", denied("CreateTable", "orders"))
    ready(run(*ONE, "--timeout", "12", env=aws(endpoint)), 1, created=0)


@pytest.mark.slow
def test_the_grace_ends_after_sixty_seconds(run, endpoint, aws):
    endpoint.on("DescribeTable", denied("DescribeTable", "orders"))
    result = failed(run(*ONE, "--timeout", "0", env=aws(endpoint), limit=80), 77, arn("orders"))
    assert 50 < result.seconds < 62, result.seconds
    assert len(endpoint.requests) < 40


# ---------------------------------------------------------------- what passes, and what does not

PASSING = {
    "throttling": [THROTTLED] * 3,
    "500": [BROKEN] * 6,
    "resets": [reset()] * 5,
    "hang-ups": [hang_up()] * 5,
    "pages": [html(502)] * 3,
    "all of them": [BROKEN, THROTTLED, reset(), html(503), hang_up(), error("InternalFailure", "", 500), html(403)],
}


@pytest.mark.parametrize("what", PASSING)
def test_trouble_that_passes_is_sat_out(run, endpoint, aws, what):
    endpoint.on("DescribeTable", [*PASSING[what], lambda request: None])
    ready(run(*ONE, "--timeout", "55", env=aws(endpoint)), 1, created=1)
    assert endpoint.store.applied == ["orders"]


STAYING = {
    "throttling": (lambda: THROTTLED, 75, ["Throttling", "Rate of requests"]),
    "500": (lambda: BROKEN, 75, ["InternalServerError|500"]),
    "503 page": (lambda: html(503), 75, ["503"]),
    "reset": (reset, 69, ["reset"]),
    "hang-up": (hang_up, 69, []),
    "silence": (silence, 69, ["tim(ed|e) ?out|no answer|within"]),
    "half a head and silence": (lambda: Answer([b"HTTP/1.1 200 OK\r\nContent-", SILENCE]), (69, 75), []),
    "half a body and silence": (lambda: Answer([described("orders").wire()[:-50], SILENCE]), (69, 75), []),
    "drip": (lambda: drip(described("orders"), 0.05), (69, 75), []),
    "100 Continue for ever": (flood_continue, (69, 75), []),
    "flood": (lambda: flood_body(10_000), 75, []),
    "late": (lambda: after(1.9, described("orders", "CREATING")), (69, 75), []),
    "creating": (lambda: described("orders", "CREATING"), 75, ["CREATING"]),
    "denied": (lambda: denied("DescribeTable", "orders"), 77, ["dynamodb:DescribeTable"]),
    "page": (lambda: html(403), 69, ["403"]),
}


@pytest.mark.parametrize(
    "what, timeout", [(what, "1") for what in STAYING] + [(what, "3") for what in ("silence", "drip", "creating")]
)
def test_gone_half_a_second_after_the_deadline_at_most(run, endpoint, aws, what, timeout):
    make, codes, words = STAYING[what]
    endpoint.on(None, lambda request: make())
    result = run(*ONE, "--timeout", timeout, env=aws(endpoint))
    assert result.code in (codes if isinstance(codes, tuple) else (codes,)), repr(result)
    in_time(failed(result, result.code, "table orders: ", *words), int(timeout))
    assert result.seconds > int(timeout) * 0.5, f"gave up early{result}"


def test_a_patient_search_for_the_instance_is_gone_by_the_deadline_too(run):
    mute = Mute()
    env = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{mute.port}", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1000"}
    in_time(failed(run(*ONE, "--timeout", "2", env={"AWS_REGION": "eu-west-1", **env}), 67), 2)
    mute.close()


def test_many_tables_are_gone_by_the_deadline_too(run, endpoint, aws):
    endpoint.on(None, lambda request: silence())
    names = [f"table-{n}" for n in range(40)]
    result = in_time(failed(run(*named(*names), "--timeout", "2", env=aws(endpoint)), 69), 2)
    assert len({name for name in names if f"table {name}: " in result.err}) == 40, repr(result)


def test_requests_stay_few_whatever_the_trouble(run, endpoints, aws):
    """Five seconds of trouble: in-call retries back off, and the loop around them too."""
    running = []
    for trouble, most in (
        (BROKEN, 24),
        (THROTTLED, 12),
        (reset(), 24),
        (denied("DescribeTable", "orders"), 12),
        (html(403), 24),
    ):
        server = endpoints()
        server.on(None, trouble)
        thread = threading.Thread(target=run, args=[*ONE, "--timeout", "5"], kwargs={"env": aws(server), "termination": False})
        thread.start()
        running.append((thread, server, most))
    for thread, server, most in running:
        thread.join()
        assert 3 <= len(server.requests) <= most, f"{len(server.requests)} requests for {server.scripts}"


def test_the_last_failure_chooses_the_status(run, endpoint, aws):
    refuse = {"n": 0}

    def first_broken_then_silent(request):
        refuse["n"] += 1
        return BROKEN if refuse["n"] < 5 else reset()

    endpoint.on("DescribeTable", first_broken_then_silent)
    failed(run(*ONE, "--timeout", "3", env=aws(endpoint)), 69)
    endpoint.on("DescribeTable", [reset()] * 4 + [described("orders", "CREATING")])
    failed(run(*ONE, "--timeout", "3", env=aws(endpoint)), 75, "CREATING")
    endpoint.on("DescribeTable", [THROTTLED] * 2 + [denied("DescribeTable", "orders")])
    failed(run(*ONE, "--timeout", "4", env=aws(endpoint)), 77, "dynamodb:DescribeTable")


def test_every_cause_of_a_retry_is_logged_once_a_time(run, endpoint, aws):
    endpoint.on("DescribeTable", [BROKEN, BROKEN, THROTTLED, lambda request: None])
    result = ready(run(*ONE, "--log-level", "debug", env=aws(endpoint)), 1)
    assert "InternalServerError" in result.err and "ThrottlingException" in result.err


# ---------------------------------------------------------------- nobody there


def test_quick_tries_that_fail_alike_are_told_once(run):
    """Where an endpoint is away for a while, a person reads a line a round; all of them with --log-level debug."""
    url = f"http://127.0.0.1:{refused_port()}"
    seen = {}
    for level in ["info", "debug"]:
        env = {"AWS_ENDPOINT_URL": url}
        result = failed(run(*ONE, "--timeout", "4", "--log-level", level, env=env), 69)
        seen[level] = [line for line in result.lines if "asking again in" in line]
    assert 3 <= len(seen["info"]) <= 5 and len(seen["debug"]) >= 8, seen
    assert sum(": warning: " not in line for line in seen["info"]) == 1


def test_a_refused_connection_is_69_with_the_address(run):
    port = refused_port()
    env = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    in_time(
        failed(
            run(*ONE, "--timeout", "1", env=env), 69, "table orders: ", f"127.0.0.1:{port}|port {port}", "[Rr]efused|connect"
        ),
        1,
    )


def test_an_address_that_drops_packets_is_69(run):
    hole = BlackHole()
    result = run(*ONE, "--timeout", "2", env={"AWS_ENDPOINT_URL": hole.url})
    hole.close()
    in_time(failed(result, 69, "127.0.0.1"), 2)


@pytest.mark.parametrize(
    "name", ["no-such-host.invalid", "a" * 63 + ".invalid", "x." * 120 + "invalid"], ids=["plain", "long label", "long"]
)
def test_a_name_that_nobody_knows_is_69_with_the_name(run, name):
    in_time(failed(run(*ONE, "--timeout", "2", env={"AWS_ENDPOINT_URL": f"http://{name}:8000"}), 69, name[:60]), 2)


@pytest.mark.parametrize("late", [0.3, 2.0])
def test_a_server_that_starts_late(start, aws, late):
    port = refused_port()
    one = start(*ONE, env=aws(f"http://127.0.0.1:{port}"))
    time.sleep(late)
    server = Endpoint(port=port)
    try:
        result = ready(one.finish(), 1, created=1)
        assert late <= result.seconds < late + 5 and server.problems() == []
    finally:
        server.stop()


def test_a_server_that_restarts_in_the_middle(start, aws):
    first = Endpoint(Store(creating=1000.0))
    one = start(*ONE, env=aws(first))
    first.wait_for(2, "DescribeTable")
    first.stop()
    time.sleep(0.5)
    second = Endpoint(port=first.port)
    second.store.add("orders")
    try:
        ready(one.finish(), 1, created=1)
        assert second.calls("CreateTable") == [] and second.problems() == []
    finally:
        second.stop()


# ---------------------------------------------------------------- deadlines


def test_no_deadline_waits_on(run, endpoints, aws):
    server = endpoints(Store(creating=4.0))
    assert ready(run(*ONE, "--timeout", "0", env=aws(server)), 1, created=1).seconds > 4


def test_the_last_look_sees_what_became_ready_just_in_time(run, endpoints, aws):
    server = endpoints(Store(creating=2.6))
    ready(run(*ONE, "--timeout", "3", env=aws(server)), 1, created=1)
    other = endpoints()
    other.store.add("orders", creating=2.3)
    ready(run("wait", *ONE, "--timeout", "3", env=aws(other)), 1, created=0)


def test_at_least_one_attempt_is_made_and_may_use_the_whole_time(run, endpoint, aws):
    endpoint.on("DescribeTable", after(0.8, described("orders")))
    ready(run(*ONE, "--timeout", "1", env=aws(endpoint)), 1, created=0)


@pytest.mark.slow
def test_one_attempt_ends_after_ten_seconds_and_another_follows(run, endpoint, aws):
    endpoint.on("DescribeTable", [silence(), described("orders")])
    result = ready(run(*ONE, env=aws(endpoint)), 1, created=0)
    assert 9 < result.seconds < 13 + SLOW


@pytest.mark.slow
def test_a_slow_dripping_answer_ends_after_ten_seconds_too(run, endpoint, aws):
    endpoint.on("DescribeTable", [drip(described("orders"), 0.1), described("orders")])
    assert 9 < ready(run(*ONE, env=aws(endpoint)), 1, created=0).seconds < 13 + SLOW


def test_wait_polls_gently(run, endpoint, aws):
    failed(run("wait", *ONE, "--timeout", "6", env=aws(endpoint)), 75, "orders")
    assert 4 <= len(endpoint.requests) <= 9


def test_waiting_is_told_without_noise(run, endpoints, aws):
    server = endpoints(Store(creating=4.0))
    result = ready(run(*ONE, env=aws(server)), 1, created=1)
    assert 2 <= len([line for line in result.lines if "table orders: " in line]) <= 5, repr(result)
    assert [line for line in result.lines if "waiting" in line and "CREATING" in line and "left" in line], repr(result)


# ---------------------------------------------------------------- TLS


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.mark.parametrize("way", ["--ca-bundle", "DYNAMODB_INIT_CA_BUNDLE", "AWS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_of_the_given_root_is_accepted(run, endpoints, aws, authority, way):
    server = endpoints(tls=authority.server("127.0.0.1", "localhost"))
    args, env = ([way, authority.bundle], {}) if way.startswith("--") else ([], {way: str(authority.bundle)})
    ready(run(*ONE, *args, env=aws(server, **env)), 1, created=1)
    ready(run(*ONE, *args, env=aws(f"https://localhost:{server.port}", **env)), 1, created=0)


def test_the_first_bundle_that_is_named_counts(run, endpoints, aws, authority, tmp_path):
    server = endpoints(tls=authority.server("127.0.0.1"))
    other = str(Authority(tmp_path, "Another Root").bundle)
    good = str(authority.bundle)
    ready(run(*ONE, "--ca-bundle", good, env=aws(server, AWS_CA_BUNDLE=other, SSL_CERT_FILE=other)), 1)
    ready(run(*ONE, env=aws(server, AWS_CA_BUNDLE=good, SSL_CERT_FILE=other)), 1)
    failed(run(*ONE, "--timeout", "1", env=aws(server, AWS_CA_BUNDLE=other, SSL_CERT_FILE=good)), 69)


@pytest.mark.parametrize("fault", ["unknown root", "another name", "expired", "no TLS", "TLS that is not spoken to", "mute"])
def test_a_tls_failure_is_69_and_no_request_is_sent(run, endpoints, aws, authority, tmp_path, fault):
    context = authority.server(
        "elsewhere.test" if fault == "another name" else "127.0.0.1", days=-1 if fault == "expired" else 1
    )
    server = endpoints(tls=None if fault == "no TLS" else context)
    mute = Mute()
    url = f"https://127.0.0.1:{mute.port if fault == 'mute' else server.port}"
    if fault == "TLS that is not spoken to":
        url = url.replace("https", "http")
    args = [] if fault == "unknown root" else ["--ca-bundle", authority.bundle]
    result = run(*ONE, *args, "--timeout", "2", env=aws(url))
    mute.close()
    assert result.code == 69 or (fault == "TLS that is not spoken to" and result.code == 75), repr(result)
    in_time(failed(result, result.code, "127.0.0.1"), 2)
    assert server.requests == []


def test_one_connection_serves_all_looks_over_tls_and_one_the_create(run, endpoints, aws, authority):
    server = endpoints(Store(creating=1.0), tls=authority.server("127.0.0.1"))
    ready(run(*ONE, "--ca-bundle", authority.bundle, env=aws(server)), 1, created=1)
    assert server.connections <= 2 and len(server.requests) > 3


def test_a_tls_answer_that_ends_without_a_goodbye(run, endpoints, aws, authority):
    server = endpoints(tls=authority.server("127.0.0.1"))
    server.on("DescribeTable", [Answer([ok({"Table": {}}).wire()[:-5], "close"]), described("orders")])
    ready(run(*ONE, "--ca-bundle", authority.bundle, env=aws(server)), 1, created=0)


@pytest.mark.skipif(SANITIZED, reason="the sanitizers start processes of their own")
@pytest.mark.parametrize("more", [{}, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://agent.example.test/"}], ids=["host", "agent"])
def test_a_limit_of_threads_is_named(run, more):
    """Names are looked up by a thread; root has no such limit."""
    launcher = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "prlimit", "--nproc=0"]
    if subprocess.run([*launcher, BINARY, "version"], capture_output=True).returncode:
        pytest.skip("no other user can start the program here")
    keys = {} if more else {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    env = {"AWS_REGION": "eu-west-1", "PATH": os.environ["PATH"], **keys, **more}
    result = run(*ONE, "--timeout", "1", env=env, launcher=launcher, termination=False)
    assert result.code == 69 and "no thread could be started" in result.last and "limit of processes" in result.last, repr(result)


BUSY = in_use("orders", "is being updated")
ABSENT = ok({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
TTL = {"TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": True}}
INDEX = {"IndexName": "by-pk", "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
# what the spec adds, options, answers that never change, the call that is held
HELD = {
    "an index": ({"GlobalSecondaryIndexes": [INDEX]}, [], {"UpdateTable": BUSY}, "UpdateTable"),
    "time to live": (TTL, [], {"DescribeTimeToLive": ABSENT, "UpdateTimeToLive": BUSY}, "UpdateTimeToLive"),
    "a look at it": (TTL, [], {"DescribeTimeToLive": not_found("orders")}, "DescribeTimeToLive"),
    "an item": ({"Items": [{"PK": {"S": "a"}, "SK": {"S": "b"}}]}, [], {"PutItem": not_found("orders")}, "PutItem"),
    "a probe": ({}, ["--probe"], {"GetItem": not_found("orders")}, "GetItem"),
}


@pytest.mark.parametrize("kind", HELD)
def test_what_aws_refuses_for_now_is_told_once_and_is_the_reason_at_the_deadline(run, endpoint, aws, tmp_path, kind):
    more, options, answers, held = HELD[kind]
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", demand=True)))
    for operation, answer in answers.items():
        endpoint.on(operation, answer)
    (tmp_path / "spec.json").write_text(json.dumps(spec_table("orders", demand=True, **more)))
    result = run(*options, "--timeout", "4", "--spec", "spec.json", env=aws(endpoint))
    failed(result, 75, "table orders: not ready after", f"{held} must wait: AWS says", "request id REQ")
    assert len(endpoint.calls(held)) >= 3 and result.err.count(held) == 2, repr(result)
    assert result.err.count("adding") <= 1, repr(result)


@pytest.mark.parametrize("held", ["DescribeTable", "UpdateTable", "DescribeTimeToLive", "UpdateTimeToLive"])
def test_an_unknown_limit_is_a_warning_whatever_the_call(run, endpoint, aws, tmp_path, held):
    spec = spec_table("orders", demand=True, **TTL, **({"GlobalSecondaryIndexes": [INDEX]} if held == "UpdateTable" else {}))
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", demand=True)))
    endpoint.on("DescribeTimeToLive", ABSENT).on("UpdateTimeToLive", ok({}))
    endpoint.on(held, error("LimitExceededException", "Account limit exceeded: frobnication"))
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    result = failed(run("--timeout", "4", "--spec", "spec.json", env=aws(endpoint)), 75, held, "frobnication")
    warned = [line for line in result.lines if line.startswith("dynamodb-init: warning: ") and "frobnication" in line]
    assert len(warned) == 1 and len(endpoint.calls(held)) >= 3, repr(result)


@pytest.mark.parametrize(
    "answer, code, most",
    [
        (error("FrobnicationException", "the words of AWS"), 70, 3),
        (error("InternalServerError", "x", 500), 75, 16),
        (denied("UpdateTable", "orders"), 77, 6),
    ],
    ids=["unknown", "broken", "denied"],
)
def test_patience_with_an_update_outlives_the_looks_between(run, endpoint, aws, tmp_path, answer, code, most):
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", demand=True)))
    endpoint.on("UpdateTable", answer)
    (tmp_path / "spec.json").write_text(json.dumps(spec_table("orders", demand=True, DeletionProtectionEnabled=True)))
    result = failed(run("--timeout", "8", "--spec", "spec.json", env=aws(endpoint)), code, "UpdateTable was")
    assert 3 <= len(endpoint.calls("UpdateTable")) <= most, repr(result)
