"""No secret key, session token or signature in any output, at any level, in either format, whatever the server says."""

import hashlib
import itertools
import json
import re

import pytest
from answers import error, html, respond
from endpoint import KEY, SECRET
from helpers import named, spec_table
from store import Store, denied, described

ONE = named("orders")
TOKEN = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDsecretsessiontoken+/=="
LEVELS = ["error", "warn", "info", "debug"]


def echo(request):
    """AWS's own text for a wrong signature: it quotes the canonical request, session token and all."""
    head = "".join(f"{name.lower()}:{value}\n" for name, value in request.headers)
    text = (
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
        f"signing method. The Canonical String for this request should have been 'POST\n/\n\n{head}\n' "
        f"and: {request.header('authorization')}"
    )
    return error("InvalidSignatureException", text, spelling="coral")


def reflect(request):
    """A proxy that shows in its page what it was sent."""
    return html(403, "<pre>" + "\n".join(f"{n}: {v}" for n, v in request.headers) + "</pre>")


def in_id(request):
    return respond(400, '{"__type": "ValidationException", "message": "x"}', request_id=request.header("authorization")[-64:])


def in_name(request):
    return error(request.header("x-amz-security-token"), SECRET, spelling="bare")


def in_status(request):
    return described("orders", request.header("authorization"))


CASES = {
    "creation": (lambda server: None, []),
    "drift": (lambda server: server.on("DescribeTable", described("orders", wanted=spec_table("orders", "id"))), []),
    "denial": (lambda server: server.on(None, denied("DescribeTable", "orders")), []),
    "echo of the canonical request": (lambda server: server.on(None, echo), []),
    "echo of headers": (lambda server: server.on(None, reflect), []),
    "echo in the request id": (lambda server: server.on(None, in_id), []),
    "echo in the error's name": (lambda server: server.on(None, in_name), []),
    "echo in a state": (lambda server: server.on("DescribeTable", in_status), []),
    "refused": (lambda server: server.stop(), []),
    "wrong usage": (lambda server: None, ["--timeout", "x"]),
}


@pytest.mark.parametrize("case", CASES)
def test_no_secret_in_any_output(start, endpoints, aws, case):
    prepare, args = CASES[case]
    running = []
    for level, format in itertools.product(LEVELS, ("text", "json")):
        server = endpoints(Store(creating=0.2), secrets={KEY: (SECRET, TOKEN)})
        prepare(server)
        env = aws(server, AWS_SESSION_TOKEN=TOKEN, DYNAMODB_INIT_TIMEOUT="1")
        running.append((server, start(*ONE, *args, "--log-level", level, "--log-format", format, env=env)))
    for server, one in running:
        result = one.finish()
        everything = result.out + result.err + (result.termination or "")
        for secret in (SECRET, TOKEN, json.dumps(TOKEN)[1:-1], TOKEN[20:], SECRET[:20]):
            assert secret not in everything, f"{secret}{result}"
        for request in server.requests:
            signature = re.search("Signature=([0-9a-f]{64})", request.header("authorization"))[1]
            assert signature not in everything and signature[:32] not in everything, repr(result)


@pytest.mark.parametrize("answer", [echo, reflect, in_name])
def test_a_long_token_is_not_shown_in_part(run, endpoints, aws, answer):
    """As long as AWS's are: the answer that repeats it is cut in the middle of it."""
    token = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(30))
    server = endpoints(secrets={KEY: (SECRET, token)}).on(None, answer)
    result = run(*ONE, "--log-level", "debug", env=aws(server, AWS_SESSION_TOKEN=token, DYNAMODB_INIT_TIMEOUT="1"))
    everything = result.out + result.err + (result.termination or "")
    assert not [at for at in range(len(token) - 12) if token[at : at + 12] in everything], repr(result)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
def test_broken_secrets_are_not_shown_either(run, endpoints, aws, name):
    """A line break inside, bytes that are not UTF-8, and far too long."""
    for value in ("LongSecret\nWithABreakInside", "LongSecret\x01WithAControl", "LongSecret" * 5000):
        server = endpoints()
        env = {**aws(server, AWS_SESSION_TOKEN="SomeOtherToken", DYNAMODB_INIT_TIMEOUT="1"), name: value}
        result = run(*ONE, "--log-level", "debug", env=env)
        assert "LongSecret" not in result.out + result.err + (result.termination or "") or name == "AWS_ACCESS_KEY_ID", repr(
            result
        )
        assert len(result.err) < 20_000
        server.requests.clear()


def test_nothing_secret_is_in_the_arguments(start, endpoints, aws):
    server = endpoints(Store(creating=1.0))
    one = start(*ONE, env=aws(server))
    server.wait_for(2)
    assert SECRET.encode() not in open(f"/proc/{one.pid}/cmdline", "rb").read()
    assert one.finish().code == 0
