#!/bin/bash
# check.sh FILE [amd64|arm64]: is FILE the binary that we promise? A stripped static PIE that loads nothing, whose relocated
# data is read-only, whose stack is not executable, and which is at most 3 MB. Silent when all is well.
set -eu

file=$1 arch=${2:-}
limit=3000000
failed=0

fail() {
    echo "elf: $file: $*" >&2
    failed=1
}

# has PATTERN TEXT: one line of TEXT matches.
has() { grep -Eq -- "$1" <<<"$2"; }

[ -f "$file" ] || {
    fail "not there"
    exit 1
}
header=$(readelf -hW "$file")
segments=$(readelf -lW "$file")
dynamic=$(readelf -dW "$file")
sections=$(readelf -SW "$file")

has 'Type: +DYN' "$header" || fail "not position-independent (type is not DYN)"
! has '^ +INTERP' "$segments" || fail "asks for a program interpreter (PT_INTERP)"
! has '\(NEEDED\)' "$dynamic" || fail "needs a shared object (NEEDED)"
has '^ +GNU_RELRO' "$segments" || fail "relocated data stays writable (no GNU_RELRO)"
has 'BIND_NOW|Flags:.* NOW' "$dynamic" || fail "not bound at start (no BIND_NOW)"
has '^ +GNU_STACK .* RW +0x' "$segments" || fail "the stack is executable, or not said not to be (GNU_STACK)"
! has '^ +LOAD .* RWE ' "$segments" || fail "a segment is both writable and executable"
! has '\(TEXTREL\)' "$dynamic" || fail "relocations in code (TEXTREL)"
! has ' \.symtab ' "$sections" || fail "not stripped"

size=$(stat -Lc %s "$file")
[ "$size" -le $limit ] || fail "$size bytes, more than $limit"

case $arch in
    '') ;;
    amd64) has 'Machine: +.*X86-64' "$header" || fail "not for amd64" ;;
    arm64) has 'Machine: +AArch64' "$header" || fail "not for arm64" ;;
    *) fail "unknown architecture $arch" ;;
esac
exit $failed
