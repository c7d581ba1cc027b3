#!/bin/bash
# dynamodb-local.sh start|stop|status [PORT]: AWS's DynamoDB Local on this machine, its tables kept on disk in the cache.
# PORT, else $DYNAMODB_LOCAL_PORT, else 8000. Starting what runs and stopping what does not are no errors.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-init
port=${2:-${DYNAMODB_LOCAL_PORT:-8000}}
state=$cache/dynamodb-local-data/$port
pidfile=$state/pid
log=$state/log

say() { echo "dynamodb-local: $*"; }

# pid: prints the process id if our server for this port runs. A process id may have been given to another program since.
pid() {
    local id
    id=$(cat "$pidfile" 2>/dev/null) || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$id/cmdline" | grep -q "local.main.ServerRunner.* -port $port " || return 1
    echo "$id"
}

# answers: any HTTP answer will do; DynamoDB Local says 400 to a GET.
answers() {
    local line=
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r -t 5 line <&3 || true
    exec 3>&-
    case $line in HTTP/*) ;; *) return 1 ;; esac
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

start() {
    local lib id
    if id=$(pid) && (answers) 2>/dev/null; then
        say "already running on 127.0.0.1:$port (process $id)"
        return
    fi
    if ! pid >/dev/null && listening; then
        say "port $port is taken by another program; choose one with DYNAMODB_LOCAL_PORT=NUMBER" >&2
        exit 1
    fi
    lib=$("$here/get.sh" dynamodb-local)
    mkdir -p "$state/tables"
    if ! pid >/dev/null; then
        # Without the two JVM choices the first answer takes several times as long.
        setsid java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m "-Djava.library.path=$lib" -cp "$lib/*" \
            software.amazon.dynamodb.services.local.main.ServerRunner \
            -disableTelemetry -sharedDb -dbPath "$state/tables" -port "$port" </dev/null >"$log" 2>&1 &
        echo $! >"$pidfile"
    fi
    for _ in $(seq 600); do
        if (answers) 2>/dev/null; then
            say "running on 127.0.0.1:$port (process $(cat "$pidfile")), tables in $state/tables"
            return
        fi
        kill -0 "$(cat "$pidfile")" 2>/dev/null || break
        sleep 0.1
    done
    say "did not start, see $log" >&2
    exit 1
}

stop() {
    local id
    if ! id=$(pid); then
        rm -f "$pidfile"
        say "not running on 127.0.0.1:$port"
        return
    fi
    kill "$id"
    for _ in $(seq 100); do
        if ! pid >/dev/null; then
            rm -f "$pidfile"
            say "stopped"
            return
        fi
        sleep 0.1
    done
    say "process $id does not stop" >&2
    exit 1
}

status() {
    local id
    if id=$(pid); then
        say "running on 127.0.0.1:$port (process $id)"
    else
        say "not running on 127.0.0.1:$port"
        exit 3 # as systemctl and init scripts have it
    fi
}

case ${1-} in
start | stop | status) "$1" ;;
*)
    echo "usage: dynamodb-local.sh start|stop|status [PORT]" >&2
    exit 64
    ;;
esac
