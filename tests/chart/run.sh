#!/bin/bash
# run.sh [PYTEST ARG...]: the chart under Helm 3 and Helm 4, against the API schemas of several Kubernetes versions, and, where the
# program is built, with the program. The last line is "N passed, N failed, N skipped".
# DYNAMODB_INIT_BINARY: the program (default build/ARCH/dynamodb-init).
set -eu
cd "$(dirname "$0")/../.."

# part NAME: its path; empty when this machine cannot have it. Anything else than that ends the run.
part() {
    local status=0
    tests/parts/get.sh "$1" || status=$?
    [ $status -eq 0 ] || [ $status -eq 2 ] || exit $status
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Side by side: with a cold cache Helm is compiled, with long stretches on one core.
installs=()
for name in venv helm3 helm4 helm-unittest kubeconform kube-schemas kube-score helm-docs; do
    part "$name" >"$work/$name" &
    installs+=($!)
done
for install in "${installs[@]}"; do
    wait "$install" # get.sh has said what is wrong
done

venv=$(cat "$work/venv")
[ -n "$venv" ] || {
    echo "chart: the Python packages cannot be had on this machine"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
status=0
env -i "PATH=$PATH" "HOME=$work" PYTHONDONTWRITEBYTECODE=1 \
    "PART_helm3=$(cat "$work/helm3")" "PART_helm4=$(cat "$work/helm4")" \
    "PART_helm_unittest=$(cat "$work/helm-unittest")" \
    "PART_kubeconform=$(cat "$work/kubeconform")" "PART_kube_schemas=$(cat "$work/kube-schemas")" \
    "PART_kube_score=$(cat "$work/kube-score")" "PART_helm_docs=$(cat "$work/helm-docs")" \
    "DYNAMODB_INIT_BINARY=${DYNAMODB_INIT_BINARY:-$PWD/build/$(dpkg --print-architecture)/dynamodb-init}" \
    "$venv/bin/python" -m pytest -q -rs -p no:cacheprovider --basetemp="$work/tmp" --rootdir=tests/chart --junitxml="$work/results.xml" "$@" tests/chart ||
    status=$?

"$venv/bin/python" tests/parts/count.py "$work/results.xml"
exit $status
