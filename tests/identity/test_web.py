"""Tokens, agents and instances in detail: what is asked, what is believed, which address is safe."""

import threading
import time

import cloud
import pytest
import world
from cloud import ROLE, handed_out, jwt, sts_error, sts_json, sts_xml
from dns import Dns
from helpers import failed, ready
from pod import AGENT_FILE, CONTAINER, ENV, IRSA, TOKEN_FILE

FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"


def test_what_sts_is_asked(run, everything, root):
    token = jwt()
    root.write(TOKEN_FILE, token + "\n")
    ready(run("--timeout", "10", env={**IRSA, "HOSTNAME": "orders-7d4b/x"}), 1)
    (asked,) = everything.dynamodb.sts_asked
    form = cloud.form(asked)
    assert form.pop("RoleSessionName") == "dynamodb-init-orders-7d4b-x"
    assert form == {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": ROLE,
        "WebIdentityToken": token,
    }
    assert asked.line == "POST / HTTP/1.1" and asked.header("authorization", None) is None
    assert asked.header("accept") == "application/json" and asked.header("host") == cloud.STS_HOST


@pytest.mark.parametrize("answer", [sts_xml(), sts_json()], ids=["XML", "JSON"])
def test_both_forms_of_sts(run, everything, answer):
    everything.sts(answer)
    ready(run("--timeout", "10", env={**IRSA, "AWS_ROLE_SESSION_NAME": "me"}), 1)
    assert everything.signer() == "STS" and cloud.form(everything.dynamodb.sts_asked[0])["RoleSessionName"] == "me"


def test_a_token_that_is_no_jwt_is_sent_all_the_same(run, everything, root):
    root.write(TOKEN_FILE, "an-opaque-token")
    result = ready(run("--timeout", "10", env=IRSA), 1)
    assert cloud.form(everything.dynamodb.sts_asked[0])["WebIdentityToken"] == "an-opaque-token"
    assert "an-opaque-token" not in result.err and "JWT" in result.err


def test_a_token_file_that_comes_late(start, everything, root):
    root.at(TOKEN_FILE).unlink()
    one = start("--timeout", "20", env=IRSA)
    time.sleep(2.5)
    root.write(TOKEN_FILE, jwt())
    ready(one.finish(), 1)


@pytest.mark.slow
@pytest.mark.parametrize("content", [None, ""], ids=["missing", "empty"])
def test_a_token_file_that_never_comes(run, everything, root, content):
    root.at(TOKEN_FILE).unlink()
    if content is not None:
        root.write(TOKEN_FILE, content)
    result = failed(run("--timeout", "30", env=IRSA), 66, TOKEN_FILE)
    assert 9 <= result.seconds <= 14 and everything.dynamodb.sts_asked == []


def test_a_token_that_rotates_between_attempts(run, everything, root):
    first, second = jwt(), jwt(jti="2")
    root.write(TOKEN_FILE, first)

    def rotate(request):
        root.write(TOKEN_FILE, second)
        return sts_error("InternalFailure", "x", 500)

    everything.sts(rotate, sts_xml())
    ready(run("--timeout", "20", env=IRSA), 1)
    assert [cloud.form(r)["WebIdentityToken"] for r in everything.dynamodb.sts_asked] == [first, second]


FINAL = ["IDPRejectedClaim", "RegionDisabledException", "MalformedPolicyDocument", "PackedPolicyTooLarge"]


@pytest.mark.parametrize("code", FINAL)
def test_codes_that_end_it_at_once(run, everything, code):
    everything.sts(sts_error(code, "so it is", 403))
    failed(run("--timeout", "30", env=IRSA), 77, code, "so it is", "sts-request-9")
    assert len(everything.dynamodb.sts_asked) == 1


def test_an_expired_token_gets_one_more_try(run, everything):
    everything.sts(sts_error("ExpiredTokenException", "Token expired"))
    failed(run("--timeout", "30", env=IRSA), 77, "ExpiredTokenException", "exp")
    assert len(everything.dynamodb.sts_asked) == 2


