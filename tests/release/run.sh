#!/bin/bash
# run.sh [PYTEST ARG...]: what a release publishes, made as `make dist` makes it, taken in hand as its users would, scanned, and pushed, signed,
# into a registry on this machine. See tests/parts/suite.sh. Everything is built here, with all of this machine's settings.
# RELEASE_SECONDS: the time that is left to compile syft and cosign, where the cache has none.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=deps/common.sh
. deps/common.sh
need_packages binutils jq skopeo

# late PART: a word for suite.sh, which takes an empty path for a part that is not to be had.
late() {
    local left=$((${RELEASE_SECONDS:-9999} - SECONDS)) status=0
    if ! tests/parts/get.sh --cached "$1" >/dev/null; then
        if [ $left -lt 900 ]; then
            echo "release: only $left s are left to compile $1: tests/run.sh release takes its time" >&2
            status=124
        else
            timeout $left tests/parts/get.sh "$1" >/dev/null || status=$?
        fi
        [ $status = 0 ] || [ $status = 124 ] || exit 1
    fi
    if [ $status = 0 ]; then echo "$1"; else echo "PART_$1="; fi
}

dist=$(mktemp -d "$cache/release.XXXXXX") # not a small /tmp
trap 'rm -rf "$dist"' EXIT
# The time of the image suite's image: what is built there is not built again.
version=$(sed -n 's/^VERSION *?= //p' Makefile)
SOURCE_DATE_EPOCH=0 deploy/release/dist.sh "$version" "$dist/dist" >"$dist/log" 2>&1 || {
    tail -n 30 "$dist/log"
    exit 1
}
syft=$(late syft)
cosign=$(late cosign)
tests/parts/suite.sh tests/release helm3 crane actionlint "$syft" "$cosign" "DIST=$dist/dist" "VERSION=$version" "REAL_HOME=$HOME" \
    "XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}" -- "$@"
