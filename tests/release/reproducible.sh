#!/bin/bash
# reproducible.sh: the image for this machine, built twice without any cache from two copies of the checkout, the second one touched:
# both must have the same digest. Exit 2: this machine can build no image.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
settings=$(tests/image/podman.sh)
eval "$settings"
digests=()
for copy in one another-place; do
    mkdir "$work/$copy"
    git archive HEAD | tar -x -m -C "$work/$copy"
    find "$work/$copy" -exec touch {} +
    image=$(cd "$work/$copy" && VERSION=reproducible REVISION=same NO_CACHE=1 tests/image/build.sh)
    digests+=("$(podman image inspect -f '{{.Digest}}' "$image")")
    echo "$copy: ${digests[-1]}"
    podman rmi --force "$image" >/dev/null
    sleep 1 # another second on the clock
done
[ "${digests[0]}" = "${digests[1]}" ]
