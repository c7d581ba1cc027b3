"""deploy/compose: docker-compose takes it, and on podman's socket the application starts behind its table, or not at all."""

import json
import re
import subprocess
from datetime import datetime

import pytest
import yaml
from containers import LOOK, dynamodb_local, until
from generate import DEPLOY, ROOT
from parts import part, run

COMPOSE = DEPLOY / "compose"
APPLICATION = "table-status.sh dynamodb-local 8000 app; exec sleep infinity"


@pytest.mark.parametrize("files", [["compose.yaml"], ["compose.yaml", "compose.tables.yaml"]])
def test_docker_compose_takes_it(files):
    words = [part("docker-compose"), *(word for file in files for word in ["-f", COMPOSE / file])]
    made = yaml.safe_load(run(*words, "config", env={"PATH": "/usr/bin:/bin", "HOME": "/"}))
    assert made["services"]["app"]["depends_on"]["dynamodb-init"]["condition"] == "service_completed_successfully"
    assert ("volumes" in made["services"]["dynamodb-init"]) == (len(files) > 1)


class Project:
    """One Compose project of the example, with images that this machine has."""

    def __init__(self, podman, folder, init):
        self.podman, self.name = podman, podman.prefix + folder.name[-4:].strip("_0")
        self.override = folder / "override.json"
        application = {"image": podman.base, "pull_policy": "never", "command": ["bash", "-c", APPLICATION]}
        application["volumes"] = [f"{LOOK}:/usr/bin/table-status.sh:ro"]
        ours = {"image": podman.image, "pull_policy": "never"} | init
        self.override.write_text(json.dumps({"services": {"dynamodb-local": dynamodb_local(podman), "dynamodb-init": ours, "app": application}}))

    def __call__(self, *words, files=("compose.yaml",)):
        environment = self.podman.environment | {"DOCKER_HOST": f"unix://{self.podman.socket}"}
        chosen = [word for file in [*(COMPOSE / file for file in files), self.override] for word in ["-f", str(file)]]
        command = [part("docker-compose"), "-p", self.name, "--ansi", "never", *chosen, *words]
        return subprocess.run(command, env=environment, text=True, capture_output=True, timeout=300, check=False)

    def container(self, service):
        return self.podman.inspect(self("ps", "-aq", service).stdout.strip())


@pytest.fixture
def project(podman, tmp_path):
    made = []

    def make(**init):
        made.append(Project(podman, tmp_path, init))
        return made[-1]

    yield make
    for one in made:
        one("down", "--volumes", "--timeout", "0")


def moment(text):
    return datetime.fromisoformat(text[:26].rstrip("Z").ljust(26, "0"))


def test_the_application_starts_behind_its_table(project):
    """By the README's command."""
    compose = project()
    ((file, words),) = re.findall(r"^    docker compose -f (\S+) (.*)$", (ROOT / "README.md").read_text(), re.M)
    assert ROOT / file == COMPOSE / "compose.yaml"
    done = compose(*words.split())
    assert done.returncode == 0, done.stderr + compose("logs").stdout
    init, app = compose.container("dynamodb-init"), compose.container("app")
    assert (init["State"]["Status"], init["State"]["ExitCode"]) == ("exited", 0)
    assert moment(app["State"]["StartedAt"]) > moment(init["State"]["FinishedAt"])
    until(lambda: "table app: " in compose("logs", "--no-log-prefix", "app").stdout, 30)
    assert compose("logs", "--no-log-prefix", "app").stdout.strip() == "table app: ACTIVE"
    # Each `up` runs it again; now there is nothing to do, and the application stays. (podman makes Compose see changed mounts.)
    again = compose("up", "-d", "--no-recreate")
    assert again.returncode == 0, again.stderr
    assert "already exists" in compose("logs", "dynamodb-init").stdout
    assert compose.container("app")["State"]["StartedAt"] == app["State"]["StartedAt"]


def test_a_file_of_tables(project):
    compose = project()
    done = compose("up", "-d", files=["compose.yaml", "compose.tables.yaml"])
    assert done.returncode == 0, done.stderr
    assert "ready: 2 tables (2 created" in compose("logs", "dynamodb-init").stdout


def test_a_failure_keeps_the_application_from_starting(project):
    compose = project(environment={"DYNAMODB_MAIN_TABLE_NAME": "no"})
    done = compose("up", "-d")
    assert done.returncode == 1, done.stderr
    assert compose.container("dynamodb-init")["State"]["ExitCode"] == 64
    assert compose.container("app")["State"]["Status"] == "created"
