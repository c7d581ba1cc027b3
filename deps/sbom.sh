#!/bin/bash
# sbom.sh DEPS ARCH VERSION: the program's bill of materials on standard output, SPDX 2.3 in JSON: itself, and what is linked into it,
# from DEPS/versions (name, Debian's version, SHA-256 of the source package's .dsc). The same for the same sources: its time is
# SOURCE_DATE_EPOCH, or 1970.
set -eu

deps=$1 arch=$2 version=$3
created=$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%Y-%m-%dT%H:%M:%SZ)
# The name of a document has to be its own: it changes with all that the document says.
key=$({
    cat "$0" "$deps/versions"
    echo "$arch $version $created"
} | sha256sum | cut -c1-16)

# license_of NAME, cpe_of NAME: of the library itself; the roots are data, which no CPE names.
license_of() {
    case $1 in
        musl | jansson) echo MIT ;;
        openssl) echo Apache-2.0 ;;
        curl) echo curl ;;
        ca-certificates) echo MPL-2.0 ;;
    esac
}

cpe_of() {
    case $1 in
        musl) echo musl-libc:musl ;;
        jansson) echo jansson_project:jansson ;;
        openssl) echo openssl:openssl ;;
        curl) echo haxx:curl ;;
    esac
}

# package NAME VERSION LICENSE PURL CPE SHA256: the last two may be empty.
package() {
    cat <<END
    {
      "SPDXID": "SPDXRef-$1",
      "name": "$1",
      "versionInfo": "$2",
      "downloadLocation": "NOASSERTION",
      "filesAnalyzed": false,
      "licenseConcluded": "$3",
      "licenseDeclared": "$3",
      "copyrightText": "NOASSERTION",
END
    [ -z "$6" ] || echo "      \"checksums\": [{\"algorithm\": \"SHA256\", \"checksumValue\": \"$6\"}],"
    echo '      "externalRefs": ['
    [ -z "$5" ] || echo "        {\"referenceCategory\": \"SECURITY\", \"referenceType\": \"cpe23Type\", \"referenceLocator\": \"$5\"},"
    echo "        {\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"$4\"}"
    printf '      ]\n    }'
}

# libraries: one package each, with the version as Debian has it: its suffix says which fixes are in.
libraries() {
    local name debian hash cpe upstream
    while read -r name debian hash; do
        upstream=${debian%-*}
        cpe=$(cpe_of "$name")
        printf ',\n'
        package "$name" "$debian" "$(license_of "$name")" "pkg:deb/debian/$name@${debian//+/%2B}?arch=source&distro=trixie" \
            "${cpe:+cpe:2.3:a:$cpe:$upstream:*:*:*:*:*:*:*}" "$hash"
    done <"$deps/versions"
}

relationships() {
    local name how
    while read -r name _; do
        how=STATIC_LINK
        [ "$name" != ca-certificates ] || how=CONTAINS
        printf ',\n    {"spdxElementId": "SPDXRef-dynamodb-init", "relationshipType": "%s", "relatedSpdxElement": "SPDXRef-%s"}' $how "$name"
    done <"$deps/versions"
}

cat <<END
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "dynamodb-init-$version-$arch",
  "documentNamespace": "https://spdx.org/spdxdocs/dynamodb-init-$version-$arch-$key",
  "creationInfo": {"created": "$created", "creators": ["Tool: dynamodb-init-sbom.sh"]},
  "packages": [
$(package dynamodb-init "$version" Apache-2.0 "pkg:generic/dynamodb-init@${version//+/%2B}?arch=$arch" "" "")$(libraries)
  ],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-dynamodb-init"}$(relationships)
  ]
}
END
