"""The network's worst: black holes, silence, signals in the middle; real proxies and a real name server."""

import signal
import socket
import subprocess
import time

import cloud
import pytest
import world
from answers import endless_header, flood_body, flood_chunks, flood_continue, flood_headers, garbage
from cloud import DYNAMODB_HOST, STS_HOST
from conftest import AWS_ADDRESS
from dns import SILENT, Dns
from endpoint import Endpoint
from helpers import BlackHole, failed, in_time, ready
from pod import CONTAINER, ENV, IRSA
from store import described


class HoleAt(BlackHole):
    """A black hole at an address of AWS's."""

    def __init__(self, address, port=80):
        self.listener = socket.socket()
        self.listener.bind((address, port))
        self.listener.listen(0)
        self.fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex((address, port))
            self.fillers.append(filler)


@pytest.fixture
def hole():
    made = []

    def make(address, port=80):
        made.append(HoleAt(address, port))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.timing
def test_a_black_holed_metadata_service_costs_three_seconds_at_most(run, aws, hole):
    hole(world.IMDS)
    result = failed(run("--timeout", "30"), 67)
    assert result.seconds <= 3.0, repr(result)


@pytest.mark.timing
def test_it_is_asked_once_for_region_and_role(run, aws, hole):
    hole(world.IMDS)
    result = failed(run("--timeout", "30", region=None), 64, "(?i)region")
    assert result.seconds <= 3.0, repr(result)


