"""Starts the real servers of these tests, each on a free port, from the parts in the cache."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
GET = HERE.parent / "parts" / "get.sh"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever the machine's environment says


def part(name):
    """The path of a part, or a skip where get.sh says that this machine cannot have it."""
    got = subprocess.run([GET, name], stdout=subprocess.PIPE, text=True)
    if got.returncode == 2:
        pytest.skip(f"{name} cannot be had on this machine")
    got.check_returncode()
    return got.stdout.strip()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Server:
    def __init__(self, command, port, log, seconds=60, host="127.0.0.1"):
        self.port, self.url = port, f"http://{host}:{port}"
        self.log = Path(log)
        # A killed pytest takes its servers along.
        command = ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)]
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        limit = time.monotonic() + seconds
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < limit, (
                f"{command[4]} did not start:\n{self.log.read_text(errors='replace')}"
            )
            time.sleep(0.05)

    def _answers(self):
        try:
            DIRECT.open(self.url, timeout=2).close()
        except urllib.error.HTTPError:
            pass
        except OSError:
            return False
        return True

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def dynamodb_local(log):
    lib, port = part("dynamodb-local"), free_port()
    jvm = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", f"-Djava.library.path={lib}", "-cp", f"{lib}/*"]
    main = "software.amazon.dynamodb.services.local.main.ServerRunner"
    return Server(["java", *jvm, main, "-disableTelemetry", "-inMemory", "-sharedDb", "-port", port], port, log)


def dynalite(log, create_ms):
    port = free_port()
    program = Path(part("node")) / "node_modules/dynalite/cli.js"
    options = ["--host", "127.0.0.1", "--port", port, "--createTableMs", create_ms, "--deleteTableMs", 500]
    return Server(["node", program, *options], port, log)


def dynoxide(log):
    port = free_port()
    return Server([part("dynoxide"), "--host", "127.0.0.1", "--port", port], port, log)


def moto(log):
    port = free_port()
    return Server([sys.executable, HERE / "moto_gatekeeper.py", "-H", "127.0.0.1", "-p", port], port, log)


def metadata_mock(log, host, config):
    """AWS's own stand-in for an instance's metadata service, on port 80; config: a file in its words."""
    return Server([part("metadata-mock"), "-n", host, "-p", 80, "--imdsv2", "-c", config], 80, log, host=host)


class Toxiproxy(Server):
    """Shopify's proxy that spoils TCP on demand."""

    def __init__(self, log):
        port = free_port()
        super().__init__([part("toxiproxy"), "-host", "127.0.0.1", "-port", port], port, log)

    def _post(self, path, **body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        DIRECT.open(request, timeout=10).close()

    def between(self, listen, upstream):
        """Puts itself between: addresses with ports."""
        self._post("/proxies", name="way", listen=listen, upstream=upstream, enabled=True)

    def switch(self, on):
        self._post("/proxies/way", enabled=on)

    def spoil(self, kind, stream="downstream", **attributes):
        self._post("/proxies/way/toxics", name=kind, type=kind, stream=stream, attributes=attributes)

    def mend(self):
        self._post("/reset")


def boto(service, url, key="placeholder", secret="placeholder", region="us-east-1"):
    import boto3

    return boto3.client(
        service, endpoint_url=url, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret, verify=False
    )
