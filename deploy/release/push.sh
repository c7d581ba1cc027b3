#!/bin/bash
# push.sh FOLDER VERSION REGISTRY: puts what dist.sh made into a registry, by skopeo and Helm, and signs it by cosign; what
# `make push REGISTRY=...` calls. The last line is the image with its digest.
#   REGISTRY/dynamodb-init:VERSION and :vVERSION            the image, for both architectures, under the digest that it has in FOLDER
#   REGISTRY/charts/dynamodb-init, .../dynamodb-init-lib    the charts
#   beside each a signature, and beside each architecture's image its bill of materials as an attestation (in-toto's predicate spdx.dev/Document)
# Who may push is in the usual files (skopeo login, helm registry login, cosign login), or in REGISTRY_USER and REGISTRY_PASSWORD. A registry on a
# loopback address is spoken to in plain http.
# Who signs is in COSIGN_KEY (a file or what else cosign's --key takes; a file's password in COSIGN_PASSWORD), and nothing of it is published
# elsewhere; without a key it is the GitHub workflow that runs this, by its own identity, in Sigstore's public log; else nothing is signed.
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
need_packages jq skopeo
helm=$("$root/tests/parts/get.sh" helm3)

secure=() plain=() insecure=()
case $registry in
    127.* | localhost[:/]* | localhost) secure=(--tls-verify=false) plain=(--plain-http) insecure=(--allow-http-registry) ;;
esac

# logged_in COMMAND...: with the name and the password that the environment has.
logged_in() { "$@" login --username "$REGISTRY_USER" --password-stdin "${registry%%/*}" <<<"$REGISTRY_PASSWORD"; }

# digest NAME:TAG: NAME@DIGEST, as it is in the registry.
digest() { echo "${1%:*}@sha256:$(skopeo inspect --raw "${secure[@]}" "docker://$1" | sha256sum | cut -c1-64)"; }

# signed: all that was pushed.
signed() {
    local cosign chart arch
    cosign=$("$root/tests/parts/get.sh" cosign)
    [ -z "${REGISTRY_USER:-}" ] || logged_in "$cosign"
    "$cosign" sign "${signer[@]}" --recursive "$(digest "$registry/dynamodb-init:$version")"
    for chart in dynamodb-init dynamodb-init-lib; do
        "$cosign" sign "${signer[@]}" "$(digest "$registry/charts/$chart:$version")"
    done
    for arch in amd64 arm64; do
        "$cosign" attest "${signer[@]}" --type spdxjson --predicate "$folder/dynamodb-init-$version-linux-$arch.spdx.json" \
            "$registry/dynamodb-init@$(skopeo inspect --raw "${secure[@]}" "docker://$registry/dynamodb-init:$version" |
                jq -r --arg arch $arch '.manifests[] | select(.platform.architecture == $arch).digest')"
    done
}

if [ -n "${REGISTRY_USER:-}" ]; then
    logged_in skopeo
    logged_in "$helm" registry
fi
for tag in "$version" "v$version"; do
    skopeo copy --quiet --all --preserve-digests "${secure[@]/--/--dest-}" "oci-archive:$image" "docker://$registry/dynamodb-init:$tag"
done
for chart in dynamodb-init dynamodb-init-lib; do
    "$helm" push "${plain[@]}" "$folder/$chart-$version.tgz" "oci://$registry/charts"
done
signer=(--yes "${insecure[@]}")
if [ -n "${COSIGN_KEY:-}" ]; then
    signer+=(--key "$COSIGN_KEY" --use-signing-config=false --tlog-upload=false)
    signed
elif [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
    signed
else
    echo "push: not signed: there is no COSIGN_KEY" >&2
fi
digest "$registry/dynamodb-init:$version"
