"""What checkers that are not ours say of the chart, and whether its README was generated from its values."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import CHART, HERE, SCENARIOS, scenario_file
from parts import ACCEPTED, kube_score, part, run
from test_values import merged

ROOT = CHART.parent.parent
SCHEMA = json.loads((CHART / "values.schema.json").read_text())

@pytest.mark.parametrize("chart", [CHART, HERE / "consumer"], ids=lambda path: path.name)
def test_suites_beside_the_templates(chart):
    """Its engine is Helm's own, linked in: the same under Helm 3 and 4, whose renders are compared elsewhere."""
    words = [part("helm-unittest"), "--strict", "--color=false", chart]
    done = subprocess.run(words, text=True, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_kube_score(any_helm, scenario):
    found = kube_score(any_helm.text(scenario))
    assert found <= set(ACCEPTED) and (scenario != "default" or found == set(ACCEPTED))


def test_the_schema_in_another_validators_eyes():
    """Helm's own is the other one; a scenario of one's own and what every parent chart adds are accepted, a typo anywhere is not."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft7Validator(SCHEMA)
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    for values in [defaults, defaults | {"enabled": False, "global": {"anything": 1}, "dynamodb-init-lib": {}}]:
        assert not list(validator.iter_errors(values))
    for name in SCENARIOS:
        values = yaml.safe_load(scenario_file(name).read_text())
        for one in [values, merged(defaults, values)]:  # as an editor sees the file, as Helm does
            assert not list(validator.iter_errors(one)), name
    fixed = [key for key, below in SCHEMA["properties"].items() if below.get("additionalProperties") is False]
    assert len(fixed) >= 10
    for key in fixed:
        assert list(validator.iter_errors({key: {"typo": 1}})), key


def test_the_readme_is_generated():
    words = [part("helm-docs"), "--chart-search-root", CHART, "--skip-version-footer", "--sort-values-order", "file", "--dry-run"]
    said = subprocess.run(words, text=True, capture_output=True, timeout=60, check=True).stdout
    assert said.strip() == (CHART / "README.md").read_text().strip()


# Where Kubernetes has the objects that the schema closes, seen from a pod's spec; `[]` is a list's item.
CLOSED = {
    "podSecurityContext": "securityContext",
    "securityContext": "containers[].securityContext",
    "resources": "containers[].resources",
    "affinity": "affinity",
    "tolerations[]": "tolerations[]",
    "topologySpreadConstraints[]": "topologySpreadConstraints[]",
    "dnsConfig": "dnsConfig",
    "hostAliases[]": "hostAliases[]",
    "imagePullSecrets[]": "imagePullSecrets[]",
    "extraEnv[]": "containers[].env[]",
    "extraEnvFrom[]": "containers[].envFrom[]",
    "extraVolumeMounts[]": "containers[].volumeMounts[]",
}


def fields(schema, path):
    root = schema
    for word in re.findall(r"\w+|\[\]", path):
        schema = schema["items"] if word == "[]" else schema["properties"][word]
        while "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return set(schema["properties"])


@pytest.mark.parametrize("value", CLOSED)
def test_kubernetes_own_objects_have_kubernetes_own_fields(value):
    """Those of the newest version; an older one tells what it does not know."""
    newest = max(Path(part("kube-schemas")).glob("v*-standalone-strict"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)])
    pod = json.loads((newest / "pod-v1.json").read_text())
    assert fields(SCHEMA, value) == fields(pod, "spec." + CLOSED[value])


@pytest.fixture(scope="module")
def help_text(program):
    return run(program, "--help", env={})


def test_the_program_knows_every_variable_and_command(any_helm, help_text):
    objects = any_helm.objects("full", {"table": ""})
    (container,) = objects["Job"]["spec"]["template"]["spec"]["containers"]
    names = {entry["name"] for entry in container["env"]}
    assert len(names) > 10
    for name in sorted(names):
        option = "--" + name.removeprefix("DYNAMODB_INIT_").lower().replace("_", "-")
        assert (option if name.startswith("DYNAMODB_INIT_") else name) in help_text
    for command in SCHEMA["properties"]["command"]["enum"] + ["doctor"]:
        assert f"\n  {command} " in help_text


CHOICES = [("config", "onExisting"), ("config", "onDrift"), ("config", "onFailure"), ("config", "logFormat"), ("config", "logLevel"), ("aws", "credentials")]


@pytest.mark.parametrize(("group", "value"), CHOICES)
def test_the_words_of_a_choice_are_the_programs(help_text, program, group, value):
    """Those of the schema, all of them, and no other."""
    option = "--" + re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), value)
    (row,) = re.findall(rf"(?ms)^  {option} .*?(?=^  --)", help_text)
    words = set(SCHEMA["properties"][group]["properties"][value]["enum"]) - {""}
    for word in words | {"other"}:
        status = 0 if word in words else 64
        run(program, "lint", option, word, "--table", "orders", env={}, status=status)
    assert words <= set(re.findall(r"[a-z-]+", row))


def statuses(text, column):
    """The rows of a table of exit statuses, by their last column."""
    rows = re.findall(r"(?m)^\| ([0-9, ]+) \| (.*) \| (.*) \|$", text)
    return {int(status) for numbers, _, last in rows for status in numbers.split(",") if last == column}


def test_what_a_retry_cures_is_what_the_readme_says():
    """One list of the statuses, in the README, the library, the chart's README and its notes."""
    readme, chart = (ROOT / "README.md").read_text(), (CHART / "README.md").read_text()
    library = (ROOT / "helm/dynamodb-init-lib/templates/_exitcodes.tpl").read_text()
    lists = [json.loads(one) for one in re.findall(r"(?m)^\[.*\]$", library)]
    permanent, transient, pod = (statuses(readme, last) for last in ["no", "yes", "only as a new pod"])
    assert lists == [sorted(permanent), sorted(transient)]
    assert permanent == statuses(chart, "fails at once")
    again = "tries again, `job.backoffLimit` times"
    assert (transient, pod) == (statuses(chart, again), statuses(chart, again.replace("again", "again in a new pod")))
    notes = (CHART / "templates/NOTES.txt").read_text()
    assert [[int(one) for one in re.findall(r"\b[67]\d\b", half)] for half in re.findall(r"(?m)^Exit statuses: (.*);(.*)$", notes)[0]] == [
        sorted(permanent),
        sorted(transient | pod),
    ]


@pytest.mark.parametrize("chart", ["dynamodb-init", "dynamodb-init-lib"])
def test_what_artifact_hub_reads(chart):
    """Its annotations are YAML inside of YAML; the words of `kind` and the image's version are what it looks at."""
    papers = yaml.safe_load((ROOT / "helm" / chart / "Chart.yaml").read_text())
    notes = {name.removeprefix("artifacthub.io/"): value for name, value in papers["annotations"].items()}
    assert set(notes) == {"license", "category", "changes", "images", "links", "prerelease", "containsSecurityUpdates"}
    assert all(isinstance(value, str) for value in notes.values())
    assert {notes["prerelease"], notes["containsSecurityUpdates"]} <= {"true", "false"}
    (image,) = yaml.safe_load(notes["images"])
    assert image["image"].endswith(f"/dynamodb-init:{papers['appVersion']}")
    for change in yaml.safe_load(notes["changes"]):
        assert change["kind"] in {"added", "changed", "deprecated", "removed", "fixed", "security"} and change["description"]
    for link in yaml.safe_load(notes["links"]):
        assert link["name"] and link["url"].startswith("https://")
