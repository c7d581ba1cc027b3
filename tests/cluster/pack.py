"""pack.py OUT.tar NAME FILE [ARGUMENT...]: one static program as an image, in the format of `docker save`, which containerd imports.

It stands in for a build tool where none can run: /FILE is the entry point, with these arguments, as user 65532. The shipped image is
tests/image/build.sh's.
"""

import hashlib
import io
import json
import platform
import sys
import tarfile
from pathlib import Path

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def add(archive, name, data, mode=0o644):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))


def main(out, name, program, *arguments):
    program = Path(program)
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        add(archive, program.name, program.read_bytes(), 0o555)
    config = {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": {"User": "65532:65532", "Entrypoint": [f"/{program.name}", *arguments]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    with tarfile.open(out, "w") as archive:
        add(archive, "config.json", json.dumps(config).encode())
        add(archive, "layer.tar", layer.getvalue())
        add(archive, "manifest.json", json.dumps(manifest).encode())


main(*sys.argv[1:])
