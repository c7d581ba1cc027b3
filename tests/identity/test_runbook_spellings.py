"""The runbook's failures in other words of AWS, of agents and of networks: the last line names the cause and what to do."""

import cloud
import pytest
import world
from certificates import Authority
from cloud import DYNAMODB_HOST, STS_HOST, jwt, plain, sts_error
from helpers import failed
from pod import CONTAINER, ECS, ENV, IRSA, TOKEN_FILE
from store import denied

POD = {"KUBERNETES_SERVICE_HOST": "10.96.0.1"}

# code, AWS's words, HTTP status -> exit status, what is looked for
TOKENS = {
    "an explicit deny": ("AccessDenied", "not authorized, with an explicit deny in a service control policy", 403, 77, "organization"),
    "no provider": ("InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://x", 400, 77, "create the IAM OIDC"),
    "a thumbprint": (
        "InvalidIdentityToken",
        "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
        400,
        77,
        "correct the thumbprints",
    ),
    "an audience": ("InvalidIdentityToken", "Incorrect token audience", 400, 77, "projected token"),
    "no JWT": ("InvalidIdentityToken", "The ID Token provided is not a valid JWT.", 400, 77, "kubelet projects"),
    "keys that cannot be fetched": (
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider,  please reference the documentation",
        400,
        75,
        "iss publishes",
    ),
    "an old token": ("ExpiredTokenException", "Token expired: current date/time 2 must be before 1", 400, 77, "kubelet"),
    "a role that is no ARN": ("ValidationError", "Request ARN is invalid", 400, 77, "role's ARN"),
    "a region that is off": ("RegionDisabledException", "STS is not activated in this region", 403, 77, "activate STS"),
    "another subject": ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403, 77, "StringEquals"),
}


@pytest.mark.parametrize("case", TOKENS)
def test_sts_about_a_token(run, everything, case):
    code, words, status, ends, remedy = TOKENS[case]
    everything.sts(sts_error(code, words, status))
    failed(run("--timeout", "2", env={**IRSA, **POD}), ends, code, "sub system:serviceaccount:shop:orders", remedy)


def test_a_token_that_is_old_whatever_sts_calls_it(run, everything, root):
    root.write(TOKEN_FILE, jwt(seconds=-60))
    everything.sts(sts_error("InvalidIdentityToken", "no"))
    failed(run("--timeout", "2", env=IRSA), 77, "the token has expired")


# the agent's answer, the exit status, what is looked for
AGENT = {
    "no association": (plain(404, '{"message":"no association found"}'), 77, "association.*delete the pod"),
    "denied": (plain(403, '{"__type":"AccessDeniedException","message":"Unauthorized Exception!"}'), 77, "Unauthorized.*association"),
    "no token": (plain(400, "Service account token cannot be empty", "text/plain"), 77, "cannot be empty.*pods.eks.amazonaws.com"),
    "a token of another kind": (plain(401, ""), 77, "pods.eks.amazonaws.com"),
    "EKS Auth does not answer": (plain(500, "<html>x</html>", "text/html"), 75, "EKS Auth.*log"),
    "a herd": (plain(429, "Too many requests", "text/plain"), 75, "429.*too often"),
    "a page": (plain(200, "<html>welcome</html>", "text/html"), 75, "no JSON"),
    "nothing": (cloud.Answer(["close"]), 69, "agent running on this node"),
}


@pytest.mark.parametrize("case", AGENT)
def test_the_agent_about_a_pod(run, everything, case):
    answer, ends, remedy = AGENT[case]
    everything.agents[0].says["GET /v1/credentials "] = [answer]
    failed(run("--timeout", "2", env={**CONTAINER, **POD}), ends, world.EKS, remedy)


def test_the_agent_of_ecs(run, everything):
    everything.agents[1].says["GET /v2/credentials/uuid "] = [plain(400, "no")]
    failed(run("--timeout", "2", env=ECS), 77, world.ECS, "task role")


