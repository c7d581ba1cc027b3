"""What the rendered objects must be, whatever Helm and the API would also let pass."""

import json
import re

import pytest
import yaml
from conftest import CHART, HERE, SCENARIOS


def scenario_values(name):
    return yaml.safe_load((HERE / "values" / f"{name}.yaml").read_text())


WITH_TABLES = [name for name in SCENARIOS if "tables" in scenario_values(name)]


def pod(objects):
    return objects["Job"]["spec"]["template"]["spec"]


def container(objects):
    (only,) = pod(objects)["containers"]
    return only


def environment(objects):
    return {entry["name"]: entry.get("value") for entry in container(objects).get("env", [])}


@pytest.mark.parametrize("scenario", WITH_TABLES)
def test_tables_are_the_json_of_the_values(any_helm, scenario):
    data = any_helm.objects(scenario)["ConfigMap"]["data"]
    assert list(data) == ["tables.json"]
    wanted = {"Tables": scenario_values(scenario)["tables"]}
    # As text, for in Python 1e6 == 1000000 and True == 1.
    assert json.dumps(json.loads(data["tables.json"]), sort_keys=True) == json.dumps(wanted, sort_keys=True)


def test_tables_are_where_the_program_looks(any_helm):
    objects = any_helm.objects("minimal")
    assert container(objects)["volumeMounts"] == [{"name": "dynamodb-init", "mountPath": "/etc/dynamodb-init", "readOnly": True}]
    name = objects["ConfigMap"]["metadata"]["name"]
    assert pod(objects)["volumes"] == [{"name": "dynamodb-init", "configMap": {"name": name}}]
    objects = any_helm.objects("argocd")
    items = [{"key": "spec.json", "path": "tables.json"}]
    assert pod(objects)["volumes"] == [{"name": "dynamodb-init", "configMap": {"name": "mine", "items": items}}]
    assert not {"volumes", "volumeMounts"} & set(pod(any_helm.objects("hook"))) | {"volumeMounts"} & set(container(any_helm.objects("hook")))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_pod_security_restricted(any_helm, scenario):
    objects = any_helm.objects(scenario)
    outer, inner = pod(objects)["securityContext"], container(objects)["securityContext"]
    assert outer["runAsNonRoot"] is True
    assert outer["seccompProfile"] == {"type": "RuntimeDefault"}
    assert inner["allowPrivilegeEscalation"] is False
    assert inner["readOnlyRootFilesystem"] is True
    assert inner["capabilities"] == {"drop": ["ALL"]}
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & set(pod(objects))


def test_the_user_is_left_to_image_and_cluster(any_helm):
    """The image has a number; OpenShift refuses any other than its own."""
    for scenario in ["minimal", "openshift"]:
        objects = any_helm.objects(scenario)
        assert not {"runAsUser", "runAsGroup", "fsGroup"} & (set(pod(objects)["securityContext"]) | set(container(objects)["securityContext"]))


def test_no_token_of_kubernetes(any_helm):
    objects = any_helm.objects("minimal")
    assert pod(objects)["automountServiceAccountToken"] is False
    assert objects["ServiceAccount"]["automountServiceAccountToken"] is False
    assert pod(objects)["enableServiceLinks"] is False


def test_resources_are_small_and_can_be_none(any_helm):
    wanted = {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}}
    assert container(any_helm.objects("minimal"))["resources"] == wanted
    assert "resources" not in container(any_helm.objects("minimal", {"resources": None}))


def test_how_the_job_ends(any_helm):
    job = any_helm.objects("minimal")["Job"]["spec"]
    assert (job["backoffLimit"], "ttlSecondsAfterFinished" in job, "activeDeadlineSeconds" in job) == (3, False, False)
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert job["template"]["spec"]["containers"][0]["terminationMessagePolicy"] == "FallbackToLogsOnError"
    ignore, fail = job["podFailurePolicy"]["rules"]
    assert (ignore["action"], ignore["onPodConditions"][0]["type"]) == ("Ignore", "DisruptionTarget")
    # Ascending and unique, or the API server refuses it.
    codes = {"containerName": "dynamodb-init", "operator": "In", "values": [64, 65, 66, 73, 77, 78]}
    assert (fail["action"], fail["onExitCodes"]) == ("FailJob", codes)


@pytest.mark.parametrize("seconds", [0, 60, 2592000])
def test_ttl(any_helm, seconds):
    got = any_helm.objects("minimal", {"job": {"ttlSecondsAfterFinished": seconds}})["Job"]["spec"]["ttlSecondsAfterFinished"]
    assert (got, type(got)) == (seconds, int)  # and not 2.592e+06


def test_no_variable_that_was_not_asked_for(any_helm):
    """An AWS_ variable, even an empty one, keeps EKS from injecting its own."""
    assert environment(any_helm.objects("minimal")) == {"DYNAMODB_INIT_TIMEOUT": "240s"}


