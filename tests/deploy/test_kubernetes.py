"""The manifests of deploy/ as Kubernetes and kustomize see them, and that the generated ones are what the charts make today."""

import pytest
import yaml
from conftest import KUBERNETES, kustomize
from generate import DEPLOY, MANIFESTS, files
from parts import ACCEPTED, kube_score, kubeconform, part

OVERLAYS = sorted(path.parent.name for path in DEPLOY.glob("kustomize/overlays/*/kustomization.yaml"))
PLAIN = ["pod.yaml", "pod-spec.yaml", "identity/*.yaml", "kubernetes/*.yaml", "argocd/presync.yaml", "flux/tables/job.yaml", "kustomize/base/app.yaml", "kustomize/overlays/*/dynamodb-local.yaml"]
MANIFEST_FILES = sorted(str(path.relative_to(DEPLOY)) for pattern in PLAIN for path in DEPLOY.glob(pattern))
BUILT = {str(path.relative_to(DEPLOY)) for path in [*DEPLOY.glob("kustomize/**/kustomization.yaml"), *DEPLOY.glob("kustomize/components/*/*")]}


def fits(text, version):
    status, report = kubeconform(text, version)
    summary = report["summary"]
    assert (status, summary["invalid"], summary["errors"], summary["skipped"]) == (0, 0, 0, 0), report["resources"]
    return summary["valid"]


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("file", MANIFEST_FILES)
def test_kubernetes_knows_every_field(file, version):
    text = (DEPLOY / file).read_text()
    assert fits(text, version) == len(list(yaml.safe_load_all(text)))


# What kube-score finds beside ACCEPTED and stands, each with its reason: in an application, and in files of these names.
APPLICATIONS = {
    "deployment-has-poddisruptionbudget": "how many of it may go at once is an application's own business",
    "deployment-has-host-podantiaffinity": "so is where they run",
}
SMALL = {
    # An identity and nothing else: what a strict namespace wants is in pod.yaml.
    "identity/": {"container-security-context-readonlyrootfilesystem"},
    # For development: there is one, and it writes.
    "dynamodb-local.yaml": {"container-security-context-readonlyrootfilesystem", "deployment-replicas", "pod-probes"},
}


@pytest.mark.parametrize("file", MANIFEST_FILES)
def test_kube_score(file):
    stands = {check for name, checks in SMALL.items() if name in file for check in checks}
    assert kube_score((DEPLOY / file).read_text()) <= ACCEPTED.keys() | APPLICATIONS.keys() | stands


def test_generated_files_are_up_to_date(program):
    """`make manifests` would change nothing but comments."""
    made = files(part("helm4"), program)
    assert set(MANIFESTS) <= set(made)
    for path, text in made.items():
        assert list(yaml.safe_load_all((DEPLOY / path).read_text())) == list(yaml.safe_load_all(text)), f"{path}: make manifests"


@pytest.mark.parametrize("overlay", ["base", *(f"overlays/{name}" for name in OVERLAYS)])
def test_kustomize_builds_what_kubernetes_takes(overlay):
    text, objects = kustomize(f"kustomize/{overlay}")
    for version in KUBERNETES:
        assert fits(text, version) == len(objects)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_our_container_is_first_and_exactly_once(overlay):
    _, objects = kustomize(f"kustomize/overlays/{overlay}")
    (app,) = [one for one in objects if one["metadata"]["name"] == "app" and one["kind"] == "Deployment"]
    pod = app["spec"]["template"]["spec"]
    assert [one["name"] for one in pod["initContainers"]] == ["dynamodb-init", "migrate"]
    init = pod["initContainers"][0]
    assert init["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    names = [entry["name"] for entry in init["env"]]
    assert len(set(names)) == len(names) > 1  # the overlay's variable beside the component's
    (tables,) = [one for one in objects if one["kind"] == "ConfigMap"]
    (volume,) = pod["volumes"]
    assert volume["configMap"]["name"] == tables["metadata"]["name"] != "dynamodb-init-tables"  # with its hash
    assert init["volumeMounts"][0]["name"] == volume["name"]


def test_what_is_not_labelled_is_left_alone():
    _, objects = kustomize("kustomize/overlays/local")
    (server,) = [one for one in objects if one["metadata"]["name"] == "dynamodb-local" and one["kind"] == "Deployment"]
    assert "initContainers" not in server["spec"]["template"]["spec"]


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_the_component_takes_other_workloads(tmp_path, kind):
    component = tmp_path / "component"
    component.mkdir()
    for file in (DEPLOY / "kustomize/components/init-container").iterdir():
        (component / file.name).write_text(file.read_text())
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "app", "image": "app"}]}}
    workload = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "other", "labels": {"dynamodb-init": "first"}}}
    workload["spec"] = {"selector": {"matchLabels": {"a": "b"}}, "template": template} | ({"serviceName": "other"} if kind == "StatefulSet" else {})
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "workload.yaml").write_text(yaml.safe_dump(workload))
    (overlay / "kustomization.yaml").write_text(yaml.safe_dump({"resources": ["workload.yaml"], "components": ["../component"]}))
    text, objects = kustomize(overlay)
    (made,) = [one for one in objects if one["kind"] == kind]
    assert [one["name"] for one in made["spec"]["template"]["spec"]["initContainers"]] == ["dynamodb-init"]
    fits(text, KUBERNETES[-1])