@pytest.mark.parametrize("source", ["web-identity", "container", "auto"])
def test_nothing_was_injected(run, everything, source):
    """Whoever demands a source of Kubernetes is told when its variables are set."""
    env = {**POD, "DYNAMODB_INIT_CREDENTIALS": source, "AWS_EC2_METADATA_DISABLED": "true"}
    failed(run("--timeout", "2", env=env), 67, "admission: delete the pod")


def test_the_node_s_role_is_denied(run, everything):
    """The silent fall to the node's role, as it shows: a denial that would be blamed on the policy."""
    everything.dynamodb.on(None, denied("DescribeTable", "orders"))
    failed(run("--timeout", "2", env=POD), 77, "dynamodb:DescribeTable", "NODE", "delete the pod")
    failed(run("--timeout", "2"), 77, "allow this action")


@pytest.mark.parametrize("name, path", [("AWS_WEB_IDENTITY_TOKEN_FILE", "/gone"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/etc/gone")])
def test_a_token_file_that_is_not_mounted(run, everything, name, path):
    env = {**(IRSA if "WEB" in name else CONTAINER), name: path}
    failed(run("--timeout", "2", env=env), 66, name, path, "mounted")


NOBODY = {
    "DynamoDB": (ENV, "DescribeTable.*nothing listens there"),
    "STS": (IRSA, "AssumeRoleWithWebIdentity.*nothing listens there"),
    "a proxy": ({**ENV, "HTTPS_PROXY": "127.0.0.1:9"}, "proxy 127.0.0.1:9.*proxy's address"),
    "an emulator": ({**ENV, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "127.0.0.1:9: .*nothing listens there"),
    "a mesh": ({**IRSA, **POD}, "native sidecars, exclude this port.*1337"),
}


@pytest.mark.parametrize("case", NOBODY)
def test_nobody_listens(run, everything, root, case):
    env, words = NOBODY[case]
    root.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.0.3 {DYNAMODB_HOST} {STS_HOST}\n")
    failed(run("--timeout", "2", env=env), 69, "(?i)refused", words)


@pytest.mark.parametrize("host", [DYNAMODB_HOST, STS_HOST, "imds"])
def test_there_is_no_way(run, root, everything, host):
    """The network plugin has no route: the address and the reason are told."""
    if host == "imds":
        world.ip("address", "del", f"{world.IMDS}/32", "dev", "lo")
    root.write("/etc/hosts", f"127.0.0.1 localhost\n198.51.100.7 {DYNAMODB_HOST} {STS_HOST}\n")
    try:
        result = run("--timeout", "2", env={DYNAMODB_HOST: ENV, STS_HOST: IRSA}.get(host, {}))
    finally:
        if host == "imds":
            world.ip("address", "add", f"{world.IMDS}/32", "dev", "lo")
    failed(result, 67 if host == "imds" else 69, world.IMDS if host == "imds" else host, "(?i)unreachable")


def test_a_certificate_for_another_name(run, root, everything, tmp_path):
    other = Authority(tmp_path, "Corp")
    everything.web("127.0.0.11", {}, port=443, tls=other.server("wrong.example"))
    root.write("/ca.pem", other.bundle.read_bytes())
    root.write("/etc/hosts", f"127.0.0.11 {DYNAMODB_HOST}\n")
    failed(run("--timeout", "2", env=ENV), 69, DYNAMODB_HOST, "match", "endpoint's name")


@pytest.mark.parametrize("content, words", [("junk", "no certificate"), ("", "no certificate"), (None, "No such file")])
@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "DYNAMODB_INIT_CA_BUNDLE", "ca_bundle"])
def test_a_bundle_that_is_none(run, root, everything, name, content, words):
    if content is not None:
        root.write("/junk.pem", content)
    root.write("/aws/config", "[default]\nca_bundle = /junk.pem\n")
    env = {"AWS_CONFIG_FILE": "/aws/config"} if name == "ca_bundle" else {name: "/junk.pem"}
    failed(run("--timeout", "2", env={**ENV, **env}, ca=None), 66, name, "/junk.pem", words)
