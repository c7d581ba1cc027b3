#!/bin/bash
# load-image.sh STATE ARCHIVE.tar: the node then has the archive's images (OCI's or docker's format); prints their names, by which pods
# use them with imagePullPolicy Never.
set -eu
[ $# -eq 2 ] || { echo "usage: load-image.sh STATE ARCHIVE.tar" >&2; exit 64; }
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
state "$1"

# The kubelet sees this one namespace. What ctr says is for the eye: it shows `-` in a name as a space.
said=$("$state/bin/ctr" -a "$state/containerd.sock" -n k8s.io images import "$2" 2>&1) || die "$said"
/usr/bin/python3 - "$2" <<'END'
import json, sys, tarfile

with tarfile.open(sys.argv[1]) as archive:
    if "manifest.json" in archive.getnames():
        names = [name for image in json.load(archive.extractfile("manifest.json")) for name in image["RepoTags"]]
    else:
        images = json.load(archive.extractfile("index.json"))["manifests"]
        names = [image["annotations"]["org.opencontainers.image.ref.name"] for image in images]
print(*names, sep="\n")
END
