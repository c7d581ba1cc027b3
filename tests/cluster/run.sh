#!/bin/bash
# run.sh [PYTEST ARG...]: the tests on a real Kubernetes of one node, which is started for them and ended. The last line is
# "N passed, N failed, N skipped".
# CLUSTER_STATE: a cluster that up.sh has started; it is used as it is, and stays. CLUSTER_SECONDS: the time that is left to compile one.
set -eu
cd "$(dirname "$0")/../.."
here=tests/cluster
arch=$(dpkg --print-architecture)

skip() {
    echo "cluster: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

# unless_forbidden WHAT FILE...: where the machine turns out to forbid what the probe did not see, that is a skip; all else is a failure.
unless_forbidden() {
    local what=$1
    shift
    if grep -qiE 'operation not permitted|permission denied|read-only file system' "$@"; then
        grep -hiE 'operation not permitted|permission denied|read-only file system' "$@" | tail -n 3
        skip "this machine forbids what $what needs"
    fi
    echo "cluster: $what failed"
    exit 1
}

# programs: compiled unless the cache has them, within CLUSTER_SECONDS if that is said; two idle cores need 10 minutes.
programs() {
    local part status=0 lacking=()
    for part in etcd containerd kubernetes; do
        tests/parts/get.sh --cached $part >/dev/null || lacking+=("$part")
    done
    [ ${#lacking[@]} -gt 0 ] || return 0
    [ "${CLUSTER_SECONDS:-9999}" -ge 1800 ] || skip "only $CLUSTER_SECONDS s are left to compile ${lacking[*]}: make test-cluster takes its time"
    [ "$(df --output=avail -BG "${XDG_CACHE_HOME:-$HOME}" | tail -n 1 | tr -dc 0-9)" -ge 10 ] || skip "less than 10 GiB of disk to compile ${lacking[*]} on"
    for part in "${lacking[@]}"; do
        timeout "$((${CLUSTER_SECONDS:-9999} - SECONDS))" tests/parts/get.sh "$part" >/dev/null || status=$?
        [ $status != 124 ] || skip "compiling $part took longer than the time that was left"
        [ $status = 0 ] || exit 1
    done
    echo "cluster: compiled ${lacking[*]} in $SECONDS s"
}

# image: podman's, as it is shipped; where podman cannot be had, the program alone. An archive of it.
image() {
    local name status=0
    name=$(tests/image/build.sh 2>"$work/image") || status=$?
    if [ $status = 0 ]; then
        podman save --quiet -o "$work/image.tar" "$name"
    elif [ $status = 2 ]; then
        echo "cluster: no podman here: the program is packed into an image by itself" >&2
        /usr/bin/python3 $here/pack.py "$work/image.tar" localhost/dynamodb-init:packed "build/$arch/dynamodb-init"
    else
        cat "$work/image" >&2
        return 1
    fi
}

up() {
    local status=0
    $here/probe.sh 2>"$work/probe" || status=$?
    [ $status != 2 ] || skip "this machine cannot run a node: $(cat "$work/probe")"
    [ $status = 0 ] || { cat "$work/probe"; exit 1; }
    programs
    image
    # One a machine, whoever asks for it; the lock's file names the one that a run which was killed may have left.
    exec 9<>/run/dynamodb-init-cluster.lock
    flock -w 900 9 || skip "another cluster has been up on this machine for a quarter of an hour"
    read -r CLUSTER_STATE <&9 || true
    [ -z "$CLUSTER_STATE" ] || $here/down.sh "$CLUSTER_STATE"
    ! ip link show kube0 >/dev/null 2>&1 || skip "a cluster of somebody else's is up on this machine (or was not taken down): see CLUSTER_STATE"
    CLUSTER_STATE=$(mktemp -d /tmp/kube.XXXXXX) # not TMPDIR: sockets want a short path
    echo "$CLUSTER_STATE" >/run/dynamodb-init-cluster.lock
    $here/up.sh "$CLUSTER_STATE" 9>&- >"$work/up" 2>&1 || { cat "$work/up"; unless_forbidden "the cluster" "$work/up"; }
    cat "$work/up"
    pod_starts
}

# pod_starts: one with nothing of ours in it.
pod_starts() {
    local kubectl=("$CLUSTER_STATE/bin/kubectl" --kubeconfig "$CLUSTER_STATE/kubeconfig")
    "${kubectl[@]}" run first --image cluster.test/pause:1 --image-pull-policy Never >/dev/null
    if ! "${kubectl[@]}" wait pod/first --for condition=Ready --timeout 120s >/dev/null 2>&1; then
        "${kubectl[@]}" describe pod first | tee "$work/first"
        unless_forbidden "a pod" "$work/first" "$CLUSTER_STATE/logs/kubelet.log"
    fi
    "${kubectl[@]}" delete pod first --now --wait=false >/dev/null
}

# shellcheck disable=SC2317 # called by the trap
down() {
    if [ -n "$mine" ] && [ -n "${CLUSTER_STATE-}" ]; then
        "$here/down.sh" "$CLUSTER_STATE"
        rm -rf --one-file-system "$CLUSTER_STATE"
    fi
    rm -rf "$work"
}

work=$(mktemp -d) mine=
trap down EXIT
if [ -z "${CLUSTER_STATE-}" ]; then
    mine=yes
    up
fi
if [ -z "${CLUSTER_IMAGE-}" ]; then
    [ -e "$work/image.tar" ] || image
    CLUSTER_IMAGE=$($here/load-image.sh "$CLUSTER_STATE" "$work/image.tar")
fi
venv=$(tests/parts/get.sh venv)
# The suite `chart` has compiled them, unless this one runs alone; a machine that cannot have them skips their tests.
for part in helm3 helm4; do
    tests/parts/get.sh $part >/dev/null || [ $? = 2 ] || exit 1
done
status=0
env -i "PATH=$PATH" "HOME=$HOME" PYTHONDONTWRITEBYTECODE=1 "CLUSTER_STATE=$CLUSTER_STATE" "CLUSTER_IMAGE=$CLUSTER_IMAGE" \
    ${XDG_CACHE_HOME:+"XDG_CACHE_HOME=$XDG_CACHE_HOME"} \
    "$venv/bin/pytest" -c $here/pytest.ini --rootdir=$here -n 4 --basetemp="$work/tmp" --junitxml="$work/results.xml" "$@" $here || status=$?
"$venv/bin/python" tests/parts/count.py "$work/results.xml"
exit $status
