"""The chart as Helm and Kubernetes see it: it lints, both Helms render the same, the API knows every field, mistakes are refused."""

import json
import tarfile

import pytest
import yaml
from conftest import CHART, HERE, SCENARIOS, WITH_TABLES, Helm, scenario_file
from parts import kubeconform, part, run

VERSIONS = ["1.25.0", "1.26.0", "1.28.0", "1.29.0", "1.31.0", "1.34.0", "1.35.0", "1.37.0"]  # from the oldest whose schemas can be had
IMAGE = {"image": {"repository": "registry.example/dynamodb-init"}}
TABLES = {"tables": [{"TableName": "orders"}]}

# name: (values, what must be said about it)
REFUSED = {
    "unknown value": (IMAGE | TABLES | {"tabless": "orders"}, "'tabless' not allowed"),
    "unknown inner value": (TABLES | {"image": {"registrie": "x"}}, "'registrie' not allowed"),
    "unknown resource word": (IMAGE | TABLES | {"resources": {"limit": {}}}, "'limit' not allowed"),
    "unknown word of a security context": (IMAGE | TABLES | {"securityContext": {"readOnlyRootFilesytem": False}}, "'readOnlyRootFilesytem' not allowed"),
    "unknown word of a toleration": (IMAGE | TABLES | {"tolerations": [{"keys": "x"}]}, "'keys' not allowed"),
    "tables is a word": (IMAGE | {"tables": "orders"}, "got string, want array"),
    "table is a word": (IMAGE | {"tables": ["orders"]}, "got string, want object"),
    "table without a name": (IMAGE | {"tables": [{"Name": "x"}]}, "missing property 'TableName'"),
    "variable is a number": (IMAGE | TABLES | {"extraEnv": [{"name": "A", "value": 1}]}, "got number, want string"),
    "annotation is a boolean": (IMAGE | TABLES | {"podAnnotations": {"a": False}}, "got boolean, want string"),
    "backoffLimit is a word": (IMAGE | TABLES | {"job": {"backoffLimit": "3"}}, "got string, want integer"),
    "backoffLimit is null": (IMAGE | TABLES | {"job": {"backoffLimit": None}}, "missing property 'backoffLimit'"),
    "pullPolicy unknown": (TABLES | {"image": {"repository": "x", "pullPolicy": "Sometimes"}}, "'IfNotPresent'"),
    "drift's word": (IMAGE | TABLES | {"config": {"onDrift": "some"}}, "'breaking', 'any', 'never'"),
    "duration below nought": (IMAGE | TABLES | {"config": {"timeout": -1}}, "minimum: got -1, want 0"),
    "tag is a number": (TABLES | {"image": {"repository": "x", "tag": 1.10}}, "got number, want string"),
    "table is a number": (IMAGE | {"table": 1e3}, "got number, want string"),
    "table is a boolean": (IMAGE | {"table": True}, "got boolean, want string"),
    "hook whose event is null": (IMAGE | TABLES | {"job": {"hook": {"engine": "helm", "events": None}}}, "missing property 'events'"),
    "engine is null": (IMAGE | TABLES | {"job": {"hook": {"engine": None}}}, "missing property 'engine'"),
    "hook without an event": (IMAGE | TABLES | {"job": {"hook": {"engine": "helm", "events": []}}}, "minItems: got 0, want 1"),
    "more rules than Kubernetes takes": (IMAGE | TABLES | {"job": {"podFailurePolicy": {"extraRules": [{}] * 19}}}, "maxItems: got 19, want 18"),
    "duration": (IMAGE | TABLES | {"config": {"timeout": "4 minutes"}}, "does not match pattern"),
    "endpoint without scheme": (IMAGE | TABLES | {"aws": {"endpointUrl": "localhost:8000"}}, "does not match pattern"),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_lint(helm, scenario):
    done = helm("lint", "--strict", values=[scenario])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("chart", [CHART, CHART.parent / "dynamodb-init-lib", HERE / "consumer", HERE / "foreign"], ids=lambda path: path.name)
def test_lint_of_the_defaults(helm, chart):
    done = helm("lint", "--strict", chart=chart)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_helms_render_the_same(tmp_path, scenario):
    three, four = (Helm(part(name), tmp_path).text(scenario).splitlines() for name in ["helm3", "helm4"])
    # An empty line at the end of a file is left out by 3 and kept by 4.
    assert [line for line in three if line] == [line for line in four if line]


@pytest.mark.parametrize(("scenario", "version"), [(one, v) for one in SCENARIOS for v in (VERSIONS if one == "full" else VERSIONS[:: len(VERSIONS) - 1])])
def test_kubernetes_knows_every_field(any_helm, scenario, version):
    status, report = kubeconform(any_helm.text(scenario, options=["--kube-version", version]), version)
    summary = report["summary"]
    assert (status, summary["invalid"], summary["errors"], summary["skipped"]) == (0, 0, 0, 0), report["resources"]
    assert summary["valid"] >= 2


def test_a_field_that_kubernetes_does_not_know_is_found(any_helm):
    """That the check above can fail at all."""
    text = any_helm.text("default").replace("backoffLimit:", "backOffLimit:")
    status, report = kubeconform(text, VERSIONS[-1])
    assert (status, report["summary"]["invalid"]) == (1, 1)


@pytest.mark.parametrize("case", REFUSED)
def test_refused(helm, case):
    values, said = REFUSED[case]
    done = helm("template", values=[values])
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert said in done.stderr


def test_a_bare_n_is_explained(helm, tmp_path):
    """To YAML 1.1, which Helm reads, N is a boolean: the type of number that people would write."""
    file = tmp_path / "values.yaml"
    file.write_text(scenario_file("default").read_text().replace("AttributeType: S", "AttributeType: N"))
    assert 'table orders, attribute id: write AttributeType: "N"' in helm("template", values=[file]).stderr


@pytest.mark.parametrize("values", [IMAGE, TABLES], ids=["tables", "image"])
def test_what_is_missing_is_said_in_one_line(helm, values):
    said = helm("template", values=[values]).stderr.splitlines()
    lines = [line for line in said if line and "found symbolic link" not in line]
    assert len([line for line in lines if line.startswith("Error: ")]) == 1
    assert [line for line in lines if "Use --debug" not in line] == [line for line in lines if line.startswith("Error: ")]


def test_too_old_a_kubernetes_is_refused(helm):
    done = helm("template", "--kube-version", "1.19.0", values=["default"])
    assert done.returncode != 0
    assert "requires kubeVersion: >=1.20.0-0" in done.stderr


def test_a_helm_that_was_told_no_kubernetes_renders(helm):
    """Built from its module alone, Helm 3 takes it for 1.20."""
    assert "podFailurePolicy" not in helm.objects("default", options=["--kube-version", "1.20.0"])["Job"]["spec"]


def test_a_package_is_the_chart_without_what_tests_it(helm, tmp_path):
    """The library, which a checkout has by a link, is in it."""
    assert helm("package", "-d", tmp_path).returncode == 0
    (package,) = tmp_path.glob("*.tgz")
    with tarfile.open(package) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    assert tops == {"Chart.yaml", "values.yaml", "values.schema.json", "README.md", "UPGRADING.md", ".helmignore", "templates", "charts"}
    assert helm.text("full", chart=package) == helm.text("full")


def parent_chart(folder, *dependencies):
    """A chart that has this one inside, once or under other names."""
    (folder / "charts").mkdir(parents=True)
    (folder / "charts" / "dynamodb-init").symlink_to(CHART)
    inside = [{"name": "dynamodb-init", "version": "0.1.0"} | one for one in dependencies]
    (folder / "Chart.yaml").write_text(json.dumps({"apiVersion": "v2", "name": "parent", "version": "1.0.0", "dependencies": inside}))
    return folder


@pytest.mark.parametrize("enabled", [True, False])
def test_inside_another_chart(helm, tmp_path, enabled):
    parent = parent_chart(tmp_path / "parent", {"condition": "dynamodb-init.enabled"})
    values = {"global": {"anything": 1}, "dynamodb-init": IMAGE | TABLES | {"enabled": enabled}}
    kinds = sorted(helm.objects(values, chart=parent))
    assert kinds == (["ConfigMap", "Job", "Pod", "ServiceAccount"] if enabled else [])


def test_twice_inside_another_chart(helm, tmp_path):
    """Nothing that the two make has the other's name, and neither's policy takes the other's pods."""
    parent = parent_chart(tmp_path / "parent", {"alias": "orders"}, {"alias": "users"})
    one = IMAGE | TABLES | {"networkPolicy": {"enabled": True}}
    text = helm.text({"orders": one, "users": one | {"job": {"hook": {"engine": "helm"}}}}, chart=parent)
    status, report = kubeconform(text, VERSIONS[-1])
    assert status == 0, report["resources"]
    made = [document for document in yaml.safe_load_all(text) if document]
    assert len({(one["kind"], one["metadata"]["name"]) for one in made}) == len(made) == 10
    name = "app.kubernetes.io/name"
    selected = [one["spec"]["podSelector"]["matchLabels"][name] for one in made if one["kind"] == "NetworkPolicy"]
    assert sorted(selected) == ["orders", "users"] == sorted({one["metadata"]["labels"][name] for one in made})


def test_every_mistake_of_the_values_at_once(any_helm):
    """Whichever template Helm comes to first."""
    done = any_helm("template")
    assert done.returncode != 0
    assert "no table: set tables " in done.stderr and "; image.repository is empty: " in done.stderr


def test_an_upgrade_renders_what_the_install_did(helm):
    """Nothing random, nothing that the release's history decides: a GitOps controller would never come to rest."""
    assert helm.text("full") == helm.text("full", options=["--is-upgrade"])


@pytest.mark.parametrize("scenario", WITH_TABLES)
def test_the_program_accepts_the_tables(any_helm, program, tmp_path, scenario):
    spec = tmp_path / "tables.json"
    spec.write_text(any_helm.objects(scenario)["ConfigMap"]["data"]["tables.json"])
    run(program, "lint", "--spec", spec, env={})
