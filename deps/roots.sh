#!/bin/bash
# roots.sh SOURCES: Mozilla's CA roots from Debian's ca-certificates, in name order: roots.pem, and roots.der, the same in DER one
# after the other (each says its own length), which the program has in it, as it has the SHA-256 of roots.pem, to know that file.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dpkg-deb -x "$1"/ca-certificates_*_all.deb "$folder"
cat "$folder"/usr/share/ca-certificates/mozilla/*.crt >"$STAGE/roots.pem"
perl -MMIME::Base64 -0777 -ne 'print decode_base64($1) while /-----BEGIN CERTIFICATE-----\n(.*?)-----END/sg' "$STAGE/roots.pem" >"$STAGE/roots.der"
perl -MDigest::SHA=sha256 -0777 -ne 'print sha256($_)' "$STAGE/roots.pem" >"$STAGE/roots.der.pem-sha256"
cp "$folder/usr/share/doc/ca-certificates/copyright" "$STAGE/licenses/ca-certificates"
