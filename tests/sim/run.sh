#!/bin/bash
# run.sh [--seed N [--verbose]]: the simulation. Without arguments SEEDS (10,000) seeds and the twelve tables, stopped at each exchange,
# spread over the processors; SANITIZED (300) of the seeds, and a few stops, with ASan, UBSan and leak detection. With arguments: those
# seeds, as `sim` (sim.c) has it.
set -eu
cd "$(dirname "$0")/../.."
deps=$(deps/build.sh glibc)
cc=${CC:-gcc}

# build FOLDER FLAG...: what is older than any source is compiled anew.
build() {
    local out=$1 source object objects=()
    shift
    mkdir -p "$out"
    # shellcheck disable=SC2054 # the commas are the option's own
    local flags=(-std=c11 -D_GNU_SOURCE -Isrc -Itests/sim "-I$deps/include" "-I$deps" "-DCA_ROOTS_DER=\"$deps/roots.der\""
        '-DVERSION="sim"' -Wall -Wextra -Werror -g "$@")
    for source in src/*.c src/*/*.c tests/sim/*.c; do
        case $source in src/io/http_curl*.c | src/io/system_posix.c) continue ;; esac
        object=$out/${source//\//-}.o
        objects+=("$object")
        if [ ! "$object" -nt "$source" ] || [ -n "$(find src tests/sim -name '*.h' -newer "$object" -print -quit)" ]; then
            # The program's main is one function among others here.
            local as=()
            [ "$source" != src/main.c ] || as=(-Dmain=product_main)
            "$cc" "${flags[@]}" "${as[@]}" -c -o "$object" "$source"
        fi
    done
    "$cc" "${flags[@]}" -o "$out/sim" "${objects[@]}" "-L$deps/lib" -ljansson -lssl -lcrypto -lpthread -ldl
}

build build/sim -O1
[ "${1:-}" != --build ] || exit 0
[ $# -eq 0 ] || exec build/sim/sim "$@"

# shellcheck disable=SC2054
build build/sim-asan -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
seeds=${SEEDS:-10000}
workers=$(nproc)
share=$(((seeds + workers - 1) / workers))
pids=()
for ((i = 0; i < workers; i++)); do
    {
        status=0
        build/sim/sim --from $((1 + i * share)) --count "$share" || status=1
        build/sim/sim --stops 1 --worker $i --workers "$workers" || status=1
        exit $status
    } &
    pids+=($!)
done
status=0
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
export ASAN_OPTIONS=detect_leaks=1
build/sim-asan/sim --from 1 --count "${SANITIZED:-300}" || status=1
build/sim-asan/sim --stops $((30000 / ${SANITIZED:-300})) || status=1
exit $status
