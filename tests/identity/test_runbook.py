"""The runbook: what goes wrong with identities in Kubernetes, and what the last line of the log then says.

Each failure is produced on purpose. The words that are looked for are the cause and the remedy; `failed` also holds the
termination message to the last line, so that `kubectl describe pod` shows the same.
"""

import re

import cloud
import pytest
import world
from certificates import Authority
from cloud import DYNAMODB_HOST, STS_HOST, jwt, sts_error, sts_xml
from conftest import AWS_ADDRESS
from dns import NODATA, NXDOMAIN, REFUSED, SERVFAIL, SILENT, Dns
from helpers import BlackHole, failed, in_time, ready
from pod import CONTAINER, ENV, IRSA, TOKEN_FILE
from store import denied

IN_KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.96.0.1"}
NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"


def test_01_the_trust_policy_names_another_service_account(run, everything):
    everything.sts(sts_error("AccessDenied", NOT_AUTHORIZED, 403))
    result = failed(run("--timeout", "3", env=IRSA), 77, "AccessDenied", cloud.ROLE, "trust policy", "StringEquals")
    for claim in ("https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE", "system:serviceaccount:shop:orders", "sts.amazonaws.com"):
        assert claim in result.last


def test_02a_the_cluster_has_no_identity_provider(run, everything):
    everything.sts(sts_error("InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://oidc/id/X"))
    failed(run("--timeout", "3", env=IRSA), 77, "No OpenIDConnect provider", "iss|oidc.eks")


def test_02b_the_token_is_for_another_audience(run, everything, root):
    root.write(TOKEN_FILE, jwt(audience="https://kubernetes.default.svc"))
    everything.sts(sts_error("InvalidIdentityToken", "Incorrect token audience"))
    failed(run("--timeout", "3", env=IRSA), 77, "Incorrect token audience", "https://kubernetes.default.svc")


def test_02c_the_provider_does_not_answer_sts(run, everything):
    everything.sts(sts_error("InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider"), sts_xml())
    ready(run("--timeout", "20", env=IRSA), 1)


def test_03_the_webhook_missed_the_pod_and_the_node_role_is_used(run, everything):
    result = ready(run("--timeout", "20", env=IN_KUBERNETES), 1)
    assert re.search(r"(?i)node.*role.*app-role", result.err) and re.search("injected|IRSA", result.err), repr(result)


def test_04_the_pod_is_older_than_its_association(run, everything):
    everything.metadata.stop()
    failed(run("--timeout", "5", env=IN_KUBERNETES), 67, "admission", "delete the pod")


def test_05_the_pod_identity_agent_is_not_ready(run, everything):
    everything.agents[0].stop()
    result = failed(run("--timeout", "4", env=CONTAINER), 69, world.EKS)
    assert len(re.findall(rf"(?i)waiting for.*{world.EKS}", result.err)) >= 2, repr(result)


def test_06_an_ipv6_agent_in_an_ipv4_cluster(run, everything):
    world.ip("address", "del", f"{world.EKS6}/128", "dev", "lo")
    try:
        env = {**CONTAINER, "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://[{world.EKS6}]/v1/credentials"}
        failed(run("--timeout", "2", env=env), 69, world.EKS6, "IPv6")
    finally:
        world.ip("address", "add", f"{world.EKS6}/128", "dev", "lo", "nodad")


def test_07_the_network_plugin_breaks_the_link_local_address(run, everything):
    everything.agents[0].stop()
    failed(run("--timeout", "2", env=CONTAINER), 69, world.EKS, "(?i)refused")


def test_08_the_hop_limit_of_the_instance_is_one(run, aws):
    aws.imds(PUT=cloud.SILENT)
    failed(run("--timeout", "20", env=IN_KUBERNETES), 67, "(?i)hop limit|HttpPutResponseHopLimit", "IRSA|Pod Identity")


def test_09_no_source_at_all_is_told_source_by_source(run, aws):
    result = failed(run("--timeout", "20", env={"AWS_ROLE_ARN": cloud.ROLE}), 67, "AWS_WEB_IDENTITY_TOKEN_FILE")
    for source in ("environment", "profile", "web identity", "container", "metadata|IMDS"):
        assert re.search(source, result.last), f"{source} is not in the last line{result}"


