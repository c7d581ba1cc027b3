"""What a scanner that knows nothing of us finds in the image."""

import functools
import json
import os
import subprocess
from pathlib import Path

import pytest
from parts import part


@functools.cache
def found(arch, *options):
    """(name, version, cataloger) of syft's packages."""
    words = [part("syft"), "scan", f"oci-archive:{os.environ['ARCHIVES']}/{arch}.tar", "--output", "json", *options]
    environment = {"HOME": os.environ["HOME"], "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    done = subprocess.run(words, env=environment, text=True, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {(item["name"], item["version"], item["foundBy"]) for item in json.loads(done.stdout)["artifacts"]}


def said():
    """What the program says that it is made of."""
    done = subprocess.run([os.environ["DYNAMODB_INIT_BINARY"], "version"], text=True, capture_output=True, check=True)
    return {name.lower(): version for name, version in (line.split() for line in done.stdout.splitlines())}


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_the_program_is_found_by_its_package_note(arch):
    assert ("dynamodb-init", said()["dynamodb-init"], "elf-binary-package-cataloger") in found(arch)


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_the_libraries_are_found_by_default(arch):
    made_of = {(name, version, "dpkg-db-cataloger") for name, version in said().items() if name != "dynamodb-init"}
    assert {"openssl", "curl", "jansson", "musl"} <= {name for name, *_ in made_of}
    assert made_of <= found(arch)


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_the_libraries_are_found_by_the_bill_of_materials(arch):
    made_of = {(name, version, "sbom-cataloger") for name, version in said().items()}
    assert made_of <= found(arch, "--select-catalogers", "+sbom-cataloger")