SAFE = [
    "http://127.0.0.1:8099/c",
    "http://127.9.9.9:8099/c",
    "http://[::1]:8099/c",
    "http://localhost:8099/c",
    f"http://{world.ECS}:8099/c",
    f"http://{world.EKS}:8099/c",
    f"http://[{world.EKS6}]:8099/c",
    "http://[fd00:0ec2:0:0:0:0:0:23]:8099/c",
    "HTTP://LocalHost:8099/c",
    "http://127.1:8099/c",
    "http://127.0.0.1:8099/c#fragment",
]


@pytest.mark.parametrize("uri", SAFE)
def test_plain_http_may_go_there(run, aws, root, uri):
    host = uri.split("//")[1].rpartition(":")[0].strip("[]")
    address = {"localhost": "127.0.0.1", "127.1": "127.0.0.1", "fd00:0ec2:0:0:0:0:0:23": world.EKS6}.get(host.lower(), host)
    agent = aws.web(address, {"GET /c ": handed_out()}, port=8099)
    ready(run("--timeout", "10", env={FULL: uri}), 1)
    assert aws.signer() == "CONTAINER"
    if ":" in host:  # the agent knows one spelling of its address
        assert agent.requests[0].header("host") == f"[{address}]:8099"


UNSAFE = [
    f"http://{world.PUBLIC}/c",
    f"http://{world.IMDS}/c",
    "http://public.example/c",
    "http://both.example/c",
    "http://[::ffff:203.0.113.9]/c",
    "http://169.254.170.23@203.0.113.9/c",
    "http://0.0.0.0/c",
    "http://10.0.0.1/c",
    "169.254.170.23/c",
    "http:///c",
    "ftp://127.0.0.1/c",
    "http://127.0.0.1:99999/c",
    "http://[::1/c",
    "http://2852039166/c",
    "http://0xa9fea9fe/c",
    "http://169.254.43518/c",
    f"http://[{world.IMDS6}]/c",
    f"http://[{world.EKS6}%25lo]/c",
    "http://127.0.0.1:80@203.0.113.9/c",
    "http://127.0.0.1\\@203.0.113.9/c",
    "http://127.0.0.1:/c",
    "http://127.0.0.1:0/c",
    "http://127.0.0.1/a b",
    "http:/127.0.0.1/c",
    "//127.0.0.1/c",
    "https:///c",
    "https://user@broker.example/c",
    "file:///etc/passwd",
    "localhost",
]


@pytest.mark.parametrize("uri", UNSAFE)
def test_plain_http_may_not_go_there(run, aws, root, uri):
    root.write("/etc/resolv.conf", f"nameserver {world.DNS}\n")
    names = Dns(world.DNS, {"public.example": [world.PUBLIC], "both.example": ["127.0.0.1", world.PUBLIC]})
    servers = [aws.web(world.PUBLIC, {"GET /c ": handed_out()}), aws.web(world.IMDS, {"GET /c ": handed_out()})]
    try:
        failed(run("--timeout", "5", env={FULL: uri}), 64, FULL)
    finally:
        names.stop()
    assert all(server.connections == 0 for server in servers)


