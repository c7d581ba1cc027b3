"""Fixtures: the product, the real servers (each once a session), the scripted endpoint (one a test)."""

import functools
import os
import uuid

import product
import pytest
import servers
from endpoint import KEY, SECRET, Endpoint


def pytest_configure(config):
    config.addinivalue_line("markers", "timing: judges the clock; run without other work beside it")
    config.addinivalue_line("markers", "slow: waits for ten seconds and more; started first, for the others to run beside it")
    config.addinivalue_line("markers", "heavy: starts very many processes; not for the sanitizer build")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if product.SANITIZED:
        skip = pytest.mark.skip(reason="a sanitizer build is slower and larger by design")
        for item in items:
            if item.get_closest_marker("timing") or item.get_closest_marker("heavy"):
                item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def there_is_a_binary():
    if not os.access(product.BINARY, os.X_OK):
        pytest.exit(f"no product at {product.BINARY}: run make, or set DYNAMODB_INIT_BINARY", 2)


@pytest.fixture
def start(tmp_path):
    """start(args..., env={}, stdin=None, termination=True): the product, started; see product.Running."""
    running = []

    def start(*args, env=None, stdin=None, termination=True, cwd=None, launcher=()):
        env = dict(env or {})
        log = None
        if termination:
            log = tmp_path / f"termination-{len(running)}"
            log.touch()
            env["DYNAMODB_INIT_TERMINATION_LOG"] = str(log)
        running.append(product.Running(args, env, stdin, log, cwd or tmp_path, launcher))
        return running[-1]

    yield start
    for one in running:
        if one.process.returncode is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture
def run(start):
    """As start, but waits for the end: a product.Result."""

    def run(*args, limit=product.LIMIT, memory=False, **more):
        one = start(*args, **more)
        if memory:
            one.watch_memory()
        return one.finish(limit)

    return run


@pytest.fixture
def endpoint():
    """A scripted endpoint whose every request must satisfy botocore."""
    made = Endpoint()
    yield made
    made.stop()
    assert made.problems() == []


@pytest.fixture
def endpoints():
    """endpoints(...): as many scripted endpoints as a test wants."""
    made = []

    def make(*args, **kwargs):
        made.append(Endpoint(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.stop()
    assert [p for one in made for p in one.problems()] == []


@pytest.fixture
def aws():
    """aws(server, ...): the environment that leads to this server."""

    def env(server, key=KEY, secret=SECRET, region="us-east-1", **more):
        url = server if isinstance(server, str) else server.url
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": url,
            "AWS_REGION": region,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            **more,
        }

    return env


@pytest.fixture
def table():
    """A table name that no other test uses: the real servers are shared."""
    return "t-" + uuid.uuid4().hex[:12]


@pytest.fixture(scope="session")
def logs(tmp_path_factory):
    return tmp_path_factory.mktemp("servers")


@pytest.fixture(scope="session")
def local(logs):
    """AWS's DynamoDB Local."""
    server = servers.dynamodb_local(logs / "dynamodb-local")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def moto(logs):
    server = servers.moto(logs / "moto")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dynoxide(logs):
    server = servers.dynoxide(logs / "dynoxide")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dynalite(logs):
    """dynalite(milliseconds): the server whose tables stay CREATING for so long."""
    made = []

    @functools.cache
    def make(create_ms):
        made.append(servers.dynalite(logs / f"dynalite-{create_ms}", create_ms))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def full_local(logs):
    """Another DynamoDB Local. Among tables of many kinds it sooner or later builds no index any more: not for those who add one."""
    server = servers.dynamodb_local(logs / "dynamodb-local-full")
    yield server
    server.stop()


@pytest.fixture(params=["local", "dynoxide", "moto", "dynalite"])
def emulator(request):
    """Each of them in turn; its name is in `kind`."""
    server = request.getfixturevalue("full_local" if request.param == "local" else request.param)
    server = server(200) if request.param == "dynalite" else server
    server.kind = request.param
    return server
