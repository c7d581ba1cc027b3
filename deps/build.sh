#!/bin/bash
# build.sh PLATFORM: builds musl, OpenSSL, curl and jansson as static libraries; prints the folder that holds them.
#   amd64, arm64  with musl, for the product; cross-built where the machine is of the other kind
#   glibc         the same libraries on this machine's own C library, with -O1 -g, for debug and sanitizer builds
# Built once: the folder lies in the cache under a key made of these files and PLATFORM, and nothing is fetched when it is there.
set -eu
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

PLATFORM=${1:-}
case $PLATFORM in
    amd64 | arm64 | glibc) ;;
    *) die "usage: build.sh amd64|arm64|glibc" ;;
esac

prefix=$cache/deps-$PLATFORM-$(key "$here"/*.sh "$here"/patches/* "$here/versions.lock" <<<"$PLATFORM")
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

# The compiler: the machine's own, or Debian's cross compiler.
machine=$(dpkg --print-architecture)
case $PLATFORM in
    glibc) arch=$machine ;;
    *) arch=$PLATFORM ;;
esac
case $arch in
    amd64) gnu=x86_64-linux-gnu openssl=linux-x86_64 compiler=gcc-x86-64-linux-gnu ;;
    arm64) gnu=aarch64-linux-gnu openssl=linux-aarch64 compiler=gcc-aarch64-linux-gnu ;;
    *) die "no recipe for a machine of architecture $arch" ;;
esac
if [ "$arch" = "$machine" ]; then
    cross=
    need_packages dpkg-dev gcc libc6-dev
else
    cross=$gnu-
    need_packages dpkg-dev gcc libc6-dev "$compiler" "libc6-dev-$arch-cross"
fi

sources=$("$here/fetch.sh")
work=$(mktemp -d "$cache/tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
log=$cache/log/deps-$PLATFORM.log
: >"$log"

# What the recipes see.
export PLATFORM CROSS=$cross GNU=$gnu TARGET OPENSSL_TARGET=$openssl STAGE=$work/stage PATCHES=$here/patches
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=0 MAKEFLAGS
MAKEFLAGS=-j$(nproc)
if [ "$PLATFORM" = glibc ]; then
    TARGET=$gnu
    export CC=gcc CFLAGS="-O1 -g -fno-omit-frame-pointer -fPIE"
else
    TARGET=${gnu%-gnu}-musl
    export CC=musl-gcc PATH=$STAGE/bin:$PATH
    export CFLAGS="-Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables -fPIE -fstack-protector-strong"
fi
CFLAGS="$CFLAGS -ffile-prefix-map=$work=."
mkdir -p "$STAGE/include" "$STAGE/lib" "$STAGE/bin" "$STAGE/licenses"

version_of() { awk -v p="$1" '$1 == p { print $2 }' "$sources/versions"; }

# build NAME LICENCE: unpacks Debian's patched source of NAME and runs its recipe there.
build() {
    say "building $1 $(version_of "$1") for $PLATFORM"
    {
        dpkg-source -x "$sources/$1_$(version_of "$1").dsc" "$work/$1" &&
            cd "$work/$1" && nice "$here/$1.sh" && cp "$2" "$STAGE/licenses/$1"
    } >>"$log" 2>&1 || die "$1 did not build; see $log"
}

start=$SECONDS
if [ "$PLATFORM" != glibc ]; then
    build musl COPYRIGHT
fi
build jansson LICENSE
build openssl LICENSE.txt
build curl COPYING
"$here/roots.sh" "$sources" >>"$log" 2>&1 || die "the CA roots could not be unpacked; see $log"

# The versions, for make and for C.
for name in musl openssl curl jansson ca-certificates; do
    version=$(version_of $name)
    [ "$name-$PLATFORM" != musl-glibc ] || version=none
    NAME=$(tr a-z- A-Z_ <<<$name)
    echo "${NAME}_VERSION=$version" >>"$STAGE/versions.mk"
    echo "#define DEPS_${NAME}_VERSION \"$version\"" >>"$STAGE/versions.h"
done

# The compiler wrapper names its folder; everything else can be moved.
if [ "$PLATFORM" != glibc ]; then
    sed -i "s|$STAGE|$prefix|g" "$STAGE/bin/musl-gcc" "$STAGE/lib/musl-gcc.specs"
fi
chmod 755 "$STAGE"
mv "$STAGE" "$prefix"
say "built for $PLATFORM in $((SECONDS - start)) s"
echo "$prefix"
