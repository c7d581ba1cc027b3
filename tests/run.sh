#!/bin/bash
# run.sh [SUITE...]: the whole suite, or the named parts of it; what `make test` calls. What takes longest comes last.
# Each suite prints its own closing line; the end repeats them. A suite that this machine cannot run is said and counted.
set -u
cd "$(dirname "$0")/.." || exit 1
arch=$(dpkg --print-architecture)
all="build elf unit chart image integration lint"
passed=0 failed=0
report=()

suite_build() { make --no-print-directory -j"$(nproc)" all; }

suite_elf() { tests/elf/check.sh "build/$arch/dynamodb-init" "$arch"; }

suite_unit() { tests/unit/run.sh; }

suite_integration() {
    local venv
    venv=$(tests/parts/get.sh venv) || return 1
    # The two halves: what may run side by side, and what judges the clock.
    "$venv/bin/pytest" -q -n 4 -m 'not timing' tests/integration && "$venv/bin/pytest" -q -m timing tests/integration
}

suite_chart() { tests/chart/run.sh; }

suite_lint() { make --no-print-directory lint; }

suite_image() { tests/image/run.sh; }

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
