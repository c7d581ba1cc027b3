#!/bin/bash
# build.sh PLATFORM: builds musl, OpenSSL, curl and jansson as static libraries; prints the folder that holds them.
#   amd64, arm64  with musl, for the product; cross-built where the machine is of the other kind
#   glibc         the same libraries on this machine's own C library, with -O1 -g, for debug and sanitizer builds
# In the folder: include/ lib/*.a bin/musl-gcc bin/musl-strip bin/musl-objcopy versions versions.h roots.pem roots.der licenses/
# Built once: it lies in the cache under a key made of these recipes, and nothing is fetched when it is there.
set -eu
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

PLATFORM=${1:-}
case $PLATFORM in
    amd64 | arm64 | glibc) ;;
    *) die "usage: build.sh amd64|arm64|glibc" ;;
esac

prefix=$cache/deps-$PLATFORM-$(key "$here"/*.sh "$here"/*.pl "$here"/patches/* "$here/versions.lock")
if [ -d "$prefix" ]; then
    echo "$prefix"
    exit
fi
mkdir -p "$cache/log"
exec 9>"$cache/deps.lock"
flock 9
if [ -d "$prefix" ]; then # built by another run while this one waited
    echo "$prefix"
    exit
fi
rm -rf "$cache"/deps.tmp.* # left by a run that was killed; nobody else is at work, we hold the lock

# The compiler: the machine's own, or Debian's cross compiler.
machine=$(dpkg --print-architecture)
case $PLATFORM in
    glibc) arch=$machine ;;
    *) arch=$PLATFORM ;;
esac
case $arch in
    amd64) GNU=x86_64-linux-gnu OPENSSL_TARGET=linux-x86_64 compiler=gcc-x86-64-linux-gnu ;;
    arm64) GNU=aarch64-linux-gnu OPENSSL_TARGET=linux-aarch64 compiler=gcc-aarch64-linux-gnu ;;
    *) die "no recipe for a machine of architecture $arch" ;;
esac
if [ "$arch" = "$machine" ]; then
    CROSS=
    need_packages dpkg-dev gcc libc6-dev
else
    CROSS=$GNU-
    need_packages dpkg-dev gcc libc6-dev "$compiler" "libc6-dev-$arch-cross"
fi

sources=$("$here/fetch.sh")
work=$(mktemp -d "$cache/deps.tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
log=$cache/log/deps-$PLATFORM.log
: >"$log"

# What the recipes see: PLATFORM; CROSS, the prefix of the compiler's name; GNU and TARGET, triplets of the compiler and of what is
# built; OPENSSL_TARGET; STAGE, where everything goes; CC and CFLAGS.
STAGE=$work/stage
if [ "$PLATFORM" = glibc ]; then
    TARGET=$GNU CC=gcc CFLAGS="-O1 -g -fno-omit-frame-pointer"
else
    TARGET=${GNU%-gnu}-musl CC=musl-gcc PATH=$STAGE/bin:$PATH
    CFLAGS="-Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables -fstack-protector-strong"
fi
CFLAGS="$CFLAGS -fPIE -ffile-prefix-map=$work=."
MAKEFLAGS=-j$(nproc)
export PLATFORM CROSS GNU TARGET OPENSSL_TARGET STAGE CC CFLAGS PATH MAKEFLAGS LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=0
mkdir -p "$STAGE/include" "$STAGE/lib" "$STAGE/bin" "$STAGE/licenses"

version_of() { awk -v p="$1" '$1 == p { print $2 }' "$sources/versions"; }

# recipe NAME LICENCE: in Debian's patched source of NAME, with those of our patches that Debian does not have yet.
recipe() {
    local patch
    dpkg-source -x "$sources/$1_$(version_of "$1").dsc" "$work/$1"
    cd "$work/$1"
    for patch in "$here/patches/$1"-*.patch; do
        [ -e "$patch" ] || continue
        if patch -R -f --dry-run -p1 <"$patch" >/dev/null; then
            echo "$patch: in the source already"
        else
            patch --fuzz=0 -p1 <"$patch"
        fi
    done
    nice "$here/$1.sh"
    cp "$2" "$STAGE/licenses/$1"
}

# build NAME LICENCE: runs the recipe into the log; in the background, because set -e does not reach what stands before ||.
build() {
    say "building $1 $(version_of "$1") for $PLATFORM"
    recipe "$@" >>"$log" 2>&1 &
    wait $! || die "$1 did not build; see $log"
}

start=$SECONDS
[ "$PLATFORM" = glibc ] || build musl COPYRIGHT
build jansson LICENSE
build openssl LICENSE.txt
build curl COPYING
"$here/roots.sh" "$sources" >>"$log" 2>&1 || die "the CA roots could not be unpacked; see $log"

# The versions, for the bill of materials and for C.
cp "$sources/versions" "$STAGE/versions"
for name in musl openssl curl jansson ca-certificates; do
    version=$(version_of $name)
    [ "$name-$PLATFORM" != musl-glibc ] || version=none
    NAME=$(tr a-z- A-Z_ <<<$name)
    echo "#define DEPS_${NAME}_VERSION \"$version\"" >>"$STAGE/versions.h"
done

# The compiler wrapper names its folder; everything else can be moved.
[ "$PLATFORM" = glibc ] || sed -i "s|$STAGE|$prefix|g" "$STAGE/bin/musl-gcc" "$STAGE/lib/musl-gcc.specs"
mv -T "$STAGE" "$prefix"
say "built for $PLATFORM in $((SECONDS - start)) s"
echo "$prefix"