def test_https_may_go_anywhere(run, aws, authority, root):
    tls = authority.server("broker.example")
    root.write("/etc/hosts", root.at("/etc/hosts").read_text() + f"{world.PUBLIC} broker.example\n")
    broker = aws.web(world.PUBLIC, {"GET /c ": handed_out()}, port=443, tls=tls)
    env = {FULL: "https://broker.example/c", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic QWxhZGRpbg=="}
    ready(run("--timeout", "10", env=env), 1)
    assert broker.requests[0].header("authorization") == "Basic QWxhZGRpbg=="


def test_the_agents_token_is_read_anew_and_sent_as_it_is(run, everything, root):
    tokens = []

    def refuse(request):
        tokens.append(request.header("authorization"))
        root.write(AGENT_FILE, cloud.AGENT_TOKEN + "2\n")
        return cloud.plain(500, "x")

    def answer(request):
        tokens.append(request.header("authorization"))
        return handed_out()

    everything.agents[0].says["GET /v1/credentials "] = [refuse, answer]
    ready(run("--timeout", "10", env=CONTAINER), 1)
    assert tokens == [cloud.AGENT_TOKEN, cloud.AGENT_TOKEN + "2"]


ANSWERS = {
    "names in any case": {"accesskeyid": cloud.key("CONTAINER"), "AccessKeyId": None},
    "SessionToken": {"SessionToken": cloud.token("CONTAINER"), "Token": None},
    "ExpiresAt": {"ExpiresAt": cloud.later(), "Expiration": None},
    "nanoseconds": {"Expiration": cloud.later().replace("Z", ".123456789Z")},
    "Code Success": {"Code": "Success"},
}


@pytest.mark.parametrize("case", ANSWERS)
def test_spellings_of_the_agents_answer(run, everything, case):
    everything.agents[0].says["GET /v1/credentials "] = [handed_out(**ANSWERS[case])]
    ready(run("--timeout", "10", env=CONTAINER), 1)
    assert everything.signer() == "CONTAINER"


def test_a_redirect_is_not_followed(run, everything):
    away = cloud.respond(302, "", headers=[("Location", f"http://{world.PUBLIC}/c")], kind=None, crc=None)
    other = everything.web(world.PUBLIC, {"GET /c ": handed_out()})
    everything.agents[0].says["GET /v1/credentials "] = [away]
    assert run("--timeout", "2", env=CONTAINER).code != 0 and other.connections == 0


def test_what_the_instance_is_asked(run, aws):
    imds = aws.imds()
    ready(run("--timeout", "10"), 1)
    assert imds.lines() == ["PUT /latest/api/token", f"GET {cloud.LIST}", f"GET {cloud.LIST}app-role"]
    assert imds.requests[0].header("x-aws-ec2-metadata-token-ttl-seconds") == "21600"
    assert {r.header("x-aws-ec2-metadata-token") for r in imds.requests[1:]} == {cloud.IMDS_TOKEN}


INSTANCE = {
    "switched off": ({"PUT": cloud.plain(403, "")}, 67, "403|switched off|disabled"),
    "bad request": ({"PUT": cloud.plain(400, "")}, 67, "400"),
    "no role": ({"LIST": cloud.plain(404, "")}, 67, "role"),
    "broken": ({"LIST": cloud.plain(500, "")}, 75, "500"),
    "switched off under another status": ({"PUT": cloud.plain(404, "")}, 67, "HTTP 404"),
    "an empty token": ({"PUT": cloud.plain(200, "")}, 67, "token request"),
    "a forbidden list": ({"LIST": cloud.plain(403, "")}, 67, "HTTP 403"),
    "an empty list": ({"LIST": cloud.plain(200, "")}, 67, "list of roles"),
    "a page as list": ({"LIST": cloud.plain(200, "<html>welcome</html>", "text/html")}, 67, "list of roles"),
    "a silent list": ({"LIST": cloud.SILENT}, 67, "169.254.169.254.*within 1"),
    "silent about the role": ({"ROLE": cloud.SILENT}, 67, "169.254.169.254.*within 1"),
    "never content with a token": ({"LIST": cloud.plain(401, "")}, 75, "401"),
    "broken at the token": ({"PUT": cloud.plain(503, "")}, 75, "503"),
    "another error": ({"ROLE": cloud.plain(200, '{"Code":"Failed","Message":"no"}')}, 77, "Failed: no"),
    "a role's page": ({"ROLE": cloud.plain(200, "<html>", "text/html")}, 75, "app-role.*no JSON"),
    "does not trust": (
        {"ROLE": cloud.plain(200, '{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role app-role"}')},
        77,
        "AssumeRoleUnauthorizedAccess",
    ),
}


@pytest.mark.parametrize("case", INSTANCE)
def test_an_instance_that_has_nothing(run, aws, case):
    says, code, words = INSTANCE[case]
    aws.imds(**says)
    failed(run("--timeout", "4"), code, words)


def test_the_instances_token_expires_on_the_way(run, aws):
    imds = aws.imds()
    role = imds.says[f"GET {cloud.LIST}app-role"]
    imds.says[f"GET {cloud.LIST}app-role"] = [cloud.plain(401, ""), *role]
    ready(run("--timeout", "10"), 1)
    assert imds.lines().count("PUT /latest/api/token") == 2


def test_keys_that_look_expired_are_used_with_a_warning(run, aws):
    aws.imds(ROLE=handed_out("IMDS", seconds=-600, Code="Success"))
    result = ready(run("--timeout", "10"), 1)
    assert "expired" in result.err


@pytest.mark.parametrize("mode, address", [("IPv6", world.IMDS6), ("ipv4", world.IMDS)])
def test_the_mode_of_the_address(run, aws, mode, address):
    imds = aws.imds(host=address)
    ready(run("--timeout", "10", env={"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": mode}), 1)
    assert len(imds.requests) == 3


def test_the_address_of_the_instance_service_by_hand(run, aws):
    imds = aws.web("127.0.0.9", cloud.metadata(), port=8123)
    env = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.9:8123/", "HTTP_PROXY": "http://127.0.0.1:9"}
    ready(run("--timeout", "10", env=env), 1)
    assert len(imds.requests) == 3


BLANK = [
    "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ACCOUNT_ID AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_SESSION_NAME AWS_EC2_METADATA_DISABLED HTTPS_PROXY",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN NO_PROXY",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE AWS_EC2_METADATA_SERVICE_ENDPOINT AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_METADATA_SERVICE_TIMEOUT AWS_METADATA_SERVICE_NUM_ATTEMPTS AWS_STS_REGIONAL_ENDPOINTS AWS_ENDPOINT_URL SSL_CERT_FILE",
    "AWS_ENDPOINT_URL_DYNAMODB AWS_ENDPOINT_URL_STS AWS_IGNORE_CONFIGURED_ENDPOINT_URLS AWS_USE_FIPS_ENDPOINT HTTP_PROXY",
    "AWS_USE_DUALSTACK_ENDPOINT AWS_ACCOUNT_ID_ENDPOINT_MODE AWS_MAX_ATTEMPTS AWS_RETRY_MODE AWS_DEFAULT_REGION https_proxy",
]


@pytest.mark.parametrize("value", ["", " ", "\t\n"], ids=["empty", "a space", "tab and newline"])
@pytest.mark.parametrize("name", " ".join(BLANK).split())
def test_a_blank_variable_is_an_unset_one(run, aws, name, value):
    aws.imds()
    ready(run("--timeout", "10", env={name: value}), 1)
    assert aws.signer() == "IMDS"


def test_the_agent_comes_up_late(start, aws, root):
    root.write(AGENT_FILE, cloud.AGENT_TOKEN)
    one = start("--timeout", "30", env=CONTAINER)
    threading.Event().wait(3)
    aws.agent()
    ready(one.finish(), 1)


@pytest.mark.slow
@pytest.mark.parametrize("source", ["STS", "DynamoDB"])
def test_the_grace_ends_after_a_minute(run, everything, source):
    if source == "STS":
        everything.sts(sts_error("AccessDenied", "no", 403))
    else:
        from store import denied

        everything.dynamodb.on(None, denied("DescribeTable", "orders"))
    result = failed(run("--timeout", "200", limit=100, env=IRSA if source == "STS" else ENV), 77, "AccessDenied")
    assert 55 <= result.seconds <= 75


PASSES = {
    "two roles": {"LIST": cloud.plain(200, "app-role\nother-role\n", "text/plain")},
    "a broken token, then a good one": {"PUT": [cloud.plain(503, "")] * 3 + [cloud.plain(200, cloud.IMDS_TOKEN)]},
    "a list that is broken at first": {"LIST": [cloud.plain(500, "")] * 5 + [cloud.plain(200, "app-role")]},
    "half an answer": {"ROLE": [cloud.plain(200, "{"), handed_out("IMDS", Code="Success")]},
    "no Code": {"ROLE": handed_out("IMDS")},
    "an account beside it": {"ROLE": handed_out("IMDS", Code="success", AccountId="123456789012", Type="AWS-HMAC")},
}


@pytest.mark.parametrize("case", PASSES)
def test_an_instance_that_comes_to_it(run, aws, case):
    aws.imds(**PASSES[case])
    ready(run("--timeout", "20"), 1)
    assert aws.signer() == "IMDS"


PATIENCE = {
    "once, a second": ({}, 1, 1, 3),
    "three times": ({"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"}, 3, 3, 5),
    "two seconds": ({"AWS_METADATA_SERVICE_TIMEOUT": "2"}, 1, 2, 4),
}


@pytest.mark.parametrize("case", PATIENCE)
def test_the_patience_with_an_instance(run, aws, case):
    env, asked, least, most = PATIENCE[case]
    imds = aws.imds(PUT=cloud.SILENT)
    result = failed(run("--timeout", "30", env=env), 67, "hop limit")
    assert len(imds.requests) == asked and least <= result.seconds < most + 1, repr(result)


NUMBERS = [(name, value) for name in ("TIMEOUT", "NUM_ATTEMPTS") for value in ("0", "-1", "1.5", "many", "1001")]


@pytest.mark.parametrize("name, value", NUMBERS)
def test_a_patience_that_is_no_number(run, aws, name, value):
    failed(run("--timeout", "5", env={f"AWS_METADATA_SERVICE_{name}": value}), 64, f"AWS_METADATA_SERVICE_{name}", value)


ADDRESSES = ["169.254.169.254", "ftp://169.254.169.254", "http://", "http://u:p@169.254.169.254", "http://169.254.169.254/?x", "http://a b"]


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_of_the_instance_that_is_none(run, aws, url):
    failed(run("--timeout", "5", env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": url}), 64, "AWS_EC2_METADATA_SERVICE_ENDPOINT")


@pytest.mark.parametrize("path", ["v2/x", " /v2", "http://169.254.170.2/v2", "/a b", "/a\tb", "/\u00e4", "@evil/x", "?x"])
def test_a_relative_uri_that_is_none(run, aws, path):
    agent = aws.agent(host=world.ECS, path="/")
    failed(run("--timeout", "5", env={"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path}), 64, "RELATIVE_URI")
    assert agent.connections == 0


def test_what_is_passed_over_is_said(run, everything):
    """Half a setting in the environment, and a demand that the application may not share."""
    half = run("--timeout", "10", env={"AWS_SECRET_ACCESS_KEY": cloud.secret("ENV"), "AWS_ROLE_ARN": ROLE, **CONTAINER})
    assert "AWS_ACCESS_KEY_ID is not set" in half.err and "AWS_WEB_IDENTITY_TOKEN_FILE is not set" in half.err, repr(half)
    demand = run("--timeout", "10", env={**ENV, **CONTAINER, "DYNAMODB_INIT_CREDENTIALS": "container"})
    assert "environment is configured as well" in demand.err, repr(demand)


FOREIGN = {
    "AWS_SECURITY_TOKEN": cloud.token("OTHER"),
    "AWS_CREDENTIAL_EXPIRATION": "2001-01-01T00:00:00Z",
    "AWS_DEFAULT_PROFILE": "gone",
    "SECRET_ACCESS_KEY": cloud.secret("OTHER"),
    "AWS_EC2_METADATA_V1_DISABLED": "junk",
    "ALL_PROXY": "http://127.0.0.1:9",
    "all_proxy": "http://127.0.0.1:9",
    "AWS_NEW_RETRIES_2026": "junk",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_variable_that_is_not_ours(run, aws, name):
    ready(run("--timeout", "10", env={**ENV, name: FOREIGN[name]}), 1)
    assert aws.signer() == "ENV"
