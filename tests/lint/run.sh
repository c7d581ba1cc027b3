#!/bin/bash
# Runs the checks named (all without a name); one line each, details only when something is wrong.
#   tests/lint/run.sh [format|tidy|cppcheck|shellcheck|spelling|rooms|complexity|style|docs]...
# LINT_CFLAGS: how src/ is compiled, for clang-tidy (else compile_flags.txt, else a plain C11).
# LINT_BINARY: the program whose --help is held against the man page (else build/ARCH/dynamodb-init).
# A check is a function or script that prints what it found, ends with a line of what it looked at, and
# returns 0 (good), 77 (nothing to look at: skipped) or anything else. Indented lines are a report, shown when the
# check was asked for by name.
set -eu
cd "$(dirname "$0")/../.."
all="format tidy cppcheck shellcheck spelling rooms complexity style docs"
skipped=77

# The files of the checkout (or of an unpacked archive) that match the patterns of find's -name.
list() {
    local pattern file
    if [ -e .git ]; then
        git ls-files -co --exclude-standard
    else
        find . -type f -printf '%P\n'
    fi | grep -v '^build/' | LC_ALL=C sort -u | while read -r file; do
        for pattern in "$@"; do
            # shellcheck disable=SC2254 # the pattern is meant as one
            case $file in
            $pattern) [ ! -f "$file" ] || echo "$file" ;;
            esac
        done
    done
}

# collect PATTERN...: the files in $files, their number on stdout; a skip when there are none.
files=()
collect() {
    list "$@" >"$work/files"
    mapfile -t files <"$work/files"
    echo "${#files[@]} files"
    [ ${#files[@]} -gt 0 ] || return "$skipped"
}

check_format() {
    collect 'src/*.[ch]' 'tests/*.[ch]' || return
    # One version for everybody: each one formats a little differently.
    "$(tests/parts/get.sh venv)/bin/clang-format" --style=file --dry-run -Werror "${files[@]}"
}

check_tidy() {
    local flags
    collect 'src/*.c' || return
    if [ -n "${LINT_CFLAGS:-}" ]; then
        flags=$LINT_CFLAGS
    elif [ -f compile_flags.txt ]; then
        flags=$(tr '\n' ' ' <compile_flags.txt)
    else
        flags="-std=c11 -D_GNU_SOURCE -Isrc"
    fi
    printf '%s\0' "${files[@]}" | xargs -0 -P2 -n4 tests/lint/tidy.sh "$flags"
}

check_cppcheck() {
    collect 'src/*.c' 'tests/*.c' || return
    cppcheck -j2 --quiet --std=c11 --enable=warning,portability,performance --inline-suppr \
        --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --error-exitcode=1 -Isrc "${files[@]}"
}

check_shellcheck() {
    collect '*.sh' '.ci/run' || return
    shellcheck -x -P SCRIPTDIR "${files[@]}"
}

check_spelling() {
    collect '*.[ch]' '*.md' '*.sh' '*.py' '*.1' '*.mk' Makefile || return
    codespell --ignore-words-list=crate,gost,nd "${files[@]}"
}

check_rooms() {
    collect 'src/*.[ch]' || return
    tests/lint/rooms.sh "${files[@]}"
}

check_complexity() {
    collect 'src/*.c' || return
    tests/lint/complexity.sh "${files[@]}"
}

check_style() {
    collect '*.[ch]' '*.sh' '*.py' '*.js' '*.md' '*.1' '*.y*ml' '*.mk' Makefile Dockerfile .ci/run \
        'deps/*.lock' 'helm/*' || return
    tests/lint/style.sh "${files[@]}"
}

check_docs() {
    tests/lint/docs.sh man/dynamodb-init.1 "${LINT_BINARY:-build/$(dpkg --print-architecture)/dynamodb-init}"
}

# What the check said, on one line.
summary() {
    grep -v '^ ' "$work/out" | paste -sd';' | sed 's/;/; /g'
}

# Debian packages, once, only what is missing. A package and its command have one name, but for these checks.
install_missing() {
    local missing=() package as_root=()
    for package in clang-tidy cppcheck shellcheck codespell pmccabe mandoc; do
        command -v "$package" >/dev/null || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    for attempt in first second; do
        if "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq -y \
            --no-install-recommends install "${missing[@]}" >"$work/apt" 2>&1; then
            return 0
        fi
        [ $attempt = second ] || "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 -qq update >"$work/apt" 2>&1 || true
    done
    tail -5 "$work/apt" >&2
    echo "lint: cannot install ${missing[*]}" >&2
    exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
install_missing
passed=0 failed=0 skips=0 named=false
[ $# -eq 0 ] || named=true
# shellcheck disable=SC2086 # a list of words
$named || set -- $all
for check in "$@"; do
    if ! declare -F "check_$check" >/dev/null; then
        echo "lint: no check named $check (there are: $all)" >&2
        exit 64
    fi
    status=0
    "check_$check" >"$work/out" 2>&1 || status=$?
    case $status in
    0)
        echo "lint: $check: ok ($(summary))"
        ! $named || grep '^ ' "$work/out" || true
        passed=$((passed + 1))
        ;;
    "$skipped")
        echo "lint: $check: skipped ($(summary))"
        skips=$((skips + 1))
        ;;
    *)
        echo "lint: $check: FAILED"
        cat "$work/out"
        failed=$((failed + 1))
        ;;
    esac
done
echo "lint: $passed passed, $failed failed, $skips skipped"
[ "$failed" -eq 0 ]
