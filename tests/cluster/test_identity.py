"""The pod's own identity, as EKS leaves it there, on a real kubelet: projected tokens that the cluster signs, the search list that the
kubelet writes, AWS's real host names behind TLS."""

import json
import subprocess

import pytest
from cloud import DYNAMODB_HOST, STS_HOST
from cluster import GATEWAY, app_never_started, ended, pod
from dns import SERVFAIL, Dns
from helpers import best_of
from webhook import AUDIENCE, ROLE

LOCAL_DNS = "169.254.20.10"  # where runbooks put a name server on the node


class Account:
    """The service account `app`, and pods that have it."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.subject = f"system:serviceaccount:{namespace.name}:app"

    def create(self, annotations=None):
        self.namespace.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "app", "annotations": annotations or {}}})

    def pod(self, *args, **more):
        env = {"DYNAMODB_INIT_TABLE": "orders", "DYNAMODB_INIT_TIMEOUT": "60"}
        self.namespace.create(pod("app", args, env, restart="Never", serviceAccountName="app", **more))

    def passed(self):
        self.namespace.wait("pod/app", "condition=Ready")
        return self.namespace.logs("app")


@pytest.fixture
def account(eks):
    return Account(eks)


@pytest.fixture
def trusted(account, aws):
    """A service account with a role that trusts it."""
    account.create({ROLE: aws.moto.role})
    aws.aws.trusted = {account.subject}
    return account


def test_roles_for_service_accounts(trusted, aws):
    trusted.pod()
    said = trusted.passed()
    assert "assumed-role/app/" in said and "(web identity)" in said, said
    assert trusted.subject in aws.aws.subjects


def test_pod_identity(account, aws):
    account.create()
    aws.webhook.associations.add((account.namespace.name, "app"))
    account.pod()
    said = account.passed()
    assert "container" in said, said
    assert account.subject in aws.subjects and account.subject not in aws.aws.subjects


def test_doctor_in_the_pod(trusted):
    trusted.pod("doctor", "--output", "json")
    said = trusted.passed()
    checks = {(c["check"], c.get("name")): c for c in json.loads(said)["checks"]}
    token = checks["source", "web-identity"]
    assert token["state"] == "used" and token["sub"] == trusted.subject, said
    assert "assumed-role/app/" in checks["caller", None]["words"], said


@pytest.mark.parametrize("audience, trusted", [("sts.amazonaws.com", "elsewhere"), ("vault", None)])
def test_a_role_that_does_not_trust_the_pod(account, aws, audience, trusted):
    """It trusts another namespace's account; or the token is for somebody else."""
    account.create({ROLE: aws.moto.role, AUDIENCE: audience})
    aws.aws.trusted = {f"system:serviceaccount:{trusted or account.namespace.name}:app"}
    account.pod("--timeout", "10")
    seen = account.namespace.phase("app", "Failed")
    assert ended(seen)["exitCode"] == 77 and app_never_started(seen), account.namespace.told()
    assert "AssumeRoleWithWebIdentity" in ended(seen)["message"], ended(seen)


def test_an_account_that_the_webhook_does_not_know(account):
    """Nothing is injected, and the pod stays so for life."""
    account.create()
    account.pod("--region", "eu-west-1")
    seen = account.namespace.phase("app", "Failed")
    assert ended(seen)["exitCode"] == 67 and app_never_started(seen), account.namespace.told()
    assert "delete the pod" in ended(seen)["message"].lower(), ended(seen)


EACH_ONCE = sorted(f"{kind} IN {host}." for kind in ("A", "AAAA") for host in (STS_HOST, DYNAMODB_HOST))


def asks_the_minimum(account, asked, expected, **more):
    """A pod of this account passes, and asked(pod) is what it wanted to know. A question that a busy machine loses is asked again:
    that must not happen twice."""

    def look():
        account.pod(**more)
        account.passed()
        pod = account.namespace.get("pod", "app")
        account.namespace.kubectl("delete", "pod", "app")
        assert sorted(asked(pod)) == sorted(expected)

    best_of(2, look)


def test_no_name_is_asked_for_twice(trusted, cluster):
    """ndots:5 and four search domains, as the kubelet writes them; counted in the log of the cluster's own DNS."""
    log = cluster.state / "logs/dns.log"

    def asked(pod):
        peer = f" {pod['status']['podIP']}:"
        return [line.split('"')[1].split(" udp ")[0] for line in log.read_text().splitlines()[-300:] if peer in line]

    asks_the_minimum(trusted, asked, EACH_ONCE)


def test_a_search_domain_whose_servers_fail(trusted):
    """The same search list; all that is not AWS's own name is answered SERVFAIL."""
    subprocess.run(["ip", "address", "replace", f"{LOCAL_DNS}/32", "dev", "kube0"], check=True)
    server = Dns(LOCAL_DNS, {STS_HOST: [GATEWAY], DYNAMODB_HOST: [GATEWAY]}, default=SERVFAIL)

    def asked(pod):
        seen, server.asked = server.asked, []
        return seen

    try:
        own = [f"{trusted.namespace.name}.svc.cluster.local", "svc.cluster.local", "cluster.local"]
        options = [{"name": "ndots", "value": "5"}]
        config = {"nameservers": [LOCAL_DNS], "searches": [*own, "eu-west-1.compute.internal"], "options": options}
        asks_the_minimum(trusted, asked, [STS_HOST, DYNAMODB_HOST] * 2, dnsPolicy="None", dnsConfig=config)
    finally:
        server.stop()