def test_variables(any_helm):
    aws = {"config": {"timeout": ""}, "aws": {"region": "eu-west-1", "endpointUrl": "http://dynamodb:8000"}}
    wanted = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": "http://dynamodb:8000"}
    assert environment(any_helm.objects("minimal", aws)) == wanted
    own = {"extraEnv": [{"name": "AWS_REGION", "value": "us-east-1"}, {"name": "STAGE", "value": "{{ .Release.Name }}"}]}
    objects = any_helm.objects("minimal", aws | own)
    assert environment(objects) == wanted | {"AWS_REGION": "us-east-1", "STAGE": "release"}
    assert len(container(objects)["env"]) == 3  # server-side apply refuses a name that stands there twice
    assert environment(any_helm.objects("minimal", aws, {"extraEnv": None})) == wanted


def test_image(any_helm):
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
    image = container(any_helm.objects("minimal"))
    assert (image["image"], image["imagePullPolicy"]) == (f"registry.example/dynamodb-init:{version}", "IfNotPresent")
    image = container(any_helm.objects("full"))
    assert (image["image"], image["imagePullPolicy"]) == ("registry.example/dynamodb-init:1.2.3", "Always")


def test_service_account(any_helm):
    objects = any_helm.objects("minimal")
    assert pod(objects)["serviceAccountName"] == objects["ServiceAccount"]["metadata"]["name"] == "release-dynamodb-init"
    objects = any_helm.objects("full")
    assert pod(objects)["serviceAccountName"] == objects["ServiceAccount"]["metadata"]["name"] == "app"
    wanted = scenario_values("full")["serviceAccount"]["annotations"]
    assert wanted.items() <= objects["ServiceAccount"]["metadata"]["annotations"].items()
    objects = any_helm.objects("minimal", {"serviceAccount": {"create": False}})
    assert ("ServiceAccount" in objects, pod(objects)["serviceAccountName"]) == (False, "default")
    objects = any_helm.objects("minimal", {"serviceAccount": {"create": False, "name": "app"}})
    assert ("ServiceAccount" in objects, pod(objects)["serviceAccountName"]) == (False, "app")


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
    assert [path for path in leaves(schema) if path[0] not in helms | {"resources"} and not inside(defaults, path)] == []


@pytest.mark.parametrize("scenario", ["hook", "argocd"])
def test_a_hook_finds_what_it_needs(any_helm, scenario):
    """Both Helm and Argo CD go by weight; what is removed on success would be gone before the Job's pod starts."""
    keys = {"hook": ("helm.sh/hook-weight", "helm.sh/hook-delete-policy"), "argocd": ("argocd.argoproj.io/sync-wave", "argocd.argoproj.io/hook-delete-policy")}
    weight, policy = keys[scenario]
    objects = any_helm.objects(scenario)
    notes = {kind: one["metadata"]["annotations"] for kind, one in objects.items() if kind != "Pod"}
    assert int(notes["ServiceAccount"][weight]) < int(notes["Job"][weight])
    assert {note[policy].lower().replace("-", "") for note in notes.values()} == {"beforehookcreation"}
    families = {key.split("/")[0] for note in notes.values() for key in note}
    assert len(families) == 1  # Argo CD ignores Helm's hooks where it finds one of its own
    assert objects["Job"]["spec"]["activeDeadlineSeconds"] == 280
    assert objects["Job"]["metadata"]["name"] == "release-dynamodb-init"
    codes = objects["Job"]["spec"]["podFailurePolicy"]["rules"][1]["onExitCodes"]["values"]
    assert codes[0] == (1 if scenario == "argocd" else 64)


def test_the_test_pod_is_the_jobs_own(any_helm):
    objects = any_helm.objects("full")
    ours, theirs = objects["Pod"]["spec"], pod(objects)
    assert ours["containers"][0].pop("args")[0] == "doctor"
    theirs["containers"][0].pop("args")
    assert ours == theirs


def test_names_and_labels(any_helm):
    for objects, name in [(any_helm.objects("minimal"), "release-dynamodb-init"), (any_helm.objects("full"), "app-tables")]:
        assert objects["ConfigMap"]["metadata"]["name"] == name
        assert re.fullmatch(name + "-[0-9a-f]{8}", objects["Job"]["metadata"]["name"])
        for kind, one in objects.items():
            if kind == "Secret":
                continue
            labels = one["metadata"]["labels"]
            assert labels["helm.sh/chart"] == "dynamodb-init-0.1.0"
            assert labels["app.kubernetes.io/instance"] == "release"
            assert labels["app.kubernetes.io/managed-by"] == "Helm"
    name = any_helm.objects("minimal", {"nameOverride": "tables"})["ConfigMap"]["metadata"]["name"]
    assert name == "release-tables"


def test_a_long_name_keeps_its_hash(any_helm):
    name = any_helm.objects("minimal", {"fullnameOverride": "a" * 53 + "-" + "b" * 9})["Job"]["metadata"]["name"]
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
    before = any_helm.objects("minimal")["Job"]
    after = any_helm.objects("minimal", RENAMES.get(case, KEEPS.get(case)))["Job"]
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
    before, after = any_helm.objects("minimal")["Job"], any_helm.objects("minimal", chart=copy)["Job"]
    assert before["metadata"]["labels"] != after["metadata"]["labels"]
    assert (before["metadata"]["name"], before["spec"]) == (after["metadata"]["name"], after["spec"])
