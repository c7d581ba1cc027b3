#!/bin/bash
# run.sh [--check] [--no-peers] [BINARY] [-- OPTION OF bench.py...]: what `make bench` calls.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=$root/build/$(dpkg --print-architecture)/dynamodb-init
tools=$root/build/bench
peers=true
options=()
while [ $# -gt 0 ]; do
    case $1 in
    --check) options+=(--check) ;;
    --no-peers) peers=false ;;
    --)
        shift
        break
        ;;
    *) binary=$1 ;;
    esac
    shift
done
[ -x "$binary" ] || {
    echo "bench: no $binary: make it first" >&2
    exit 1
}

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v strip >/dev/null || missing+=(binutils)
command -v openssl >/dev/null || missing+=(openssl)
command -v curl >/dev/null || missing+=(curl)
command -v python3 >/dev/null || missing+=(python3)
if [ ${#missing[@]} -gt 0 ]; then
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq -y \
        --no-install-recommends install "${missing[@]}" >/dev/null
fi

mkdir -p "$tools"
for program in plain_server measure; do
    if [ ! "$tools/$program" -nt "$here/$program.c" ]; then
        cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -o "$tools/$program" "$here/$program.c"
    fi
done

# part NAME: its path, nothing where this machine cannot have it (2).
part() {
    local status=0
    "$root/tests/parts/get.sh" "$1" || status=$?
    [ $status -eq 0 ] || [ $status -eq 2 ]
}
if $peers; then
    node=$(part node)
    aws=$(part awscli)
    [ -z "$node" ] || options+=(--node-modules "$node/node_modules")
    [ -z "$aws" ] || options+=(--aws "$aws")
fi
exec python3 "$here/bench.py" --binary "$binary" --tools "$tools" "${options[@]}" "$@"
