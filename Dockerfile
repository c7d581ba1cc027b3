# The image: one static binary and its papers; no shell, nothing writable. The build stage runs what a developer runs: make.
#
#   /usr/bin/dynamodb-init                  the program; COPY --from=... into another image works
#   /etc/passwd /etc/group                  root, nonroot (65532, the default user), nobody
#   /etc/ssl/certs/ca-certificates.crt      Mozilla's roots, which the program has built in as well: mount another over it
#   /licenses/                              LICENSE, and one file for each library that is linked in
#   /usr/share/sbom/dynamodb-init.spdx.json what the program is made of, in SPDX
#   /var/lib/dpkg/status.d/                 the same where scanners look by default: a file for each of Debian's sources
#
# Any user id, group 0, a read-only root, no HOME and no capability will do. Built for linux/amd64 and linux/arm64 on either: the
# build stage cross-compiles, nothing is emulated.

ARG BASE=docker.io/library/debian:trixie-slim

FROM --platform=$BUILDPLATFORM $BASE AS build
RUN apt-get -qq update && apt-get -qq -y --no-install-recommends install make
WORKDIR /work
# The libraries take the longest and change the least: a layer of their own.
ARG TARGETARCH
COPY deps deps
RUN deps/build.sh "${TARGETARCH:-$(dpkg --print-architecture)}"
COPY . .
ARG VERSION=dev
ARG SOURCE_DATE_EPOCH=0
RUN make ARCH="${TARGETARCH:=$(dpkg --print-architecture)}" VERSION="$VERSION" all sbom && \
    libraries=$(deps/build.sh "$TARGETARCH") && \
    install -D -m 0555 "build/$TARGETARCH/dynamodb-init" /image/usr/bin/dynamodb-init && \
    install -D -m 0444 "build/$TARGETARCH/dynamodb-init.spdx.json" /image/usr/share/sbom/dynamodb-init.spdx.json && \
    install -D -m 0444 "$libraries/roots.pem" /image/etc/ssl/certs/ca-certificates.crt && \
    install -d /image/licenses && \
    printf '%s\n' root:x:0:0:root:/:/sbin/nologin nonroot:x:65532:65532:nonroot:/:/sbin/nologin \
        nobody:x:65534:65534:nobody:/:/sbin/nologin >/image/etc/passwd && \
    printf '%s\n' root:x:0: nonroot:x:65532: nobody:x:65534: >/image/etc/group && \
    install -m 0444 LICENSE "$libraries"/licenses/* /image/licenses/ && \
    install -d /image/var/lib/dpkg/status.d && \
    while read -r name version _; do \
        printf '%s\n' "Package: $name" "Version: $version" "Architecture: $TARGETARCH" \
            "Maintainer: dynamodb-init" "Description: linked into /usr/bin/dynamodb-init" >"/image/var/lib/dpkg/status.d/$name"; \
    done <"$libraries/versions" && \
    chmod 0444 /image/var/lib/dpkg/status.d/* && \
    find /image -exec touch -hd @0 {} +

FROM scratch
COPY --from=build /image/ /
# COPY leaves directories 0755 and files as they were; PATH is for whoever names the program without its folder.
ENV PATH=/usr/bin
WORKDIR /
USER 65532:65532
ENTRYPOINT ["/usr/bin/dynamodb-init"]
ARG VERSION=dev
ARG REVISION=
ARG SOURCE=
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="dynamodb-init" \
    org.opencontainers.image.description="Makes sure that DynamoDB tables exist and are ready before an application starts" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION" \
    org.opencontainers.image.created="$CREATED" \
    org.opencontainers.image.source="$SOURCE"
