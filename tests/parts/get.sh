#!/bin/bash
# get.sh PART: install one part that the tests use into the cache, unless it is there, and print its path.
# Parts: venv awscli dynamodb-local node vectors. Exit 2: this machine cannot have the part (a skip).
# A part's folder is named after the hash of its recipe, so a changed pin never meets an old install.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init
python=/usr/bin/python3 # Debian's own: another one in PATH may lack venv or be gone tomorrow

# Versions that no lock file holds. Python's are in venv/requirements.txt, npm's in node/package-lock.json.
DYNAMODB_LOCAL=3.3.1
MAVEN_DEPENDENCY_PLUGIN=3.6.1
AWS_SIGV4=1.6.4

fail() {
    echo "get.sh: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# debian PACKAGE...: the only things ever installed into the system.
debian() {
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends install "$@"
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

install_node() {
    mkdir -p "$1"
    cp "$here/node/package.json" "$here/node/package-lock.json" "$1/"
    quietly npm --prefix "$1" ci --ignore-scripts --no-audit --no-fund
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

# recipe PART: the text whose hash names the folder.
recipe() {
    declare -f "install_${1//-/_}"
    case $1 in
    venv) "$python" -V && cat "$here/venv/requirements.txt" ;;
    dynamodb-local) cat "$here/dynamodb-local/pom.xml" && echo "$DYNAMODB_LOCAL $MAVEN_DEPENDENCY_PLUGIN" ;;
    node) cat "$here/node/package-lock.json" ;;
    vectors) echo "$AWS_SIGV4" ;;
    esac
}

# tools PART: what must be on the machine to install and to use the part.
tools() {
    case $1 in
    venv) "$python" -c 'import ensurepip' 2>/dev/null || debian python3 python3-venv ;;
    dynamodb-local)
        has java || debian default-jre-headless
        [ -d "$dir" ] || has mvn || debian maven
        ;;
    node)
        has node || debian nodejs
        [ -d "$dir" ] || has npm || debian npm
        ;;
    vectors) [ -d "$dir" ] || has cargo || {
        echo "get.sh: vectors: no cargo on this machine" >&2
        exit 2
    } ;;
    esac
}

# named PART: sets $dir.
named() { dir=$cache/$1-$(recipe "$1" | sha256sum | cut -c1-12); }

case ${1-} in
awscli) part=venv print=/bin/aws ;;
venv | node) part=$1 print= ;;
dynamodb-local) part=$1 print=/lib ;;
vectors) part=$1 print=/suite ;;
*) fail "usage: get.sh venv|awscli|dynamodb-local|node|vectors" ;;
esac

mkdir -p "$cache"
dir=
[ "$part" != venv ] || [ -x "$python" ] || tools venv # its version is part of the hash
named "$part"
exec 9>"$cache/parts.lock"
flock 9 # two installs at once would share apt and the temporary name
tools "$part"
if [ ! -d "$dir" ]; then
    new=$dir.new
    rm -rf "$new"
    trap '[ $? = 0 ] || echo "get.sh: cannot install $part" >&2' EXIT
    install_"${part//-/_}" "$new" # not in a condition: there set -e would not hold inside it
    mv "$new" "$dir"
fi
echo "$dir$print"
