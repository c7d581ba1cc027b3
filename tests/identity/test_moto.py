"""The same sources against a server that verifies signatures and policies: moto, as AWS would refuse (moto_gatekeeper.py)."""

import json
import os

import cloud
import pytest
import world
from cloud import DYNAMODB_HOST, STS_HOST, jwt
from conftest import Relay
from guarded import guarded, handed
from helpers import failed, ready
from pod import AGENT_FILE, CONTAINER, FILES, IRSA, TOKEN_FILE

ADDRESS = "127.0.0.7"  # beside the one of the scripts: other files run between these cases


@pytest.fixture(scope="session")
def gate(network, authority, tmp_path_factory):
    """AWS's two hosts, by moto behind TLS."""
    server = guarded(tmp_path_factory.mktemp("moto") / f"moto-{os.getpid()}")
    relay = Relay(ADDRESS, 443, authority.aws, server.port)
    yield server
    relay.stop()
    server.stop()


@pytest.fixture(autouse=True)
def gate_is_aws(root, gate):
    root.write("/etc/hosts", f"127.0.0.1 localhost\n{ADDRESS} {DYNAMODB_HOST} {STS_HOST}\n")


@pytest.fixture
def web():
    made = []

    def web(host, says):
        made.append(cloud.Web(host, says=says))
        return made[-1]

    yield web
    for one in made:
        one.stop()


def use(source, gate, root, web):
    """The environment in which this source leads to moto's keys."""
    keys = f"aws_access_key_id={gate.user['AccessKeyId']}\naws_secret_access_key={gate.user['SecretAccessKey']}\n"
    root.write(TOKEN_FILE, jwt())
    root.write(AGENT_FILE, cloud.AGENT_TOKEN)
    root.write("/aws/credentials", f"[default]\n{keys}[base]\n{keys}")
    root.write("/aws/config", f"[profile app]\nrole_arn = {gate.role}\nsource_profile = base\n")
    if source == "container":
        web(world.EKS, {"GET /v1/credentials ": handed(gate.keys)})
    if source == "instance":
        web(world.IMDS, cloud.metadata(ROLE=handed(gate.keys)))
    return {
        "environment": {"AWS_ACCESS_KEY_ID": gate.user["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": gate.user["SecretAccessKey"]},
        "profile": FILES,
        "role": {**FILES, "AWS_PROFILE": "app"},
        "web identity": {**IRSA, "AWS_ROLE_ARN": gate.role},
        "container": CONTAINER,
        "instance": {},
    }[source]


SOURCES = ["environment", "profile", "role", "web identity", "container", "instance"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_signature_and_a_policy_that_hold(run, gate, root, web, source):
    env = use(source, gate, root, web)
    ready(run("--timeout", "20", env=env), 1)
    result = run("doctor", "--output", "json", env=env)
    caller = next(c for c in json.loads(result.out)["checks"] if c["check"] == "caller")
    expected = "user/pod" if source in ("environment", "profile") else "assumed-role/app/"
    assert result.code == 0 and expected in caller["words"], repr(result)


@pytest.mark.parametrize("source", SOURCES)
def test_a_policy_that_denies(run, gate, root, web, source):
    env = use(source, gate, root, web)
    failed(run("--timeout", "2", table="orders-of-others", env=env), 77, "dynamodb:DescribeTable", "orders-of-others")


def test_a_secret_that_is_wrong(run, gate):
    env = {"AWS_ACCESS_KEY_ID": gate.user["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": "x" * 40}
    failed(run("--timeout", "2", env=env), 77, "InvalidSignatureException")


def test_a_key_that_is_unknown(run, gate):
    env = {"AWS_ACCESS_KEY_ID": "AKIANOBODYKNOWSTHIS0", "AWS_SECRET_ACCESS_KEY": "x" * 40}
    failed(run("--timeout", "2", env=env), 77, "UnrecognizedClientException")
