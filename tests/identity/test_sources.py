"""Which source speaks, which one is passed over, and what ends the search: one row a rule."""

import cloud
import pytest
import world
from cloud import ROLE, handed_out, jwt, sts_error, sts_xml
from helpers import failed, ready
from pod import CONTAINER, ECS, ENV, FILES, IRSA, PROFILE, TOKEN_FILE

ORDER = {
    "environment before all": ({**ENV, **IRSA, **CONTAINER, **FILES}, "ENV"),
    "profile before web identity": ({**IRSA, **CONTAINER, **FILES}, "PROFILE"),
    "web identity before container": ({**IRSA, **CONTAINER}, "STS"),
    "container before metadata": (CONTAINER, "CONTAINER"),
    "metadata at the end": ({}, "IMDS"),
    "relative URI before full": ({**CONTAINER, **ECS}, "CONTAINER"),
    "relative URI alone": (ECS, "CONTAINER"),
    "AWS_PROFILE keeps the environment": ({**ENV, **FILES, "AWS_PROFILE": "default"}, "ENV"),
    "secret without key id is passed over": ({"AWS_SECRET_ACCESS_KEY": cloud.secret("ENV"), **IRSA}, "STS"),
    "role without token file is passed over": ({"AWS_ROLE_ARN": ROLE, **CONTAINER}, "CONTAINER"),
    "a profile without credentials is passed over": ({"AWS_CONFIG_FILE": "/aws/config", **IRSA}, "STS"),
    "absent default files are passed over": ({"HOME": "/nowhere", **IRSA}, "STS"),
    "files under HOME": ({"HOME": "/home"}, "PROFILE"),
    "blank key": ({"AWS_ACCESS_KEY_ID": " ", "AWS_SECRET_ACCESS_KEY": "", **IRSA}, "STS"),
    "blank token file": ({"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": " ", **CONTAINER}, "CONTAINER"),
    "blank role and file": ({"AWS_ROLE_ARN": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "", **CONTAINER}, "CONTAINER"),
    "blank container URI": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": " ", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": ""}, "IMDS"),
    "blank relative, good full": ({**CONTAINER, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": " "}, "CONTAINER"),
    "blank profile": ({**IRSA, "AWS_PROFILE": " "}, "STS"),
    "blank metadata switch": ({"AWS_EC2_METADATA_DISABLED": " "}, "IMDS"),
    "metadata not disabled": ({"AWS_EC2_METADATA_DISABLED": "False"}, "IMDS"),
    "metadata over IPv6": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv6"}, "IMDS"),
    "demand env": ({**ENV, **IRSA, "DYNAMODB_INIT_CREDENTIALS": "env"}, "ENV"),
    "demand profile": ({**ENV, **FILES, "DYNAMODB_INIT_CREDENTIALS": "profile"}, "PROFILE"),
    "demand web-identity": ({**ENV, **IRSA, "DYNAMODB_INIT_CREDENTIALS": "web-identity"}, "STS"),
    "demand container": ({**ENV, **CONTAINER, "DYNAMODB_INIT_CREDENTIALS": "container"}, "CONTAINER"),
    "demand imds": ({**ENV, **CONTAINER, "DYNAMODB_INIT_CREDENTIALS": "imds"}, "IMDS"),
    "--profile leaves the environment out": ({**ENV, **FILES, "DYNAMODB_INIT_PROFILE": "default"}, "PROFILE"),
    "trailing newline in the key": ({k: v + "\n" for k, v in ENV.items()}, "ENV"),
}


@pytest.mark.parametrize("case", ORDER)
def test_the_order(run, root, everything, case):
    env, source = ORDER[case]
    root.write("/home/.aws/credentials", PROFILE)
    if "relative" in case:
        everything.agents[0].says["GET /v1/credentials "] = [handed_out("OTHER")]
    if "absent" in case or "without credentials" in case:
        root.at("/aws/credentials").unlink()
    if "IPv6" in case:
        everything.imds(host=world.IMDS6)
        everything.metadata.stop()
    if case == "blank relative, good full":
        everything.agents[0].says["GET /v1/credentials "] = [handed_out("CONTAINER")]
    ready(run("--log-level", "debug", "--timeout", "20", env=env), 1, created=0)
    assert everything.signer() == source


REFUSED = {
    "key id without secret": ({"AWS_ACCESS_KEY_ID": cloud.key("ENV"), **IRSA}, 64, "AWS_SECRET_ACCESS_KEY"),
    "token file without role": ({"AWS_WEB_IDENTITY_TOKEN_FILE": TOKEN_FILE, **CONTAINER}, 64, "AWS_ROLE_ARN"),
    "AWS_PROFILE names none": ({**FILES, **IRSA, "AWS_PROFILE": "gone"}, 64, "gone"),
    "--profile names none": ({**FILES, **IRSA, "DYNAMODB_INIT_PROFILE": "gone"}, 64, "gone"),
    "relative URI without slash": ({**ECS, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "v2/x"}, 64, "RELATIVE_URI"),
    "demand env, not there": ({**IRSA, "DYNAMODB_INIT_CREDENTIALS": "env"}, 67, "env"),
    "demand profile, not there": ({**IRSA, "DYNAMODB_INIT_CREDENTIALS": "profile"}, 67, "profile"),
    "demand web-identity, not there": ({**CONTAINER, "DYNAMODB_INIT_CREDENTIALS": "web-identity"}, 67, "web-identity"),
    "demand container, not there": ({**IRSA, "DYNAMODB_INIT_CREDENTIALS": "container"}, 67, "container"),
    "demand imds, disabled": ({**IRSA, "DYNAMODB_INIT_CREDENTIALS": "imds", "AWS_EC2_METADATA_DISABLED": "true"}, 67, "imds"),
    "demand of an unknown source": ({"DYNAMODB_INIT_CREDENTIALS": "irsa"}, 64, "irsa"),
    "metadata disabled": ({"AWS_EC2_METADATA_DISABLED": "TRUE"}, 67, "AWS_EC2_METADATA_DISABLED"),
    "metadata switch misspelt": ({"AWS_EC2_METADATA_DISABLED": "yes please"}, 64, "AWS_EC2_METADATA_DISABLED"),
    "metadata mode misspelt": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv5"}, 64, "ENDPOINT_MODE"),
    "a named shared file unreadable": ({"AWS_SHARED_CREDENTIALS_FILE": "/aws/locked", **IRSA}, 66, "/aws/locked"),
    "token with a line break": ({**ECS, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\nb"}, 64, "AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    "token file with a line break": (
        {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/aws/broken"},
        66,
        "/aws/broken",
    ),
    "container token file is missing": (
        {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/aws/gone"},
        66,
        "/aws/gone",
    ),
    "token file not ours": ({**IRSA, "AWS_WEB_IDENTITY_TOKEN_FILE": "/aws/locked"}, 66, "/aws/locked.*65532.*fsGroup"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.slow
def test_what_ends_the_search(run, root, everything, case):
    env, code, words = REFUSED[case]
    root.write("/aws/locked", jwt(), mode=0o600, owner=0)
    root.write("/aws/broken", "one\r\nInjected: two")
    failed(run("--timeout", "14", env=env), code, words)
    assert everything.dynamodb.calls() == [] and everything.metadata.requests == []


DENIED = [sts_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)]
NO_DOWNGRADE = {
    "STS refuses": (IRSA, {"sts": DENIED}, 77, "AccessDenied"),
    "STS is broken": (IRSA, {"sts": [sts_error("InternalFailure", "x", 500)]}, 75, "500|InternalFailure"),
    "STS throttles": (IRSA, {"sts": [sts_error("Throttling", "Rate exceeded", 400)]}, 75, "Throttling"),
    "STS answers a page": (IRSA, {"sts": [cloud.plain(403, "<html>go away</html>", "text/html")]}, 69, "403"),
    "STS page 503": (IRSA, {"sts": [cloud.plain(503, "<html>busy</html>", "text/html")]}, 75, "503"),
    "agent refuses": (CONTAINER, {"agent": [cloud.plain(403, '{"message":"no association"}')]}, 77, "403.*no association"),
    "agent is broken": (CONTAINER, {"agent": [cloud.plain(500, "oops", "text/plain")]}, 75, "500"),
    "agent throttles": (CONTAINER, {"agent": [cloud.plain(429, "slow down", "text/plain")]}, 75, "429"),
    "agent is away": (CONTAINER, {"agent": None}, 69, world.EKS),
    "agent says an error with 200": (
        CONTAINER,
        {"agent": [cloud.plain(200, '{"Code":"AccessDenied","Message":"not you"}')]},
        77,
        "not you",
    ),
}


@pytest.mark.parametrize("case", NO_DOWNGRADE)
def test_a_configured_source_that_fails_is_never_replaced(run, everything, case):
    """IRSA and Pod Identity never become the node's role."""
    env, script, code, words = NO_DOWNGRADE[case]
    if "sts" in script:
        everything.sts(*script["sts"])
    elif script["agent"] is None:
        everything.agents[0].stop()
    else:
        everything.agents[0].says["GET /v1/credentials "] = script["agent"]
    failed(run("--timeout", "4", env=env), code, words)
    assert everything.metadata.requests == [] and everything.dynamodb.calls() == []


RECOVERS = {
    "STS, once": (IRSA, "sts", [sts_error("InternalFailure", "x", 500)]),
    "STS cannot reach the provider": (IRSA, "sts", [sts_error("IDPCommunicationError", "x")] * 2),
    "verification key": (
        IRSA,
        "sts",
        [sts_error("InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider")],
    ),
    "STS throttles": (IRSA, "sts", [sts_error("Throttling", "Rate exceeded")]),
    "STS denies at first": (IRSA, "sts", DENIED * 2),
    "STS in JSON denies at first": (IRSA, "sts", [sts_error("AccessDenied", "no", 403, "json")]),
    "no answer from STS": (IRSA, "sts", [cloud.Answer(["reset"])]),
    "half an answer from STS": (IRSA, "sts", [cloud.plain(200, "<AssumeRoleWithWebIdentityResponse>", "text/xml")]),
    "empty answer": (IRSA, "sts", [cloud.plain(200, "", "text/xml")]),
    "agent 500, 503, 429": (
        CONTAINER,
        "agent",
        [cloud.plain(s, "busy", "text/plain") for s in (500, 503, 429)],
    ),
    "agent slow": (CONTAINER, "agent", [cloud.slowly(handed_out(), 1.5)]),
    "agent not ready": (CONTAINER, "agent", [cloud.plain(404, "{}")]),
    "agent's answer unreadable": (CONTAINER, "agent", [cloud.plain(200, "{")]),
    "agent's answer incomplete": (CONTAINER, "agent", [handed_out(SecretAccessKey=None)]),
}


@pytest.mark.parametrize("case", RECOVERS)
def test_what_passes_is_waited_for(run, everything, case):
    env, who, answers = RECOVERS[case]
    if who == "sts":
        everything.sts(*answers, sts_xml())
    else:
        everything.agents[0].says["GET /v1/credentials "] = [*answers, handed_out()]
    ready(run("--timeout", "30", env=env), 1, created=0)
    assert everything.signer() == ("STS" if who == "sts" else "CONTAINER")
    assert everything.metadata.requests == []
