#!/bin/bash
# musl.sh: the C library, and the compiler wrapper bin/musl-gcc (which calls Debian's cross compiler where that is the compiler).
# Kernel headers are the machine's: OpenSSL and curl want a few, musl has none.
set -eu

for patch in "$PATCHES"/musl-*.patch; do
    patch --fuzz=0 -p1 <"$patch"
done
cross=()
[ -z "$CROSS" ] || cross=(--target="$TARGET" CROSS_COMPILE="$CROSS")
./configure --prefix="$STAGE" --syslibdir="$STAGE/lib" "${cross[@]}" CC="${CROSS}gcc" \
    --disable-shared --enable-wrapper=gcc CFLAGS="$CFLAGS"
make
make install

for name in linux asm asm-generic; do
    for folder in "/usr/$GNU/include" "/usr/include/$GNU" /usr/include; do
        if [ -d "$folder/$name" ]; then
            ln -s "$folder/$name" "$STAGE/include/$name"
            break
        fi
    done
done
for tool in strip objcopy; do
    ln -s "$(command -v "$CROSS$tool")" "$STAGE/bin/musl-$tool"
done
