#!/bin/bash
# run.sh [PYTEST ARG...]: every file of deploy/ before a judge that is not ours, and what one machine can run is run.
# See tests/parts/suite.sh. The image is built here, with all of this machine's settings; what has to be said about it is in IMAGE_OBSTACLE.
set -eu
cd "$(dirname "$0")/../.."

# image: IMAGE, BASE and podman's settings, or the reason why there are none.
image() {
    local settings status=0 said
    said=$(mktemp)
    settings=$(tests/image/podman.sh 2>"$said") || status=$?
    if [ $status = 2 ]; then
        echo "IMAGE_OBSTACLE=$(tail -n 1 "$said")"
    else
        cat "$said" >&2
        eval "$settings"
        printf '%s\n' "BASE=$BASE" "CONTAINERS_CONF=${CONTAINERS_CONF-}" "IMAGE=$(tests/image/build.sh)"
    fi
    rm -f "$said"
}

mapfile -t settings < <(image)
exec tests/parts/suite.sh tests/deploy helm4 kubeconform kube-schemas kube-score kustomize docker-compose dynamodb-local types nomad "${settings[@]}" -- -n 2 "$@"
