#!/bin/bash
# terminate.sh PID: sends SIGTERM and prints the milliseconds until the process was gone; after five seconds it gives up.
set -eu

[ "$1" -gt 1 ] || exit 1 # 0, a container that is gone, would mean everybody here
start=${EPOCHREALTIME/./}
kill -TERM "$1"
while now=${EPOCHREALTIME/./} && [ $((now - start)) -lt 5000000 ] && kill -0 "$1" 2>/dev/null; do :; done
echo $(((now - start) / 1000))
