"""What a new user finds in the README, done to the letter. Only the address of DynamoDB is put in, where a Secret or values may have it."""

import re
import secrets
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from cluster import APP, GATEWAY, app_state, ended
from endpoint import Endpoint
from test_helm import OURS, Helm, part_or_skip

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", README, re.M | re.S)
OWN_CHART = {
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "templates/app.yaml": """apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
        - {name: app, image: "registry.example/app:1.0.0"}
""",
    "values.yaml": "",
}


def block(words):
    """The README's block that has these words."""
    (found,) = [one for one in BLOCKS if words in one]
    return found


@pytest.fixture(scope="module")
def pushed(cluster, image):
    """What the README's names stand for, as if they had been pushed."""
    for name, what in [("dynamodb-init:0.1.0", image), ("app:1.0.0", APP)]:
        ctr = [cluster.state / "bin/ctr", "-a", cluster.state / "containerd.sock", "-n", "k8s.io"]
        subprocess.run([*ctr, "images", "tag", "--force", what, f"registry.example/{name}"], check=True, capture_output=True)


@pytest.fixture
def plain(cluster, pushed):
    """A namespace as they come."""
    with cluster.namespace(f"readme-{secrets.token_hex(3)}", enforce="privileged") as made:
        yield made


@pytest.fixture
def server():
    """The README's Region's DynamoDB."""
    made = Endpoint(host=GATEWAY, region="eu-west-1")
    yield made
    made.stop()
    assert made.problems() == []


@pytest.fixture
def helm(plain, tmp_path):
    return Helm(part_or_skip("helm4"), plain, tmp_path)


def test_the_smallest_pod(plain, server):
    keys = {"AWS_ACCESS_KEY_ID": "placeholder", "AWS_SECRET_ACCESS_KEY": "placeholder", "AWS_ENDPOINT_URL_DYNAMODB": server.url}
    plain.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "aws-keys"}, "stringData": keys})
    plain.create(yaml.safe_load(block("kind: Pod\n")))
    pod = plain.phase("app", "Running")
    assert (ended(pod)["exitCode"], server.store.applied) == (0, ["orders"])


def test_the_chart(plain, server, helm):
    (command,) = re.findall(r"^    (helm upgrade [^\\\n]*(?:\\\n.*)?)$", README, re.M)
    words = shlex.split(command.replace("\\\n", " "))[1:]
    helm(*[str(ROOT / word) if word == "helm/dynamodb-init" else word for word in words], "--set", f"aws.endpointUrl={server.url}")
    assert (len(plain.get("jobs", "-l", OURS)), server.store.applied) == (1, ["orders"])


def test_the_library(plain, server, helm, tmp_path):
    lines = {"Chart.yaml": "dependencies: [{name", "templates/app.yaml": "include", "values.yaml": "dynamodbInit: {"}
    (tmp_path / "shop/templates").mkdir(parents=True)
    for file, words in lines.items():
        (tmp_path / "shop" / file).write_text(OWN_CHART[file] + block(words))
    # As `helm dependency update` does it.
    (tmp_path / "shop/charts").mkdir()
    (tmp_path / "shop/charts/dynamodb-init-lib").symlink_to(ROOT / "helm/dynamodb-init-lib")
    helm.deploy({"dynamodbInit": {"aws": {"endpointUrl": server.url}}}, chart=tmp_path / "shop", wait=("--wait",))
    (pod,) = plain.get("pods", "-l", "app=app")
    assert (ended(pod)["exitCode"], server.store.applied) == (0, ["orders"])
    assert "running" in app_state(pod)
