#!/bin/bash
# openssl.sh: a TLS 1.2 and 1.3 client and its crypto, nothing loaded at run time: no shared object, provider, engine or configuration.
set -eu

"$(dirname "$0")/openssl-slim.pl"

without="
    shared module engine dso legacy autoload-config apps tests docs makedepend
    ssl3 ssl3-method tls1 tls1-method tls1_1 tls1_1-method dtls dgram quic srtp srp psk nextprotoneg comp ssl-trace
    integrity-only-ciphers tls-deprecated-ec
    cms cmp ts ct ocsp http rfc3779 gost
    rc2 rc4 idea seed bf cast camellia aria des sm2 sm3 sm4 whirlpool md4 mdc2 rmd160 blake2 siphash scrypt argon2
    dsa dh ec2m ml-kem ml-dsa slh-dsa ocb siv cmac
    ui-console async thread-pool secure-memory multiblock padlockeng filenames"

# CFLAGS given here replace OpenSSL's own -O3. They are also written into the library; sources have relative names here, and so
# need no mapping, which would put our folder's name there.
flags=${CFLAGS% -ffile-prefix-map=*}
[ "$PLATFORM" != glibc ] || flags=$CFLAGS
# shellcheck disable=SC2046,SC2086 # a list of words
./Configure "$OPENSSL_TARGET" --prefix=/usr --libdir=lib --openssldir=/etc/ssl $(printf 'no-%s ' $without) \
    CC="$CC" AR="${CROSS}ar" RANLIB="${CROSS}ranlib" CFLAGS="$flags"
make build_libs
cp libcrypto.a libssl.a "$STAGE/lib/"
cp -r include/openssl "$STAGE/include/"
