#!/bin/bash
# dist.sh VERSION FOLDER: all that a release publishes, for both architectures; what `make dist` calls. FOLDER is made anew.
#   dynamodb-init-VERSION-linux-ARCH[.spdx.json]     the programs, and what they are made of
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

# images: both, and the index over them. The tools leave the index without annotations; they are those of its first image.
images() {
    local settings status=0 arch name list=localhost/dynamodb-init-index:$$ folder=$work/dynamodb-init-$version.oci.tar.d index annotated digest
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
    podman manifest push --all --format oci "$list" "oci:$folder:$version"
    podman manifest rm "$list"
    index=$folder/blobs/$(jq -r '.manifests[0].digest' "$folder/index.json" | tr : /)
    annotated=$work/index.json
    jq -c --slurpfile first "$folder/blobs/$(jq -r '.manifests[0].digest' "$index" | tr : /)" '.annotations = $first[0].annotations' "$index" >"$annotated"
    digest=$(sha256sum <"$annotated" | cut -c1-64)
    jq -c --arg digest "sha256:$digest" --argjson size "$(stat -c %s "$annotated")" \
        '.manifests[0].digest = $digest | .manifests[0].size = $size' "$folder/index.json" >"$work/layout.json"
    rm "$index"
    mv "$annotated" "$folder/blobs/sha256/$digest"
    mv "$work/layout.json" "$folder/index.json"
    packed "dynamodb-init-$version.oci.tar"
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
