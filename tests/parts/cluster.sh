# shellcheck shell=bash disable=SC2154,SC2164 # $go is of get.sh, where set -e holds
# The programs of a Kubernetes node, compiled from their Go modules: three parts more for get.sh, which sources this and sets $go.
# No release of them can be had where only package registries are reached. tests/cluster starts them.

ETCD=3.7.3
CONTAINERD=2.4.2
KUBERNETES=1.37.2
COREDNS=1.15.0
COREDNS_PLUGINS="bind errors file hosts kubernetes log ready"

# cluster_module FOLDER NAME MODULE VERSION: enters an empty module that requires MODULE. `go install MODULE@VERSION` refuses modules
# with replacements, and these have some. Go's caches are thrown away with the build.
cluster_module() {
    export CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS='-mod=mod -modcacherw' GOMODCACHE=$1/caches/mod GOCACHE=$1/caches/build
    mkdir -p "$1/caches/$2"
    cd "$1/caches/$2"
    quietly "$go" mod init "cluster.test/$2"
    "$go" mod edit -require "$3@v$4"
}

# cluster_compile FOLDER TAGS LDFLAGS PACKAGE...: static programs, each named after the last word of its package.
cluster_compile() {
    local folder=$1 tags=$2 flags=$3
    shift 3
    quietly nice "$go" build -trimpath -buildvcs=false -tags "$tags" -ldflags "-s -w $flags" -o "$folder/" "$@"
}

install_etcd() (
    cluster_module "$1" etcd go.etcd.io/etcd/server/v3 "$ETCD"
    cluster_compile "$1" '' '' go.etcd.io/etcd/server/v3
    mv "$1/server" "$1/etcd"
    rm -rf "$1/caches"
)

install_containerd() (
    local module=github.com/containerd/containerd/v2
    cluster_module "$1" containerd $module "$CONTAINERD"
    cluster_compile "$1" 'no_btrfs no_devmapper no_zfs' "-X $module/version.Version=v$CONTAINERD" \
        $module/cmd/{containerd,containerd-shim-runc-v2,ctr}
    rm -rf "$1/caches"
)

# kubernetes_libraries: Kubernetes takes its libraries from folders that its module does not hold; they are published as v0.MINOR.PATCH.
# The language version decides the defaults of Go's runtime, so Kubernetes' own is taken.
kubernetes_libraries() {
    local its library
    its=$("$go" mod download -json "k8s.io/kubernetes@v$KUBERNETES" | sed -n 's/^.*"GoMod": "\(.*\)".*$/\1/p')
    awk '$2 == "=>" && $3 ~ /^\.\/staging\// { print $1 }' "$its" | while read -r library; do
        "$go" mod edit -replace "$library=$library@v0.${KUBERNETES#*.}"
    done
    "$go" mod edit -go "$(awk '$1 == "go" { print $2 }' "$its")"
}

# CoreDNS is compiled here because its client of the API server is then compiled already; with our few plugins, because all of them
# bring three clouds along. Without the flags every program of Kubernetes takes itself for v0.0.0.
install_kubernetes() (
    local v=k8s.io/component-base/version minor=${KUBERNETES#*.}
    cluster_module "$1" kubernetes k8s.io/kubernetes "$KUBERNETES"
    kubernetes_libraries
    cluster_compile "$1" '' "-X $v.gitVersion=v$KUBERNETES -X $v.gitMajor=1 -X $v.gitMinor=${minor%.*} -X $v.gitTreeState=clean" \
        k8s.io/kubernetes/cmd/{kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,kubelet,kubectl}

    cluster_module "$1" coredns github.com/coredns/coredns "$COREDNS"
    kubernetes_libraries
    {
        echo 'package main'
        # shellcheck disable=SC2086 # a list of words
        printf 'import _ "github.com/coredns/coredns/plugin/%s"\n' $COREDNS_PLUGINS
        echo 'import "github.com/coredns/coredns/coremain"'
        echo 'func main() { coremain.Run() }'
    } >main.go
    cluster_compile "$1" '' '' .
    rm -rf "$1/caches"
)

# cluster_recipe PART: see recipe of get.sh.
cluster_recipe() {
    declare -f cluster_module cluster_compile
    case $1 in
    etcd) echo "$ETCD" ;;
    containerd) echo "$CONTAINERD" ;;
    kubernetes) declare -f kubernetes_libraries && echo "$KUBERNETES $COREDNS $COREDNS_PLUGINS" ;;
    esac
}
