"""A release's files, each used as whoever downloads it would use it."""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
from parts import part, run

ROOT = Path(__file__).parents[2]
DIST = Path(os.environ["DIST"])
VERSION = os.environ["VERSION"]
LIBRARIES = ["musl", "openssl", "curl", "jansson"]
IMAGE_MOST = 1363148  # 1.3 MiB, as a registry sends it
GNU = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
QEMU = {"amd64": "qemu-x86_64-static", "arm64": "qemu-aarch64-static"}
MACHINE = subprocess.run(["dpkg", "--print-architecture"], text=True, stdout=subprocess.PIPE, check=True).stdout.strip()


def program(arch):
    """How the program for that architecture is started on this machine."""
    path = DIST / f"dynamodb-init-{VERSION}-linux-{arch}"
    if arch == MACHINE:
        return [path]
    if not shutil.which(QEMU[arch]):
        pytest.skip(f"no {QEMU[arch]} here")
    return [QEMU[arch], path]


def image():
    path = DIST / f"dynamodb-init-{VERSION}.oci.tar"
    if not path.exists():
        pytest.skip("this machine can build no image")
    return path


def test_every_file_is_listed_and_keeps_its_checksum():
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=DIST)
    listed = {line.split("  ")[1] for line in (DIST / "SHA256SUMS").read_text().splitlines()}
    assert listed == {path.name for path in DIST.iterdir()} - {"SHA256SUMS"}
    assert {name.replace(VERSION, "V") for name in listed} - {"dynamodb-init-V.oci.tar"} == {
        "dynamodb-init-V-linux-amd64",
        "dynamodb-init-V-linux-amd64.debug",
        "dynamodb-init-V-linux-amd64.spdx.json",
        "dynamodb-init-V-linux-arm64",
        "dynamodb-init-V-linux-arm64.debug",
        "dynamodb-init-V-linux-arm64.spdx.json",
        "dynamodb-init-V.tgz",
        "dynamodb-init-lib-V.tgz",
        "dynamodb-init-npm-V.tgz",
    }


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_bill_of_materials(arch):
    """The program itself says what is linked into it; the bill says the same, and SPDX's own checker takes it."""
    path = DIST / f"dynamodb-init-{VERSION}-linux-{arch}.spdx.json"
    spdx = pytest.importorskip("spdx_tools.spdx.parser.parse_anything")
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    assert validate_full_spdx_document(spdx.parse_file(str(path))) == []
    versions = {package["name"]: package["versionInfo"] for package in json.loads(path.read_text())["packages"]}
    said = dict(line.split(" ") for line in run(*program(arch), "version").splitlines())
    assert versions == {name.lower(): version for name, version in said.items()}


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_package_note(arch):
    path = DIST / f"dynamodb-init-{VERSION}-linux-{arch}"
    note = json.loads(re.search(r"\{.*\}", run("readelf", "--notes", path)).group())
    assert note == {
        "type": "generic",
        "name": "dynamodb-init",
        "version": VERSION,
        "architecture": arch,
        "license": "Apache-2.0",
        "purl": f"pkg:generic/dynamodb-init@{VERSION}?arch={arch}",
    }


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_debug_file(arch):
    """It belongs to that program, knows its functions and lines, and nothing of the machine that built it."""
    path = DIST / f"dynamodb-init-{VERSION}-linux-{arch}"
    debug = Path(f"{path}.debug")
    build_ids = [re.search(r"Build ID: ([0-9a-f]{40})", run("readelf", "--notes", file)).group(1) for file in [path, debug]]
    assert build_ids[0] == build_ids[1]
    address = next(line.split()[0] for line in run(f"{GNU[arch]}-nm", debug).splitlines() if line.endswith(" T main"))
    assert re.fullmatch(r"main\n\./src/main\.c:[0-9]+\n", run(f"{GNU[arch]}-addr2line", "--functions", "--exe", debug, address))
    assert not [place for place in [ROOT, os.environ["REAL_HOME"]] if os.fsencode(place) + b"/" in debug.read_bytes()]


