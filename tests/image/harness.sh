# shellcheck shell=bash
# harness.sh: what run.sh is written in: checks that are counted, servers on this machine, containers that are found and removed
# again. Sourced, never run. Sets image, wrapped, prefix, label, own, unshare, work.

work=$(mktemp -d)
prefix=dynamodb-init-test-$$
label=dynamodb-init-test=$$
# shellcheck disable=SC2034 # used where this is sourced
own=(--rm --label "$label")
image='' wrapped='' obstacle='' at_work=''
unshare=() # how to see a container's processes with the container's user numbers
[ "$(id -u)" = 0 ] || unshare=(podman unshare)
: >"$work/results"
: >"$work/processes"

# ---------------------------------------------------------------- checks

say() { echo "$1" | tee -a "$work/results"; }
skip() { say "skipped: $*"; }

# detail: what stands below a failure.
detail() { tail -n 20 | cut -c1-300 | sed 's/^/    /'; }

# check TEXT COMMAND...
check() {
    local text=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        say "ok: $text"
    else
        say "FAILED: $text"
        { echo "$*" && cat "$work/out"; } | detail
    fi
    : >"$work/out"
}

# equal TEXT WANT GOT
equal() {
    if [ "$2" = "$3" ]; then
        say "ok: $1"
    else
        say "FAILED: $1"
        diff -u --label wanted --label got <(echo "$2") <(echo "$3") | detail
        ! [ -s "$work/out" ] || detail <"$work/out"
    fi
    : >"$work/out"
}

# status_of COMMAND...: prints its exit status.
status_of() {
    local status=0
    "$@" >"$work/out" 2>&1 || status=$?
    echo $status
}

# until_true SECONDS COMMAND...
until_true() {
    local end=$((SECONDS + $1))
    shift
    while ! "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $end ]; then
            echo "not within its time: $*" >&2
            return 1
        fi
        sleep 0.05
    done
}

# section TEXT FUNCTION [SERVER...]: runs it with the servers' ports as arguments. Without what it needs, it is a skip.
section() {
    local text=$1 function=$2 ports=() status=0 server
    shift 2
    if [ -n "$obstacle" ]; then
        skip "$text: $obstacle"
        return
    fi
    for server in "$@"; do
        start "$server" || status=$?
        case $status in
        0) ports+=("${port_of[$server]}") ;;
        2) skip "$text: this machine cannot have $server" ;;
        *) say "FAILED: $text: $server does not start" ;;
        esac
        [ $status = 0 ] || return 0
    done
    # In the background: set -e holds, which it does not in a condition, and a signal to us is not put off until the section ends.
    "$function" "${ports[@]}" &
    at_work=$!
    wait $at_work || status=$?
    at_work=''
    [ $status = 0 ] || say "FAILED: $text: broke off with status $status"
    sweep
}

summary() {
    local passed failed skipped
    passed=$(grep -c '^ok: ' "$work/results" || true)
    failed=$(grep -c '^FAILED: ' "$work/results" || true)
    skipped=$(grep -c '^skipped: ' "$work/results" || true)
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
}

# ---------------------------------------------------------------- servers, on every address of this machine

declare -A port_of=()

# Perl, because every Debian has it.
free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1)->sockport'; }

# background LOG COMMAND...: ends with us, whatever happens to us.
background() {
    local log=$work/$1.log
    shift
    setpriv --pdeathsig KILL -- "$@" </dev/null >"$log" 2>&1 &
    echo $! >>"$work/processes"
    disown # its end is no news
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# start SERVER: sets its port_of, once. 2: this machine cannot have it, as get.sh says.
start() {
    local port
    [ -z "${port_of[$1]-}" ] || return 0
    port=$(free_port)
    "start_$1" "$port" || return
    port_of[$1]=$port
}

start_dynamodb_local() {
    local port=$1 lib
    lib=$(tests/parts/get.sh dynamodb-local) || return
    background dynamodb-local java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m "-Djava.library.path=$lib" -cp "$lib/*" \
        software.amazon.dynamodb.services.local.main.ServerRunner -disableTelemetry -inMemory -sharedDb -port "$port"
    until_true 60 listens "$port"
}

# Its tables stay in CREATING for ten minutes; those of DynamoDB Local are ACTIVE at once.
start_dynalite() {
    local folder
    folder=$(tests/parts/get.sh node) || return
    background dynalite node "$folder/node_modules/dynalite/cli.js" --host 0.0.0.0 --port "$1" --createTableMs 600000
    until_true 30 listens "$1"
}

# Takes connections and says nothing.
start_silence() {
    # shellcheck disable=SC2016 # Perl's own variable
    background silence perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 100, LocalPort => shift) or die; sleep' "$1"
    until_true 30 listens "$1"
}

table_has_status() { [ "$(tests/image/table-status.sh 127.0.0.1 "$1" "$2")" = "table $2: $3" ]; }
table_is_there() { table_has_status "$1" "$2" ACTIVE; }
table_is_missing() { table_has_status "$1" "$2" missing; }

# ---------------------------------------------------------------- images and containers

