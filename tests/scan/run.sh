#!/bin/bash
# run.sh [PYTEST ARG...]: the images of both architectures, as syft sees them. The last line is "N passed, N failed, N skipped".
# SCAN_SECONDS: the time that is left to compile syft, where the cache has none.
set -eu
cd "$(dirname "$0")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init

skip() {
    echo "scan: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

settings=$(tests/image/podman.sh) || { [ $? = 2 ] && skip "this machine runs no container"; }
eval "$settings"
if ! tests/parts/get.sh --cached syft >/dev/null; then
    [ "${SCAN_SECONDS:-9999}" -ge 1200 ] || skip "only $SCAN_SECONDS s are left to compile syft: tests/run.sh scan takes its time"
    status=0
    timeout "${SCAN_SECONDS:-9999}" tests/parts/get.sh syft >/dev/null || status=$?
    [ $status != 124 ] || skip "compiling syft took longer than the time that was left"
    [ $status = 0 ] || exit 1
fi
archives=$(mktemp -d "$cache/scan.XXXXXX") # not a small /tmp
trap 'rm -rf "$archives"' EXIT
for arch in amd64 arm64; do
    podman save --quiet --format oci-archive --output "$archives/$arch.tar" "$(ARCH=$arch tests/image/build.sh)"
done
tests/parts/suite.sh tests/scan syft "ARCHIVES=$archives" -- "$@"
