#!/bin/bash
# musl.sh: the C library, and the compiler wrapper bin/musl-gcc (which calls Debian's cross compiler where that is the compiler).
set -eu

cross=()
[ -z "$CROSS" ] || cross=(--target="$TARGET" CROSS_COMPILE="$CROSS")
./configure --prefix="$STAGE" --syslibdir="$STAGE/lib" --disable-shared --enable-wrapper=gcc "${cross[@]}" CC="${CROSS}gcc" CFLAGS="$CFLAGS"
make
make install

# OpenSSL and curl want a few kernel headers, which musl does not have: the machine's.
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
