"""Fixtures: the cluster that run.sh has started, a namespace for each test, and DynamoDB on the host, where pods reach it."""

import os
import re
import secrets

import pytest
from cluster import GATEWAY, Cluster
from endpoint import Endpoint
from servers import dynamodb_local
from xdist.scheduler import LoadScopeScheduling

IN_TURNS = ("test_identity.py",)  # they share what the cluster has once


class Scheduling(LoadScopeScheduling):
    """Each test goes where there is room, but for files whose tests take turns."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return file if file.endswith(IN_TURNS) else nodeid


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


@pytest.fixture(scope="session")
def cluster():
    """Where it runs is said by run.sh, or by whoever keeps one up (up.sh) to use it again."""
    return Cluster(os.environ["CLUSTER_STATE"])


@pytest.fixture(scope="session")
def image():
    """The name of our image on the node."""
    return os.environ["CLUSTER_IMAGE"]


@pytest.fixture
def namespace(cluster, request):
    """One that enforces Pod Security "restricted"; it goes with the test."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())[:40].strip("-")
    with cluster.namespace(f"{name}-{secrets.token_hex(3)}") as made:
        yield made


@pytest.fixture(scope="session")
def dynamodb(tmp_path_factory):
    """AWS's DynamoDB Local: .url for the host, .inside for pods."""
    server = dynamodb_local(tmp_path_factory.mktemp("dynamodb") / "log")
    server.inside = f"http://{GATEWAY}:{server.port}"
    yield server
    server.stop()


@pytest.fixture
def endpoint(cluster):
    """endpoint(store): the scripted DynamoDB, which is late, denies and counts as real ones cannot be made to; .url is for pods."""
    made = []

    def start(store=None):
        made.append(Endpoint(store, host=GATEWAY))
        return made[-1]

    yield start
    for one in made:
        one.stop()
        assert one.problems() == []
