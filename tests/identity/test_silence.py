"""No secret in any output, at any level, in either format, even when a service repeats what it was sent.

Every run of these tests is held to that (conftest.py); here are the runs that tempt.
"""

import json
import re
from html import escape
from urllib.parse import quote

import cloud
import pytest
from cloud import handed_out, plain, sts_error
from pod import AGENT_FILE, CONTAINER, ECS, ENV, FILES, IRSA, TOKEN_FILE

SOURCES = {"environment": ENV, "profile": FILES, "web identity": IRSA, "Pod Identity": CONTAINER, "ECS": ECS, "instance": {}}


def everything_sent(request):
    return request.raw.decode() + "\n" + "\n".join(f"{name}: {value}" for name, value in request.headers)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", ["error", "warn", "info", "debug"])
@pytest.mark.parametrize("source", SOURCES)
def test_a_run_that_succeeds(run, everything, source, level, form):
    result = run("--timeout", "10", "--log-level", level, "--log-format", form, env=SOURCES[source])
    assert result.code == 0, repr(result)


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("command", ["ensure", "doctor"])
def test_sts_repeats_the_token(run, everything, form, command):
    def echo(request):
        words = cloud.form(request).get("WebIdentityToken", "") + " " + quote(request.raw.decode())
        return sts_error("InvalidIdentityToken", f"the token {words} is not for us", form=form)

    everything.sts(echo)
    result = run(command, "--timeout", "2", "--log-level", "debug", env=IRSA)
    assert result.code == 77 and "InvalidIdentityToken" in result.last


@pytest.mark.parametrize("status", [400, 403, 500])
def test_the_agent_repeats_its_token(run, everything, status):
    everything.agents[0].says["GET /v1/credentials "] = [lambda r: plain(status, everything_sent(r), "text/plain")]
    assert run("--timeout", "2", "--log-level", "debug", env=CONTAINER).code in (75, 77)


@pytest.mark.parametrize("kept", ["SecretAccessKey", "Token", "AccessKeyId"])
def test_an_answer_with_keys_in_it_is_not_quoted(run, everything, kept):
    """Half an answer, or one that says an error, still holds keys."""
    everything.agents[0].says["GET /v1/credentials "] = [handed_out(**{kept: None})]
    run("--timeout", "2", "--log-level", "debug", env=CONTAINER)
    everything.agents[0].says["GET /v1/credentials "] = [handed_out(Code="Failed", Message=cloud.secret("CONTAINER"))]
    run("--timeout", "2", "--log-level", "debug", env=CONTAINER)


@pytest.mark.parametrize("place", ["ROLE", "LIST", "REGION"])
def test_the_instance_repeats_its_token(run, everything, place):
    path = {"ROLE": f"GET {cloud.LIST}app-role", "LIST": f"GET {cloud.LIST}", "REGION": "GET /latest/meta-data/placement/region"}[place]
    everything.metadata.says[path] = [lambda r: plain(500, everything_sent(r), "text/plain")]
    run("--timeout", "3", "--log-level", "debug", region=None)
    everything.metadata.says[path] = [lambda r: plain(200, everything_sent(r), "text/plain")]
    run("--timeout", "3", "--log-level", "debug", region=None)


@pytest.mark.parametrize("source", SOURCES)
def test_dynamodb_repeats_what_it_was_sent(run, everything, source):
    text = everything_sent
    everything.dynamodb.on(None, lambda r: plain(400, json.dumps({"__type": "x#InvalidSignatureException", "message": text(r)})))
    run("--timeout", "2", "--log-level", "debug", env=SOURCES[source])
    run("doctor", "--timeout", "2", "--output", "json", env=SOURCES[source])


def test_a_profile_that_is_malformed_is_not_quoted(run, root, network):
    root.write("/aws/credentials", f"[default]\naws_secret_access_key {cloud.secret('PROFILE').rstrip('=')}\n")
    result = run("--timeout", "2", env=FILES)
    assert result.code == 64 and "/aws/credentials" in result.last


def test_a_role_s_sts_repeats_what_it_was_sent(run, everything, root):
    """AWS's text for a wrong signature holds the canonical request; here it holds the Authorization as well."""
    root.write("/aws/config", f"[profile app]\nrole_arn = {cloud.ROLE}\nsource_profile = default\n")
    everything.sts(lambda r: sts_error("SignatureDoesNotMatch", escape(everything_sent(r)), 403))
    result = run("--timeout", "2", "--log-level", "debug", env={**FILES, "AWS_PROFILE": "app"})
    assert result.code == 77 and "SignatureDoesNotMatch" in result.last, repr(result)
    assert not signatures(everything.dynamodb.sts_asked) & words(result), repr(result)


@pytest.mark.parametrize("source", ["environment", "Pod Identity"])
def test_who_we_are_is_answered_with_what_was_asked(run, everything, source):
    everything.sts(lambda r: sts_error("AccessDenied", escape(everything_sent(r)), 403))
    for form in ("text", "json"):
        result = run("doctor", "--output", form, "--log-level", "debug", env=SOURCES[source])
        assert not signatures(everything.dynamodb.sts_asked) & words(result), repr(result)


def signatures(requests):
    return {re.search("Signature=([0-9a-f]{64})", r.header("authorization"))[1] for r in requests}


def words(result):
    return set(re.findall("[0-9a-f]{64}", result.out + result.err + (result.termination or "")))


@pytest.mark.parametrize("status", [200, 302, 400, 403, 500])
@pytest.mark.parametrize("command", ["ensure", "doctor"])
def test_an_agent_of_ecs_repeats_its_token(run, everything, status, command):
    more = [("Location", f"http://{cloud.AGENT_TOKEN}/")] if status == 302 else []
    says = [lambda r: plain(status, json.dumps({"Message": everything_sent(r), "Code": r.header("authorization")}), headers=more)]
    everything.agents[1].says["GET /v2/credentials/uuid "] = says
    run(command, "--timeout", "2", "--log-level", "debug", env=ECS)


@pytest.mark.parametrize("junk", ["\nINFO started\n", " {\"log\": 1}", "\x01", "\0", "." + cloud.SIGNATURE])
@pytest.mark.parametrize("source", ["web identity", "Pod Identity"])
def test_a_token_with_junk_behind_it_is_not_quoted(run, everything, root, source, junk):
    """Log text glued to a JWT has been seen."""
    root.write(TOKEN_FILE, cloud.jwt() + junk)
    root.write(AGENT_FILE, cloud.AGENT_TOKEN + junk)
    everything.sts(sts_error("InvalidIdentityToken", "no"))
    run("--timeout", "2", "--log-level", "debug", env=SOURCES[source])


def test_keys_in_the_wrong_place_are_not_quoted(run, everything):
    """A variable that holds another one's value, as after a mistake in a manifest."""
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        run("--timeout", "2", "--log-level", "debug", env={**ENV, name: f"{cloud.secret('ENV')}\n{cloud.token('ENV')}"})
