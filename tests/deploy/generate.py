"""Writes those files of deploy/ that are made of something else: manifests of the charts, IAM policies of the program. `make manifests`.

generate.py HELM PROGRAM. What is made of the tables takes those of deploy/tables.json.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DEPLOY = ROOT / "deploy"
APPLICATION, USERS = ROOT / "helm" / "dynamodb-init", HERE / "chart"
TABLES = json.loads((DEPLOY / "tables.json").read_text())["Tables"]
VALUES = {
    "image": {"repository": "registry.example/dynamodb-init"},
    "aws": {"region": "eu-west-1"},
    "tables": TABLES,
}
IN_A_POD = {"dynamodbInit": VALUES}

# file: (what stands at its top, chart, values, the one template or none for all)
MANIFESTS = {
    "kubernetes/job.yaml": (
        "The tables made sure of by a Job. A Job cannot be changed in place: give it another name with each change.",
        APPLICATION,
        VALUES,
        None,
    ),
    "kubernetes/deployment.yaml": (
        "A Deployment whose pods start only when the tables exist and are ready. The identity is the service account's: identity/.",
        USERS,
        IN_A_POD,
        "templates/deployment.yaml",
    ),
    "argocd/presync.yaml": (
        "For an Application of plain manifests: account, ConfigMap and Job in this order, before everything else of a sync.",
        APPLICATION,
        VALUES | {"job": {"hook": {"engine": "argocd"}}},
        None,
    ),
    "flux/tables/job.yaml": (
        "What the Kustomization app-tables applies.",
        APPLICATION,
        VALUES,
        None,
    ),
    "kustomize/components/init-container/init-container.yaml": (
        "What the component puts into a pod.",
        USERS,
        IN_A_POD,
        "templates/patch.yaml",
    ),
}


def render(helm, chart, values, template):
    """The chart's text without what only Helm needs: its labels, its comments, the test."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        words = [helm, "template", "app", chart, "--kube-version", "1.37.0", "--skip-tests", "-f", file.name]
        words += ["--show-only", template] if template else []
        text = subprocess.run(words, env={"HOME": tempfile.gettempdir()}, text=True, capture_output=True, timeout=60, check=True).stdout
    text = re.sub(r"\A---\n", "", re.sub(r"(?m)^# Source: .*\n", "", text))
    text = re.sub(r"(?m)^ *(helm\.sh/chart|app\.kubernetes\.io/managed-by): .*\n|^  namespace: default\n", "", text)
    # Lines that templates leave empty, and the dash that stands alone before them.
    return re.sub(r"(?m)^( *-)\n +", r"\1 ", re.sub(r"(?m)^ *\n", "", text))


def policy(program, command):
    """What the program says that this command needs for the tables."""
    environment = {"AWS_REGION": "eu-west-1", "AWS_ACCOUNT_ID": "123456789012"}
    words = [program, "policy", command, "--spec", DEPLOY / "tables.json"]
    return json.loads(subprocess.run(words, env=environment, text=True, capture_output=True, timeout=20, check=True).stdout)


def files(helm, program):
    """Every generated file of deploy/, by its path there."""
    made = {}
    for path, (comment, *source) in MANIFESTS.items():
        made[path] = f"# {comment}\n# Generated (make manifests) from {source[0].relative_to(ROOT)} and tables.json.\n" + render(helm, *source)
    # A component may not look outside of its folder.
    documents = {
        "kustomize/components/init-container/tables.json": {"Tables": TABLES},
        "iam/policy-ensure.json": policy(program, "ensure"),
        "iam/policy-wait.json": policy(program, "wait"),
    }
    return made | {path: json.dumps(document, indent=2) + "\n" for path, document in documents.items()}


def main():
    for path, text in files(*sys.argv[1:]).items():
        (DEPLOY / path).parent.mkdir(parents=True, exist_ok=True)
        (DEPLOY / path).write_text(text)


if __name__ == "__main__":
    main()
