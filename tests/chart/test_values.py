"""What values of every kind come to: each does something, none of them may be missing in silence, odd words arrive as they are."""

import json
import re

import jsonschema
import pytest
import yaml
from conftest import CHART, HERE
from parts import kubeconform

CONSUMER = HERE / "consumer"

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())


OTHERS = {"global", "podSecurityContext", "securityContext", "resources", "nodeSelector"}  # whose keys are not the chart's


def paths(values, within=()):
    """Every key of values.yaml, those of the chart's own maps behind the map itself."""
    for name, below in values.items():
        yield (*within, name)
        if isinstance(below, dict) and name not in OTHERS:
            yield from paths(below, (*within, name))


def at(path, value):
    return {path[0]: at(path[1:], value)} if path else value


def merged(one, other):
    both = {key: merged(one[key], other[key]) for key in one.keys() & other.keys() if isinstance(one[key], dict) and isinstance(other[key], dict)}
    return one | other | both


def dotted(path):
    return ".".join(path)


# What a value needs beside it to be seen at all.
BESIDE = {
    "existingConfigMap": {"tables": [], "existingConfigMap": {"name": "mine"}},
    "table": {"tables": []},
    "aws.caBundle.key": {"aws": {"caBundle": {"configMap": "roots"}}},
    "credentials.keys": {"credentials": {"existingSecret": "keys"}},
    "job.hook": {"job": {"hook": {"engine": "helm"}}},
    "networkPolicy.extraEgress": {"networkPolicy": {"enabled": True}},
}
# Another value than the default, where its type alone does not give one.
OTHERWISE = {
    "global": {"imageRegistry": "mirror.example"},
    "image.digest": "sha256:" + 64 * "0",
    "imagePullSecrets": [{"name": "own"}],
    "tables": [{"TableName": "users"}],
    "config.timeout": "90s",
    "job.activeDeadlineSeconds": 900,
    "aws.endpointUrl": "http://dynamodb:8000",
    "job.hook.engine": "argocd",
    "job.hook.weight": "5",
    "job.hook.events": ["pre-install"],
    "job.hook.deletePolicy": ["hook-succeeded"],
    "job.hook.outputLogPolicy": [],
    "job.podFailurePolicy.extraRules": [{"action": "Count"}],
    "podSecurityContext": {"runAsUser": 1000},
    "securityContext": {"runAsUser": 1000},
    "resources": {"limits": {"cpu": "1"}},
    "tolerations": [{"key": "batch"}],
    "affinity": {"nodeAffinity": {}},
    "topologySpreadConstraints": [{"topologyKey": "zone"}],
    "dnsConfig": {"searches": ["example"]},
    "hostAliases": [{"ip": "10.0.0.1"}],
    "extraArgs": ["--no-sort-key"],
    "extraEnv": [{"name": "A", "value": "b"}],
    "extraEnvFrom": [{"prefix": "A"}],
    "extraVolumes": [{"name": "more"}],
    "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
    "extraObjects": ["kind: Any"],
}


