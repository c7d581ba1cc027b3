#!/bin/bash
# up.sh STATE: starts a Kubernetes of one node on this machine, as root; what it writes is below STATE. It returns when pods can be
# created, with STATE/kubeconfig and STATE/bin/kubectl. down.sh STATE ends it. Where the parts come from: tests/parts/cluster.sh.
#
# Pods reach the host at 10.244.0.1. STATE/hosts, in the format of /etc/hosts, gives names to pods within a second. Pods reach nothing
# else: there is no way out, and no registry.
set -eu
[ $# -eq 1 ] || { echo "usage: up.sh STATE" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=pki.sh
. "$here/pki.sh"
state "$1"

# begin NAME COMMAND...: in the background and on its own; down.sh finds it by what is noted.
begin() {
    local name=$1
    shift
    setsid "$@" >"$state/logs/$name.log" 2>&1 </dev/null &
    echo "$! $(born $!)" >"$state/pids/$name"
    disown
}

# until_it SECONDS COMMAND...: succeeds; not longer than all programs live.
until_it() {
    local end=$((SECONDS + $1)) file
    shift
    until "$@" >/dev/null 2>&1; do
        for file in "$state"/pids/*; do
            lives "$file" || die "${file##*/} has ended"
        done
        [ $SECONDS -lt $end ] || die "in vain: $*"
        sleep 0.2
    done
}

