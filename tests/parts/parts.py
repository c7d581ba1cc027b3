"""For the suites that suite.sh runs: the parts, and what more than one suite does with them."""

import json
import os
import subprocess

import pytest


def part(name):
    """The path of a part, or a skip where the suite's run.sh, or get.sh, says that it is not to be had."""
    path = os.environ["PART_" + name.replace("-", "_")]
    if not path:
        pytest.skip(f"no {name} here")
    return path


def run(*words, status=0, **options):
    """What a command says; its status is the wanted one."""
    options = {"text": True, "capture_output": True, "timeout": 300, "check": False} | options
    done = subprocess.run([str(word) for word in words], **options)
    assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def kubeconform(text, version):
    """The exit status and the report on manifests, against the schemas of that version of Kubernetes alone."""
    location = part("kube-schemas") + (
        "/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json"
    )
    words = [part("kubeconform"), "-strict", "-summary", "-output", "json", "-kubernetes-version", version]
    words += ["-schema-location", location, "-"]
    done = subprocess.run(words, input=text, env={}, text=True, capture_output=True, timeout=60, check=False)
    assert not done.stderr
    return done.returncode, json.loads(done.stdout)


# kube-score's findings that stand in a pod of ours, each with its reason.
ACCEPTED = {
    "container-resources": "no CPU limit: it would only slow the start; CPU is shared by weight",
    "container-ephemeral-storage-request-and-limit": "the root is read-only and nothing is written",
    "container-image-pull-policy": "a release's tag never moves, and a digest cannot",
    "pod-networkpolicy": "off by default: a policy that the cluster's own rules do not expect cuts the pod off",
    "container-security-context-user-group-id": "the image has the number 65532; OpenShift refuses any but its own",
}


def kube_score(text):
    """The names of the checks that kube-score finds broken in manifests, for the newest Kubernetes that it is asked about."""
    words = [part("kube-score"), "score", "--kubernetes-version", "v1.37", "--output-format", "json", "-"]
    said = subprocess.run(words, input=text, text=True, capture_output=True, timeout=60, check=False).stdout
    checks = [check for one in json.loads(said) for check in one["checks"] if not check["skipped"]]
    return {check["check"]["id"] for check in checks if check["grade"] < 10}
