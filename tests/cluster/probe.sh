#!/bin/bash
# probe.sh: whether this machine lets us run a node of Kubernetes. Each thing that the kubelet, the proxy and the container runtime will
# do is tried once, in a few seconds, before anything is compiled for it. Exit 2, with the reason on stderr: it does not.
# Debian's packages that the cluster needs are installed on the way.
set -eu
packages=(runc containernetworking-plugins catatonit nftables iproute2 openssl)
bridge=dynprobe0

cannot() {
    echo "$*" >&2
    exit 2
}

# attempt WHAT COMMAND...: the machine's own words when it is refused.
attempt() {
    local what=$1 said
    shift
    said=$("$@" 2>&1) || cannot "$what: $(head -n 1 <<<"$said")"
}

install_packages() {
    local package missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    apt-get -o DPkg::Lock::Timeout=600 -qq update >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
}

cleanup() {
    ip link delete $bridge 2>/dev/null || true
    nft delete table ip $bridge 2>/dev/null || true
    umount "$work/merged" 2>/dev/null || true
    rm -rf "$work"
}

forwards() { echo 1 >/proc/sys/net/ipv4/conf/$bridge/forwarding; }

# As kube-proxy's own: addresses are translated on the way in and on the way out.
translates() {
    nft -f - <<END
table ip $bridge {
    chain in {
        type nat hook prerouting priority dstnat
        ip daddr 192.0.2.1 tcp dport 9 dnat to 192.0.2.2:9
    }
    chain out {
        type nat hook postrouting priority srcnat
        meta mark 0xd11 masquerade
    }
}
END
}

# The kubelet ends when it may not write this; it writes the value that we find.
writes_sysctls() { tee /proc/sys/vm/overcommit_memory <<<"$(cat /proc/sys/vm/overcommit_memory)"; }

overlays() {
    mkdir "$work/lower" "$work/upper" "$work/work" "$work/merged"
    mount -t overlay overlay -o "lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/work" "$work/merged"
}

# One container, confined as the kubelet confines: cgroups of its own, no root, a filter of system calls.
contains() {
    mkdir -p "$work/bundle/rootfs"
    cp "$(command -v catatonit)" "$work/bundle/rootfs/init"
    (cd "$work/bundle" && runc spec)
    /usr/bin/python3 - "$work/bundle/config.json" <<'END'
import json, sys

with open(sys.argv[1]) as file:
    config = json.load(file)
process, linux = config["process"], config["linux"]
process.update(args=["/init", "-V"], terminal=False, user={"uid": 65532, "gid": 65532}, rlimits=[])
linux["cgroupsPath"] = "/dynprobe0/container"
linux["resources"].update(memory={"limit": 64 << 20}, cpu={"shares": 10}, pids={"limit": 100})
refused = {"names": ["ptrace"], "action": "SCMP_ACT_ERRNO"}
linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [refused]}
with open(sys.argv[1], "w") as file:
    json.dump(config, file)
END
    runc --root "$work/runc" run --bundle "$work/bundle" $bridge
}

[ "$(id -u)" = 0 ] || cannot "not root"
[ "$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)" -ge 2 ] || cannot "less than 2 GiB of memory are free"
install_packages
work=$(mktemp -d /tmp/dynprobe.XXXXXX)
trap cleanup EXIT
attempt "no network of our own" ip link add $bridge type bridge
attempt "no network for pods" ip link add name dynprobe1 master $bridge type veth peer name dynprobe2
attempt "no way from pod to pod" forwards
ip link delete dynprobe1
attempt "no services" translates
attempt "the kubelet cannot set the machine up" writes_sysctls
attempt "no layers of file systems" overlays
attempt "no network namespaces" unshare --net true
attempt "no containers" contains
rmdir /sys/fs/cgroup/dynprobe0 /sys/fs/cgroup/*/dynprobe0 2>/dev/null || true
