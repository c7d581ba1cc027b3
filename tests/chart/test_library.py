"""The library inside a chart of somebody's own, and what it renders inside one that takes raw init containers."""

import pytest
import yaml
from conftest import CHART, HERE
from test_chart import kubeconform

CONSUMER, FOREIGN = HERE / "consumer", HERE / "foreign"


def pod(objects, kind="Deployment"):
    return objects[kind]["spec"]["template"]["spec"]


def test_it_renders_and_kubernetes_knows_every_field(helm):
    objects = helm.objects(chart=CONSUMER)
    (init,) = pod(objects)["initContainers"]
    assert (init["name"], init["args"]) == ("dynamodb-init", ["ensure"])
    assert init["env"] == [{"name": "AWS_REGION", "value": "eu-west-1"}]
    assert pod(objects)["volumes"][0]["configMap"]["name"] == objects["ConfigMap"]["metadata"]["name"]
    for version in ["1.26.0", "1.37.0"]:
        status, report = kubeconform(helm.text(chart=CONSUMER), version)
        assert (status, report["summary"]["valid"]) == (0, 2), report["resources"]


def test_it_is_what_the_application_chart_has(helm):
    """One definition of the container: the defaults of the one are those of the other."""
    (ours,) = helm.objects("minimal")["Job"]["spec"]["template"]["spec"]["containers"]
    (theirs,) = pod(helm.objects(chart=CONSUMER))["initContainers"]
    for one in [ours, theirs]:
        one.pop("env")
    assert ours == theirs


def test_a_foreign_chart_takes_the_container_as_values(helm):
    init = pod(helm.objects(chart=CONSUMER))
    values = {"initContainers": init["initContainers"], "extraVolumes": init["volumes"]}
    objects = helm.objects(values, chart=FOREIGN)
    assert pod(objects, "StatefulSet")["initContainers"] == init["initContainers"]
    status, report = kubeconform(helm.text(values, chart=FOREIGN), "1.37.0")
    assert status == 0, report["resources"]


@pytest.mark.parametrize("version", ["1.34.0", "1.35.0"])
def test_fail_fast_where_kubernetes_can(helm, version):
    text = helm.text({"dynamodbInit": {"failFast": True}}, chart=CONSUMER, options=["--kube-version", version])
    status, report = kubeconform(text, version)
    assert status == 0, report["resources"]
    (init,) = pod({one["kind"]: one for one in yaml.safe_load_all(text) if one})["initContainers"]
    if version == "1.34.0":
        assert "restartPolicy" not in init
        return
    rule = {"action": "Restart", "exitCodes": {"operator": "In", "values": [69, 70, 75]}}
    assert (init["restartPolicy"], init["restartPolicyRules"]) == ("Never", [rule])


def test_its_version_is_the_charts():
    charts = [yaml.safe_load((folder / "Chart.yaml").read_text()) for folder in [CHART, CHART.parent / "dynamodb-init-lib"]]
    assert charts[0]["version"] == charts[1]["version"] == charts[0]["dependencies"][0]["version"]
    image = (CHART.parent / "dynamodb-init-lib" / "templates" / "_image.tpl").read_text()
    assert f"\n{charts[1]['appVersion']}\n" in image