@pytest.mark.parametrize("env", [ENV, IRSA, CONTAINER], ids=["environment", "web identity", "container"])
def test_no_network_never_hangs_past_the_deadline(run, root, network, env):
    root.write("/etc/hosts", "127.0.0.1 localhost\n")
    root.write("/etc/resolv.conf", "nameserver 198.51.100.1\n")
    root.write(IRSA["AWS_WEB_IDENTITY_TOKEN_FILE"], cloud.jwt())
    root.write(CONTAINER["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], cloud.AGENT_TOKEN)
    in_time(failed(run("--timeout", "2", env=env), 69), 2)


@pytest.mark.parametrize("stage", ["DNS", "agent's name", "connect", "TLS", "back-off", "agent", "metadata"])
@pytest.mark.timing
def test_a_signal_ends_it_within_a_quarter_of_a_second(start, aws, root, hole, stage):
    env, server = ENV, None
    if stage in ("DNS", "agent's name"):
        server = Dns(world.DNS, {}, default=SILENT)
        root.write("/etc/hosts", "127.0.0.1 localhost\n")
        root.write("/etc/resolv.conf", f"nameserver {world.DNS}\n")
        env = ENV if stage == "DNS" else {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://creds.example/c"}
    elif stage in ("connect", "TLS"):
        root.write("/etc/hosts", f"127.0.0.4 {DYNAMODB_HOST}\n")
        server = socket.create_server(("127.0.0.4", 443)) if stage == "TLS" else hole("127.0.0.4", 443)
    elif stage == "back-off":
        root.write("/etc/hosts", f"127.0.0.5 {DYNAMODB_HOST}\n")
    elif stage == "agent":
        aws.agent(cloud.SILENT)
        root.write(CONTAINER["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], cloud.AGENT_TOKEN)
        env = CONTAINER
    else:
        hole(world.IMDS)
        env = {}
    try:
        one = start("--timeout", "60", env=env)
        time.sleep(3.2 if stage == "back-off" else 0.6)
        sent = one.signal(signal.SIGTERM)
        result = one.finish()
    finally:
        if isinstance(server, Dns):
            server.stop()
        elif isinstance(server, socket.socket):
            server.close()
    assert result.code == 143 and result.ended - sent <= 0.25, f"{result.ended - sent}{result}"


@pytest.fixture
def tinyproxy(tmp_path):
    """tinyproxy(lines...): a real proxy on port 3128, and its log."""
    started = []

    def make(*lines):
        log = tmp_path / "tinyproxy.log"
        log.touch(mode=0o666)
        file = tmp_path / "tinyproxy.conf"
        file.write_text("\n".join(["Port 3128", "Listen 127.0.0.1", "Allow 127.0.0.1", "LogLevel Connect", *lines]) + "\n")
        with open(log, "wb") as out:
            started.append(subprocess.Popen(["tinyproxy", "-d", "-c", file], stdout=out, stderr=out, env=_hosts(tmp_path)))
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", 3128)) == 0:
                    return log
            time.sleep(0.05)
        raise AssertionError(log.read_text())

    yield make
    for one in started:
        one.kill()
        one.wait()


def _hosts(tmp_path):
    """The proxy asks the machine's own hosts file: this worker's mounts have one of their own."""
    file = tmp_path / "hosts"
    file.write_text(f"127.0.0.1 localhost\n{AWS_ADDRESS} {DYNAMODB_HOST} {STS_HOST}\n")
    subprocess.run(["mount", "--bind", file, "/etc/hosts"], check=True)
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def test_the_way_through_a_proxy(run, aws, root, tinyproxy):
    log = tinyproxy()
    root.write("/etc/hosts", "127.0.0.1 localhost\n")  # only the proxy knows the names
    result = ready(run("--timeout", "20", env={**ENV, "HTTPS_PROXY": "http://127.0.0.1:3128"}), 1)
    assert DYNAMODB_HOST in log.read_text() and result.code == 0


def test_web_identity_goes_through_it_too_and_the_agent_does_not(run, everything, root, tinyproxy):
    log = tinyproxy()
    proxy = {"HTTPS_PROXY": "http://127.0.0.1:3128", "HTTP_PROXY": "http://127.0.0.1:3128"}
    root.write("/etc/hosts", "127.0.0.1 localhost\n")
    ready(run("--timeout", "20", env={**IRSA, **proxy}), 1)
    assert STS_HOST in log.read_text()
    ready(run("--timeout", "20", env={**CONTAINER, **proxy}), 1)
    assert world.EKS not in log.read_text()


def test_a_proxy_that_wants_a_password(run, aws, tinyproxy):
    tinyproxy("BasicAuth user open-sesame")
    env = {**ENV, "HTTPS_PROXY": "http://127.0.0.1:3128"}
    in_time(failed(run("--timeout", "2", env=env), 69, "proxy", "127.0.0.1:3128", "407"), 2)
    env["HTTPS_PROXY"] = "http://user:open-sesame@127.0.0.1:3128"
    result = ready(run("--timeout", "20", "--log-level", "debug", env=env), 1)
    assert "open-sesame" not in result.err


def test_a_proxy_that_forbids(run, aws, tinyproxy):
    tinyproxy("ConnectPort 8443")
    failed(run("--timeout", "2", env={**ENV, "https_proxy": "http://127.0.0.1:3128"}), 69, "proxy", "403")


def test_who_is_exempt_from_the_proxy(run, aws):
    env = {**ENV, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ".amazonaws.com"}
    ready(run("--timeout", "10", env=env), 1)


def test_a_real_name_server(run, aws, root):
    options = ["--conf-file=/dev/null", f"--listen-address={world.DNS}", "--bind-interfaces", "--user=root"]
    names = [f"--host-record={DYNAMODB_HOST},{AWS_ADDRESS}", "--local=/amazonaws.com/"]
    server = subprocess.Popen(["dnsmasq", "-k", "--no-resolv", "--no-hosts", "--pid-file=", *options, *names])
    try:
        time.sleep(0.3)
        root.write("/etc/hosts", "127.0.0.1 localhost\n")
        root.write("/etc/resolv.conf", f"nameserver {world.DNS}\n")
        ready(run("--timeout", "20", env=ENV), 1)
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize("env, attempts", [({}, 4), ({"AWS_MAX_ATTEMPTS": "2"}, 2), ({"AWS_RETRY_MODE": "adaptive"}, 4)])
def test_how_often_a_call_is_made_in_a_row(run, aws, env, attempts):
    aws.dynamodb.on(None, cloud.plain(500, "{}"))
    failed(run("--timeout", "1", env={**ENV, **env}), 75)
    first = aws.dynamodb.calls()[:attempts]
    assert [r.header("amz-sdk-request") for r in first] == [f"attempt={n + 1}; max={attempts}" for n in range(attempts)]
    assert aws.dynamodb.calls()[attempts].header("amz-sdk-request").startswith("attempt=1;")


def test_one_connection_serves_all_calls_to_a_host(run, aws, root):
    server = Dns(world.DNS, {DYNAMODB_HOST: [AWS_ADDRESS]})
    root.write("/etc/hosts", "127.0.0.1 localhost\n")
    root.write("/etc/resolv.conf", f"nameserver {world.DNS}\n")
    aws.dynamodb.on("DescribeTable", [described("orders", "CREATING", age=5.0)] * 3 + [lambda request: None])
    try:
        ready(run("--timeout", "20", env=ENV), 1)
        assert len(aws.dynamodb.calls()) == 4 and aws.dynamodb.connections == 1
        assert set(server.asked) == {DYNAMODB_HOST}
        assert {r.header("host") for r in aws.dynamodb.calls()} == {DYNAMODB_HOST}
    finally:
        server.stop()


def test_a_short_name_of_one_s_own_goes_through_the_search_list(run, aws, root):
    """AWS's names are whole names for DNS; those that people give are theirs."""
    server = Dns(world.DNS, {"dynamodb.shop.svc.cluster.local": [AWS_ADDRESS]})
    local = Endpoint(host=AWS_ADDRESS, port=8000, secrets=aws.secrets, region=cloud.REGION)
    root.write("/etc/hosts", "127.0.0.1 localhost\n")
    root.write("/etc/resolv.conf", f"nameserver {world.DNS}\nsearch shop.svc.cluster.local svc.cluster.local\noptions ndots:5\n")
    try:
        ready(run("--timeout", "20", env={**ENV, "AWS_ENDPOINT_URL": "http://dynamodb:8000"}), 1)
        assert server.asked[0] == "dynamodb.shop.svc.cluster.local" and {r.header("host") for r in local.calls()} == {"dynamodb:8000"}
    finally:
        local.stop()
        server.stop()


@pytest.mark.parametrize("host", ["[::1]", "dynamodb"])
def test_a_network_of_ipv6_alone(run, aws, root, host):
    """By its address; and by a name that has both, where nobody listens at the other."""
    local = Endpoint(host="::1", port=8000, secrets=aws.secrets, region=cloud.REGION)
    root.write("/etc/hosts", "127.0.0.3 dynamodb\n::1 dynamodb\n")
    try:
        ready(run("--timeout", "20", env={**ENV, "AWS_ENDPOINT_URL": f"http://{host}:8000"}), 1)
        assert {r.header("host") for r in local.calls()} == {f"{host}:8000"}
    finally:
        local.stop()


def test_what_the_hosts_file_lists_is_not_asked_of_dns(run, aws, root):
    """hostAliases work: in another case, as a second name, behind a tab."""
    server = Dns(world.DNS, {})
    root.write("/etc/hosts", f"# {DYNAMODB_HOST}\n127.0.0.1\tlocalhost\n{AWS_ADDRESS}\tother.example  {DYNAMODB_HOST} # c\n")
    root.write("/etc/resolv.conf", f"nameserver {world.DNS}\n")
    try:
        ready(run("--timeout", "20", env=ENV), 1)
        assert server.asked == []
    finally:
        server.stop()


FLOODS = {
    "a body without end": flood_body(64),
    "a body that does not say so": flood_body(64, declared=False),
    "headers without end": flood_headers(64),
    "one header without end": endless_header(64),
    "chunks without end": flood_chunks(64),
    "100 Continue without end": flood_continue(),
    "not HTTP": garbage(),
}


# behind TLS asyncio never notices that nobody reads on
FLOODED = [(s, c) for s in ("STS", "agent", "instance") for c in FLOODS if s != "STS" or not c.startswith("100")]


@pytest.mark.parametrize("source, case", FLOODED)
def test_a_service_that_floods(start, everything, source, case):
    """It costs neither memory nor time: an error, as any other that passes."""
    if source == "STS":
        everything.sts(FLOODS[case])
    elif source == "agent":
        everything.agents[0].says["GET /v1/credentials "] = [FLOODS[case]]
    else:
        everything.metadata.says[f"GET {cloud.LIST}app-role"] = [FLOODS[case]]
    one = start("--timeout", "2", env={"STS": IRSA, "agent": CONTAINER}.get(source, {}))
    one.watch_memory()
    result = in_time(one.finish(), 2)
    assert result.code in (67, 69, 75) and result.last and one.peak < 32 << 20, repr(result)
