#!/bin/bash
# suite.sh FOLDER PART|NAME=VALUE... [-- PYTEST ARG...]: gets the parts, side by side, and runs the pytest suite of that folder with their
# paths in PART_NAME (one that this machine cannot have is empty) and with the variables. Last line: "N passed, N failed, N skipped".
# DYNAMODB_INIT_BINARY: the program (default build/ARCH/dynamodb-init).
set -eu
cd "$(dirname "$0")/../.."
folder=$1
shift

# part NAME: its path; empty when this machine cannot have it. Anything else than that ends the run.
part() {
    local status=0
    tests/parts/get.sh "$1" || status=$?
    [ $status -eq 0 ] || [ $status -eq 2 ] || exit $status
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Side by side: with a cold cache programs are compiled, with long stretches on one core.
installs=() names=(venv) variables=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
    *=*) variables+=("$1") ;;
    *) names+=("$1") ;;
    esac
    shift
done
[ $# -eq 0 ] || shift
for name in "${names[@]}"; do
    part "$name" >"$work/$name" &
    installs+=($!)
done
for install in "${installs[@]}"; do
    wait "$install" # get.sh has said what is wrong
done

venv=$(cat "$work/venv")
[ -n "$venv" ] || {
    echo "$folder: the Python packages cannot be had on this machine"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
for name in "${names[@]}"; do
    variables+=("PART_${name//-/_}=$(cat "$work/$name")")
done
status=0
env -i "PATH=$PATH" "HOME=$work" PYTHONDONTWRITEBYTECODE=1 "PYTHONPATH=tests/parts" "${variables[@]}" \
    "DYNAMODB_INIT_BINARY=${DYNAMODB_INIT_BINARY:-$PWD/build/$(dpkg --print-architecture)/dynamodb-init}" \
    "$venv/bin/python" -m pytest -q -rs -p no:cacheprovider --basetemp="$work/tmp" "--rootdir=$folder" --junitxml="$work/results.xml" "$@" "$folder" ||
    status=$?

"$venv/bin/python" tests/parts/count.py "$work/results.xml"
exit $status
