"""What a scanner that knows nothing of us finds in the image."""

import json
import os

import pytest
from parts import part, run
from test_release import image



def said():
    """What the program says that it is made of."""
    return {name.lower(): version for name, version in (line.split() for line in run(os.environ["DYNAMODB_INIT_BINARY"], "version").splitlines())}


@pytest.fixture(scope="module", params=["amd64", "arm64"])
def found(request, tmp_path_factory):
    """Of one architecture's image, by syft with more options: the set of (name, version, cataloger)."""
    archive = tmp_path_factory.mktemp("images") / "image.tar"
    run("skopeo", "copy", f"--override-arch={request.param}", f"oci-archive:{image()}", f"oci-archive:{archive}")

    def by(*options):
        environment = {"HOME": os.environ["HOME"], "SYFT_CHECK_FOR_APP_UPDATE": "false"}
        said = run(part("syft"), "scan", f"oci-archive:{archive}", "--output", "json", *options, env=environment)
        return {(item["name"], item["version"], item["foundBy"]) for item in json.loads(said)["artifacts"]}

    return by


def test_the_program_is_found_by_its_package_note(found):
    assert ("dynamodb-init", said()["dynamodb-init"], "elf-binary-package-cataloger") in found()


def test_the_libraries_are_found_by_default(found):
    made_of = {(name, version, "dpkg-db-cataloger") for name, version in said().items() if name != "dynamodb-init"}
    assert {"openssl", "curl", "jansson", "musl"} <= {name for name, *_ in made_of}
    assert made_of <= found()


def test_the_libraries_are_found_by_the_bill_of_materials(found):
    made_of = {(name, version, "sbom-cataloger") for name, version in said().items()}
    assert made_of <= found("--select-catalogers", "+sbom-cataloger")
