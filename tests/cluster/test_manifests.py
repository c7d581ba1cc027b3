"""The manifests of deploy/, applied to an EKS as it is played here: what a reader copies runs. Only images are other ones (webhook.py)."""

import pytest
import yaml
from product import ROOT

DEPLOY = ROOT / "deploy"
IDENTITY = "identity/irsa.yaml", "identity/pod-identity.yaml", "identity/keys.yaml"  # too small for Pod Security "restricted"
HARDENED = "pod.yaml", "pod-spec.yaml", "kubernetes/deployment.yaml", "kubernetes/job.yaml", "kustomize/overlays/irsa", "kustomize/overlays/pod-identity"
HARDENED += "argocd/presync.yaml", "flux/tables/job.yaml"
CASES = [("baseline", path) for path in IDENTITY] + [("restricted", path) for path in HARDENED]


def objects(path, cluster):
    file = DEPLOY / path
    text = file.read_text() if file.is_file() else cluster.kubectl("kustomize", file).stdout
    return list(yaml.safe_load_all(text))


def accounts(made):
    """The service accounts of the pods in it."""
    for one in made:
        spec = one["spec"] if one["kind"] == "Pod" else one.get("spec", {}).get("template", {}).get("spec")
        if spec:
            yield spec.get("serviceAccountName", "default")


@pytest.mark.parametrize("eks, path", CASES, indirect=["eks"], ids=[path for _, path in CASES])
def test_it_runs(eks, path, aws, cluster):
    made = objects(path, cluster)
    (account,) = accounts(made)
    aws.aws.trusted = {f"system:serviceaccount:{eks.name}:{account}"}
    if "irsa" not in path and "keys" not in path:
        aws.webhook.associations.add((eks.name, account))
    if "keys" in path:
        keys = {"AWS_ACCESS_KEY_ID": aws.moto.user["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": aws.moto.user["SecretAccessKey"]}
        eks.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "aws-keys"}, "stringData": keys})
    eks.create(*made)
    for one in made:
        name = one["metadata"]["name"]
        if one["kind"] == "Pod":
            eks.wait(f"pod/{name}", "condition=Ready")
        elif one["kind"] == "Deployment":
            eks.rolled_out(name)
        elif one["kind"] == "Job":
            eks.wait(f"job/{name}", "condition=Complete")
    said = [line for one in eks.get("pods") for line in eks.logs(one["metadata"]["name"]).splitlines()]
    assert any(line.startswith("dynamodb-init: ready: ") for line in said), said
