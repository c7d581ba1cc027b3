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
