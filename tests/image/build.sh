#!/bin/bash
# build.sh: builds the image by podman as localhost/dynamodb-init:VERSION (the Makefile's if unset) and prints its name; its size goes to stderr.
# ARCH (amd64, arm64): for another machine. NO_CACHE=1: from nothing. SOURCE_DATE_EPOCH: the time of everything in it (1970). SOURCE: the repository's address, for the label. Exit 2: no podman here, see podman.sh.
set -eu
cd "$(dirname "$0")/../.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init
settings=$(tests/image/podman.sh)
eval "$settings"

version=${VERSION:-$(sed -n 's/^VERSION *?= //p' Makefile)}
here=$(dpkg --print-architecture)
arch=${ARCH:-$here}
image=localhost/dynamodb-init:${version//[^A-Za-z0-9_.-]/-}
[ "$arch" = "$here" ] || image=$image-$arch
revision=$(git rev-parse HEAD 2>/dev/null || true)

# The same files give the same image, whenever it is built: no time of day, no builder's version. Old podman does not know its own
# platform's name, which the build stage needs.
start=$SECONDS
log=$cache/log/image.log
epoch=${SOURCE_DATE_EPOCH:-0}
created=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)
key=org.opencontainers.image
annotations=() # the labels once more, where registries read them
for label in title=dynamodb-init "description=Makes sure that DynamoDB tables exist and are ready before an application starts" \
    licenses=Apache-2.0 "version=$version" "revision=$revision" "created=$created" "source=${SOURCE:-}"; do
    annotations+=(--annotation "$key.$label")
done
nice podman build ${NO_CACHE:+--no-cache} --platform "linux/$arch" --timestamp "$epoch" --identity-label=false --build-arg BASE="$BASE" \
    --build-arg BUILDPLATFORM="linux/$here" --build-arg VERSION="$version" --build-arg SOURCE_DATE_EPOCH="$epoch" \
    --build-arg REVISION="$revision" --build-arg CREATED="$created" --build-arg SOURCE="${SOURCE:-}" "${annotations[@]}" -t "$image" . >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    echo "image: not built; all of it in $log" >&2
    exit 1
}
bytes=$(podman save "$image" 2>/dev/null | gzip -9 | wc -c)
echo "image: $image: $bytes bytes compressed, built in $((SECONDS - start)) s" >&2
echo "$image"
