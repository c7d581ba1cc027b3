#!/bin/bash
# push.sh FOLDER VERSION REGISTRY: puts what dist.sh made into a registry, by skopeo and Helm; what `make push REGISTRY=...` calls.
#   REGISTRY/dynamodb-init:VERSION and :vVERSION            the image, for both architectures, under the digest that it has in FOLDER
#   REGISTRY/charts/dynamodb-init, .../dynamodb-init-lib    the charts
# Who may push is in the usual files (skopeo login, helm registry login), or in REGISTRY_USER and REGISTRY_PASSWORD. A registry on a loopback address is spoken to in plain http.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1 version=$2 registry=${3:-}
[ -n "$registry" ] || {
    echo "usage: make push REGISTRY=HOST/PATH" >&2
    exit 64
}
image=$folder/dynamodb-init-$version.oci.tar
[ -f "$image" ] || {
    echo "push: $image is not there: make dist" >&2
    exit 66
}
# shellcheck source=deps/common.sh
. "$root/deps/common.sh"
need_packages skopeo
helm=$("$root/tests/parts/get.sh" helm3)

secure=() plain=()
case $registry in
    127.* | localhost[:/]* | localhost) secure=(--dest-tls-verify=false) plain=(--plain-http) ;;
esac
if [ -n "${REGISTRY_USER:-}" ]; then
    skopeo login --username "$REGISTRY_USER" --password-stdin "${registry%%/*}" <<<"$REGISTRY_PASSWORD"
    "$helm" registry login --username "$REGISTRY_USER" --password-stdin "${registry%%/*}" <<<"$REGISTRY_PASSWORD"
fi
for tag in "$version" "v$version"; do
    skopeo copy --quiet --all --preserve-digests "${secure[@]}" "oci-archive:$image" "docker://$registry/dynamodb-init:$tag"
done
for chart in dynamodb-init dynamodb-init-lib; do
    "$helm" push "${plain[@]}" "$folder/$chart-$version.tgz" "oci://$registry/charts"
done
skopeo inspect --raw "${secure[@]/--dest-/--}" "docker://$registry/dynamodb-init:$version" | sha256sum | sed "s,^\\([0-9a-f]*\\).*,$registry/dynamodb-init@sha256:\\1,"
