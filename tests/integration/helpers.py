"""Small things that several test files say."""

import os
import re
import socket
import subprocess

import pytest
from product import SANITIZED, Result

# A launcher for tests of file modes: root without its way around them.
MODES_COUNT = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
SLOW = 1.5 if SANITIZED else 0.0  # what a sanitizer build may need on top

SEED_KEYS = {
    "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}, {"AttributeName": "SK", "AttributeType": "S"}],
}
# Where nobody answers, for runs that must not come to ask.
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "DYNAMODB_INIT_TIMEOUT": "1"}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


def spec_table(name, partition="PK", sort="SK", demand=False, **more):
    """One table of a spec, in CreateTable's words."""
    names = [n for n in (partition, sort) if n]
    made = {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in names],
        "KeySchema": [{"AttributeName": n, "KeyType": k} for n, k in zip(names, ("HASH", "RANGE"))],
    }
    made.update({"BillingMode": "PAY_PER_REQUEST"} if demand else {"ProvisionedThroughput": dict(FIVE)})
    return {**made, **more}


def best_of(times, attempt):
    """Run a measurement up to `times` times until it holds: a busy machine may spoil one, a slow product spoils all."""
    for left in reversed(range(times)):
        try:
            return attempt()
        except AssertionError:
            if not left:
                raise


def silent_names(tmp_path):
    """What starts a program in a network of its own whose only name server never answers."""
    resolv = tmp_path / "resolv.conf"
    resolv.write_text("nameserver 192.0.2.1\n")
    script = f'ip link set lo up && ip route add 192.0.2.0/24 dev lo && mount --bind {resolv} /etc/resolv.conf && exec "$@"'
    launcher = ["unshare", "-n", "-m", "sh", "-c", script, "sh"]
    if subprocess.run([*launcher, "true"], capture_output=True).returncode:
        pytest.skip("no right to make a network namespace")
    return launcher


def failed(result: Result, code, *words):
    """The run failed as the contract has it: the status, the reason as the last line and as the termination message."""
    assert result.code == code, repr(result)
    for word in words:
        assert re.search(word, result.failure), f"{word!r} is not in the last line{result}"
    if result.termination is not None:
        assert result.termination.strip(), f"no termination message{result}"
        assert result.termination.strip() in (result.last, result.failure) or len(result.failure.encode()) > 900, repr(result)
    return result


def ready(result: Result, tables=1, created=None):
    """The run succeeded and says so in its summary."""
    assert result.code == 0, repr(result)
    found = re.fullmatch(r"dynamodb-init: ready: (\d+) tables? \((.*)\) in \d+\.\d{3}s", result.last)
    assert found and int(found[1]) == tables, f"no summary line{result}"
    if created is not None:
        parts = dict(reversed(part.split(" ", 1)) for part in found[2].split(", "))
        assert int(parts.get("created", 0)) == created, repr(result)
        assert int(parts.get("existing", 0)) == tables - created, repr(result)
    assert not result.termination, f"a termination message for a success{result}"
    return result


def refuse(run, tmp_path, text, *words, code=65, **more):
    """This text as spec.json is refused: the last line names the file and all these words; nothing was asked of anybody."""
    (tmp_path / "spec.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    result = failed(run("--spec", "spec.json", env=NOWHERE, **more), code, r"spec\.json", *words)
    assert result.seconds < 5 and len(result.last) < 5000, repr(result)
    return result


def named(*tables):
    """The options that name these tables."""
    return [word for table in tables for word in ("--table", table)]


def in_time(result: Result, deadline):
    """The process was gone at most half a second after its deadline."""
    assert result.seconds <= deadline + 0.5 + SLOW, f"late{result}"
    return result


def refused_port():
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class BlackHole:
    """An address that takes part in no handshake: a listener whose queue is full, as a dropped packet would look."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self.fillers.append(filler)

    def close(self):
        for one in [*self.fillers, self.listener]:
            one.close()


class Mute:
    """Takes connections, reads and never says a word: no TLS handshake ends here."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def close(self):
        self.listener.close()
