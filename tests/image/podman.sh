#!/bin/bash
# podman.sh: makes this machine able to run containers and prints what the callers need, as lines for eval:
#   CONTAINERS_CONF  podman's configuration, when the machine's own does not let a container start
#   BASE             an image of Debian stable: the build stage's, and the one with a shell in the tests
# Exit 2: no container can run here (a skip); the reason is on stderr. BASE in the environment is taken as it is.
set -eu

cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init
suite=trixie
official=docker.io/library/debian:$suite-slim
log=$cache/log/podman.log

say() { echo "podman: $*" >&2; }

# impossible WHY: nothing is wrong with the product, but it cannot be shown on this machine.
impossible() {
    say "$*"
    exit 2
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq "$@" >>"$log" 2>&1; }

# need NAME...: Debian packages that are missing. --no-remove: Docker's own packages and Debian's runc exclude each other, and
# somebody's Docker is worth more than our tests.
need() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    apt -y --no-remove --no-install-recommends install "${missing[@]}" ||
        { apt update && apt -y --no-remove --no-install-recommends install "${missing[@]}"; } ||
        impossible "${missing[*]} could not be installed; see $log"
}

# need_podman: netavark calls the firewall's command line, but its package names none.
need_podman() {
    local packages=(netavark aardvark-dns catatonit iptables nftables)
    command -v podman >/dev/null || packages+=(podman)
    command -v runc >/dev/null || packages+=(runc)
    [ "$(id -u)" = 0 ] || packages+=(uidmap slirp4netns)
    need "${packages[@]}"
}

# need_names: containers find each other by name, which each of podman's two kinds of network leaves to a package of its own.
need_names() {
    case $(podman info --format '{{.Host.NetworkBackend}}') in
    cni) need golang-github-containernetworking-plugin-dnsname dnsmasq-base ;;
    *) need aardvark-dns ;;
    esac
}

# debian_sources: the machine's own Debian archives, asked for our suite, as deps/fetch.sh takes them; with security, as in
# Debian's image, because the build stage takes the libraries' sources from where the image's packages come.
debian_sources() {
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(ORIGIN) $(SITE) $(RELEASE)' 'Created-By: Packages' |
        awk -v suite=$suite -v by="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" '
            $1 == "Debian" && $3 ~ /^(bookworm|trixie|stable|oldstable)(-updates|-security)?$/ {
                sub(/^[a-z]+/, suite, $3)
                print "deb", by, $2, $3, "main"
            }' | sort -u
}

# make_base: what Debian's image holds, made here. Its name is our own: it is not the one that Debian publishes.
make_base() {
    local tar=$cache/debian-$suite-$key.tar new=$cache/debian-new.tar
    need mmdebstrap debian-archive-keyring
    if [ ! -e "$tar" ]; then
        say "$official cannot be pulled; making one with mmdebstrap"
        rm -rf "$cache/debian-$suite"-*.tar
        echo "$sources" | TMPDIR=$cache nice mmdebstrap --variant=minbase $suite "$new" - >>"$log" 2>&1 ||
            impossible "mmdebstrap failed; see $log"
        mv "$new" "$tar"
    fi
    # Without PATH, podman kube play finds no sh.
    podman import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'CMD ["bash"]' \
        "$tar" "$BASE" >>"$log" 2>&1 || impossible "the base image could not be imported; see $log"
}

# get_base: what is here, else what the registry gives within half a minute, else our own, whose tag is the hash of its recipe.
get_base() {
    local sources key
    [ -z "${BASE:-}" ] || return 0
    BASE=$official
    ! podman image exists "$BASE" || return 0
    sources=$(debian_sources)
    if [ -z "$sources" ]; then # package lists that were thrown away, as in container images
        apt update || true
        sources=$(debian_sources)
    fi
    key=$({ declare -f make_base && echo "$sources"; } | sha256sum | cut -c1-12)
    BASE=localhost/dynamodb-init-base:$suite-$key
    ! podman image exists "$BASE" || return 0
    if timeout 30 podman pull -q "$official" >>"$log" 2>&1; then
        BASE=$official
    else
        [ -n "$sources" ] || impossible "no Debian archive in this machine's apt configuration"
        make_base
    fi
}

starts() { podman run --rm "$BASE" true >>"$log" 2>&1; }

# confined: root, but without CAP_SYS_RESOURCE.
confined() { [ "$(id -u)" = 0 ] && [ $((0x$(awk '/^CapEff:/ { print $2 }' /proc/self/status) >> 24 & 1)) = 0 ]; }

# configure: podman gives a container more open files and processes than a confined process may, to run it or (podman 5) only to build;
# and crun, which it prefers, cannot do with cgroup v1 and v2 at once.
configure() {
    export CONTAINERS_CONF=$cache/containers.conf
    printf '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=9000:9000"]\n[engine]\nruntime = "runc"\n' >"$CONTAINERS_CONF"
}

mkdir -p "$cache/log"
exec 9>"$cache/podman.lock"
flock 9 # one import is enough
: >"$log"
command -v podman >/dev/null || need_podman
get_base
# Where podman runs as it is, it is left alone.
! confined || configure
starts || { need_podman && starts; } || { configure && starts; } || impossible "no container can start on this machine; see $log"
need_names
echo "export BASE=$BASE${CONTAINERS_CONF:+ CONTAINERS_CONF=$CONTAINERS_CONF}"
