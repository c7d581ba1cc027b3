#!/bin/bash
# fetch.sh: gets the source packages of Debian stable, and its CA roots, into the cache; prints the folder.
# apt itself checks the chain from the signed release file to each file's hash. Where the packages come from is
# taken from the machine's own apt configuration: the same archives, asked for trixie.
set -eu
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

suite=trixie
sources=$cache/sources-$(key "$0" "$here/common.sh" "$here/versions.lock")
log=$cache/log/deps-fetch.log

# private_sources FILE: apt's list of our own, with the machine's Debian archives under our suite's name.
private_sources() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$keyring" ] || keyring=${keyring%.gpg}.pgp
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(ORIGIN) $(SITE) $(RELEASE)' 'Created-By: Packages' |
        awk -v suite=$suite -v by="[signed-by=$keyring]" '
            $1 == "Debian" && $3 ~ /^(bookworm|trixie|stable|oldstable)(-updates|-security)?$/ {
                sub(/^[a-z]+/, suite, $3)
                print "deb-src", by, $2, $3, "main"
                print "deb", by, $2, $3, "main"
            }' | sort -u >"$1"
    [ -s "$1" ]
}

# The CA roots come from a binary package, the same for every architecture; everything else is source.
list_versions() {
    case $1 in
        ca-certificates) "${apt_cache[@]}" show "$1" ;;
        *) "${apt_cache[@]}" showsrc --only-source "$1" ;;
    esac | awk '/^Version:/ { print $2 }' | sort -Vru
}

download() {
    case $1 in
        ca-certificates) "${apt_get[@]}" download "$1=$2" ;;
        *) "${apt_get[@]}" source --download-only "$1=$2" ;;
    esac >>"$log" 2>&1
}

# fetch PACKAGE: the newest version that the archive really has. After a point release the index may name one
# whose files are not there yet; the one before is then taken, and said aloud: a security fix may be missing.
fetch() {
    local version
    for version in $(list_versions "$1"); do
        if download "$1" "$version"; then
            record "$1" "$version" "$1_$version".dsc "$1_$version"_all.deb
            return
        fi
        say "$1 $version is listed but cannot be fetched; trying the one before it"
    done
    die "no version of $1 could be fetched; see $log"
}

# record PACKAGE VERSION FILE...: writes down what was taken, with the hash of the file that is there, and compares it with the lock.
record() {
    local name=$1 version=$2 series hash
    shift 2
    series=$(locked "$name" 2)
    case $version in
        "$series" | "$series"[.+-]*) ;;
        *) die "stable has $name $version, but the recipe is for $series" ;;
    esac
    hash=$(cat "$@" 2>/dev/null | sha256sum | cut -d' ' -f1) || true
    if [ "$version" != "$(locked "$name" 3)" ]; then
        [ -z "${DEPS_LOCKED:-}" ] || die "stable has $name $version, versions.lock says $(locked "$name" 3)"
        say "stable has $name $version, versions.lock says $(locked "$name" 3)"
    elif [ "$hash" != "$(locked "$name" 4)" ]; then
        die "$name $version differs from the hash in versions.lock"
    fi
    echo "$name $version $hash" >>versions
}

if [ -d "$sources" ]; then
    echo "$sources"
    exit
fi
mkdir -p "$cache/log"
need_packages dpkg-dev debian-archive-keyring xz-utils
: >"$log"
work=$(mktemp -d "$cache/deps.tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p apt/lists/partial apt/archives/partial
if ! private_sources apt/sources.list; then # a machine whose package lists were thrown away, as in container images
    as_root apt-get -qq update >>"$log" 2>&1
    private_sources apt/sources.list || die "no Debian archive in this machine's apt configuration"
fi
own=(-qq -o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/apt/lists"
    -o Dir::State::status=/dev/null -o "Dir::Cache=$work/apt" -o APT::Sandbox::User=root)
apt_get=(apt-get "${own[@]}")
apt_cache=(apt-cache "${own[@]}")

say "fetching the sources of Debian $suite"
"${apt_get[@]}" update >>"$log" 2>&1 || die "apt-get update failed; see $log"
for package in musl openssl curl jansson ca-certificates; do
    fetch $package
done
rm -r apt
chmod 755 .
mv -T "$work" "$sources"
echo "$sources"
