"""A clock that is wrong: learnt from the Date of a refusal, or from its words; corrected once, told once, used from then on."""

import calendar
import email.utils
import json
import re
import time

import cloud
import pytest
from cloud import ROLE, sts_xml, whoami
from helpers import failed, ready
from pod import ENV, FILES, PROFILE

OFF = {"behind": 600, "ahead of": -600}
ROLES = {**FILES, "AWS_PROFILE": "app"}


def signed_at(request):
    return calendar.timegm(time.strptime(request.header("x-amz-date"), "%Y%m%dT%H%M%SZ"))


def basic(seconds):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def words(request, off):
    """What AWS says of a signature that is too old, or not yet valid."""
    was, now = basic(signed_at(request)), time.time() + off
    if off > 0:
        return f"Signature expired: {was} is now earlier than {basic(now - 300)} ({basic(now)} - 5 min.)"
    return f"Signature not yet current: {was} is still later than {basic(now + 300)} ({basic(now)} + 5 min.)"


def refusal(off, told_by, service):
    """Refuses what is signed more than five minutes off AWS's clock; None: it is right."""

    def answer(request):
        if abs(signed_at(request) - time.time() - off) < 300:
            return None
        date = [("Date", email.utils.formatdate(time.time() + off, usegmt=True))] if told_by == "Date" else []
        text = words(request, off) if told_by == "words" else "The request signature we calculated does not match"
        if service == "sts":
            body = f"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>{text}</Message></Error></ErrorResponse>"
            return cloud.plain(403, body, "text/xml", headers=date)
        body = {"__type": "com.amazon.coral.service#InvalidSignatureException", "message": text}
        return cloud.plain(400, json.dumps(body), headers=date)

    return answer


@pytest.fixture(autouse=True)
def other_time(aws):
    """Signed ten minutes from now, as it must be: the look at signatures would not know."""
    aws.dynamodb.problems = lambda: []


@pytest.mark.parametrize("told_by", ["Date", "words"])
@pytest.mark.parametrize("clock", OFF)
def test_dynamodb(run, aws, clock, told_by):
    aws.dynamodb.on(None, refusal(OFF[clock], told_by, "dynamodb"))
    result = ready(run("--timeout", "20", env={**ENV, "DYNAMODB_INIT_TABLE": "orders,carts"}), 2)
    told = re.findall(rf"node clock is (59\d|60\d) s {clock} AWS's", result.err)
    assert len(told) == 1 and len(aws.dynamodb.calls("CreateTable")) == 1, repr(result)
    assert all(abs(signed_at(r) - time.time() - OFF[clock]) < 60 for r in aws.dynamodb.calls("CreateTable"))


@pytest.mark.parametrize("told_by", ["Date", "words"])
@pytest.mark.parametrize("clock", OFF)
def test_a_role_of_a_profile(run, aws, root, clock, told_by):
    """The first signed call is STS's; what it taught holds for DynamoDB."""
    root.write("/aws/config", f"[profile app]\nrole_arn = {ROLE}\nsource_profile = default\n")
    root.write("/aws/credentials", PROFILE)
    check, table = refusal(OFF[clock], told_by, "sts"), refusal(OFF[clock], told_by, "dynamodb")
    aws.sts(lambda r: check(r) or sts_xml("ROLE", "AssumeRole"))
    aws.dynamodb.on(None, table)
    result = ready(run("--timeout", "20", env=ROLES), 1)
    assert len(aws.dynamodb.sts_asked) == 2 and len(aws.dynamodb.calls()) == 1, repr(result)
    assert len(re.findall("node clock", result.err)) == 1, repr(result)


def test_doctor_tells_who_we_are_all_the_same(run, aws):
    check = refusal(600, "words", "sts")
    aws.sts(lambda r: check(r) or whoami())
    aws.dynamodb.on(None, refusal(600, "words", "dynamodb"))
    result = run("doctor", env=ENV)
    assert result.code == 0 and "assumed-role/app/session" in result.out and "behind AWS's" in result.err, repr(result)


@pytest.mark.parametrize("off", [60, 30 * 86400], ids=["a minute", "a month"])
def test_what_is_no_correction(run, aws, off):
    """Too little to be the cause; too much to be believed."""

    def answer(request):
        date = [("Date", email.utils.formatdate(time.time() + off, usegmt=True))]
        return cloud.plain(400, '{"__type":"x#InvalidSignatureException","message":"no"}', headers=date)

    aws.dynamodb.on(None, answer)
    result = failed(run("--timeout", "2", env=ENV), 77, "InvalidSignatureException", "clock")
    assert "node clock is" not in result.err


def test_one_correction_for_a_call(run, aws):
    """A clock of AWS's that jumps is followed once; then it is a denial like others."""
    jumps = iter(range(600, 600000, 600))

    def answer(request):
        date = [("Date", email.utils.formatdate(time.time() + next(jumps), usegmt=True))]
        return cloud.plain(400, '{"__type":"x#RequestTimeTooSkewed","message":"no"}', headers=date)

    aws.dynamodb.on(None, answer)
    result = failed(run("--timeout", "3", env=ENV), 77, "RequestTimeTooSkewed")
    assert len(re.findall("node clock is", result.err)) == 1, repr(result)
