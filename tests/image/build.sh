#!/bin/bash
# build.sh: builds the image by podman as localhost/dynamodb-init:${VERSION:-dev} and prints its name; its size goes to stderr.
# ARCH (amd64, arm64): for another machine. SOURCE: the repository's address, for the label. Exit 2: no podman here, see podman.sh.
set -eu
cd "$(dirname "$0")/../.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init
settings=$(tests/image/podman.sh)
eval "$settings"

version=${VERSION:-dev}
here=$(dpkg --print-architecture)
arch=${ARCH:-$here}
image=localhost/dynamodb-init:${version//[^A-Za-z0-9_.-]/-}
[ "$arch" = "$here" ] || image=$image-$arch
revision=$(git rev-parse HEAD 2>/dev/null || true)

# The same files give the same image, whenever it is built: no time of day, no builder's version. Old podman does not know its own
# platform's name, which the build stage needs.
start=$SECONDS
log=$cache/log/image.log
nice podman build --platform "linux/$arch" --timestamp 0 --identity-label=false --build-arg BASE="$BASE" \
    --build-arg BUILDPLATFORM="linux/$here" --build-arg VERSION="$version" --build-arg REVISION="$revision" --build-arg SOURCE="${SOURCE:-}" -t "$image" . >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    echo "image: not built; all of it in $log" >&2
    exit 1
}
bytes=$(podman save "$image" 2>/dev/null | gzip -9 | wc -c)
echo "image: $image: $bytes bytes compressed, built in $((SECONDS - start)) s" >&2
echo "$image"
