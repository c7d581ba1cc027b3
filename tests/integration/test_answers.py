"""HTTP at its worst: what is legal is understood, what is torn is asked for again, what floods is cut off."""

import json
import re

import pytest
from answers import (
    CLOSE,
    Answer,
    chunked,
    closing,
    continued,
    cut,
    drip,
    endless_header,
    error,
    flood_body,
    flood_chunks,
    flood_continue,
    flood_headers,
    garbage,
    hang_up,
    html,
    http10,
    ok,
    redirect,
    rebuilt,
    respond,
    until_close,
)
from helpers import SLOW, failed, in_time, named, ready
from store import described, not_found

ONE = named("orders")
GOOD = described("orders")


def head(answer, edit):
    """The answer with its head put through edit(bytes)."""
    first, body = answer.wire().split(b"\r\n\r\n", 1)
    return Answer([edit(first) + b"\r\n\r\n" + body])


def more_headers(answer, *headers):
    return rebuilt(answer, headers=list(answer.parts["headers"]) + list(headers))


LEGAL = {
    "plain": GOOD,
    "chunked": chunked(GOOD),
    "chunked, byte by byte": chunked(GOOD, size=1),
    "chunked, with extensions": chunked(GOOD, extension=b';name="a;b"'),
    "chunked, with trailers": chunked(GOOD, trailers=b"x-trailer: 1\r\nx-amz-crc32: 5\r\n"),
    "chunked, one piece": chunked(GOOD, size=100_000),
    "chunked, dripped": drip(chunked(GOOD, size=50), 0.0002),
    "HTTP/1.0": http10(GOOD),
    "HTTP/1.0 without length": http10(GOOD, length=None),
    "until the connection ends": until_close(GOOD),
    "without keep-alive": closing(GOOD),
    "100 Continue": continued(GOOD),
    "100 Continue thrice": continued(GOOD, 3),
    "103 Early Hints": Answer([b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n", GOOD.wire()]),
    "dripped": drip(GOOD, 0.0005),
    "no reason": head(GOOD, lambda h: h.replace(b"200 OK", b"200 ", 1)),
    "no reason, no space": head(GOOD, lambda h: h.replace(b"200 OK", b"200", 1)),
    "lower-case headers": head(GOOD, lambda h: h[:15] + h[15:].lower()),
    "upper-case headers": head(GOOD, lambda h: re.sub(rb"(?m)^[\w-]+:", lambda m: m[0].upper(), h)),
    "no spaces behind colons": head(GOOD, lambda h: h.replace(b": ", b":")),
    "many spaces": head(GOOD, lambda h: h.replace(b": ", b":  \t ").replace(b"\r\n", b" \t\r\n").replace(b"OK \t", b"OK", 1)),
    "no checksum": rebuilt(GOOD, crc=None),
    "another type": rebuilt(GOOD, kind="application/json; charset=UTF-8"),
    "no type": rebuilt(GOOD, kind=None),
    "no request id": head(GOOD, lambda h: re.sub(rb"x-amzn-RequestId: \S+\r\n", b"", h)),
    "two hundred headers": more_headers(GOOD, *((f"x-{n}", "v" * 50) for n in range(200))),
    "an upgrade": more_headers(GOOD, ("Upgrade", "h2c"), ("Alt-Svc", 'h2=":443"')),
    "cookies": more_headers(GOOD, ("Set-Cookie", "a=b; Path=/; Max-Age=1000")),
    "HSTS": more_headers(GOOD, ("Strict-Transport-Security", "max-age=31536000")),
    "a challenge": more_headers(GOOD, ("WWW-Authenticate", 'Basic realm="x"')),
}


@pytest.mark.parametrize("how", LEGAL)
def test_a_legal_answer_is_understood_at_once(run, endpoint, aws, how):
    endpoint.on("DescribeTable", LEGAL[how])
    ready(run(*ONE, "--timeout", "9", env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("bend", [chunked, http10, until_close, closing, continued, lambda a: drip(a, 0.0005)])
def test_a_whole_creation_in_bent_answers(run, endpoint, aws, bend):
    for operation in ("DescribeTable", "CreateTable"):
        endpoint.on(operation, lambda request: bend(endpoint.stored(request)))
    endpoint.store.creating = 0.3
    ready(run(*named("orders", "users"), "--max-parallel", "1", env=aws(endpoint)), 2, created=2)
    assert sorted(endpoint.store.applied) == ["orders", "users"]


def test_keep_alive_is_used_and_not_needed(run, endpoint, aws):
    names = [f"table-{n}" for n in range(5)]
    endpoint.on("DescribeTable", lambda request: described(request.table))
    ready(run(*named(*names), "--max-parallel", "1", env=aws(endpoint)), 5, created=0)
    assert endpoint.connections == 1
    endpoint.on("DescribeTable", lambda request: closing(described(request.table)))
    ready(run(*named(*names), "--max-parallel", "1", env=aws(endpoint)), 5, created=0)
    assert len(endpoint.requests) == 10


def test_a_kept_connection_that_the_server_has_closed_is_no_failure(run, endpoint, aws):
    """Closed between two looks without a word: the next request goes out on a new one, with no line about a failure."""
    endpoint.on("DescribeTable", [Answer([described("orders", "CREATING").wire(), CLOSE])] * 2 + [GOOD])
    ready(run(*ONE, "--timeout", "10", env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 3


# ---------------------------------------------------------------- torn

TORN = {
    "cut in the status": (cut(GOOD, 7), (69, 75)),
    "cut in the headers": (cut(GOOD, 60), (69, 75)),
    "cut before the body": (cut(GOOD, len(GOOD.wire()) - len(GOOD.parts["body"])), (75,)),
    "cut in half": (cut(GOOD, 0.6), (75,)),
    "cut by one byte": (cut(GOOD, -1), (75,)),
    "cut in a chunk": (chunked(GOOD, finish=False), (75,)),
    "cut without a length": (Answer([until_close(GOOD).wire()[:-20], CLOSE]), (75,)),
    "a length too long": (closing(rebuilt(GOOD, length=len(GOOD.parts["body"]) + 10)), (75,)),
    "a length too short": (rebuilt(GOOD, length=len(GOOD.parts["body"]) - 10), (75,)),
    "a length that is none": (head(GOOD, lambda h: re.sub(rb"Length: \d+", b"Length: many", h)), (69, 75)),
    "a negative length": (head(GOOD, lambda h: re.sub(rb"Length: \d+", b"Length: -5", h)), (69, 75)),
    "a huge length": (closing(rebuilt(GOOD, length=10**23)), None),
    "a bad chunk size": (Answer([chunked(GOOD).wire().replace(b"\r\n7\r\n", b"\r\nzz\r\n"), CLOSE]), (69, 75)),
    "a huge chunk size": (Answer([chunked(GOOD).wire().replace(b"\r\n7\r\n", b"\r\nffffffffffffffffff\r\n"), CLOSE]), (69, 75)),
    "compressed": (more_headers(respond(body=b"\x1f\x8b\x08\x00junk"), ("Content-Encoding", "gzip")), (75,)),
    "an unknown encoding": (more_headers(respond(body=b"\x1f\x8b"), ("Content-Encoding", "frob")), (75,)),
    "another protocol": (garbage(), (69, 75)),
    "HTTP/0.9": (Answer([GOOD.parts["body"], CLOSE]), (69, 75)),
    "HTTP/2 preface": (garbage(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), (69, 75)),
    "HTTP/9.9": (head(GOOD, lambda h: h.replace(b"HTTP/1.1", b"HTTP/9.9", 1)), (69, 75)),
    "a status of five digits": (head(GOOD, lambda h: h.replace(b"200", b"20000", 1)), None),
    "a NUL in the head": (head(GOOD, lambda h: h.replace(b"x-amzn", b"x-\0amzn", 1)), None),
    "nothing": (hang_up(), (69,)),
    "100 Continue and then nothing": (Answer([b"HTTP/1.1 100 Continue\r\n\r\n", CLOSE]), (69, 75)),
    "200 as a page": (html(200), (75,)),
    "204": (respond(204, b"", length=None), (75,)),
    "500 as a page": (html(500), (75,)),
    "503 as a page": (html(503), (75,)),
    "500 with nothing": (respond(500, b"", kind=None, crc=None), (75,)),
    "502 as JSON": (respond(502, '{"message": "Bad Gateway"}'), (75,)),
    "400 as a page": (html(400), (69,)),
    "403 as a page": (html(403, "<html>Blocked by your friendly proxy</html>"), (69,)),
    "404 as a page": (html(404), (69,)),
    "401 as a page": (more_headers(html(401), ("WWW-Authenticate", "Negotiate")), (69,)),
    "407 as a page": (more_headers(html(407), ("Proxy-Authenticate", "Basic")), (69,)),
    "400 with nothing": (respond(400, b"", kind=None, crc=None), (69,)),
    "400 with broken JSON": (respond(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFo'), (69,)),
    "400 of another shape": (respond(400, b'["ResourceNotFoundException"]'), (69,)),
    "400 whose name is a number": (respond(400, b'{"__type": 5, "message": 7}'), (69,)),
    "304": (respond(304, b"", length=None, kind=None, crc=None), (69, 75)),
    "checksum of something else": (rebuilt(GOOD, crc=12345), (75,)),
    "checksum of something else, chunked": (chunked(rebuilt(GOOD, crc=12345)), (75,)),
    "a miss with a wrong checksum": (rebuilt(not_found("orders"), crc=12345), (75,)),
}


@pytest.mark.parametrize("how", TORN)
def test_a_torn_answer_is_asked_for_again(run, endpoint, aws, how):
    endpoint.on("DescribeTable", [TORN[how][0], GOOD])
    ready(run(*ONE, "--timeout", "8", env=aws(endpoint)), 1, created=0)
    assert endpoint.calls("CreateTable") == []
    assert len(endpoint.requests) == 2 or TORN[how][1] is None


@pytest.mark.parametrize("how", [how for how in TORN if TORN[how][1]])
def test_a_torn_answer_is_never_success_and_never_a_miss(run, endpoint, aws, how):
    endpoint.on("DescribeTable", TORN[how][0])
    result = run(*ONE, "--timeout", "1", env=aws(endpoint))
    assert result.code in TORN[how][1], repr(result)
    in_time(failed(result, result.code, "table orders: "), 1)
    assert endpoint.calls("CreateTable") == [] and len(endpoint.requests) > 1


def test_the_reason_of_a_page_is_told(run, endpoint, aws):
    endpoint.on("DescribeTable", html(403, "<html>Blocked by your friendly proxy</html>"))
    failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 69, "403")
    endpoint.on("DescribeTable", rebuilt(GOOD, crc=12345))
    failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 75, "crc|checksum")
    endpoint.on("DescribeTable", html(503))
    failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 75, "503")


@pytest.mark.parametrize(
    "status, way", [(n, "absolute") for n in (300, 301, 302, 303, 307, 308)] + [(302, "file"), (307, "same host")]
)
def test_a_redirect_is_never_followed(run, endpoint, endpoints, aws, status, way):
    other = endpoints()
    other.store.add("orders")
    place = {"absolute": other.url + "/", "same host": "/elsewhere", "file": "file:///etc/passwd"}[way]
    endpoint.on("DescribeTable", redirect(place, status))
    in_time(failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 69, "orders", str(status)), 1)
    assert other.connections == 0 and endpoint.calls("CreateTable") == []
    endpoint.on("DescribeTable", [redirect(place, status), GOOD])
    ready(run(*ONE, "--timeout", "8", env=aws(endpoint)), 1, created=0)
    assert other.connections == 0  # and the endpoint's fixture finds any other path


# ---------------------------------------------------------------- floods

FLOODS = {
    "body": flood_body(),
    "body without length": flood_body(declared=False),
    "body of an error": flood_body(status=400),
    "body of a 500": flood_body(status=500, declared=False),
    "chunks": flood_chunks(),
    "tiny chunks": flood_chunks(size=1),
    "chunk extensions": flood_chunks(size=1, extension=b";" + b"e" * 4000),
    "trailers": flood_chunks(trailers=True),
    "headers": flood_headers(),
    "one header": endless_header(),
    "100 Continue": flood_continue(),
    "status line": Answer(lambda: iter([b"HTTP/1.1 200 " + b"O" * (1 << 20)] * 50 + [CLOSE])),
}


@pytest.mark.parametrize("what", FLOODS)
def test_a_flood_is_cut_off_in_bounded_memory(run, endpoint, aws, what):
    endpoint.on("DescribeTable", FLOODS[what])
    result = run(*ONE, "--timeout", "1", env=aws(endpoint), memory=True)
    assert result.code in (69, 75), repr(result)
    in_time(failed(result, result.code, "table orders: "), 1)
    if not SLOW:
        assert result.peak < 16 << 20, f"{result.peak >> 10} KiB"
    if "body" in what or "header" in what:  # of the others libcurl hands nothing on that could be counted
        assert endpoint.sent / len(endpoint.requests) < 12 << 20, (
            f"{endpoint.sent >> 20} MiB in {len(endpoint.requests)} answers"
        )


def test_after_a_flood_the_next_answer_counts(run, endpoint, aws):
    endpoint.on("DescribeTable", [flood_body(), flood_headers(), GOOD])
    ready(run(*ONE, "--timeout", "20", env=aws(endpoint)), 1, created=0)


def test_bytes_behind_an_answer_are_never_the_next_answer(run, endpoint, aws):
    """A smuggled second answer says ACTIVE; the connection that carried it must not be trusted with another request."""
    creating = described("orders", "CREATING")
    endpoint.on("DescribeTable", [Answer([creating.wire() + GOOD.wire()]), creating, creating, creating, GOOD])
    ready(run(*ONE, "--timeout", "20", env=aws(endpoint)), 1, created=0)
    assert len(endpoint.requests) == 5


# ---------------------------------------------------------------- error names and words

SPELLINGS = ["full", "coral", "bare", "Message", "code", "header", "colon"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_of_a_miss(run, endpoint, aws, spelling):
    endpoint.on("DescribeTable", [error("ResourceNotFoundException", "words", spelling=spelling), lambda request: None])
    ready(run(*ONE, env=aws(endpoint)), 1, created=1)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name, code", [("AccessDeniedException", 77), ("ThrottlingException", 75), ("Frobnication", 70)])
def test_each_spelling_of_other_names(run, endpoint, aws, spelling, name, code):
    endpoint.on("DescribeTable", error(name, "the words of AWS", spelling=spelling))
    failed(run(*ONE, "--timeout", "1" if code != 70 else "9", env=aws(endpoint)), code, name, "the words of AWS")


ODD_NAMES = {
    "header in lower case": respond(400, b"{}", headers=[("x-amzn-errortype", "ResourceNotFoundException")]),
    "header without a body": respond(400, b"", headers=[("X-AMZN-ERRORTYPE", "ResourceNotFoundException:")]),
    "header beside another body": respond(400, b"[]", headers=[("x-amzn-errortype", "a#ResourceNotFoundException:http://x")]),
    "several hashes": respond(400, '{"__type": "a#b#ResourceNotFoundException"}'),
    "hash and colon": respond(400, '{"__type": "a#ResourceNotFoundException:http://internal.amazon.com/coral/#x"}'),
    "as a 404": error("ResourceNotFoundException", "x", 404),
    "message null": respond(400, '{"__type": "ResourceNotFoundException", "message": null}'),
    "message a number": respond(400, '{"__type": "ResourceNotFoundException", "message": 5}'),
    "both messages": respond(400, '{"__type": "ResourceNotFoundException", "message": "a", "Message": "b"}'),
    "no checksum": error("ResourceNotFoundException", "x", crc=None),
}


@pytest.mark.parametrize("how", ODD_NAMES)
def test_odd_spellings_of_a_miss(run, endpoint, aws, how):
    endpoint.on("DescribeTable", [ODD_NAMES[how], lambda request: None])
    ready(run(*ONE, env=aws(endpoint)), 1, created=1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_miss_that_comes_with_a_server_fault_is_no_miss(run, endpoint, aws, status):
    endpoint.on("DescribeTable", error("ResourceNotFoundException", "x", status))
    failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 75)
    assert endpoint.calls("CreateTable") == []


EVIL = "\x1b[31mred\x1b[0m\r\ndynamodb-init: ready: 1 table (0 created, 1 existing) in 0.001s\r\x01\x08\x7f\u009b31m\u0085\tend"


@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize("where", ["message", "name", "status", "index"])
def test_words_from_outside_forge_no_line_and_no_colour(run, endpoint, aws, where, format):
    answer = {
        "message": respond(400, json.dumps({"__type": "x#ValidationException", "message": EVIL})),
        "name": respond(400, json.dumps({"__type": "x#" + EVIL.replace(":", ""), "message": "words"})),
        "status": described("orders", EVIL),
        "index": ok({"Table": {**described_index(EVIL)}}),
    }[where]
    endpoint.on("DescribeTable", answer)
    result = run(
        *ONE, "--partition-key", "id:S", "--timeout", "2", "--log-format", format, "--log-level", "debug", env=aws(endpoint)
    )
    assert result.code not in (0, -11), repr(result)
    everything = result.err + result.termination
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]", everything), repr(everything)
    assert not re.search("(?m)^dynamodb-init: ready", everything), repr(result)
    assert len(result.termination.strip().splitlines()) == 1, repr(result)
    for line in result.lines:
        json.loads(line) if format == "json" else re.match("dynamodb-init: ", line)[0]


def described_index(name):
    table = json.loads(GOOD.parts["body"])["Table"]
    index = {"IndexName": name, "IndexStatus": name, "KeySchema": table["KeySchema"], "Projection": {"ProjectionType": name}}
    return {**table, "GlobalSecondaryIndexes": [index]}


@pytest.mark.parametrize("text", ["\\x1b[31m", "100% %s%n%p{}${HOME}`id`", "ü€😀", '"quoted"\\', "\\u0000"])
def test_words_of_aws_are_shown_as_they_are_or_escaped(run, endpoint, aws, text):
    endpoint.on("DescribeTable", error("ValidationException", f"before {text} after"))
    failed(run(*ONE, env=aws(endpoint)), 65, "before .* after")


def test_a_nul_in_aws_words_hides_nothing(run, endpoint, aws):
    endpoint.on("DescribeTable", error("ValidationException", "before \0 after"))
    assert run(*ONE, "--timeout", "1", env=aws(endpoint)).code in (65, 69)


def test_words_without_an_end_are_cut(run, endpoint, aws):
    endpoint.on("DescribeTable", error("ValidationException", "x" * 300_000, request_id="R" * 3000))
    result = failed(run(*ONE, env=aws(endpoint)), 65, "table orders: ", "ValidationException")
    assert len(result.last) < 8000 and len(result.termination) <= 1000


@pytest.mark.parametrize(
    "answer",
    [error("ValidationException", "the words", kind="text/plain"), error("ValidationException", "the words", crc=None)],
)
def test_the_request_id_is_shown(run, endpoint, aws, answer):
    endpoint.on("DescribeTable", rebuilt(answer, request_id="VB9J4EXAMPLEREQUESTID"))
    failed(run(*ONE, env=aws(endpoint)), 65, "the words", "VB9J4EXAMPLEREQUESTID")


# ---------------------------------------------------------------- x-amz-retry-after


@pytest.mark.timing
@pytest.mark.parametrize(
    "answer, header, least, most",
    [
        (error("ThrottlingException", "x"), "1500", 1.5, 1.8),
        (error("InternalServerError", "x", 500), "800", 0.8, 1.1),
        (error("InternalServerError", "x", 500), "3600000", 5.0, 5.4),
        (error("InternalServerError", "x", 500), "-5000", 0.0, 0.4),
        (error("InternalServerError", "x", 500), "soon", 0.0, 0.4),
        (error("InternalServerError", "x", 500), "9" * 40, 0.0, 5.4),
        (error("InternalServerError", "x", 500), "", 0.0, 0.4),
        (html(503), "700", 0.7, 1.0),
    ],
    ids=range(8),
)
def test_the_servers_wish_for_a_pause_is_heard_within_bounds(run, endpoint, aws, answer, header, least, most):
    endpoint.on("DescribeTable", [more_headers(answer, ("x-amz-retry-after", header)), GOOD])
    ready(run(*ONE, env=aws(endpoint)), 1, created=0)
    first, second = (r.time for r in endpoint.requests)
    assert least <= second - first <= most, second - first


@pytest.mark.parametrize("header", ["60000", "5000"])
def test_the_deadline_beats_the_servers_wish(run, endpoint, aws, header):
    endpoint.on("DescribeTable", more_headers(html(503), ("x-amz-retry-after", header)))
    in_time(failed(run(*ONE, "--timeout", "1", env=aws(endpoint)), 75, "503"), 1)
    assert len(endpoint.requests) >= 2, "no last look"
