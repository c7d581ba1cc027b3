#!/bin/bash
# dist.sh VERSION FOLDER: all that a release publishes, for both architectures; what `make dist` calls. FOLDER is made anew.
#   dynamodb-init-VERSION-linux-ARCH[.spdx.json]     the programs, and what they are made of
#   dynamodb-init-VERSION-linux-ARCH.debug           what a debugger reads of a core dump or a running program: names, lines, types
#   dynamodb-init-VERSION.oci.tar                    one image index in OCI's layout; left out, aloud, where no container can be built
#   dynamodb-init-VERSION.tgz dynamodb-init-lib-VERSION.tgz   the charts
#   dynamodb-init-npm-VERSION.tgz                    the npm package
#   SHA256SUMS                                       of all these
# The same sources give the same bytes: times are SOURCE_DATE_EPOCH, which is the commit's, or 1970.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=deps/common.sh
. deps/common.sh
version=$1 out=$2
export VERSION
VERSION=$version
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# agreed VERSION FILE: a release has one version, everywhere.
agreed() {
    [ "$1" = "$version" ] || {
        echo "dist: $2 is version $1, the program is $version" >&2
        exit 1
    }
}

# packed FILE: the folder $work/FILE.d as FILE, with nothing in it that depends on who packs, or when.
packed() {
    local compress=cat
    [ "${1##*.}" != tgz ] || compress='gzip -9n'
    # shellcheck disable=SC2046 # names of ours, without blanks
    tar --sort=name --format=ustar "--mtime=@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
        -C "$work/$1.d" -c $(ls "$work/$1.d") | $compress >"$out/$1"
}

programs() {
    local arch
    for arch in amd64 arm64; do
        make --no-print-directory -j"$(nproc)" ARCH=$arch VERSION="$version" all sbom
        install -m 0755 build/$arch/dynamodb-init "$out/dynamodb-init-$version-linux-$arch"
        install -m 0644 build/$arch/dynamodb-init.debug "$out/dynamodb-init-$version-linux-$arch.debug"
        install -m 0644 build/$arch/dynamodb-init.spdx.json "$out/dynamodb-init-$version-linux-$arch.spdx.json"
    done
}

# charts: as Helm packs them, but for the times that it puts in. They name the image by their own version.
charts() {
    local helm name
    helm=$(tests/parts/get.sh helm3)
    for name in dynamodb-init-lib dynamodb-init; do
        "$helm" package "helm/$name" --destination "$work"
        mkdir "$work/$name-$version.tgz.d"
        tar -xzf "$work/$name-$version.tgz" -C "$work/$name-$version.tgz.d"
        packed "$name-$version.tgz"
    done
}

npm_package() {
    local file=dynamodb-init-npm-$version.tgz folder arch
    folder=$work/$file.d/package
    mkdir -p "$folder"
    cp -r deploy/npm/. LICENSE "$folder/"
    for arch in amd64 arm64; do
        cp "$out/dynamodb-init-$version-linux-$arch" "$folder/bin/dynamodb-init-$arch"
    done
    packed "$file"
}

# blob_as FOLDER DIGEST JQ-ARGUMENT...: that blob, changed by jq; prints the digest and the size that it has then.
blob_as() {
    local folder=$1 old=$1/blobs/${2/://} digest size
    shift 2
    jq -c "$@" "$old" >"$work/blob"
    rm "$old"
    digest=$(sha256sum <"$work/blob" | cut -c1-64)
    size=$(stat -c %s "$work/blob")
    mv "$work/blob" "$folder/blobs/sha256/$digest"
    echo "sha256:$digest $size"
}

# annotated FOLDER: an image has no base, whatever its builder's cache makes of it; the index says of itself what its images say.
annotated() {
    local folder=$1 top base='.["org.opencontainers.image.base.digest", "org.opencontainers.image.base.name"]' entries='[]' old digest size
    top=$(jq -r '.manifests[0].digest' "$folder/index.json")
    for old in $(jq -r '.manifests[].digest' "$folder/blobs/${top/://}"); do
        read -r digest size < <(blob_as "$folder" "$old" ".annotations |= del($base)")
        entries=$(jq -c --arg digest "$digest" --argjson size "$size" '. + [{digest: $digest, size: $size}]' <<<"$entries")
    done
    # shellcheck disable=SC2016 # jq's own variables
    read -r digest size < <(blob_as "$folder" "$top" --argjson new "$entries" --slurpfile first "$folder/blobs/${digest/://}" \
        '.manifests = ([.manifests, $new] | transpose | map(add)) | .annotations = $first[0].annotations')
    jq -c --arg digest "$digest" --argjson size "$size" '.manifests[0] += {digest: $digest, size: $size}' "$folder/index.json" >"$work/layout.json"
    mv "$work/layout.json" "$folder/index.json"
}

# images: both, and the index over them.
images() {
    local settings status=0 arch name list=localhost/dynamodb-init-index:$$ file=dynamodb-init-$version.oci.tar
    settings=$(tests/image/podman.sh) || status=$?
    [ $status -ne 2 ] || {
        echo "dist: the image is left out: this machine can build none" >&2
        return 0
    }
    eval "$settings"
    podman manifest create "$list"
    for arch in amd64 arm64; do
        name=$(ARCH=$arch tests/image/build.sh)
        podman manifest add "$list" "containers-storage:$name"
    done
    podman manifest push --all --format oci "$list" "oci:$work/$file.d:$version"
    podman manifest rm "$list"
    annotated "$work/$file.d"
    packed "$file"
}

agreed "$(sed -n 's/^version: //p' helm/dynamodb-init/Chart.yaml)" helm/dynamodb-init/Chart.yaml
agreed "$(sed -n 's/^version: //p' helm/dynamodb-init-lib/Chart.yaml)" helm/dynamodb-init-lib/Chart.yaml
agreed "$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deploy/npm/package.json)" deploy/npm/package.json
need_packages jq
programs >&2
charts >&2
npm_package >&2
images >&2
(cd "$out" && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
