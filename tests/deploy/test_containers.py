"""What podman itself takes of deploy/: units for systemd, of which the command is run, and the image that has the program in front."""

import configparser
import re
import shlex
import subprocess

import pytest
import requests
from generate import DEPLOY
from moto.server import ThreadedMotoServer
from parts import run

QUADLET = "/usr/libexec/podman/quadlet"


@pytest.fixture(scope="module")
def quadlet(podman):
    """Debian stable's generator of units, whatever podman this machine has."""
    package = "apt-get -qq update && cd /tmp && apt-get -qq download podman && dpkg -x podman_*.deb /tmp/podman"
    recipe = f"FROM {podman.base} AS package\nRUN {package}\nFROM {podman.base}\nCOPY --from=package /tmp/podman{QUADLET} {QUADLET}\n"
    image = podman("build", "-q", "-t", "localhost/dynamodb-init-quadlet", "-", input=recipe).strip()

    def generate(folder, status=0):
        words = ["podman", "run", "--rm", "-v", f"{folder}:/etc/containers/systemd:ro", image, QUADLET, "-dryrun"]
        return run(*words, status=status, env=podman.environment)

    return generate


def units(text):
    """The generated units, by their names; the last of a key that stands there twice."""
    made = {}
    _, *parts = re.split(r"(?m)^---(.*)---$", text)
    for name, unit in zip(parts[::2], parts[1::2], strict=True):
        made[name] = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
        made[name].optionxform = str
        made[name].read_string(unit)
    return made


def test_quadlet_takes_the_units(quadlet):
    made = units(quadlet(DEPLOY / "podman"))
    assert sorted(made) == ["app.service", "dynamodb-init.service"]
    assert made["app.service"]["Unit"]["Requires"] == made["app.service"]["Unit"]["After"] == "dynamodb-init.service"
    assert made["dynamodb-init.service"]["Service"]["Type"] == "oneshot"


def test_quadlet_would_not_take_a_wrong_one(quadlet, tmp_path):
    text = (DEPLOY / "podman/dynamodb-init.container").read_text()
    (tmp_path / "wrong.container").write_text(text.replace("DropCapability", "DropCapabilities"))
    quadlet(tmp_path, status=1)


@pytest.fixture
def server():
    """moto, where containers of this machine reach it."""
    one = ThreadedMotoServer(ip_address="0.0.0.0", port=0, verbose=False)
    one.start()
    _, port = one.get_host_and_port()
    requests.post(f"http://127.0.0.1:{port}/moto-api/reset", timeout=20)
    yield f"http://host.containers.internal:{port}"
    one.stop()


def test_the_command_of_the_unit_makes_the_table(podman, quadlet, server, tmp_path):
    """As systemd would run it; what only systemd can give (its groups, its files) is left out."""
    words = shlex.split(units(quadlet(DEPLOY / "podman"))["dynamodb-init.service"]["Service"]["ExecStart"])
    keys = tmp_path / "aws.env"
    keys.write_text(f"AWS_ENDPOINT_URL_DYNAMODB={server}\nAWS_ACCESS_KEY_ID=local\nAWS_SECRET_ACCESS_KEY=local\n")
    words = [word for word in words[2:] if not word.startswith(("--cidfile", "--cgroups"))]
    assert words[0] == "--name"
    words[1] = podman.prefix
    words[words.index("/etc/app/aws.env")] = str(keys)
    assert words[-1] == "registry.example/dynamodb-init:0.1.0"
    said = run("podman", "run", *words[:-1], podman.image, env=podman.environment, capture_output=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert "ready: 1 table (1 created" in said


def test_the_program_in_front_of_another(podman, server):
    here = {"registry.example/dynamodb-init:0.1.0": podman.image, "registry.example/app:1.0.0": podman.base}
    contexts = [word for name, image in here.items() for word in ["--build-context", f"{name}=container-image://{image}"]]
    image = podman("build", "-q", *contexts, DEPLOY / "dokploy").strip()
    try:
        variables = ["-e", "DYNAMODB_MAIN_TABLE_NAME=front", "-e", f"AWS_ENDPOINT_URL_DYNAMODB={server}"]
        assert podman("run", "--rm", *variables, image, "sh", "-c", "echo started as $$") == "started as 1\n"
        assert podman.inspect(image)["Config"]["Cmd"] == ["node", "server.js"]
        refused = ["podman", "run", "--rm", "-e", "DYNAMODB_MAIN_TABLE_NAME=no", image, "echo", "started"]
        assert run(*refused, status=64, env=podman.environment) == ""
    finally:
        podman("rmi", image)