of_image() { podman image inspect -f "{{$1}}" "$image"; }
of() { podman inspect -f "{{$2}}" "$1"; }
pid_of() { of "$1" .State.Pid; }
state_is() { [ "$(of "$1" .State.Status)" = "$2" ]; }
end_of() { timeout 10 podman wait "$1" || echo "still running"; }
log_has() { podman logs "$1" 2>/dev/null | grep -q "$2"; }

last_line_has() { podman logs "$1" 2>&1 | tail -n 1 | grep "$2"; }

# time_of CONTAINER StartedAt|FinishedAt: nanoseconds.
time_of() { date -d "$(of "$1" "json .State.$2" | tr -d '"')" +%s%N; }

# kernel_says PID NAME...: those lines of the process's status, each with its first value, on one line in name order.
kernel_says() {
    local pid=$1
    shift
    "${unshare[@]}" cat "/proc/$pid/status" | awk -v names=" $* " -F '[:\t ]+' 'index(names, " " $1 " ") { print $1, $2 }' | sort | paste -sd' '
}

# memory_limit PID: bytes, from the process's control group, of either version.
memory_limit() {
    local group
    if group=$(grep -E '^[0-9]+:memory:' "/proc/$1/cgroup"); then
        cat "/sys/fs/cgroup/memory/${group#*:memory:}/memory.limit_in_bytes"
    else
        group=$(grep '^0::' "/proc/$1/cgroup")
        cat "/sys/fs/cgroup/${group#0::}/memory.max"
    fi
}

# endpoint PORT: podman's option that points the program at a server of this machine.
endpoint() { echo "--env=AWS_ENDPOINT_URL_DYNAMODB=http://host.containers.internal:$1"; }

# manifest FILE POD PORT: FILE of deploy/ for podman, by sed: the two images, the pod's and the ConfigMap's name, what the application
# runs; the endpoint, which on AWS nobody sets; and podman's own annotation, without which a finished init container and its log are
# gone. restartPolicy: in a cluster the default starts a failed init container again after ten seconds, podman does so at once.
manifest() {
    local host=host.containers.internal
    sed -e "s|image: .*/dynamodb-init:.*|image: $image|" \
        -e "s|image: .*/app:.*|image: $wrapped\n      command: [bash, -c, 'table-status.sh $host $3 app; exec sleep infinity']|" \
        -e "s|^  name: app\$|  name: $2|" -e "s|name: app-tables\$|name: $2-tables|" \
        -e "s|^  name: $2\$|&\n  annotations: {io.podman.annotations.init.container.type: always}|" \
        -e "s|^spec:\$|&\n  restartPolicy: Never|" \
        -e "s|^\( *\)- name: AWS_REGION\$|\1- name: AWS_ENDPOINT_URL_DYNAMODB\n\1  value: http://$host:$3\n&|" "$1"
}

# play POD: podman kube play's status, and when it is not 0, what the init container said.
play() {
    local status=0
    podman kube play --network podman "$work/$1.yaml" || status=$?
    [ $status = 0 ] || podman logs "$1-dynamodb-init"
    return $status
}

# sweep: removes what was made under our name.
sweep() {
    local names
    mapfile -t names < <(podman pod ls -q --filter "name=^$prefix")
    [ ${#names[@]} = 0 ] || podman pod rm -f --time 0 "${names[@]}"
    mapfile -t names < <(podman ps -aq --filter "label=$label")
    [ ${#names[@]} = 0 ] || podman rm -f --time 0 "${names[@]}"
    mapfile -t names < <(podman volume ls -q --filter "name=^$prefix")
    [ ${#names[@]} = 0 ] || podman volume rm -f "${names[@]}"
} >>"$work/sweep.log" 2>&1

finish() {
    local status=$? pid
    trap - EXIT
    [ -z "$at_work" ] || kill "$at_work" || true
    sweep || cat "$work/sweep.log"
    [ -z "$wrapped" ] || podman rmi -f "$wrapped" >/dev/null 2>&1 || true
    while read -r pid; do kill -KILL "$pid" 2>/dev/null || true; done <"$work/processes"
    rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# build_image [ARCH]: sets image.
build_image() { image=$(ARCH=${1-} tests/image/build.sh); }

# prepare: the image under test; and another, of Debian with ours copied in, which has a shell: an application and its wrapper.
prepare() {
    local status=0 settings
    settings=$(tests/image/podman.sh 2>"$work/podman.err") || status=$?
    cat "$work/podman.err" >&2
    if [ $status = 2 ]; then
        obstacle=$(tail -n 1 "$work/podman.err")
        return
    fi
    eval "$settings"
    mkdir "$work/wrapper"
    cp tests/image/table-status.sh "$work/wrapper/"
    obstacle="there is no image"
    check "the image is built" build_image
    [ -n "$image" ] || return 0
    cat >"$work/wrapper/Dockerfile" <<END
FROM $BASE
COPY --from=$image /usr/bin/dynamodb-init /usr/bin/
COPY table-status.sh /usr/bin/
USER 65532:65532
ENTRYPOINT ["/usr/bin/dynamodb-init", "--"]
END
    wrapped=localhost/$prefix:1
    check "another image copies the program from it" podman build -q -t "$wrapped" "$work/wrapper"
    ! podman image exists "$wrapped" || obstacle=
}
prepare