def test_charts():
    for name in ["dynamodb-init", "dynamodb-init-lib"]:
        path = DIST / f"{name}-{VERSION}.tgz"
        assert f"\nversion: {VERSION}\n" in run(part("helm3"), "show", "chart", path)
        with tarfile.open(path) as archive:
            names = archive.getnames()
        assert not [entry for entry in names if entry.startswith((f"{name}/ci", f"{name}/tests"))]
    words = ["--kube-version", "1.30.0", "--values", ROOT / "helm/dynamodb-init/ci/default-values.yaml"]
    assert f"/dynamodb-init:{VERSION}" in run(part("helm3"), "template", "x", DIST / f"dynamodb-init-{VERSION}.tgz", *words)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that has the package installed, by the real npm."""
    if not shutil.which("npm"):
        pytest.skip("no npm on this machine")
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"name": "app", "version": "1.0.0", "private": true}')
    run("npm", "install", "--offline", "--no-audit", "--no-fund", DIST / f"dynamodb-init-npm-{VERSION}.tgz", cwd=folder)
    return folder


def test_npm_package_is_the_program(project):
    assert run("npx", "--no-install", "dynamodb-init", "version", cwd=project).startswith(f"dynamodb-init {VERSION}\n")
    for arch in ["amd64", "arm64"]:
        inside = project / f"node_modules/dynamodb-init/bin/dynamodb-init-{arch}"
        assert inside.read_bytes() == (DIST / f"dynamodb-init-{VERSION}-linux-{arch}").read_bytes()
    run("npx", "--no-install", "dynamodb-init", "--table", "a b", cwd=project, status=64)


def test_npm_command_gives_its_process_away(project):
    """A signal to what was started is a signal to the program: nothing is left behind, and the status is the program's own."""
    command = project / "node_modules/.bin/dynamodb-init"
    started = subprocess.Popen([command, "--table", "orders", "--endpoint-url", "http://127.0.0.1:1"], stderr=subprocess.PIPE, text=True)
    assert "table orders" in [started.stderr.readline() for _ in range(2)][1]
    started.send_signal(signal.SIGTERM)
    assert started.wait(timeout=20) == 143
    started.stderr.close()


def test_image_index():
    index = json.loads(run("skopeo", "inspect", "--raw", f"oci-archive:{image()}"))
    assert [entry["platform"]["architecture"] for entry in index["manifests"]] == ["amd64", "arm64"]
    assert index["annotations"]["org.opencontainers.image.version"] == VERSION
    assert index["annotations"]["org.opencontainers.image.licenses"] == "Apache-2.0"
    with tarfile.open(image()) as archive:
        for entry in index["manifests"]:
            manifest = json.load(archive.extractfile("blobs/" + entry["digest"].replace(":", "/")))
            assert manifest["annotations"] == index["annotations"]
            assert sum(layer["size"] for layer in manifest["layers"]) + manifest["config"]["size"] <= IMAGE_MOST


