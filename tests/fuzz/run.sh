#!/bin/bash
# run.sh [SECONDS [TARGET...]]: builds the fuzz targets (fuzz_*.c) with ASan and UBSan, runs each over its committed inputs
# (inputs/TARGET/), and then for so many seconds (default 60) on inputs of its own making. What it finds is kept in
# build/fuzz/: put a finding into inputs/, named after the attack. Exit 0: all were clean.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
missing=()
command -v clang >/dev/null || missing+=(clang)
[ ! -e /usr/bin/clang ] || runtime=libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev
[ "$(dpkg-query -W -f '${db:Status-Status}' "${runtime:-none}" 2>/dev/null)" = installed ] || missing+=("${runtime:-libclang-rt-dev}")
[ ${#missing[@]} -eq 0 ] ||
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends \
        install "${missing[@]}" >/dev/null

deps=$(deps/build.sh glibc)
out=build/fuzz
mkdir -p "$out"
# shellcheck disable=SC2054 # the commas are the option's own
flags=(-std=c11 -D_GNU_SOURCE -Isrc -Itests/unit "-I$deps/include" "-I$deps" "-DCA_ROOTS_DER=\"$deps/roots.der\""
    -DVERSION='"fuzz"' -O1 -g -Wall -Wextra -Werror -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
objects=()
for source in src/*/*.c tests/unit/doors.c tests/fuzz/names.c; do
    case $source in src/io/http_curl*.c | src/io/system_posix.c | src/io/resolve.c | src/app/*) continue ;; esac
    object=$out/$(basename "$source" .c).o
    objects+=("$object")
    if [ ! "$object" -nt "$source" ] || [ -n "$(find src tests/unit -name '*.h' -newer "$object" -print -quit)" ]; then
        clang "${flags[@]}" -fsanitize=fuzzer-no-link,address,undefined -c -o "$object" "$source"
    fi
done
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        target=$(basename "$source" .c)
        targets+=("${target#fuzz_}")
    done
fi

# fuzz TARGET: quiet when it is clean; a finding is shown.
fuzz() {
    local target=$1 found=$out/$1.found log=$out/$1.log
    mkdir -p "$found"
    # Committed inputs first, each once; libFuzzer reads a folder's files as seeds as well.
    if ! "$out/fuzz_$target" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -runs=0 "-artifact_prefix=$out/$target-" \
        "tests/fuzz/inputs/$target" >"$log" 2>&1 ||
        { [ "$seconds" -gt 0 ] && ! "$out/fuzz_$target" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
            "-max_total_time=$seconds" "-artifact_prefix=$out/$target-" "$found" "tests/fuzz/inputs/$target" >"$log" 2>&1; }; then
        tail -40 "$log"
        echo "$target: FAILED"
        return 1
    fi
    echo "$target: clean, $(find "tests/fuzz/inputs/$target" -type f | wc -l) inputs, $(grep -c . <(ls "$found")) found," \
        "$(awk '/number_of_executed_units/ { print $2 }' "$log" | tail -1) runs"
}

passed=0 failed=0
for target in "${targets[@]}"; do
    clang "${flags[@]}" -fsanitize=fuzzer,address,undefined -o "$out/fuzz_$target" "tests/fuzz/fuzz_$target.c" "${objects[@]}" \
        "-L$deps/lib" -ljansson -lssl -lcrypto -lpthread -ldl
    if fuzz "$target"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
