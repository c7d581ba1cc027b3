#!/bin/bash
# roots.sh SOURCES: Mozilla's CA roots from Debian's ca-certificates, one PEM file in name order.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dpkg-deb -x "$1"/ca-certificates_*_all.deb "$folder"
cat "$folder"/usr/share/ca-certificates/mozilla/*.crt >"$STAGE/roots.pem"
cp "$folder/usr/share/doc/ca-certificates/copyright" "$STAGE/licenses/ca-certificates"
