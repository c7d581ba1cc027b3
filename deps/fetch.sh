#!/bin/bash
# fetch.sh: gets the source packages of Debian stable, and its CA roots, into the cache; prints the folder.
# apt itself checks the chain from the signed release file to each file's hash. Where the packages come from is
# taken from the machine's own apt configuration: the same archives, asked for trixie.
set -eu
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

suite=trixie
sources=$cache/sources-$(key "$0" "$here/common.sh" "$here/versions.lock" </dev/null)

# private_sources DIR: apt's list of our own, with the machine's Debian archives under our suite's name.
private_sources() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$keyring" ] || keyring=${keyring%.gpg}.pgp
    apt-get indextargets --format '$(ORIGIN) $(SITE) $(RELEASE)' 'Created-By: Packages' | sort -u |
        awk -v suite=$suite -v by="[signed-by=$keyring]" '
            $1 == "Debian" && $3 ~ /^(bookworm|trixie|stable|oldstable)(-updates|-security)?$/ {
                sub(/^[a-z]+/, suite, $3)
                print "deb-src", by, $2, $3, "main"
                print "deb", by, $2, $3, "main"
            }' | sort -u >"$1/sources.list"
    [ -s "$1/sources.list" ]
}

# fetch_source PACKAGE: the newest version that the archive really has. After a point release the index may name one
# whose files are not there yet; the one before is then taken, and said aloud: a security fix may be missing.
fetch_source() {
    local package=$1 version
    for version in $("${apt_cache[@]}" showsrc --only-source "$package" | awk '/^Version:/ { print $2 }' | sort -Vru); do
        if "${apt_get[@]}" source --download-only "$package=$version" >>apt.log 2>&1; then
            record "$package" "$version" "${package}_${version#*:}.dsc"
            return
        fi
        say "$package $version is listed but cannot be fetched; trying the one before it"
    done
    die "no source of $package could be fetched (see $PWD/apt.log)"
}

# fetch_roots: ca-certificates is the same for every architecture; its binary package holds the roots as files.
fetch_roots() {
    local deb
    "${apt_get[@]}" download ca-certificates >>apt.log 2>&1 || die "ca-certificates could not be fetched (see $PWD/apt.log)"
    deb=$(echo ca-certificates_*_all.deb)
    record ca-certificates "$(dpkg-deb -f "$deb" Version)" "$deb"
}

# record PACKAGE VERSION FILE: writes down what was taken and compares it with the lock.
record() {
    local hash series
    series=$(locked "$1" 2)
    case $2 in
        "$series" | "$series"[.+-]*) ;;
        *) die "stable has $1 $2, but the recipe is for $series" ;;
    esac
    hash=$(sha256sum <"$3" | cut -d' ' -f1)
    if [ "$2" != "$(locked "$1" 3)" ]; then
        [ -z "${DEPS_LOCKED:-}" ] || die "stable has $1 $2, versions.lock says $(locked "$1" 3)"
        say "stable has $1 $2, versions.lock says $(locked "$1" 3)"
    elif [ "$hash" != "$(locked "$1" 4)" ]; then
        die "$3 differs from the hash in versions.lock"
    fi
    echo "$1 $2 $hash" >>versions
}

if [ -d "$sources" ]; then
    echo "$sources"
    exit
fi
need_packages dpkg-dev debian-archive-keyring xz-utils
mkdir -p "$cache"
work=$(mktemp -d "$cache/tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p apt/lists/partial apt/archives/partial
if ! private_sources apt; then
    as_root apt-get -qq update >&2
    private_sources apt || die "no Debian archive in this machine's apt configuration"
fi
own=(-qq -o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/apt/lists"
    -o "Dir::Cache=$work/apt" -o APT::Sandbox::User=root)
apt_get=(apt-get "${own[@]}")
apt_cache=(apt-cache "${own[@]}")

say "fetching the sources of Debian $suite"
"${apt_get[@]}" update >>apt.log 2>&1 || die "apt-get update failed: $(tail -n 1 apt.log)"
for package in musl openssl curl jansson; do
    fetch_source "$package"
done
fetch_roots
rm -r apt apt.log
mv "$work" "$sources"
echo "$sources"
