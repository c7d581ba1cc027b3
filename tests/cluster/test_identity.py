"""The pod's own identity, as EKS's webhook leaves it there, on a real kubelet: tokens that rotate in projected volumes, the search list
that the kubelet writes, AWS's real host names behind TLS."""

import secrets
import subprocess

import pytest
import world
from aws import Cloud
from cloud import DYNAMODB_HOST, REGION, STS_HOST
from cluster import GATEWAY, app_never_started, ended, pod
from dns import SERVFAIL, Dns
from helpers import best_of

LOCAL_DNS = "169.254.20.10"  # where EKS's own runbooks put a name server on the node
SECRETS = "/var/run/secrets"


@pytest.fixture(scope="session")
def aws(cluster, tmp_path_factory):
    made = Cloud(cluster, tmp_path_factory.mktemp("aws"))
    with cluster.hosts([DYNAMODB_HOST, STS_HOST]):
        yield made
    made.stop()


@pytest.fixture
def account(namespace, aws):
    """The pod's service account, and the certificate that stands in for Amazon's."""
    namespace.create(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "app"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "aws-ca"}, "data": {"ca.pem": aws.bundle}},
    )
    return f"system:serviceaccount:{namespace.name}:app"


def injected(volume, folder, audience, path, env):
    """A pod as the webhook leaves it: token, mount and variables, in every container."""
    source = {"serviceAccountToken": {"audience": audience, "expirationSeconds": 86400, "path": path}}
    own = {"AWS_CA_BUNDLE": "/etc/aws/ca.pem", "DYNAMODB_INIT_TABLE": "orders", "DYNAMODB_INIT_TIMEOUT": "60"}
    made = pod("app", (), own, restart="Never")
    spec = made["spec"]
    spec["serviceAccountName"] = "app"
    spec["volumes"] = [
        {"name": "aws-ca", "configMap": {"name": "aws-ca"}},
        {"name": volume, "projected": {"sources": [source]}},
    ]
    spec["initContainers"][0]["volumeMounts"] = [{"name": "aws-ca", "mountPath": "/etc/aws", "readOnly": True}]
    for one in spec["initContainers"] + spec["containers"]:
        one["env"] += [{"name": n, "value": v} for n, v in {**env, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}.items()]
        one.setdefault("volumeMounts", []).append({"name": volume, "mountPath": folder, "readOnly": True})
    return made


def irsa(role, audience="sts.amazonaws.com"):
    """IAM roles for service accounts."""
    folder = f"{SECRETS}/eks.amazonaws.com/serviceaccount"
    env = {"AWS_STS_REGIONAL_ENDPOINTS": "regional", "AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": f"{folder}/token"}
    return injected("aws-iam-token", folder, audience, "token", env)


def pod_identity():
    folder, file = f"{SECRETS}/pods.eks.amazonaws.com/serviceaccount", "eks-pod-identity-token"
    env = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{world.EKS}/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{folder}/{file}",
    }
    return injected("eks-pod-identity-token", folder, "pods.eks.amazonaws.com", file, env)


def passed(namespace):
    namespace.wait("pod/app", "condition=Ready")
    return namespace.logs("app")


def test_roles_for_service_accounts(namespace, account, aws):
    aws.aws.trusted = {account}
    namespace.create(irsa(aws.moto.role))
    said = passed(namespace)
    assert "assumed-role/app/" in said and "(web identity)" in said, said
    assert account in aws.aws.subjects


def test_pod_identity(namespace, account, aws):
    namespace.create(pod_identity())
    said = passed(namespace)
    assert "container" in said, said
    assert account in aws.agents_subjects and account not in aws.aws.subjects


@pytest.mark.parametrize("audience", ["sts.amazonaws.com", "pods.eks.amazonaws.com"])
def test_a_role_that_does_not_trust_the_pod(namespace, account, aws, audience):
    """Another account's role; or a token that is for somebody else."""
    aws.aws.trusted = {"system:serviceaccount:elsewhere:app"}
    made = irsa(aws.moto.role, audience)
    made["spec"]["initContainers"][0]["args"] = ["--timeout", "10"]
    namespace.create(made)
    seen = namespace.phase("app", "Failed")
    assert ended(seen)["exitCode"] == 77 and app_never_started(seen), namespace.told()
    assert "AssumeRoleWithWebIdentity" in ended(seen)["message"], ended(seen)


EACH_ONCE = sorted(f"{kind} IN {host}." for kind in ("A", "AAAA") for host in (STS_HOST, DYNAMODB_HOST))


def test_no_name_is_asked_for_twice(namespace, account, aws, cluster):
    """ndots:5 and four search domains, as the kubelet writes them; counted in the log of the cluster's own DNS."""
    aws.aws.trusted = {account}

    def count():
        before = len(log.read_text())
        namespace.create(irsa(aws.moto.role))
        passed(namespace)
        peer = f" {namespace.get('pod', 'app')['status']['podIP']}:"
        namespace.kubectl("delete", "pod", "app")
        asked = [line.split('"')[1].split(" udp ")[0] for line in log.read_text()[before:].splitlines() if peer in line]
        assert sorted(asked) == EACH_ONCE

    log = cluster.state / "logs/dns.log"
    best_of(2, count)  # a question that a busy machine has lost is asked again


def test_a_search_domain_whose_servers_fail(namespace, account, aws):
    """The same search list; all that is not AWS's own name is answered SERVFAIL."""
    subprocess.run(["ip", "address", "replace", f"{LOCAL_DNS}/32", "dev", "kube0"], check=True)
    server = Dns(LOCAL_DNS, {STS_HOST: [GATEWAY], DYNAMODB_HOST: [GATEWAY]}, default=SERVFAIL)
    try:
        made = irsa(aws.moto.role)
        searches = [f"{namespace.name}.svc.cluster.local", "svc.cluster.local", "cluster.local", "eu-west-1.compute.internal"]
        options = [{"name": "ndots", "value": "5"}]
        made["spec"].update(dnsPolicy="None", dnsConfig={"nameservers": [LOCAL_DNS], "searches": searches, "options": options})
        aws.aws.trusted = {account}
        namespace.create(made)
        passed(namespace)
        assert sorted(server.asked) == sorted([STS_HOST, DYNAMODB_HOST] * 2)
    finally:
        server.stop()
