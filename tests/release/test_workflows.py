"""The workflows are right, by actionlint, and know nothing that make does not."""

import re
import subprocess
from pathlib import Path

import pytest
from parts import part

WORKFLOWS = sorted((Path(__file__).parents[2] / ".github/workflows").glob("*.yaml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow(path):
    done = subprocess.run([part("actionlint"), "-no-color", path], text=True, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    commands = re.findall(r"\brun: *(.*)", path.read_text())
    assert commands and all(re.fullmatch(r"make [a-z-]+", command) for command in commands)


def test_there_are_workflows():
    assert [path.stem for path in WORKFLOWS] == ["ci", "release"]
