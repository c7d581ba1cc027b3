"""Helm 3 and Helm 4, with nothing of this machine's settings around them. The paths come from run.sh."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from parts import part

HERE = Path(__file__).parent
CHART = HERE.parent.parent / "helm" / "dynamodb-init"
SCENARIOS = sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").glob("*-values.yaml"))


def scenario_file(name):
    return CHART / "ci" / f"{name}-values.yaml"


def scenario_values(name):
    return yaml.safe_load(scenario_file(name).read_text())


WITH_TABLES = [name for name in SCENARIOS if "tables" in scenario_values(name)]


class Helm:
    def __init__(self, program, home):
        self.program = program
        self.home = home
        self.release = "release"

    def __call__(self, *arguments, chart=CHART, values=()):
        """helm COMMAND [OPTION...]: each of values is a scenario's name, a file or a dict of values."""
        command, *rest = arguments
        for number, value in enumerate(values):
            if isinstance(value, dict):
                file = self.home / f"{number}.json"
                file.write_text(json.dumps(value))
            else:
                file = scenario_file(value) if isinstance(value, str) else value
            rest += ["-f", file]
        if command == "template":
            # A Helm 3 that was built from its module alone takes Kubernetes for 1.20.
            rest = [self.release, "--kube-version", "1.37.0", *rest]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        words = [self.program, command, *map(str, rest), str(chart)]
        return subprocess.run(words, env=environment, text=True, capture_output=True, timeout=60, check=False)

    def text(self, *values, chart=CHART, options=()):
        done = self("template", *options, chart=chart, values=values)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def objects(self, *values, chart=CHART, options=()):
        """What is rendered, by kind: the chart has one object of each."""
        documents = [one for one in yaml.safe_load_all(self.text(*values, chart=chart, options=options)) if one]
        by_kind = {one["kind"]: one for one in documents}
        assert len(by_kind) == len(documents)
        return by_kind


@pytest.fixture(params=["helm3", "helm4"])
def helm(request, tmp_path):
    """Once with each Helm."""
    return Helm(part(request.param), tmp_path)


@pytest.fixture
def any_helm(tmp_path):
    """For what is seen in the output alone, which test_both_helms_render_the_same holds equal."""
    return Helm(os.environ["PART_helm4"] or part("helm3"), tmp_path)


@pytest.fixture(scope="session")
def program():
    """The program, where it is built."""
    binary = os.environ["DYNAMODB_INIT_BINARY"]
    if not os.access(binary, os.X_OK):
        pytest.skip(f"no program at {binary}")
    return binary
