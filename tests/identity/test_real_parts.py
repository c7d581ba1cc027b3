"""Real parts where there are some: AWS's own mock of the metadata service, and toxiproxy for a network that is ill."""

import json
import time

import cloud
import pytest
import world
from cloud import DYNAMODB_HOST, STS_HOST
from conftest import AWS_ADDRESS
from helpers import failed, in_time, ready
from pod import AGENT_FILE, CONTAINER, ENV, IRSA
from servers import Toxiproxy, metadata_mock

WAY = "127.0.0.8"  # where the names lead, and toxiproxy stands


@pytest.fixture
def instance(tmp_path):
    """instance(host, **changes): a real mock with a role of ours; its own stock keys expired in 2020."""
    started = []

    def instance(host=world.IMDS, **changes):
        keys = json.loads(cloud.handed_out("IMDS", Code="Success", Type="AWS-HMAC", **changes).parts["body"])
        values = {"iam-security-credentials-role": "app-role", "iam-security-credentials": keys, "placement-region": "eu-west-1"}
        paths = {"iam-security-credentials": "/latest/meta-data/iam/security-credentials/app-role"}
        config = tmp_path / "metadata.json"
        config.write_text(json.dumps({"metadata": {"paths": paths, "values": values}}))
        started.append(metadata_mock(tmp_path / "metadata.log", f"[{host}]" if ":" in host else host, config))

    yield instance
    for one in started:
        one.stop()


def test_role_and_region_of_an_instance(run, aws, instance):
    instance()
    result = ready(run("--timeout", "20", region=None), 1)
    assert "eu-west-1 (instance metadata)" in result.err and aws.signer() == "IMDS", repr(result)


def test_an_instance_with_ipv6_only(run, aws, instance):
    instance(world.IMDS6)
    ready(run("--timeout", "20", env={"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}), 1)
    assert aws.signer() == "IMDS"


def test_keys_of_an_instance_that_expired(run, aws, instance):
    instance(seconds=-86400)
    result = ready(run("--timeout", "20"), 1)
    assert "expired on arrival" in result.err and aws.signer() == "IMDS", repr(result)


@pytest.fixture
def ill(tmp_path, everything, root):
    """Toxiproxy on the way to AWS."""
    root.write("/etc/hosts", f"127.0.0.1 localhost\n{WAY} {DYNAMODB_HOST} {STS_HOST}\n")
    made = Toxiproxy(tmp_path / "toxiproxy.log")
    made.between(f"{WAY}:443", f"{AWS_ADDRESS}:443")
    yield made
    made.stop()


BEARABLE = {
    "latency": dict(latency=150, jitter=100),
    "bandwidth": dict(rate=20),
    "slicer": dict(average_size=20, size_variation=10, delay=1000),
    "slow_close": dict(delay=500),
}


@pytest.mark.parametrize("kind", BEARABLE)
def test_a_way_that_is_only_bad(run, ill, kind):
    ill.spoil(kind, **BEARABLE[kind])
    ready(run("--timeout", "30", env=IRSA), 1)


BROKEN = {
    "reset_peer": (dict(timeout=0), DYNAMODB_HOST),
    "timeout": (dict(timeout=0), f"{DYNAMODB_HOST}.*within"),
    "limit_data": (dict(bytes=60), DYNAMODB_HOST),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_way_that_is_broken_until_it_is_mended(start, run, ill, kind):
    attributes, words = BROKEN[kind]
    ill.spoil(kind, **attributes)
    in_time(failed(run("--timeout", "2", env=ENV), 69, words), 2)
    one = start("--timeout", "40", env=IRSA)
    time.sleep(1)
    ill.mend()
    ready(one.finish(), 1)


def test_a_way_that_opens_late(start, ill):
    ill.switch(False)
    one = start("--timeout", "40", env=IRSA)
    one.wait_for_line("asking again")
    ill.switch(True)
    ready(one.finish(), 1)


def test_an_agent_whose_answer_is_cut_in_its_headers(start, aws, root, tmp_path):
    root.write(AGENT_FILE, cloud.AGENT_TOKEN)
    agent = aws.web("127.0.0.9", {"GET /v1/credentials ": cloud.handed_out()}, port=8099)
    way = Toxiproxy(tmp_path / "toxiproxy.log")
    try:
        way.between(f"{world.EKS}:80", "127.0.0.9:8099")
        way.spoil("limit_data", bytes=40)
        one = start("--timeout", "40", env=CONTAINER)
        one.wait_for_line("waiting for EKS Pod Identity agent.*attempt 2")
        way.mend()
        ready(one.finish(), 1)
    finally:
        way.stop()
    assert aws.signer() == "CONTAINER" and agent.requests[0].header("host") == world.EKS
