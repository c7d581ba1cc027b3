#!/bin/sh
# tidy.sh FLAGS FILE...: clang-tidy, silent when all is well. The flags may be written for gcc: what clang does
# not know among them is no finding.
set -eu
flags=$1
shift
# shellcheck disable=SC2086 # the flags are words
out=$(clang-tidy --quiet "$@" -- $flags -Wno-unknown-warning-option -Wno-unused-command-line-argument 2>&1) || {
    printf '%s\n' "$out" | grep -v 'warnings\{0,1\} generated'
    exit 1
}
