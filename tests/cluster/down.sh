#!/bin/bash
# down.sh STATE: ends the cluster of STATE and undoes what it did to the machine; only STATE/logs stays. It asks none of the cluster's
# programs for anything, so that it clears away a broken one too.
set -eu
[ $# -eq 1 ] || { echo "usage: down.sh STATE" >&2; exit 64; }
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
state "$1"
[ -e "$state/cluster" ] || exit 0 # not a cluster's: nothing in it is ours

# end NAME: nothing of it is worth a farewell.
end() {
    local file=$state/pids/$1 pid
    [ -e "$file" ] || return 0
    read -r pid _ <"$file"
    if lives "$file"; then
        kill -KILL "$pid"
        for _ in $(seq 100); do
            lives "$file" || break
            sleep 0.1
        done
    fi
    rm -f "$file"
}

# end_containers: again and again, for what is forked in between.
end_containers() {
    local pids
    for _ in $(seq 25); do
        pids=$(cgroups | while read -r folder; do find "$folder" -name cgroup.procs -exec cat {} + 2>/dev/null || true; done)
        [ -n "$pids" ] || break
        # shellcheck disable=SC2086 # a list of numbers
        kill -KILL $pids 2>/dev/null || true
        sleep 0.2
    done
}

# end_shims: they outlive containerd, and have the path of its socket among their arguments.
end_shims() {
    local file pid
    for file in /proc/[0-9]*/cmdline; do
        if { tr '\0' '\n' <"$file"; } 2>/dev/null | grep -qxF "$state/containerd.sock"; then
            pid=${file#/proc/}
            kill -KILL "${pid%/*}" 2>/dev/null || true
        fi
    done
}

# The kubelet first: it would start again what ends.
end kubelet
end_containers
end containerd
end_shims
for name in dns proxy scheduler controller-manager apiserver etcd; do
    end $name
done
cgroups | while read -r folder; do
    find "$folder" -depth -type d -exec rmdir {} + || say "$folder stays" >&2
done

# Innermost first: volumes, root file systems, network namespaces.
awk -v below="$state/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do
    umount "$mount" || umount --lazy "$mount"
done

# Only what we may have made.
if [ -e "$state/proxy.yaml" ]; then
    nft delete table ip kube-proxy 2>/dev/null || true
    nft delete table ip6 kube-proxy 2>/dev/null || true
fi
if [ -e "$state/cni" ] && ip link show $bridge >/dev/null 2>&1; then
    ip link delete $bridge
fi

# Places that cannot be configured.
rm -f "/var/lib/cni/results/$network"-* /var/lib/kubelet/device-plugins/kubelet.sock
[ ! -d /var/log/containers ] || find /var/log/containers -lname "$state/*" -delete
for socket in /run/containerd/s/*; do
    grep -qF " $socket" /proc/net/unix || rm -f "$socket"
done
rmdir --parents --ignore-fail-on-non-empty /var/lib/cni/results /var/lib/kubelet/device-plugins /var/log/containers /run/containerd/s 2>/dev/null || true

if [ -e "$state/sysctls" ]; then
    while read -r name value; do
        echo "$value" >"/proc/sys/$name" || say "$name is not $value again" >&2
    done <"$state/sysctls"
fi
find "$state" -mindepth 1 -maxdepth 1 ! -name logs -exec rm -rf --one-file-system {} +
say "down"