def test_10_sts_throttles_a_herd(run, everything):
    everything.sts(*[sts_error("Throttling", "Rate exceeded")] * 2, sts_xml())
    result = ready(run("--timeout", "30", env=IRSA), 1)
    assert "Throttling" in result.err and len(everything.dynamodb.sts_asked) == 3


@pytest.mark.parametrize("region", [None, "", "eu west 1", "<html>"])
def test_11_the_region_is_missing_or_junk(run, everything, region):
    everything.metadata.says["GET /latest/meta-data/placement/region"] = [cloud.plain(404, "")]
    more = {"AWS_REGION": region} if region else {}
    failed(run("--timeout", "5", env={**ENV, **more}, region=None), 64, "(?i)region", "AWS_REGION")
    assert everything.dynamodb.calls() == [] and everything.dynamodb.sts_asked == []


def test_12_sts_is_not_to_be_reached_from_a_private_network(run, everything, root):
    hole = BlackHole()
    try:
        env = {**IRSA, "AWS_ENDPOINT_URL_STS": hole.url.replace("127.0.0.1", STS_HOST)}
        root.write("/etc/hosts", f"127.0.0.1 localhost {STS_HOST}\n{AWS_ADDRESS} {DYNAMODB_HOST}\n")
        in_time(failed(run("--timeout", "3", env=env), 69, STS_HOST, "VPC endpoint"), 3)
    finally:
        hole.close()


def test_13_a_proxy_would_get_link_local_traffic(run, everything):
    nobody = "http://127.0.0.1:9"
    env = {**CONTAINER, "HTTP_PROXY": nobody, "http_proxy": nobody, "ALL_PROXY": nobody, "all_proxy": nobody}
    ready(run("--timeout", "20", env=env), 1)
    failed(run("--timeout", "2", env={**CONTAINER, "HTTPS_PROXY": nobody}), 69, "proxy", "127.0.0.1:9")


def test_14_the_token_file_is_roots(run, everything, root):
    root.write(TOKEN_FILE, jwt(), mode=0o600, owner=0)
    failed(run("--timeout", "20", env=IRSA), 66, TOKEN_FILE, "65532", "600", "fsGroup")


def test_15_a_new_permission_takes_its_time(run, everything):
    everything.dynamodb.on("DescribeTable", [denied("DescribeTable", "orders")] * 2 + [lambda request: None])
    result = ready(run("--timeout", "30", env=IRSA), 1)
    assert re.search(r"IAM propagation, \d+", result.err), repr(result)


def test_16_the_clock_of_the_node_is_wrong(run, everything):
    import email.utils
    import time

    def skewed(request):
        date = [("Date", email.utils.formatdate(time.time() + 600, usegmt=True))]
        text = "Signature expired: 20200101T000000Z is now earlier than 20200101T000500Z"
        return cloud.respond(400, f'{{"__type":"x#InvalidSignatureException","message":"{text}"}}', headers=date)

    everything.dynamodb.on("DescribeTable", [skewed, lambda request: None])
    everything.dynamodb.problems = lambda: []  # signed ten minutes from now, as it must be
    result = ready(run("--timeout", "20", env=ENV), 1)
    assert len(re.findall(r"(?i)clock.*(59\d|60\d) ?s", result.err)) == 1, repr(result)


def test_17_a_service_mesh_is_not_up_yet(run, everything, root):
    """Injectors give their variables to the proxy alone: of a mesh an init container sees that it is in a pod, and that all is refused."""
    root.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.0.3 {DYNAMODB_HOST} {STS_HOST}\n")  # where nobody listens
    result = failed(run("--timeout", "3", env={**ENV, **IN_KUBERNETES}), 69, "(?i)refused", DYNAMODB_HOST, "native sidecars", "exclude this port", "1337")
    assert any("warning" in line and "1337" in line for line in result.lines), repr(result)


def test_18_the_certificate_is_of_an_authority_that_intercepts(run, root, tmp_path, everything):
    other = Authority(tmp_path, "Corporate Interception Root")
    root.write("/ca.pem", other.bundle.read_bytes())
    failed(run("--timeout", "2", env=ENV), 69, DYNAMODB_HOST, "A Root For Tests", "AWS_CA_BUNDLE|--ca-bundle")


