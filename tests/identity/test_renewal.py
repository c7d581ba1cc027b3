"""Keys that AWS calls expired or unknown: the source is asked once more, never in a circle; and DynamoDB's codes, one by one."""

import cloud
import pytest
from answers import error
from cloud import handed_out, sts_error, sts_xml
from helpers import failed, ready
from pod import CONTAINER, ENV, IRSA
from test_sts_codes import THROTTLING

EXPIRED = ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "UnrecognizedClientException", "InvalidClientTokenId"]
SOURCES = {"STS": IRSA, "CONTAINER": CONTAINER, "IMDS": {}}


def hand_out(everything, source, later):
    """The source's keys the first time, `later` from then on; returns how often it was asked."""
    if source == "STS":
        everything.sts(sts_xml(), *later)
        return lambda: len(everything.dynamodb.sts_asked)
    if source == "CONTAINER":
        everything.agents[0].says["GET /v1/credentials "] = [handed_out("CONTAINER"), *later]
        return lambda: len(everything.agents[0].requests)
    role = f"GET {cloud.LIST}app-role"
    everything.metadata.says[role] = [handed_out("IMDS"), *later]
    return lambda: sum(r.line.startswith(role) for r in everything.metadata.requests)


def refuse_old(everything, code):
    """DynamoDB takes nothing but the new keys."""
    everything.dynamodb.on(None, lambda r: None if "OTHER" in r.header("authorization") else error(code, "no"))


@pytest.mark.parametrize("code", EXPIRED)
@pytest.mark.parametrize("source", SOURCES)
def test_new_keys_are_fetched(run, everything, source, code):
    asked = hand_out(everything, source, [sts_xml("OTHER") if source == "STS" else handed_out("OTHER")])
    refuse_old(everything, code)
    result = ready(run("--timeout", "20", env=SOURCES[source]), 1)
    assert asked() == 2 and everything.signer() == "OTHER" and "IAM propagation" not in result.err, repr(result)


@pytest.mark.parametrize("source", SOURCES)
def test_once_and_not_in_a_circle(run, everything, source):
    same = {"STS": sts_xml(), "CONTAINER": handed_out("CONTAINER"), "IMDS": handed_out("IMDS")}[source]
    asked = hand_out(everything, source, [same])
    refuse_old(everything, "ExpiredTokenException")
    failed(run("--timeout", "4", env=SOURCES[source]), 77, "ExpiredTokenException")
    assert asked() == 2


def test_a_source_that_fails_meanwhile(run, everything):
    """It is said, and the grace goes on with the keys that are there."""
    hand_out(everything, "STS", [sts_error("InternalFailure", "x", 500)])
    everything.dynamodb.on(None, [error("ExpiredTokenException", "no"), lambda r: None])
    result = ready(run("--timeout", "20", env=IRSA), 1)
    assert "InternalFailure" in result.err and everything.signer() == "STS", repr(result)


def test_keys_of_the_environment_cannot_be_renewed(run, everything):
    everything.dynamodb.on(None, error("ExpiredTokenException", "The security token included in the request is expired"))
    failed(run("--timeout", "2", env=ENV), 77, "expired", "AWS_SESSION_TOKEN")


@pytest.mark.parametrize("seconds", [-60, 30, 200])
@pytest.mark.parametrize("source", SOURCES)
def test_keys_that_are_nearly_over_are_used(run, everything, source, seconds):
    """A source that hands out what it has is not asked in a circle."""
    made = {
        "STS": sts_xml(seconds=seconds),
        "CONTAINER": handed_out("CONTAINER", seconds=seconds),
        "IMDS": handed_out("IMDS", seconds=seconds),
    }
    asked = hand_out(everything, source, [made[source]])
    if source == "STS":
        everything.sts(made["STS"])
    ready(run("--timeout", "20", env=SOURCES[source]), 1)
    assert asked() <= 2 and everything.signer() == source


MANY = range(2, 99)
# code, HTTP status -> exit status, how often it was asked
CODES = {
    **{code: (code, 400, 75, range(1, 99)) for code in THROTTLING.split() if code != "LimitExceededException"},
    **{code: (code, 400, 75, MANY) for code in ("RequestTimeout", "RequestTimeoutException", "InternalServerError")},
    "ReplicatedWriteConflictException": ("ReplicatedWriteConflictException", 400, 75, MANY),
    **{f"any {status}": ("Whatever", status, 75, MANY) for status in (500, 502, 503, 504)},
    "any 429": ("Whatever", 429, 75, range(1, 99)),
    **{code: (code, 400, 77, MANY) for code in ("AccessDenied", "UnauthorizedOperation", "OptInRequired", "AuthFailure")},
    **{code: (code, 400, 70, [1]) for code in ("MissingAuthenticationToken", "IncompleteSignature")},
    **{code: (code, 400, 70, [1]) for code in ("MissingAuthenticationTokenException", "IncompleteSignatureException")},
    "a name that nobody knows": ("Nobody", 400, 70, [3]),
    "403 with such a name": ("Nobody", 403, 70, [3]),
    "ValidationException": ("ValidationException", 400, 65, [1]),
}


SPELT = [(case, "full") for case in CODES] + [(case, how) for case in ("SlowDown", "OptInRequired") for how in ("header", "code", "colon")]


@pytest.mark.parametrize("case, spelling", SPELT)
def test_a_code_of_dynamodb(run, aws, case, spelling):
    code, status, ends, asked = CODES[case]
    aws.dynamodb.on(None, error(code, "so it is", status, spelling))
    seconds = "5" if isinstance(asked, list) else "1"
    result = failed(run("--timeout", seconds, env=ENV), ends, code, "so it is", "request id REQ")
    assert len(aws.dynamodb.calls()) in asked, f"{len(aws.dynamodb.calls())}{result}"
