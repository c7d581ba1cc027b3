"""What checkers that are not ours say of the chart, and whether its README was generated from its values."""

import json
import os
import subprocess

import pytest
from conftest import CHART, part

# kube-score's findings that stand, each with its reason.
ACCEPTED = {
    "container-resources": "no CPU limit: it would only slow the start; CPU is shared by weight",
    "container-ephemeral-storage-request-and-limit": "the root is read-only and nothing is written",
    "container-image-pull-policy": "a release's tag never moves, and a digest cannot",
    "pod-networkpolicy": "off by default: a policy that the cluster's own rules do not expect cuts the pod off",
    "container-security-context-user-group-id": "the image has the number 65532; OpenShift refuses any but its own",
}


def test_kube_score(any_helm):
    words = [part("kube-score"), "score", "--kubernetes-version", "v1.37", "--output-format", "json", "-"]
    said = subprocess.run(words, input=any_helm.text("minimal"), text=True, capture_output=True, timeout=60, check=False).stdout
    checks = [check for one in json.loads(said) for check in one["checks"] if not check["skipped"]]
    assert {check["check"]["id"] for check in checks if check["grade"] < 10} == set(ACCEPTED)


def test_the_readme_is_generated():
    words = [part("helm-docs"), "--chart-search-root", CHART, "--skip-version-footer", "--sort-values-order", "file", "--dry-run"]
    said = subprocess.run(words, text=True, capture_output=True, timeout=60, check=True).stdout
    assert said.strip() == (CHART / "README.md").read_text().strip()


def test_the_program_knows_every_variable_and_command(any_helm):
    binary = os.environ["DYNAMODB_INIT_BINARY"]
    if not os.access(binary, os.X_OK):
        pytest.skip(f"no program at {binary}")
    help_text = subprocess.run([binary, "--help"], env={}, text=True, capture_output=True, timeout=20, check=True).stdout
    objects = any_helm.objects("full", {"table": ""})
    (container,) = objects["Job"]["spec"]["template"]["spec"]["containers"]
    names = {entry["name"] for entry in container["env"]}
    assert len(names) > 10
    for name in sorted(names):
        option = "--" + name.removeprefix("DYNAMODB_INIT_").lower().replace("_", "-")
        assert (option if name.startswith("DYNAMODB_INIT_") else name) in help_text
    for command in json.loads((CHART / "values.schema.json").read_text())["properties"]["command"]["enum"] + ["doctor"]:
        assert f"\n  {command} " in help_text
