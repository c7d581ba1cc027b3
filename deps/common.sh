# shellcheck shell=bash
# common.sh: what fetch.sh and build.sh share. Sourced, never run.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # used where this is sourced
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init

say() { echo "deps: $*" >&2; }
die() {
    say "$*"
    exit 1
}

# key FILE...: twelve hex digits that change with any of the files.
key() { cat -- "$@" | sha256sum | cut -c1-12; }

# as_root COMMAND...: sudo only where it is needed.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# need_packages NAME...: installs the Debian packages that are missing.
need_packages() {
    local missing=() name log=$cache/log/deps-packages.log
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} = 0 ] && return
    say "installing ${missing[*]}"
    {
        as_root apt-get -qq update
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}"
    } >"$log" 2>&1 || die "${missing[*]} could not be installed; see $log"
}

# locked PACKAGE FIELD: a field of versions.lock (2 series, 3 Debian version, 4 hash).
locked() { awk -v p="$1" -v f="$2" '$1 == p { print $f }' "$here/versions.lock"; }
