"""Fixtures: a worker's own network, an empty root for each case, and AWS played or real inside it."""

import asyncio
import contextlib
import logging
import re
import socket
import threading

import cloud
import product
import pytest
import world
from certificates import Authority
from cloud import DYNAMODB_HOST, REGION, STS_HOST, Web
from endpoint import Endpoint
from pod import AGENT_FILE, PROFILE, TOKEN_FILE

AWS_ADDRESS = "127.0.0.2"  # where the root's hosts file says that AWS is


def pytest_configure(config):
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of each write behind a hang-up; floods are full of them
    config.addinivalue_line("markers", "timing: judges the clock; run without other work beside it")
    config.addinivalue_line("markers", "slow: waits for ten seconds and more; started first, for the others to run beside it")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def network():
    world.enter()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """A root certificate of this run, and one key pair for AWS's host names."""
    folder = tmp_path_factory.mktemp("authority")
    made = Authority(folder)
    made.aws = made.server(DYNAMODB_HOST, STS_HOST, "sts.amazonaws.com", "*.ddb.eu-west-1.amazonaws.com", AWS_ADDRESS)
    return made


class Cloud:
    """AWS around one run. STS and DynamoDB share a host and port as they share nothing else: told apart by what is asked."""

    def __init__(self, authority):
        self.authority, self.started = authority, []
        self.secrets = {
            cloud.key(s): cloud.secret(s) if s in ("ENV", "PROFILE") else (cloud.secret(s), cloud.token(s)) for s in cloud.SOURCES
        }
        self.dynamodb = self._keep(Aws(self.secrets, authority.aws))
        self.dynamodb.store.add("orders")

    def _keep(self, server):
        self.started.append(server)
        return server

    def sts(self, *answers):
        """What STS answers; of several the last is repeated."""
        self.dynamodb.sts_says = list(answers)
        return self.dynamodb

    def web(self, host, says, **more):
        return self._keep(Web(host, says=says, **more))

    def imds(self, host=world.IMDS, **more):
        return self.web(host, cloud.metadata(**more))

    def agent(self, *answers, host=world.EKS, path="/v1/credentials"):
        return self.web(host, {f"GET {path} ": list(answers) or [cloud.handed_out()]})

    def signer(self):
        """Whose key signed what DynamoDB was asked last."""
        found = re.search(r"Credential=(?:AKID|ASIA)([A-Z]+)KEY00042/", self.dynamodb.calls()[-1].header("authorization"))
        return found and found[1]

    def stop(self):
        for one in self.started:
            one.stop()


class Relay:
    """TLS in front of a plain server on loopback. One thread serves all: a TLS connection of Python's must not be read and
    written by two at once (under load a request then arrived garbled)."""

    def __init__(self, host, port, tls, target):
        self.target, self.loop = target, asyncio.new_event_loop()
        listening = socket.create_server((host, port))
        self.server = self.loop.run_until_complete(asyncio.start_server(self._serve, sock=listening, ssl=tls))
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(self._copy(reader, back), self._copy(there, writer))

    @staticmethod
    async def _copy(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


class Aws(Endpoint):
    """DynamoDB and STS behind one port 443."""

    def __init__(self, secrets, tls):
        self.sts_says, self.sts_asked = [cloud.sts_xml()], []
        super().__init__(port=443, host=AWS_ADDRESS, secrets=secrets, region=REGION, tls=tls)

    def _answer(self, request):
        if request.header("x-amz-target"):
            return super()._answer(request)
        self.requests.remove(request)
        self.sts_asked.append(request)
        found = self.sts_says.pop(0) if len(self.sts_says) > 1 else self.sts_says[0]
        return found(request) if callable(found) else found


@pytest.fixture
def aws(authority):
    made = Cloud(authority)
    yield made
    made.stop()
    assert made.dynamodb.problems() == []


@pytest.fixture
def root(tmp_path, authority):
    """The program's root: AWS's names, this run's certificate, and nothing else."""
    folder = tmp_path / "root"
    folder.mkdir()
    made = world.Root(folder, product.BINARY)
    names = [DYNAMODB_HOST, STS_HOST, "sts.amazonaws.com"]
    made.write("/etc/hosts", "127.0.0.1 localhost\n" + "".join(f"{AWS_ADDRESS} {n}\n" for n in names))
    made.write("/ca.pem", authority.bundle.read_bytes())
    return made


@pytest.fixture
def everything(aws, root):
    """All sources are there; a case's environment says which of them are configured."""
    root.write(TOKEN_FILE, cloud.jwt())
    root.write(AGENT_FILE, cloud.AGENT_TOKEN)
    root.write("/aws/credentials", PROFILE)
    root.write("/aws/config", "")
    aws.agents = [aws.agent(), aws.agent(host=world.ECS, path="/v2/credentials/uuid")]
    aws.metadata = aws.imds()
    return aws


class Quiet(product.Running):
    """A run whose every output is held to silence about secrets."""

    def finish(self, limit=product.LIMIT):
        return silent_about_secrets(super().finish(limit))


def silent_about_secrets(result):
    everything = result.out + result.err + (result.termination or "")
    # All of them say so; a piece of one is as bad.
    assert "mustneverbeprinted" not in everything.lower(), f"a secret was printed{result}"
    for secret in cloud.SECRETS:
        assert secret not in everything, f"a secret was printed: {secret[:12]}...{result}"
    assert not re.search(r"AWS4-HMAC-SHA256 Credential", everything), f"an Authorization value was printed{result}"
    return result


@pytest.fixture
def start(root):
    """start(args..., env={}): the product as user 65532 in its empty root, with this environment and no other."""
    running = []

    def start(*args, env=None, region=REGION, table="orders", ca="/ca.pem"):
        known = {"AWS_REGION": region, "DYNAMODB_INIT_TABLE": table, "AWS_CA_BUNDLE": ca}
        env = {**{name: value for name, value in known.items() if value}, **(env or {})}
        log = root.write("/dev/termination-log", "", mode=0o666)
        one = Quiet(args, env, None, root.at(log), root.folder, root.launcher, "/dynamodb-init")
        running.append(one)
        return one

    yield start
    for one in running:
        if one.process.returncode is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture
def run(start):
    """As start, but waits for the end: a product.Result."""

    def run(*args, limit=product.LIMIT, **more):
        return start(*args, **more).finish(limit)

    return run
