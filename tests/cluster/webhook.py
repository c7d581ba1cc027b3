"""EKS's admission webhook for pods: a service account with a role's annotation, or with an association, and what it then leaves in the pod.

It stands in for AWS's amazon-eks-pod-identity-webhook, which no registry has; what it does is written down from that program's rules:
only at CREATE, all containers, a variable that is there by name is not touched, Pod Identity goes before an annotation.
"""

import base64
import json
import os

import world
from cloud import REGION, Web, plain
from cluster import APP, GATEWAY

LABEL = "cluster.test/webhook"  # of the namespaces that it is asked about
CA = "aws-ca"  # a ConfigMap of these namespaces: the certificate that stands in for Amazon's
SECRETS = "/var/run/secrets"
ROLE, AUDIENCE = "eks.amazonaws.com/role-arn", "eks.amazonaws.com/audience"  # annotations of a service account


class Webhook(Web):
    def __init__(self, cluster, tls, bundle):
        self.cluster, self.associations = cluster, set()
        super().__init__(GATEWAY, 0, {"POST /mutate": self._reviewed}, tls)
        client = {"url": f"{self.url}/mutate", "caBundle": base64.b64encode(bundle.encode()).decode()}
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
        hook = {
            "name": "pod-identity-webhook.amazonaws.com",
            "clientConfig": client,
            "rules": [rule],
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "namespaceSelector": {"matchLabels": {LABEL: "yes"}},
        }
        self.object = {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "pod-identity-webhook"},
            "webhooks": [hook],
        }
        cluster.kubectl("apply", "-f", "-", given=self.object)

    def stop(self):
        self.cluster.kubectl("delete", "mutatingwebhookconfiguration", self.object["metadata"]["name"], check=False)
        super().stop()

    def _reviewed(self, request):
        asked = request.body["request"]
        spec = asked["object"]["spec"]
        fit_for_test(spec)
        self._inject(asked["namespace"], spec)
        patch = json.dumps([{"op": "replace", "path": "/spec", "value": spec}]).encode()
        answer = {"uid": asked["uid"], "allowed": True, "patchType": "JSONPatch", "patch": base64.b64encode(patch).decode()}
        return plain(200, json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": answer}))

    def _inject(self, namespace, spec):
        account = spec.get("serviceAccountName", "default")
        if (namespace, account) in self.associations:
            folder, file = f"{SECRETS}/pods.eks.amazonaws.com/serviceaccount", "eks-pod-identity-token"
            pair = {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{world.EKS}/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{folder}/{file}",
            }
            leave(spec, file, folder, "pods.eks.amazonaws.com", file, [pair, regions()])
        elif role := (annotations := self._annotations(namespace, account)).get(ROLE):
            audience = annotations.get(AUDIENCE, "sts.amazonaws.com")
            folder = f"{SECRETS}/eks.amazonaws.com/serviceaccount"
            pair = {"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": f"{folder}/token"}
            leave(spec, "aws-iam-token", folder, audience, "token", [{"AWS_STS_REGIONAL_ENDPOINTS": "regional"}, regions(), pair])

    def _annotations(self, namespace, account):
        found = self.cluster.kubectl("get", "serviceaccount", account, "-o", "json", namespace=namespace).stdout
        return json.loads(found)["metadata"].get("annotations", {})


def regions():
    return {"AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}


def containers(spec):
    return spec.get("initContainers", []) + spec["containers"]


def leave(spec, volume, folder, audience, path, groups):
    """The token, its mount and the variables; of a group of variables all or none."""
    token = {"serviceAccountToken": {"audience": audience, "expirationSeconds": 86400, "path": path}}
    spec.setdefault("volumes", []).append({"name": volume, "projected": {"sources": [token]}})
    for one in containers(spec):
        there = {entry["name"] for entry in one.get("env", [])}
        for group in groups:
            if not there & group.keys():
                one.setdefault("env", []).extend({"name": n, "value": v} for n, v in group.items())
        one.setdefault("volumeMounts", []).append({"name": volume, "mountPath": folder, "readOnly": True})


def fit_for_test(spec):
    """What a test needs of any pod: images that the node has, and trust in the certificates of the AWS that is played here."""
    spec.setdefault("volumes", []).append({"name": CA, "configMap": {"name": CA}})
    for one in containers(spec):
        ours = "dynamodb-init" in one["image"]
        one["imagePullPolicy"] = "Never"
        if ours:
            one["image"] = os.environ["CLUSTER_IMAGE"]
            one.setdefault("env", []).append({"name": "AWS_CA_BUNDLE", "value": "/etc/aws/ca.pem"})
            one.setdefault("volumeMounts", []).append({"name": CA, "mountPath": "/etc/aws", "readOnly": True})
        elif one in spec.get("initContainers", []):
            one.update(image=os.environ["CLUSTER_IMAGE"], args=["version"])  # another one's step, which is soon done
        else:
            one.update(image=APP, args=[])
