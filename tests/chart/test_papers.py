"""What checkers that are not ours say of the chart, and whether its README was generated from its values."""

import json
import os
import subprocess

import jsonschema
import pytest
import yaml
from conftest import CHART, HERE, SCENARIOS, scenario_file
from parts import part

# kube-score's findings that stand, each with its reason.
ACCEPTED = {
    "container-resources": "no CPU limit: it would only slow the start; CPU is shared by weight",
    "container-ephemeral-storage-request-and-limit": "the root is read-only and nothing is written",
    "container-image-pull-policy": "a release's tag never moves, and a digest cannot",
    "pod-networkpolicy": "off by default: a policy that the cluster's own rules do not expect cuts the pod off",
    "container-security-context-user-group-id": "the image has the number 65532; OpenShift refuses any but its own",
}


@pytest.mark.parametrize("chart", [CHART, HERE / "consumer"], ids=lambda path: path.name)
def test_suites_beside_the_templates(chart):
    """Its engine is Helm's own, linked in: the same under Helm 3 and 4, whose renders are compared elsewhere."""
    words = [part("helm-unittest"), "--strict", "--color=false", chart]
    done = subprocess.run(words, text=True, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_kube_score(any_helm):
    words = [part("kube-score"), "score", "--kubernetes-version", "v1.37", "--output-format", "json", "-"]
    said = subprocess.run(words, input=any_helm.text("minimal"), text=True, capture_output=True, timeout=60, check=False).stdout
    checks = [check for one in json.loads(said) for check in one["checks"] if not check["skipped"]]
    assert {check["check"]["id"] for check in checks if check["grade"] < 10} == set(ACCEPTED)


def test_the_schema_in_another_validators_eyes():
    """Helm's own is the other one; a scenario of one's own and what every parent chart adds are accepted, a typo anywhere is not."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    for values in [defaults, defaults | {"enabled": False, "global": {"anything": 1}, "dynamodb-init-lib": {}}]:
        assert not list(validator.iter_errors(values))
    for name in SCENARIOS:
        values = yaml.safe_load(scenario_file(name).read_text())
        merged = {key: value | values.get(key, {}) if isinstance(value, dict) else values.get(key, value) for key, value in defaults.items()}
        assert not list(validator.iter_errors(values | merged)), name
    fixed = [key for key, below in schema["properties"].items() if below.get("additionalProperties") is False]
    assert len(fixed) >= 10
    for key in fixed:
        assert list(validator.iter_errors(defaults | {key: {"typo": 1}})), key


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
