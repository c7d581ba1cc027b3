# shellcheck shell=bash disable=SC2034
# What the scripts of the cluster agree on; sourced. A machine has one cluster: the bridge, its addresses, the cgroup "kubepods" and the
# tables of kube-proxy are the machine's. STATE is a folder of the cluster's own.

bridge=kube0
prefix=10.244.0   # of the pods' addresses
gateway=$prefix.1 # the node, on the bridge: what pods reach of the host
services=10.96.0
local=127.66.0.1 # all of 127/8 is loopback: no clash with an etcd of the machine's
node=node
network=dynamodb-init-test # libcni names its files after it
pause=cluster.test/pause:1

say() { echo "$(basename "$0" .sh): $*"; }
die() {
    say "$*" >&2
    exit 1
}

# state FOLDER: sets $state. Unix sockets below it must fit in 107 bytes, and the path goes unquoted into TOML, YAML and JSON.
state() {
    state=$(realpath -m "$1")
    [[ ${#state} -le 70 && $state != *[!A-Za-z0-9/._-]* ]] || die "not more than 70 of the characters A-Z a-z 0-9 . _ - / in $state"
}

# born PID: when the process began, in the kernel's ticks; nothing of one that is gone or a zombie. A pid may be given again.
born() { awk '{ sub(/^.*\) /, ""); if ($1 != "Z") print $20 }' "/proc/$1/stat" 2>/dev/null || true; }

# lives FILE: whether the process that FILE names ("PID BIRTH") is still there.
lives() {
    local pid birth
    read -r pid birth <"$1" && [ -n "$birth" ] && [ "$(born "$pid")" = "$birth" ]
}

# cgroups: the folders below which the kubelet keeps every container, in cgroup v1 and v2.
cgroups() {
    local folder
    for folder in /sys/fs/cgroup/kubepods /sys/fs/cgroup/*/kubepods; do
        [ ! -d "$folder" ] || echo "$folder"
    done
}