@pytest.fixture
def registry(tmp_path):
    """A registry of this machine; it listens as soon as it says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [part("crane"), "registry", "serve", "--address", address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"HOME": str(tmp_path)}
    )
    try:
        end = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", int(address.split(":")[1]))) and time.monotonic() < end:
            time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait()


def pushed(registry, **more):
    """What push.sh says: the image with its digest last."""
    environment = os.environ | {"HOME": os.environ["REAL_HOME"]} | more
    return subprocess.run(
        [ROOT / "deploy/release/push.sh", DIST if image() else None, VERSION, f"{registry}/team"],
        env=environment, text=True, capture_output=True, timeout=300, check=True,
    )


def test_push(registry, tmp_path):
    """What is in the registry has the digest of what was made, and the charts come out of it."""
    done = pushed(registry)
    index = run("skopeo", "inspect", "--raw", f"oci-archive:{image()}", text=False)
    digest = "sha256:" + hashlib.sha256(index).hexdigest()
    assert done.stdout.splitlines()[-1] == f"{registry}/team/dynamodb-init@{digest}"
    assert "push: not signed: there is no COSIGN_KEY\n" in done.stderr
    for tag in [VERSION, f"v{VERSION}"]:
        assert run(part("crane"), "digest", "--insecure", f"{registry}/team/dynamodb-init:{tag}").strip() == digest
    for chart in ["dynamodb-init", "dynamodb-init-lib"]:
        run(part("helm3"), "pull", "--plain-http", f"oci://{registry}/team/charts/{chart}", "--version", VERSION, cwd=tmp_path)
        assert (tmp_path / f"{chart}-{VERSION}.tgz").read_bytes() == (DIST / f"{chart}-{VERSION}.tgz").read_bytes()


@pytest.fixture
def signed(registry, tmp_path):
    """cosign on what was pushed with a key: verify(COMMAND, OPTION..., NAME), and the image's own name with its digest."""
    cosign, password = part("cosign"), {"COSIGN_PASSWORD": "of the key"}
    run(cosign, "generate-key-pair", cwd=tmp_path, env=os.environ | password)
    name = pushed(registry, COSIGN_KEY=str(tmp_path / "cosign.key"), **password).stdout.splitlines()[-1]

    def verify(command, *words, key=tmp_path / "cosign.pub", status=0):
        return run(cosign, command, "--key", key, "--insecure-ignore-tlog", "--allow-http-registry", *words, status=status)

    return verify, name


def test_push_signs(signed, registry, tmp_path):
    verify, name = signed
    index = json.loads(run(part("crane"), "manifest", "--insecure", name))
    images = [f"dynamodb-init@{entry['digest']}" for entry in index["manifests"]]
    for what in [f"dynamodb-init:{VERSION}", *images, f"charts/dynamodb-init:{VERSION}", f"charts/dynamodb-init-lib:{VERSION}"]:
        verify("verify", f"{registry}/team/{what}")
    run(part("cosign"), "generate-key-pair", "--output-key-prefix", "another", cwd=tmp_path, env=os.environ | {"COSIGN_PASSWORD": ""})
    verify("verify", name, key=tmp_path / "another.pub", status=1)


def test_push_attests_the_bill_of_materials(signed, registry):
    """To the image of its architecture, in the very words of the file."""
    verify, name = signed
    for entry in json.loads(run(part("crane"), "manifest", "--insecure", name))["manifests"]:
        envelope = json.loads(verify("verify-attestation", "--type", "spdxjson", f"{registry}/team/dynamodb-init@{entry['digest']}"))
        statement = json.loads(base64.b64decode(envelope["payload"]))
        assert statement["predicateType"] == "https://spdx.dev/Document"
        assert [subject["digest"] for subject in statement["subject"]] == [{"sha256": entry["digest"].removeprefix("sha256:")}]
        bill = DIST / f"dynamodb-init-{VERSION}-linux-{entry['platform']['architecture']}.spdx.json"
        assert statement["predicate"] == json.loads(bill.read_text())


def test_push_without_a_registry():
    done = subprocess.run(["make", "push"], cwd=ROOT, text=True, capture_output=True, check=False)
    assert "usage: make push REGISTRY=" in done.stderr


def test_the_same_sources_give_the_same_bytes(tmp_path):
    """Another folder, another time of day: the program for this machine, and what is packed around it."""
    copy = tmp_path / "another-place"
    copy.mkdir()
    for name in ["Makefile", "LICENSE", "src", "deps"]:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
    run("make", f"-j{os.cpu_count()}", f"VERSION={VERSION}", cwd=copy, env=os.environ | {"HOME": os.environ["REAL_HOME"]}, timeout=900)
    for suffix in ["", ".debug"]:
        made = (copy / f"build/{MACHINE}/dynamodb-init{suffix}").read_bytes()
        assert made == (DIST / f"dynamodb-init-{VERSION}-linux-{MACHINE}{suffix}").read_bytes()