def test_18a_the_certificate_is_of_an_authority_that_is_not_built_in(run, everything):
    result = failed(run("--timeout", "2", env=ENV, ca=None), 69, DYNAMODB_HOST, "issued by.*A Root For Tests", "AWS_CA_BUNDLE|--ca-bundle")
    assert "built in" in result.last


def test_18b_the_bundle_is_not_there(run, everything):
    failed(run("--timeout", "2", env=ENV, ca="/gone.pem"), 66, "AWS_CA_BUNDLE", "/gone.pem")


def test_18c_the_systems_certificates_come_before_those_built_in(run, root, everything):
    """Mounted over the image's file; nothing names it."""
    root.write("/etc/ssl/certs/ca-certificates.crt", root.at("/ca.pem").read_bytes())
    ready(run("--timeout", "20", env=ENV, ca=None), 1)


@pytest.mark.parametrize("named", [True, False])
def test_18d_the_keys_of_the_environment_are_not_asked_for(run, root, everything, named):
    """An emulator needs no certificate, STS does."""
    everything.sts(sts_xml())
    if not named:
        root.write("/etc/ssl/certs/ca-certificates.crt", root.at("/ca.pem").read_bytes())
    args = ["--credentials", "web-identity", "--endpoint-url", "http://127.0.0.1:9", "--timeout", "2"]
    result = failed(run(*args, env={**ENV, **IRSA}, ca="/ca.pem" if named else None), 69, "127.0.0.1:9")
    assert "assumed-role/app" in result.err, repr(result)


NAMELESS = {
    NXDOMAIN: ("no such name", "spelling", "private DNS"),
    NODATA: ("no such name", "spelling", "private DNS"),
    SERVFAIL: ("DNS has no usable answer", "/etc/resolv.conf"),
    REFUSED: ("DNS has no usable answer", "/etc/resolv.conf"),
    SILENT: ("DNS has no usable answer", "/etc/resolv.conf"),
}


@pytest.mark.parametrize("says", NAMELESS)
def test_19_the_name_is_not_known(run, everything, root, says):
    server = Dns(world.DNS, {DYNAMODB_HOST: says})
    try:
        root.write("/etc/hosts", "127.0.0.1 localhost\n")
        root.write("/etc/resolv.conf", f"nameserver {world.DNS}\nsearch shop.svc.cluster.local svc.cluster.local\noptions ndots:5\n")
        in_time(failed(run("--timeout", "2", env=ENV), 69, DYNAMODB_HOST, *NAMELESS[says]), 2)
        assert server.asked and set(server.asked) == {DYNAMODB_HOST}  # the search list plays no part
    finally:
        server.stop()


def test_20_account_hosts_break_allow_lists(run, everything):
    """Regional unless asked for, and the address is told."""
    result = ready(run("--timeout", "20", env={**ENV, "AWS_ACCOUNT_ID": "123456789012"}), 1)
    assert DYNAMODB_HOST in result.err and ".ddb." not in result.err


def test_19b_a_long_answer_comes_over_tcp(run, aws, root):
    """A truncated answer is asked for again over TCP."""
    server = Dns(world.DNS, {DYNAMODB_HOST: ("TRUNCATED", [AWS_ADDRESS])})
    try:
        root.write("/etc/hosts", "127.0.0.1 localhost\n")
        root.write("/etc/resolv.conf", f"nameserver {world.DNS}\n")
        ready(run("--timeout", "20", env=ENV), 1)
        assert server.over_tcp
    finally:
        server.stop()


def test_19c_the_name_server_fails_and_the_library_gives_up_first(run, aws, root):
    server = Dns(world.DNS, {DYNAMODB_HOST: SERVFAIL})
    try:
        root.write("/etc/hosts", "127.0.0.1 localhost\n")
        root.write("/etc/resolv.conf", f"nameserver {world.DNS}\noptions timeout:1 attempts:1\n")
        failed(run("--timeout", "3", env=ENV), 69, DYNAMODB_HOST, "DNS fails", "may pass", "/etc/resolv.conf")
        server.names[DYNAMODB_HOST] = [AWS_ADDRESS]
        ready(run("--timeout", "20", env=ENV), 1)
    finally:
        server.stop()
