#!/bin/bash
# run.sh [schema]: builds and runs every tests/unit/test_*.c with ASan and UBSan, by gcc and by clang; the doors are replaced at link
# time by doors.c. test_*.py beside them run by pytest. The last line counts the programs. With "schema" it
# writes deploy/schema instead.
set -eu
cd "$(dirname "$0")/../.."
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
missing=()
[ -e /usr/include/cmocka.h ] || missing+=(libcmocka-dev)
command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v clang >/dev/null || missing+=(clang)
[ ${#missing[@]} -eq 0 ] ||
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends \
        install "${missing[@]}" >/dev/null
# clang's sanitizers are a package of their own, named after its version.
runtime=libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev
[ "$(dpkg-query -W -f '${db:Status-Status}' "$runtime" 2>/dev/null)" = installed ] ||
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends \
        install "$runtime" >/dev/null

deps=$(deps/build.sh glibc)
passed=0 failed=0
for cc in gcc clang; do
    out=build/unit-$cc
    mkdir -p "$out"
    # shellcheck disable=SC2054 # the commas are the option's own
    flags=(-std=c11 -D_GNU_SOURCE -Isrc -Itests/unit "-I$deps/include" "-I$deps" "-DCA_ROOTS_DER=\"$deps/roots.der\""
        "-DCA_ROOTS_PEM=\"$deps/roots.pem\"" -DVERSION='"unit"'
        -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    objects=()
    for source in src/*/*.c tests/unit/doors.c; do
        case $source in src/io/http_curl*.c | src/io/system_posix.c) continue ;; esac
        object=$out/$(basename "$source" .c).o
        objects+=("$object")
        if [ ! "$object" -nt "$source" ] || [ -n "$(find src tests/unit -name '*.h' -newer "$object" -print -quit)" ]; then
            "$cc" "${flags[@]}" -c -o "$object" "$source"
        fi
    done
    if [ "${1:-}" = schema ]; then
        "$cc" "${flags[@]}" -o "$out/test_schema" tests/unit/test_schema.c "${objects[@]}" "-L$deps/lib" -ljansson -lssl -lcrypto -lcmocka -lpthread -ldl
        exec "$out/test_schema" --write
    fi
    for test in tests/unit/test_*.c; do
        program=$out/$(basename "$test" .c)
        "$cc" "${flags[@]}" -o "$program" "$test" "${objects[@]}" "-L$deps/lib" -ljansson -lssl -lcrypto -lcmocka -lpthread -ldl
        if "$program"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    done
done
venv=$(tests/parts/get.sh venv)
if "$venv/bin/pytest" -q -rs tests/unit; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
