"""What holds between renders, or in every scenario; the shape of one render is the chart's own suites' (helm/dynamodb-init/tests)."""

import json
import re

import pytest
import yaml
from conftest import CHART, SCENARIOS, WITH_TABLES, scenario_values


def pod(objects):
    return objects["Job"]["spec"]["template"]["spec"]


def container(objects):
    (only,) = pod(objects)["containers"]
    return only


@pytest.mark.parametrize("scenario", WITH_TABLES)
def test_tables_are_the_json_of_the_values(any_helm, scenario):
    data = any_helm.objects(scenario)["ConfigMap"]["data"]
    assert list(data) == ["tables.json"]
    wanted = {"Tables": scenario_values(scenario)["tables"]}
    # As text, for in Python 1e6 == 1000000 and True == 1.
    assert json.dumps(json.loads(data["tables.json"]), sort_keys=True) == json.dumps(wanted, sort_keys=True)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_pod(any_helm, scenario):
    """A quota wants requests and limits; server-side apply refuses a name that stands there twice; an empty AWS_ variable, or a volume
    of the webhook's own name, would keep EKS from injecting."""
    objects = any_helm.objects(scenario)
    test = [objects["Pod"]["spec"]] if scenario != "argocd" else []
    for spec in [pod(objects), *test]:
        (only,) = spec["containers"]
        assert only["name"] == "dynamodb-init"
        assert {"cpu", "memory"} <= set(only["resources"]["requests"])
        assert "memory" in only["resources"]["limits"]
        lists = [only["env"], only.get("volumeMounts", []), spec.get("volumes", [])]
        for names in [[entry["name"] for entry in entries] for entries in lists]:
            assert len(names) == len(set(names))
        assert all(entry.get("value") or "valueFrom" in entry for entry in only["env"])
        assert not {"aws-iam-token", "eks-pod-identity-token"} & {volume["name"] for volume in spec.get("volumes", [])}


PLAIN = ["imagePullSecrets", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints", "priorityClassName"]
PLAIN += ["runtimeClassName", "schedulerName", "dnsPolicy", "dnsConfig", "hostAliases", "hostUsers"]


def test_every_pod_value_arrives(any_helm):
    values, objects = scenario_values("full"), any_helm.objects("full")
    template = objects["Job"]["spec"]["template"]
    for name in PLAIN:
        assert pod(objects)[name] == values[name]
    for name, key in [("podLabels", "labels"), ("podAnnotations", "annotations")]:
        assert values[name].items() <= template["metadata"][key].items()
    assert values["podSecurityContext"].items() <= pod(objects)["securityContext"].items()
    assert values["securityContext"].items() <= container(objects)["securityContext"].items()
    assert container(objects)["resources"]["limits"] == {"cpu": "100m", "memory": "64Mi"}
    assert container(objects)["env"][-2:] == values["extraEnv"]
    assert objects["Job"]["spec"]["backoffLimit"] == values["job"]["backoffLimit"]


def leaves(schema, path=()):
    """The schema's fixed keys, as paths."""
    for name, below in schema.get("properties", {}).items():
        yield from leaves(below, (*path, name)) if "properties" in below else [(*path, name)]


def test_values_and_schema_have_the_same_keys():
    def inside(value, path):
        for name in path:
            if name not in value:
                return False
            value = value[name] or {}
        return True

    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    helms = {"dynamodb-init-lib"}
    assert set(schema["properties"]) == set(defaults) | helms
    assert [path for path in leaves(schema) if path[0] not in helms | {"resources", "affinity", "dnsConfig", "podSecurityContext", "securityContext"} and not inside(defaults, path)] == []


def test_the_test_pod_is_the_jobs_own(any_helm):
    objects = any_helm.objects("full")
    ours, theirs = objects["Pod"]["spec"], pod(objects)
    assert ours["containers"][0].pop("args")[0] == "doctor"
    theirs["containers"][0].pop("args")
    assert ours == theirs


def test_names_and_labels(any_helm):
    for objects, name in [(any_helm.objects("default"), "release-dynamodb-init"), (any_helm.objects("full"), "app-tables")]:
        assert objects["ConfigMap"]["metadata"]["name"] == name
        assert re.fullmatch(name + "-[0-9a-f]{8}", objects["Job"]["metadata"]["name"])
        for kind, one in objects.items():
            if kind == "Secret":
                continue
            labels = one["metadata"]["labels"]
            assert labels["helm.sh/chart"] == "dynamodb-init-0.1.0"
            assert labels["app.kubernetes.io/instance"] == "release"
            assert labels["app.kubernetes.io/managed-by"] == "Helm"
    name = any_helm.objects("default", {"nameOverride": "tables"})["ConfigMap"]["metadata"]["name"]
    assert name == "release-tables"


def test_a_long_name_keeps_its_hash(any_helm):
    name = any_helm.objects("default", {"fullnameOverride": "a" * 53 + "-" + "b" * 9})["Job"]["metadata"]["name"]
    assert re.fullmatch("a{53}-[0-9a-f]{8}", name)


# What stands in the Job's template or its failure policy cannot be changed in place: it must change the name. The rest must not.
RENAMES = {
    "tables": {"tables": [{"TableName": "orders", "BillingMode": "PROVISIONED"}]},
    "image": {"image": {"tag": "0.2.0"}},
    "region": {"aws": {"region": "eu-west-1"}},
    "variable": {"extraEnv": [{"name": "A", "value": "b"}]},
    "pod label": {"podLabels": {"a": "b"}},
    "pod annotation": {"podAnnotations": {"a": "b"}},
    "resources": {"resources": {"limits": {"memory": "128Mi"}}},
    "service account": {"serviceAccount": {"name": "app"}},
}
KEEPS = {
    "nothing": {},
    "backoffLimit": {"job": {"backoffLimit": 1}},
    "ttl": {"job": {"ttlSecondsAfterFinished": 60}},
    "role": {"serviceAccount": {"annotations": {"a": "b"}}},
}


@pytest.mark.parametrize("case", [*RENAMES, *KEEPS])
def test_the_job_has_another_name_only_if_it_must(any_helm, case):
    before = any_helm.objects("default")["Job"]
    after = any_helm.objects("default", RENAMES.get(case, KEEPS.get(case)))["Job"]
    fixed = ["template", "podFailurePolicy"]
    same = [before["spec"][key] for key in fixed] == [after["spec"][key] for key in fixed]
    assert same == (before["metadata"]["name"] == after["metadata"]["name"]) == (case in KEEPS)


def test_a_new_chart_version_alone_runs_nothing(any_helm, tmp_path):
    """The chart's version is in labels, and must not be in those of the pod."""
    copy = tmp_path / "chart"
    copy.mkdir()
    for entry in CHART.iterdir():
        (copy / entry.name).symlink_to(entry)
    (copy / "Chart.yaml").unlink()
    (copy / "Chart.yaml").write_text((CHART / "Chart.yaml").read_text().replace("\nversion: 0.1.0", "\nversion: 0.1.1"))
    before, after = any_helm.objects("default")["Job"], any_helm.objects("default", chart=copy)["Job"]
    assert before["metadata"]["labels"] != after["metadata"]["labels"]
    assert (before["metadata"]["name"], before["spec"]) == (after["metadata"]["name"], after["spec"])