# What has not come up goes down again; the end of every log is what one needs to see.
broken() {
    trap - EXIT
    tail -v -n 5 "$state"/logs/*.log >&2
    "$here/down.sh" "$state" >/dev/null || true
    exit 1
}

kubectl() { "$state/bin/kubectl" --kubeconfig "$state/kubeconfig" "$@"; }

# The parts, each by a link of its own: nobody looks for them in PATH but containerd, for its shim.
programs() {
    local part folder file
    mkdir "$state/bin"
    for part in etcd containerd kubernetes; do
        folder=$("$here/../parts/get.sh" $part)
        for file in "$folder"/*; do
            ln -s "$file" "$state/bin/"
        done
    done
}

# Pods are plugged into a bridge, whose own address is the node's: loopback would be refused for a node. All of it goes with the bridge.
# Unless it is told its hardware address, a bridge takes the lowest of its pods', and every pod that comes or goes may cut the others off.
network() {
    ip link add $bridge address 0a:58:0a:f4:00:01 type bridge
    ip address add $gateway/24 dev $bridge
    ip link set $bridge up
    echo 1 >/proc/sys/net/ipv4/conf/$bridge/forwarding # from pods to services, and back
    mkdir "$state/cni"
    cat >"$state/cni/bridge.conflist" <<END
{
  "cniVersion": "1.0.0",
  "name": "$network",
  "plugins": [{
    "type": "bridge",
    "bridge": "$bridge",
    "hairpinMode": true,
    "ipam": {
      "type": "host-local",
      "dataDir": "$state/addresses",
      "ranges": [[{"subnet": "$prefix.0/24", "gateway": "$gateway"}]],
      "routes": [{"dst": "0.0.0.0/0"}]
    }
  }]
}
END
}

# Nothing of it is kept, so nothing is synced.
start_etcd() {
    local client=http://$local:2379 peer=http://$local:2380
    begin etcd "$state/bin/etcd" --data-dir "$state/etcd" --unsafe-no-fsync --log-level warn \
        --listen-client-urls $client --advertise-client-urls $client \
        --listen-peer-urls $peer --initial-advertise-peer-urls $peer --initial-cluster default=$peer
}

# The plugins that are off look for devices, or write outside of STATE. oom_score_adj below the parent's needs CAP_SYS_RESOURCE.
# Its own loopback leaves nothing behind; the plugin would, in libcni's folder.
start_containerd() {
    cat >"$state/containerd.toml" <<END
version = 3
root = "$state/containerd"
state = "$state/containerd.run"
disabled_plugins = ["io.containerd.snapshotter.v1.blockfile", "io.containerd.nri.v1.nri", "io.containerd.internal.v1.opt"]
[grpc]
address = "$state/containerd.sock"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "$pause"
[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.cri.v1.runtime".cni]
conf_dir = "$state/cni"
bin_dirs = ["/usr/lib/cni"]
use_internal_loopback = true
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = "$(command -v runc)"
Root = "$state/runc"
SystemdCgroup = false
END
    begin containerd env "PATH=$state/bin:$PATH" "$state/bin/containerd" --config "$state/containerd.toml"
    # What holds a pod's namespaces is Debian's static init; it does as a container that only waits, too.
    "$python" "$here/pack.py" "$state/pause.tar" $pause "$(command -v catatonit)" -P
}

start_apiserver() {
    local pki=$state/pki
    begin apiserver "$state/bin/kube-apiserver" --etcd-servers http://$local:2379 \
        --bind-address $gateway --advertise-address $gateway --service-cluster-ip-range $services.0/24 --allow-privileged \
        --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
        --kubelet-certificate-authority "$pki/ca.crt" --kubelet-preferred-address-types InternalIP \
        --kubelet-client-certificate "$pki/apiserver-client.crt" --kubelet-client-key "$pki/apiserver-client.key" \
        --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
        --service-account-issuer https://kubernetes.default.svc.cluster.local \
        --service-account-key-file "$pki/tokens.pub" --service-account-signing-key-file "$pki/tokens.key"
}

# No port: nobody asks them anything.
start_controllers() {
    begin controller-manager "$state/bin/kube-controller-manager" --kubeconfig "$state/pki/controller-manager.kubeconfig" \
        --leader-elect=false --secure-port 0 --use-service-account-credentials \
        --root-ca-file "$state/pki/ca.crt" --service-account-private-key-file "$state/pki/tokens.key"
    begin scheduler "$state/bin/kube-scheduler" --kubeconfig "$state/pki/scheduler.kubeconfig" --leader-elect=false --secure-port 0
}

# resolv.conf is the node's, as EC2 has it; its search domain ends up in every pod's. Since 1.35 cgroup v1 must be allowed. Images are
# never thrown away, and a disk that is nearly full is not ours to judge. Some sysctls are set for good: they are noted for down.sh.
start_kubelet() {
    local name
    printf 'nameserver %s\nsearch eu-west-1.compute.internal\n' $gateway >"$state/resolv.conf"
    cat >"$state/kubelet.yaml" <<END
kind: KubeletConfiguration
apiVersion: kubelet.config.k8s.io/v1beta1
address: $gateway
healthzPort: 0
readOnlyPort: 0
authentication:
  anonymous: {enabled: false}
  x509: {clientCAFile: $state/pki/ca.crt}
tlsCertFile: $state/pki/kubelet-server.crt
tlsPrivateKeyFile: $state/pki/kubelet-server.key
containerRuntimeEndpoint: unix://$state/containerd.sock
podLogsDir: $state/pod-logs
volumePluginDir: $state/volume-plugins
clusterDNS: [$gateway]
clusterDomain: cluster.local
resolvConf: $state/resolv.conf
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0 # as in containerd.toml
maxOpenFiles: $(ulimit -Hn)
makeIPTablesUtilChains: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 50Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
END
    for name in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
        echo "$name $(cat /proc/sys/$name)"
    done >"$state/sysctls"
    begin kubelet "$state/bin/kubelet" --config "$state/kubelet.yaml" --kubeconfig "$state/pki/kubelet.kubeconfig" \
        --root-dir "$state/kubelet" --hostname-override $node --node-ip $gateway
}

# Two pods on one bridge answer each other past the rules that would turn an address back: hence everything is masqueraded. The
# machine's conntrack settings stay as they are.
start_proxy() {
    cat >"$state/proxy.yaml" <<END
kind: KubeProxyConfiguration
apiVersion: kubeproxy.config.k8s.io/v1alpha1
clientConnection: {kubeconfig: $state/pki/proxy.kubeconfig}
hostnameOverride: $node
clusterCIDR: $prefix.0/24
mode: nftables
nftables: {masqueradeAll: true}
nodePortAddresses: [primary]
healthzBindAddress: $local:10256
metricsBindAddress: $local:10249
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
END
    begin proxy "$state/bin/kube-proxy" --config "$state/proxy.yaml"
}

# Names: of services, and of STATE/hosts. An empty root zone denies all others at once.
start_dns() {
    touch "$state/hosts"
    echo '. 1 IN SOA ns. nobody. 1 1 1 1 1' >"$state/root.zone"
    cat >"$state/Corefile" <<END
. {
    bind $gateway
    ready $local:8181
    errors
    log
    hosts $state/hosts . {
        ttl 1
        reload 1s
        no_reverse
        fallthrough
    }
    kubernetes cluster.local in-addr.arpa {
        kubeconfig $state/kubeconfig
        fallthrough in-addr.arpa
        ttl 1
    }
    file $state/root.zone .
}
END
    begin dns "$state/bin/coredns" -conf "$state/Corefile"
}

node_is_ready() { [ "$(kubectl get node $node -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}{.spec.taints}')" = True ]; }

# says_ok PORT PATH: whether the health page on our loopback address is good.
says_ok() {
    local line
    exec 3<>"/dev/tcp/$local/$1" || return
    printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
    read -r line <&3
    exec 3>&-
    [[ $line == *" 200 "* ]]
}

for file in "$state"/pids/*; do
    [ ! -e "$file" ] || ! lives "$file" || die "already up in $state"
done
! ip link show $bridge >/dev/null 2>&1 || die "$bridge is there: this machine has a cluster that is up, or was never taken down"
"$here/down.sh" "$state" >/dev/null # what a run that was killed has left
mkdir -p "$state"
[ -z "$(find "$state" -mindepth 1 ! -path "$state/logs*" -print -quit)" ] || die "$state is in use for something else"
python=/usr/bin/python3
trap broken EXIT
start=$SECONDS
umask 077
mkdir -p "$state/logs" "$state/pids"
rm -f "$state"/logs/*
touch "$state/cluster"
programs
certificates
umask 022
network
start_etcd
start_containerd
start_apiserver
until_it 90 kubectl get --raw /readyz
start_controllers
until_it 60 "$here/load-image.sh" "$state" "$state/pause.tar"
start_kubelet
start_proxy
start_dns
until_it 90 node_is_ready
until_it 60 kubectl get serviceaccount default
until_it 60 says_ok 10256 /healthz
until_it 60 says_ok 8181 /ready
trap - EXIT
say "up after $((SECONDS - start)) s: export KUBECONFIG=$state/kubeconfig"
