"""The charts installed: plain and as a hook, by Helm 3 and Helm 4, and the library in charts that are not ours."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from cluster import APP, ended, init_status
from cluster import container as strict
from servers import part
from store import denied

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/dynamodb-init"
REGION = "us-east-1"  # of the scripted DynamoDB
OURS = "app.kubernetes.io/name=dynamodb-init"


class Helm:
    def __init__(self, program, namespace, home):
        self.program, self.namespace, self.home = program, namespace, home

    def run(self, *words, values=None):
        """helm WORD..., finished; .said is all that it printed."""
        given = self.home / "values.json"
        given.write_text(json.dumps(values or {}))
        command = [self.program, "--kubeconfig", self.namespace.cluster.kubeconfig, "-n", self.namespace.name, *words]
        command += ["-f", given] if values else []
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        done = subprocess.run(list(map(str, command)), env=environment, text=True, capture_output=True, timeout=240, check=False)
        # Helm 4 puts what a hook printed into its own log, as one quoted line.
        done.said = (done.stdout + done.stderr).replace("\\n", "\n").replace('\\"', '"')
        return done

    def __call__(self, *words, values=None):
        done = self.run(*words, values=values)
        assert done.returncode == 0, f"{done.said}{self.namespace.told()}"
        return done

    def deploy(self, values, chart=CHART, wait=("--wait", "--wait-for-jobs")):
        return self("upgrade", "--install", "tables", chart, *wait, "--timeout", "150s", values=values)


def part_or_skip(name):
    try:
        return part(name)
    except subprocess.CalledProcessError as e:
        if e.returncode != 2:
            raise
        pytest.skip(f"{name} cannot be had on this machine")


@pytest.fixture(params=["helm3", "helm4"])
def helm(request, namespace, tmp_path):
    return Helm(part_or_skip(request.param), namespace, tmp_path)


def image():
    repository, _, tag = os.environ["CLUSTER_IMAGE"].rpartition(":")
    return {"repository": repository, "tag": tag, "pullPolicy": "Never"}


def table(name):
    return {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def chart_values(server, *tables, **more):
    return {"image": image(), "aws": {"endpointUrl": server.url, "region": REGION}, "tables": [table(name) for name in tables], **more}


def names(namespace, kind):
    return {one["metadata"]["name"] for one in namespace.get(kind, "-l", OURS)}


def test_a_release(helm, namespace, endpoint):
    """Installed, tested, upgraded with what a Job lets change and with what it does not, uninstalled."""
    server = endpoint()
    said = helm.deploy(chart_values(server, "orders")).stdout
    assert "helm uninstall never deletes a table" in said
    assert server.store.applied == ["orders"]
    first = names(namespace, "jobs")

    said = helm("test", "tables").said
    assert re.search(r"^table orders +good", said, re.M), said
    (pod,) = namespace.get("pods", "-l", f"{OURS},!job-name")
    assert pod["spec"]["serviceAccountName"] == namespace.get("jobs", "-l", OURS)[0]["spec"]["template"]["spec"]["serviceAccountName"]

    job = {"backoffLimit": 1, "activeDeadlineSeconds": 900, "ttlSecondsAfterFinished": 3600, "labels": {"a": "b"}, "annotations": {"a": "b"}}
    helm.deploy(chart_values(server, "orders", job=job))
    assert names(namespace, "jobs") == first and len(first) == 1

    namespace.kubectl("delete", "job", "-l", OURS)  # as the README has it, to run it again
    helm.deploy(chart_values(server, "orders"))
    assert names(namespace, "jobs") == first and server.store.applied == ["orders"]

    helm.deploy(chart_values(server, "orders", "users"))
    assert server.store.applied == ["orders", "users"]
    assert len(names(namespace, "jobs")) == 1 and names(namespace, "jobs") != first

    helm("uninstall", "tables", "--wait")
    for kind in ["jobs", "configmaps", "serviceaccounts"]:
        assert names(namespace, kind) == set()
    assert {request.operation for request in server.requests} == {"DescribeTable", "CreateTable"}


def test_a_hook(helm, namespace, endpoint):
    """It has run before helm is done; each upgrade runs it anew; what it leaves behind is removed by the command that is told."""
    server = endpoint()
    hook = {"job": {"hook": {"engine": "helm"}}}
    helm.deploy(chart_values(server, "orders", **hook), wait=())
    assert server.store.applied == ["orders"]
    (first,) = namespace.get("jobs", "-l", OURS)
    helm.deploy(chart_values(server, "orders", "users", **hook), wait=())
    assert server.store.applied == ["orders", "users"]
    (second,) = namespace.get("jobs", "-l", OURS)
    assert (first["metadata"]["name"], second["status"]["succeeded"]) == (second["metadata"]["name"], 1)
    assert first["metadata"]["uid"] != second["metadata"]["uid"]

    notes = helm("get", "notes", "tables").stdout
    helm("uninstall", "tables")
    assert names(namespace, "jobs") == {"tables-dynamodb-init"}
    (remove,) = re.findall(r"^ +kubectl -n \S+ (delete .*)$", notes, re.M)
    namespace.kubectl(*remove.split())
    for kind in ["jobs", "configmaps", "serviceaccounts"]:
        assert names(namespace, kind) == set()
    assert {request.operation for request in server.requests} == {"DescribeTable", "CreateTable"}


def test_from_a_plain_job_to_a_hook_and_back(helm, namespace, endpoint):
    """As UPGRADING.md has it."""
    server = endpoint()
    hook = {"job": {"hook": {"engine": "helm"}}}
    helm.deploy(chart_values(server, "orders"))
    for tables in [["orders", "users"], ["orders", "users", "carts"]]:
        helm.deploy(chart_values(server, *tables, **hook), wait=())
        assert (server.store.applied, names(namespace, "jobs")) == (tables, {"tables-dynamodb-init"})
    helm("test", "tables")

    (remove,) = re.findall(r"^ +kubectl -n \S+ (delete .*)$", helm("get", "notes", "tables").stdout, re.M)
    namespace.kubectl(*remove.split())
    helm.deploy(chart_values(server, "orders"))
    (job,) = namespace.get("jobs", "-l", OURS)
    assert (job["metadata"]["name"] != "tables-dynamodb-init", job["status"]["succeeded"]) == (True, 1)


def test_a_hook_that_fails_says_why(helm, namespace, endpoint):
    """Our last line is what whoever ran helm sees, and not only that a condition was not met."""
    server = endpoint().on("DescribeTable", denied("DescribeTable", "orders"))
    values = chart_values(server, "orders", config={"timeout": "2s"}, job={"hook": {"engine": "helm"}})
    done = helm.run("install", "tables", CHART, "--timeout", "60s", values=values)
    assert done.returncode != 0
    (pod,) = namespace.get("pods", "-l", OURS)
    end = pod["status"]["containerStatuses"][0]["state"]["terminated"]
    assert end["exitCode"] == 77
    assert f"dynamodb-init: {end['message'].strip()}" in done.said, done.said
    assert "not authorized to perform: dynamodb:DescribeTable" in done.said


def app():
    """Somebody's application, as strict as its namespace."""
    made = strict("app", APP)
    made["securityContext"] |= {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    return made


def consumer_values(server, *tables):
    return {"app": app(), "dynamodbInit": chart_values(server, *tables)}


def test_the_library_in_a_chart_written_by_hand(helm, namespace, endpoint):
    server = endpoint()
    helm.deploy(consumer_values(server, "orders"), chart=ROOT / "tests/chart/consumer")
    (pod,) = namespace.get("pods", "-l", "app=app")
    assert (ended(pod)["exitCode"], init_status(pod)["restartCount"], server.store.applied) == (0, 0, ["orders"])
    namespace.kubectl("create", "job", "tonight", "--from=cronjob/report")
    (pod,) = namespace.until(lambda: namespace.get("pods", "-l", "job-name=tonight", "--field-selector=status.phase=Running"))
    assert ended(pod)["exitCode"] == 0


def test_what_it_renders_in_a_chart_that_takes_raw_init_containers(helm, namespace, endpoint):
    server = endpoint()
    server.store.add("orders", table("orders"))
    values = consumer_values(server, "orders")
    rendered = helm("template", ROOT / "tests/chart/consumer", "--show-only", "templates/app.yaml", values=values).stdout
    objects = {one["kind"]: one for one in yaml.safe_load_all(rendered) if one}
    namespace.create(objects["ConfigMap"])
    spec = objects["Deployment"]["spec"]["template"]["spec"]
    values = {"app": app(), "initContainers": spec["initContainers"], "extraVolumes": spec["volumes"]}
    helm.deploy(values, chart=ROOT / "tests/chart/foreign")
    (pod,) = namespace.get("pods", "-l", "app=app")
    assert (ended(pod)["exitCode"], server.store.applied) == (0, [])


def test_the_api_server_takes_every_scenario(helm, namespace):
    """All of it but the test's pod, whose account is only rendered; with Pod Security's own verdict on the Job."""
    namespace.cluster.kubectl("label", "namespace", namespace.name, "pod-security.kubernetes.io/warn=restricted")
    scenarios = sorted((CHART / "ci").glob("*-values.yaml"))
    assert len(scenarios) > 5
    for scenario in scenarios:
        rendered = yaml.safe_load_all(helm("template", "tables", CHART, "-f", scenario, "--kube-version", "1.37.0").stdout)
        objects = [one for one in rendered if one and one["kind"] != "Pod"]
        done = namespace.kubectl("create", "--dry-run=server", "-f", "-", given={"apiVersion": "v1", "kind": "List", "items": objects})
        assert done.stdout.count("(server dry run)") == len(objects)
        assert "arning" not in done.stderr, (scenario.name, done.stderr)
