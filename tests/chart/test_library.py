"""The library inside a chart of somebody's own, and what it renders inside one that takes raw init containers."""

import re

import yaml
from conftest import CHART, HERE
from parts import kubeconform

CONSUMER, FOREIGN = HERE / "consumer", HERE / "foreign"
LIBRARY = CHART.parent / "dynamodb-init-lib"


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
        assert (status, report["summary"]["valid"]) == (0, 3), report["resources"]


def test_it_is_what_the_application_chart_has(helm):
    """One definition of the container: the defaults of the one are those of the other."""
    (ours,) = helm.objects("default")["Job"]["spec"]["template"]["spec"]["containers"]
    (theirs,) = pod(helm.objects(chart=CONSUMER))["initContainers"]
    for one in [ours, theirs]:
        one.pop("env")
    assert ours == theirs


def test_a_foreign_chart_takes_the_container_as_values(helm):
    """The block that the README gives for it is what the library renders."""
    written = re.search(r"^```yaml\n(initContainers:.*?)^```$", (LIBRARY / "README.md").read_text(), re.M | re.S)[1]
    values = yaml.safe_load(written)
    (init,) = pod(helm.objects({"dynamodbInit": {"table": "orders"}}, chart=CONSUMER))["initContainers"]
    del init["volumeMounts"]
    assert init.pop("imagePullPolicy") == "IfNotPresent"  # the default of a tag
    assert values["initContainers"] == [init]
    assert pod(helm.objects(values, chart=FOREIGN), "StatefulSet")["initContainers"] == values["initContainers"]
    status, report = kubeconform(helm.text(values, chart=FOREIGN), "1.37.0")
    assert status == 0, report["resources"]


def test_its_version_is_the_charts():
    charts = [yaml.safe_load((folder / "Chart.yaml").read_text()) for folder in [CHART, LIBRARY]]
    assert charts[0]["version"] == charts[1]["version"] == charts[0]["dependencies"][0]["version"]
    image = (LIBRARY / "templates" / "_image.tpl").read_text()
    assert f"\n{charts[1]['appVersion']}\n" in image
