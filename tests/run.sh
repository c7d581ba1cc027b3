#!/bin/bash
# run.sh [SUITE...]: the whole suite, or the named parts of it; what `make test` calls. What takes longest comes last.
# Each suite prints its own closing line; the end repeats them. A suite that this machine cannot run is said and counted.
set -u
cd "$(dirname "$0")/.." || exit 1
# Whoever starts us in the background (a CI runner, nohup) may leave SIGINT and SIGHUP ignored, and every program under test would inherit that:
# a signal that comes before it has installed its handlers would then be lost, where a user's terminal or kubelet would end it.
[ -n "${DYNAMODB_INIT_TEST_SIGNALS-}" ] ||
    exec env --default-signal=INT,QUIT,HUP,TERM DYNAMODB_INIT_TEST_SIGNALS=default tests/run.sh "$@"
arch=$(dpkg --print-architecture)
all="build elf unit sim fuzz identity integration lint sanitize cross bench image chart deploy cluster release"
passed=0 failed=0
report=()

suite_build() { make --no-print-directory -j"$(nproc)" all; }

suite_elf() { tests/elf/check.sh "build/$arch/dynamodb-init" "$arch"; }

suite_unit() { tests/unit/run.sh; }

suite_sim() { tests/sim/run.sh; }

# pytest_in ARGUMENT...: in the folder whose pytest.ini it is to read.
pytest_in() {
    local venv
    venv=$(tests/parts/get.sh venv) && (cd tests/integration && "$venv/bin/pytest" "$@")
}

# A second for each target: the committed inputs, and a first look around. `make fuzz` takes its time.
suite_fuzz() { tests/fuzz/run.sh 1; }

# Every way to an identity, in a network and a root of its own, where nothing more can be fetched; see tests/identity/world.py.
suite_identity() {
    local venv part missing=()
    if ! { [ "$(id -u)" -eq 0 ] && unshare -n -m true 2>/dev/null; }; then
        echo "0 passed, 1 skipped: this machine makes no namespaces for us, so no identity case was run"
        return 0
    fi
    command -v ip >/dev/null || missing+=(iproute2)
    command -v dnsmasq >/dev/null || missing+=(dnsmasq-base)
    command -v tinyproxy >/dev/null || missing+=(tinyproxy-bin)
    command -v strace >/dev/null || missing+=(strace)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}" || return 1
    for part in metadata-mock toxiproxy; do
        tests/parts/get.sh $part >/dev/null || [ $? -eq 2 ] || return 1
    done
    venv=$(tests/parts/get.sh venv) && (cd tests/identity && "$venv/bin/pytest" -n 5 -m 'not timing' . && "$venv/bin/pytest" -m timing .)
}

# The two halves: what may run side by side (most cases only wait), and what judges the clock.
suite_integration() { pytest_in -n 8 -m 'not timing' && pytest_in -m timing; }

# Not part of the whole: a kill after each single exchange of each half-done state, on every emulator. An hour or two.
suite_killed() { DYNAMODB_INIT_SOAK=1 pytest_in -n 4 --timeout 7200 -k test_half_done; }

# The same cases against the program with ASan and UBSan in it.
suite_sanitize() {
    local cc
    for cc in gcc clang; do
        make --no-print-directory BUILD=asan CC=$cc -j"$(nproc)" all &&
            DYNAMODB_INIT_SANITIZED=1 DYNAMODB_INIT_BINARY=$PWD/build/asan-$cc/dynamodb-init pytest_in -n 8 -m 'not timing' || return 1
    done
}

# The other architecture, built here and run under qemu: real tables, and TLS with AWS's own host names.
suite_cross() {
    local other=arm64 qemu=qemu-aarch64-static emulated
    [ "$arch" = amd64 ] || other=amd64 qemu=qemu-x86_64-static
    command -v $qemu >/dev/null || install qemu-user-static || return 1
    make --no-print-directory ARCH=$other -j"$(nproc)" all && tests/elf/check.sh build/$other/dynamodb-init $other || return 1
    emulated=$PWD/build/$other/emulated
    printf '%s\n' '#!/bin/sh' "exec $qemu '$PWD/build/$other/dynamodb-init' \"\$@\"" >"$emulated" && chmod +x "$emulated" &&
        DYNAMODB_INIT_BINARY=$emulated pytest_in -n 3 -m 'not timing and not heavy' test_local.py \
            test_program.py::test_version_names_the_libraries test_aws_hosts.py::test_the_regional_host_of_each_partition
}

suite_bench() { tests/bench/run.sh --check --no-peers; }

# install PACKAGE...: Debian packages that a suite needs and the machine lacks.
install() {
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq update >/dev/null &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends install "$@" >/dev/null
}

suite_deploy() { tests/deploy/run.sh; }

# time_left: seconds until a run with nothing in the cache must have ended; CI gives up soon after.
time_left() { echo $((85 * 60 - SECONDS)); }

# Twelve minutes are for the tests themselves, on a slow machine, and five for the suite that comes after.
suite_cluster() { CLUSTER_SECONDS=$(($(time_left) - 1020)) tests/cluster/run.sh; }

suite_chart() { tests/chart/run.sh; }

suite_lint() { make --no-print-directory lint; }

suite_image() { tests/image/run.sh; }

suite_release() { RELEASE_SECONDS=$(($(time_left) - 300)) tests/release/run.sh; }

# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $all
for suite in "$@"; do
    echo "=== $suite"
    start=$SECONDS
    if "suite_$suite"; then
        passed=$((passed + 1))
        report+=("$suite: ok in $((SECONDS - start)) s")
    else
        failed=$((failed + 1))
        report+=("$suite: FAILED after $((SECONDS - start)) s")
    fi
done
printf '%s\n' "=== summary" "${report[@]}"
echo "suites: $passed passed, $failed failed"
[ $failed -eq 0 ]
