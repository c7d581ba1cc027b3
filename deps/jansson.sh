#!/bin/bash
# jansson.sh: a dozen files, compiled by hand: the source has no configure script, and autoconf would be one more thing to install.
set -eu

cd src
sed -e 's/@json_inline@/inline/' -e 's/@json_have_long_long@/1/' -e 's/@json_have_localeconv@/0/' \
    -e 's/@json_have_atomic_builtins@/1/' -e 's/@json_have_sync_builtins@/1/' jansson_config.h.in >jansson_config.h
for name in ATOMIC_BUILTINS CLOSE ENDIAN_H FCNTL_H GETPID GETTIMEOFDAY OPEN READ SCHED_H SCHED_YIELD STDINT_H SYNC_BUILTINS \
    SYS_PARAM_H SYS_STAT_H SYS_TIME_H SYS_TYPES_H UNISTD_H; do
    echo "#define HAVE_$name 1"
done >jansson_private_config.h
echo "#define USE_URANDOM 1" >>jansson_private_config.h
# shellcheck disable=SC2086 # the flags are words
$CC $CFLAGS -DHAVE_CONFIG_H=1 -I. -c ./*.c
"${CROSS}ar" rcD "$STAGE/lib/libjansson.a" ./*.o
cp jansson.h jansson_config.h "$STAGE/include/"
