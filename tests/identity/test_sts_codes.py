"""What STS may answer, code by code: how often it is asked again, and how it ends. One row a code of the reference."""

import cloud
import pytest
from cloud import ROLE, sts_error, sts_json, sts_xml
from helpers import failed, ready
from pod import FILES, IRSA, PROFILE

MANY = range(2, 99)  # the outer loop goes on to the deadline
GRACE = MANY
THROTTLING = """Throttling ThrottlingException ThrottledException RequestThrottledException RequestThrottled TooManyRequestsException
    ProvisionedThroughputExceededException TransactionInProgressException RequestLimitExceeded BandwidthLimitExceeded
    LimitExceededException SlowDown PriorRequestNotComplete EC2ThrottledException"""
TRANSIENT = "RequestTimeout RequestTimeoutException InternalServerError InternalFailure ServiceUnavailable IDPCommunicationError"

# code, HTTP status -> exit status, how often it was asked
CODES = {
    **{f"{code} {status}": (code, status, 75, range(1, 99)) for code in THROTTLING.split() for status in (400,)},
    **{f"{code} 400": (code, 400, 75, MANY) for code in TRANSIENT.split()},
    **{f"any {status}": ("Whatever", status, 75, MANY) for status in (500, 502, 503, 504)},
    "any 429": ("Whatever", 429, 75, range(1, 99)),
    "AccessDenied 403": ("AccessDenied", 403, 77, GRACE),
    "AccessDeniedException 403": ("AccessDeniedException", 403, 77, GRACE),
    "OptInRequired 403": ("OptInRequired", 403, 77, GRACE),
    "UnauthorizedOperation 403": ("UnauthorizedOperation", 403, 77, GRACE),
    "InvalidIdentityToken 400": ("InvalidIdentityToken", 400, 77, GRACE),
    "InvalidClientTokenId 403": ("InvalidClientTokenId", 403, 77, GRACE),
    "SignatureDoesNotMatch 403": ("SignatureDoesNotMatch", 403, 77, GRACE),
    "ExpiredTokenException 400": ("ExpiredTokenException", 400, 77, [2]),
    "IDPRejectedClaim 403": ("IDPRejectedClaim", 403, 77, [1]),
    "RegionDisabledException 403": ("RegionDisabledException", 403, 77, [1]),
    "MalformedPolicyDocument 400": ("MalformedPolicyDocument", 400, 77, [1]),
    "PackedPolicyTooLarge 400": ("PackedPolicyTooLarge", 400, 77, [1]),
    "ValidationError 400": ("ValidationError", 400, 77, [3]),
    "a name that nobody knows 400": ("Nobody", 400, 77, [3]),
    "ValidationException 400": ("ValidationException", 400, 77, [3]),
    "MissingAuthenticationToken 403": ("MissingAuthenticationToken", 403, 70, [1]),
    "IncompleteSignature 400": ("IncompleteSignature", 400, 70, [1]),
}


IN_JSON = ["AccessDenied 403", "ExpiredTokenException 400", "Throttling 400", "IDPCommunicationError 400", "any 500", "ValidationError 400"]


@pytest.mark.parametrize("case, form", [*((case, "xml") for case in CODES), *((case, "json") for case in IN_JSON)])
def test_a_code(run, everything, case, form):
    code, status, ends, asked = CODES[case]
    everything.sts(sts_error(code, "so it is", status, form))
    seconds = "5" if isinstance(asked, list) else "2"  # what is counted has its time on a busy machine, and ends by itself
    failed(run("--timeout", seconds, env=IRSA), ends, code, "so it is", "request id sts-request-9")
    assert len(everything.dynamodb.sts_asked) in asked and everything.metadata.requests == []


