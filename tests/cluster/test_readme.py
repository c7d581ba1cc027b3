"""What a new user finds in the README, done to the letter: its commands, its files. Only the address of DynamoDB is put in, where it says so.
Compose is of tests/deploy, for it wants no cluster."""

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


def command(start, **named):
    """The words of the README's one command that begins so, without the program; some of them by another name."""
    (found,) = re.findall(rf"^    ({start} .*(?:(?<=\\)\n.*)*)$", README, re.M)
    return [str(named.get(word, word)) for word in shlex.split(found.replace("\\\n", " "), comments=True)[1:]]


def shape(log):
    """Its lines, whatever they say of time."""
    return [re.sub(r"[0-9.]+s$", "", line) for line in log]


@pytest.fixture(scope="module")
def pushed(cluster, image):
    """What the README's names stand for, as if they had been pushed."""
    (name,) = [word for word in command("docker build") if ":" in word]
    for name, what in [(name, image), ("registry.example/app:1.0.0", APP)]:
        ctr = [cluster.state / "bin/ctr", "-a", cluster.state / "containerd.sock", "-n", "k8s.io"]
        subprocess.run([*ctr, "images", "tag", "--force", what, name], check=True, capture_output=True)


@pytest.fixture
def server():
    """The README's Region's DynamoDB."""
    made = Endpoint(host=GATEWAY, region="eu-west-1")
    yield made
    made.stop()
    assert made.problems() == []


@pytest.fixture
def plain(cluster, pushed, server):
    """A namespace as they come, with the Secret for DynamoDB Local."""
    with cluster.namespace(f"readme-{secrets.token_hex(3)}", enforce="privileged") as made:
        (local,) = re.findall(r"`(--from-literal=\S+=)http://HOST:8000`", README)
        made.kubectl(*[word for word in command("kubectl create secret") if not word.endswith("=...")], local + server.url)
        yield made


@pytest.fixture
def helm(plain, tmp_path):
    return Helm(part_or_skip("helm4"), plain, tmp_path)


def test_the_smallest_pod(plain, server, tmp_path):
    file = tmp_path / "pod.yaml"
    file.write_text(block("kind: Pod\n"))
    plain.kubectl(*command("kubectl apply", **{"pod.yaml": file}))
    plain.kubectl(*command("kubectl wait"))
    said = plain.kubectl(*command("kubectl logs app")).stdout.splitlines()
    shown = re.findall(r"^    (dynamodb-init: .*)$", README, re.M)
    assert (shape(said)[-len(shown) :], server.store.applied) == (shape(shown), ["orders"])


def test_the_chart(plain, server, helm):
    helm(*command("helm upgrade", **{"helm/dynamodb-init": ROOT / "helm/dynamodb-init"}))
    (job,) = plain.get("jobs", "-l", OURS)
    assert (job["status"]["succeeded"], server.store.applied) == (1, ["orders"])


def test_the_library(plain, server, helm, tmp_path):
    lines = {"Chart.yaml": "dependencies: [{name", "templates/app.yaml": "include", "values.yaml": "dynamodbInit: {"}
    shop = tmp_path / "shop"
    (shop / "templates").mkdir(parents=True)
    for file, words in lines.items():
        (shop / file).write_text(OWN_CHART[file] + block(words))
    (tmp_path / "dynamodb-init").symlink_to(ROOT)  # beside it
    assert "`helm dependency update`" in README
    helm("dependency", "update", shop)
    helm("install", "shop", shop, "--wait", "--timeout", "150s")
    (pod,) = plain.get("pods", "-l", "app=app")
    assert (ended(pod)["exitCode"], server.store.applied) == (0, ["orders"])
    assert "running" in app_state(pod)
