"""Fixtures: the cluster that run.sh has started, a namespace for each test, and DynamoDB on the host, where pods reach it."""

import os
import re
import secrets

import pytest
from aws import Cloud
from cloud import DYNAMODB_HOST, STS_HOST
from cluster import GATEWAY, Cluster
from endpoint import Endpoint
from servers import dynamodb_local
from webhook import LABEL
from xdist.scheduler import LoadScopeScheduling

ONCE = ("test_identity.py", "test_manifests.py")  # on AWS's names, which a cluster has once: one after the other


class Scheduling(LoadScopeScheduling):
    """Each test goes where there is room, but for those that take turns."""

    def _split_scope(self, nodeid):
        return "once" if nodeid.partition("::")[0].endswith(ONCE) else nodeid


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


def name_of(request):
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())
    return f"{words[:40].strip('-')}-{secrets.token_hex(3)}"


@pytest.fixture
def namespace(cluster, request):
    """One that enforces Pod Security "restricted"; it goes with the test."""
    with cluster.namespace(name_of(request)) as made:
        yield made


@pytest.fixture(scope="session")
def aws(cluster, tmp_path_factory):
    """AWS as the pods of a namespace `eks` see it."""
    made = Cloud(cluster, tmp_path_factory.mktemp("aws"))
    with cluster.hosts([DYNAMODB_HOST, STS_HOST]):
        yield made
    made.stop()


@pytest.fixture
def eks(cluster, request, aws):
    """A namespace whose pods EKS's webhook looks at. enforce: by a parameter of this name, else Pod Security "restricted"."""
    enforce = getattr(request, "param", "restricted")
    with cluster.namespace(name_of(request), enforce, {LABEL: "yes"}) as made:
        made.create(aws.ca())
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
