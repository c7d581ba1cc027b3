"""podman for the examples that one machine can run: its socket, for Docker's tools, and what stands in for images of other registries.

An image that cannot be pulled here is Debian's own with the machine's Java and DynamoDB Local mounted into it; the application is
Debian's with a script that looks at its table as soon as it starts.
"""

import json
import os
import pwd
import shutil
import subprocess
import time
import uuid
from pathlib import Path

import pytest
from generate import ROOT
from parts import part, run

LOOK = ROOT / "tests" / "image" / "table-status.sh"
JAVA_FLAGS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m -Djava.library.path=/dynamodb"


class Podman:
    """podman's command line, its socket, and the names of what a test makes."""

    def __init__(self, folder):
        if os.environ.get("IMAGE_OBSTACLE"):
            pytest.skip(os.environ["IMAGE_OBSTACLE"])
        self.image, self.base = os.environ["IMAGE"], os.environ["BASE"]
        self.prefix = f"dynamodb-init-deploy-{uuid.uuid4().hex[:8]}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": pwd.getpwuid(os.getuid()).pw_dir}
        if os.environ.get("CONTAINERS_CONF"):
            self.environment["CONTAINERS_CONF"] = os.environ["CONTAINERS_CONF"]
        self.socket = folder / "podman.sock"
        words = ["podman", "system", "service", "-t", "0", f"unix://{self.socket}"]
        self.service = subprocess.Popen(words, env=self.environment, stdin=subprocess.DEVNULL, stderr=(folder / "service.log").open("w"))
        until(self.socket.exists, 60)

    def __call__(self, *words, **options):
        return run("podman", *words, env=self.environment, timeout=300, **options)

    def inspect(self, container):
        return json.loads(self("inspect", container))[0]

    def close(self):
        self.service.terminate()
        self.service.wait(30)


def until(condition, seconds):
    """Until it is true; a machine may be busy with much else."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "not within its time"
        time.sleep(0.1)


def dynamodb_local(podman):
    """The service of Compose in the place of amazon/dynamodb-local: same options, the machine's Java."""
    lib, java = part("dynamodb-local"), shutil.which("java")
    home = Path(java).resolve().parents[1]
    mounts = [lib + ":/dynamodb:ro", f"{home}:{home}:ro"]
    # Debian keeps a Java's settings in /etc, behind links.
    mounts += [f"{path}:{path}:ro" for path in Path("/etc").glob("java-*-openjdk")]
    server = f"shift 2; exec {home}/bin/java {JAVA_FLAGS} -cp '/dynamodb/*' software.amazon.dynamodb.services.local.main.ServerRunner \"$@\""
    return {
        "image": podman.base,
        "pull_policy": "never",
        "entrypoint": ["bash", "-c", server, "dynamodb-local"],  # without -jar and its name
        "volumes": mounts,
    }
