#!/bin/bash
# run.sh [PYTEST ARG...]: what a release publishes, made as `make dist` makes it, taken in hand as its users would, and pushed into a
# registry on this machine. See tests/parts/suite.sh. Everything is built here, with all of this machine's settings.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=deps/common.sh
. deps/common.sh
need_packages binutils jq skopeo

dist=$(mktemp -d)
trap 'rm -rf "$dist"' EXIT
# The time of the image suite's image: what is built there is not built again.
version=$(sed -n 's/^VERSION *?= //p' Makefile)
SOURCE_DATE_EPOCH=0 deploy/release/dist.sh "$version" "$dist/dist" >"$dist/log" 2>&1 || {
    tail -n 30 "$dist/log"
    exit 1
}
tests/parts/suite.sh tests/release helm3 crane actionlint "DIST=$dist/dist" "VERSION=$version" "REAL_HOME=$HOME" "XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}" -- "$@"
