"""What the tests of deploy/ share: its files, and the program."""

import os

import pytest
import yaml
from generate import DEPLOY
from parts import part, run

KUBERNETES = ["1.26.0", "1.29.0", "1.37.0"]  # from the first with podFailurePolicy


def kustomize(folder):
    """What `kustomize build` makes of a folder of deploy/: text, and objects."""
    text = run(part("kustomize"), "build", DEPLOY / folder)
    return text, list(yaml.safe_load_all(text))


@pytest.fixture(scope="session")
def program():
    """The program, where it is built."""
    binary = os.environ["DYNAMODB_INIT_BINARY"]
    if not os.access(binary, os.X_OK):
        pytest.skip(f"no program at {binary}")
    return binary


@pytest.fixture(scope="session")
def podman(tmp_path_factory):
    """podman and its socket, where containers can run."""
    from containers import Podman  # which needs what stands above

    one = Podman(tmp_path_factory.mktemp("podman"))
    yield one
    one.close()