def otherwise(path):
    """A value for that key which the schema takes and which is not the default's."""
    name, schema, default = dotted(path), SCHEMA, DEFAULTS
    if name in OTHERWISE:
        return OTHERWISE[name]
    for key in path:
        schema = schema.get("properties", {}).get(key, {})
        default = default[key]
    words = [word for word in schema.get("enum", []) if word not in (default, None, "")]
    if words:
        return words[0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if isinstance(default, dict):
        return {"a": "b"}
    return {"boolean": not default, "integer": 7, "array": [{"a": "b"}], "string": "other"}[kind]


ALL = list(paths(DEFAULTS))
LEAVES = [path for path in ALL if path != ("enabled",) and not any(longer[: len(path)] == path for longer in ALL if longer != path)]


def test_every_value_does_something(any_helm):
    """None is left over from what a template once did. `enabled` is read by Helm alone."""
    assert len(LEAVES) > 70
    seen, idle = {}, []
    for path in LEAVES:
        beside = next((more for name, more in BESIDE.items() if (dotted(path) + ".").startswith(name + ".")), {})
        key = json.dumps(beside)
        if key not in seen:
            seen[key] = any_helm("template", values=["default", beside]).stdout
        if any_helm.text("default", merged(beside, at(path, otherwise(path)))) == seen[key]:
            idle.append(dotted(path))
    assert idle == []


def test_no_value_is_missed_in_silence(any_helm):
    """null takes a key out of the values. Then there is none of it, and Kubernetes takes what is left; or it is asked for by its name."""
    texts, refused, null = [], {}, re.compile(": null|<nil>")
    for path in ALL:
        done = any_helm("template", values=["default", at(path, None)])
        if done.returncode == 0:
            texts.append(done.stdout)
        else:
            refused[dotted(path)] = done.stderr
    for name, said in refused.items():
        assert name.rpartition(".")[2] in said and "nil pointer" not in said, (name, said)
    assert not [text for text in texts if null.search(json.dumps(list(yaml.safe_load_all(text))))]
    status, report = kubeconform("\n---\n".join(texts), "1.37.0")
    assert status == 0, {one["msg"] for one in report["resources"]}


def test_no_typo_is_taken(any_helm):
    """A letter too much in any key of values.yaml: another validator is asked about all, Helm's own about one."""
    validator = jsonschema.Draft7Validator(SCHEMA)
    for path in ALL:
        typo = at((*path[:-1], path[-1] + "z"), "x")
        assert "Additional properties are not allowed" in " ".join(one.message for one in validator.iter_errors(merged(DEFAULTS, typo))), typo
    assert "'enginez' not allowed" in any_helm("template", values=["default", at(("job", "hook", "enginez"), "helm")]).stderr


# Words that YAML, in one of its versions, takes for something else than text.
WORDS = ["1e3", "1.10", "012345678901", "0x10", "1_000", "1:30", "yes", "no", "on", "y", "N", "true", "null", "~", "-", ".5", "2001-01-01"]
# What templates, shells and YAML read into text.
TEXTS = ["it's \"so\"", "a: b # c", "two\nlines\n", " blank ", "tab\there", "back\\slash", "${STAGE} $(STAGE) $$", "<&>", "préfixe ✓", "%s %!d"]
TEXTS += ["- a", "{a}", "[a]", "@a", "`a`", "!a", "&a *a", "a" * 200 + " b" * 50]


def container(spec):
    (only,) = spec.get("initContainers") or spec["containers"]
    return only


@pytest.mark.parametrize("chart", [CHART, CONSUMER], ids=["application", "library"])
def test_text_arrives_as_it_is(helm, chart):
    """In variables, arguments, annotations and tables; in what no template reads, braces too."""
    texts = {f"V{number}": text for number, text in enumerate(WORDS + TEXTS)}
    braces = texts | {"V": "{{ .Release.Name }}"}
    values = {
        "image": {"repository": "x"},
        "extraEnv": [{"name": name, "value": text} for name, text in texts.items()],
        "extraArgs": list(texts.values()),
        "tables": [{"TableName": "orders", "Tags": [{"Key": name, "Value": text} for name, text in braces.items()]}],
    }
    if chart == CHART:
        values |= {"podAnnotations": braces, "commonAnnotations": braces}
    text = helm.text(values if chart == CHART else {"dynamodbInit": values}, chart=chart)
    assert kubeconform(text, "1.37.0")[0] == 0
    objects = {one["kind"]: one for one in yaml.safe_load_all(text) if one}
    workload = objects.get("Job") or objects["Deployment"]
    one = container(workload["spec"]["template"]["spec"])
    assert {entry["name"]: entry["value"] for entry in one["env"] if entry["name"] in texts} == texts
    assert one["args"][1:] == list(texts.values())
    (table,) = json.loads(objects["ConfigMap"]["data"]["tables.json"])["Tables"]
    assert {tag["Key"]: tag["Value"] for tag in table["Tags"]} == braces
    if chart == CHART:
        assert braces.items() <= workload["spec"]["template"]["metadata"]["annotations"].items()
        assert braces.items() <= objects["ServiceAccount"]["metadata"]["annotations"].items()


@pytest.mark.parametrize("name", ["1e3", "012345678901", "yes", "null"])
def test_a_name_may_be_any_word(helm, name):
    """Release, namespace, table, account, ConfigMap, Secret, tag, label: Kubernetes takes no number for a name."""
    helm.release = name
    values = {
        "fullnameOverride": name,
        "nameOverride": name,
        "image": {"repository": "x", "tag": name},
        "table": name,
        "config": {"tablePrefix": name},
        "aws": {"region": name, "caBundle": {"configMap": name, "key": name}},
        "serviceAccount": {"name": name},
        "credentials": {"existingSecret": name, "keys": {"accessKeyId": name}},
        "commonLabels": {"a": name},
        "nodeSelector": {"a": name},
        "networkPolicy": {"enabled": True},
        "global": {"imagePullSecrets": [name]},
    }
    for source in [{"table": name}, {"table": "", "existingConfigMap": {"name": name, "key": name}}]:
        text = helm.text(values | source, options=["--namespace", name])
        status, report = kubeconform(text, "1.37.0")
        assert status == 0, report["resources"]
        objects = {one["kind"]: one for one in yaml.safe_load_all(text) if one}
        account, spec = objects["ServiceAccount"]["metadata"], objects["Job"]["spec"]["template"]["spec"]
        assert (account["name"], account["namespace"], account["labels"]["app.kubernetes.io/instance"]) == (name, name, name)
        assert (spec["serviceAccountName"], spec["nodeSelector"]["a"], container(spec)["image"]) == (name, name, f"x:{name}")
        assert {one["configMap"]["name"] for one in spec["volumes"]} == {name}


@pytest.mark.parametrize("word", [1e3, 1.1, True, False])
def test_the_library_refuses_what_yaml_made_of_a_word(helm, word):
    """It has no schema; a table `yes` or a tag 1.10 that became something else would do harm."""
    for path in [("table",), ("config", "tablePrefix"), ("aws", "region"), ("image", "tag")]:
        said = helm("template", chart=CONSUMER, values=[at(("dynamodbInit", *path), word)]).stderr
        assert re.search(rf"{dotted(path)} has come as the (number|bool) .*: write it in quotes", said), said


@pytest.mark.parametrize("engine", ["none", "helm", "argocd"])
def test_no_name_is_too_long(any_helm, engine):
    any_helm.release = "r" * 53
    long = {"nameOverride": "n" * 70, "networkPolicy": {"enabled": True}, "job": {"hook": {"engine": engine}}}
    for values in [long, long | {"fullnameOverride": "f" * 62 + "-x"}]:
        for one in any_helm.objects("default", values).values():
            assert re.fullmatch(r"[a-z0-9]([a-z0-9.-]{,61}[a-z0-9])?", one["metadata"]["name"])
            assert all(re.fullmatch(r"\w([\w.-]{,61}\w)?", value) for value in one["metadata"]["labels"].values())


def test_two_releases_in_one_namespace_share_nothing(any_helm):
    made = []
    for release in ["orders", "users"]:
        any_helm.release = release
        made.append(any_helm.objects("default", {"networkPolicy": {"enabled": True}}))
    for kind in made[0]:
        assert made[0][kind]["metadata"]["name"] != made[1][kind]["metadata"]["name"]
    ours, theirs = (one["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] for one in made)
    assert not ours.items() <= made[1]["Job"]["spec"]["template"]["metadata"]["labels"].items()
    assert theirs.items() <= made[1]["Job"]["spec"]["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize(("timeout", "said", "deadline"), [(0, "0", None), (1000000, "1000000", 1000040), ("010", "010", 50), ("1h08m", "1h08m", 4120)])
def test_a_duration_is_what_the_program_reads(any_helm, timeout, said, deadline):
    """0 is no deadline, and a number is never 1e+06."""
    values = {"config": {"timeout": timeout}, "job": {"hook": {"engine": "helm" if deadline else "none"}}}
    spec = any_helm.objects("default", values)["Job"]["spec"]
    assert container(spec["template"]["spec"])["env"] == [{"name": "DYNAMODB_INIT_TIMEOUT", "value": said}]
    assert spec.get("activeDeadlineSeconds") == deadline


def test_nothing_asks_the_cluster_or_the_dice():
    """A GitOps controller renders without a cluster, and again and again."""
    words = r"{{.*\b(lookup|rand\w+|now|IsInstall|IsUpgrade|Revision)\b"
    assert not [path for path in (CHART / "templates").rglob("*") if path.is_file() and re.search(words, path.read_text())]