@pytest.mark.parametrize("case", ["AccessDenied 403", "InvalidClientTokenId 403", "SignatureDoesNotMatch 403", "any 500"])
def test_a_code_for_a_role_by_keys(run, everything, root, case):
    code, status, ends, asked = CODES[case]
    root.write("/aws/config", f"[profile app]\nrole_arn = {ROLE}\nsource_profile = default\n")
    root.write("/aws/credentials", PROFILE)
    everything.sts(sts_error(code, "so it is", status))
    result = failed(run("--timeout", "2", env={**FILES, "AWS_PROFILE": "app"}), ends, code, "so it is", 'profile "app"')
    assert len(everything.dynamodb.sts_asked) in asked and (ends != 77 or "; " in result.last)


PAGES = {
    "a page, 403": (cloud.plain(403, "<html>no</html>", "text/html"), 69),
    "a page, 404": (cloud.plain(404, "<html>no</html>", "text/html"), 69),
    "a redirect": (cloud.respond(302, "", headers=[("Location", "http://127.0.0.1/")], kind=None, crc=None), 69),
    "a page, 500": (cloud.plain(500, "<html>no</html>", "text/html"), 75),
    "a page, 200": (cloud.plain(200, "<html>welcome</html>", "text/html"), 75),
    "empty, 200": (cloud.plain(200, "", "text/xml"), 75),
    "JSON without credentials, 200": (cloud.plain(200, "{}"), 75),
    "XML cut in the middle": (cloud.plain(200, sts_xml().parts["body"][:300], "text/xml"), 75),
    "another action's answer": (sts_xml(action="AssumeRole"), 75),
    "no secret": (cloud.plain(200, sts_xml().parts["body"].replace(b"SecretAccessKey", b"Other"), "text/xml"), 75),
    "an empty token": (cloud.plain(200, sts_json().parts["body"].replace(cloud.token("STS").encode(), b"")), 75),
    "a date that is none": (cloud.plain(200, sts_xml().parts["body"].replace(b"<Expiration>", b"<Expiration>on "), "text/xml"), 75),
}


@pytest.mark.parametrize("case", PAGES)
def test_what_is_no_answer_of_sts(run, everything, case):
    answer, ends = PAGES[case]
    everything.sts(answer)
    failed(run("--timeout", "2", env=IRSA), ends, "web identity", cloud.STS_HOST)
    assert len(everything.dynamodb.sts_asked) >= 2 and everything.metadata.requests == []


GOOD = {
    "no white space before": sts_xml().parts["body"],
    "a declaration and a comment": b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- < > -->\n' + sts_xml().parts["body"],
    "an Expiration with microseconds": sts_xml().parts["body"].replace(b"Z</Expiration>", b".123456Z</Expiration>"),
    "entities": sts_xml(arn="arn:aws:sts::123456789012:assumed-role/app/a&amp;b&#x3d;").parts["body"],
    "attributes and unknown elements": sts_xml().parts["body"].replace(b"<Credentials>", b"<Other a='<'/><Credentials x=\"y\">"),
    "white space around values": sts_xml().parts["body"].replace(b"<AccessKeyId>", b"<AccessKeyId>\n  "),
    "JSON behind white space": b" \r\n\t" + sts_json().parts["body"],
    "JSON with whole seconds": sts_json(seconds=3600.0).parts["body"],
}


@pytest.mark.parametrize("case", GOOD)
@pytest.mark.parametrize("kind", ["text/xml", "application/json"])
def test_spellings_of_a_good_answer(run, everything, case, kind):
    """The first byte tells the parser, not the header."""
    everything.sts(cloud.plain(200, GOOD[case], kind))
    ready(run("--timeout", "10", env=IRSA), 1)
    assert everything.signer() == "STS"


def test_the_delays_are_those_of_the_sdks(run, everything):
    """Two retries in a call: at most 50 and 100 ms; throttled: at most one and two seconds."""
    everything.sts(*[sts_error("InternalFailure", "x", 500)] * 2, sts_xml())
    result = ready(run("--timeout", "20", env=IRSA), 1)
    waits = [int(line.rsplit(" ", 2)[1]) for line in result.lines if line.endswith(" ms")]
    assert len(waits) == 2 and waits[0] <= 50 and waits[1] <= 100, repr(result)
