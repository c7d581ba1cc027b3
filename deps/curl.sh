#!/bin/bash
# curl.sh: HTTP/1.1, TLS by OpenSSL, proxies with Basic credentials, names looked up in a thread; nothing else.
set -eu

without="
    shared ftp file ipfs ldap ldaps rtsp dict telnet tftp pop3 imap smb smtp gopher mqtt websockets
    alt-svc hsts cookies mime form-api netrc doh aws unix-sockets tls-srp dateparse bindlocal headers-api dnsshuffle
    ntlm kerberos-auth negotiate-auth bearer-auth digest-auth sha512-256 openssl-auto-load-config
    get-easy-options progress-meter libcurl-option manual docs ares httpsrr ech ssls-export dependency-tracking"

static=
[ "$PLATFORM" = glibc ] || static=-static-pie
# shellcheck disable=SC2046,SC2086 # a list of words
./configure --build="$(gcc -dumpmachine)" --host="$TARGET" --prefix="$STAGE" $(printf -- '--disable-%s ' $without) \
    --enable-static --enable-http --enable-proxy --enable-ipv6 --enable-threaded-resolver --enable-verbose --enable-basic-auth \
    --with-openssl="$STAGE" --without-ca-bundle --without-ca-path \
    --without-zlib --without-brotli --without-zstd --without-libpsl --without-libidn2 --without-nghttp2 --without-libssh2 \
    CC="$CC" AR="${CROSS}ar" RANLIB="${CROSS}ranlib" CFLAGS="$CFLAGS" CPPFLAGS="-I$STAGE/include" LDFLAGS="-L$STAGE/lib $static" \
    PKG_CONFIG=false
make -C lib
make -C lib install
make -C include install
rm -rf "$STAGE/lib/pkgconfig" "$STAGE"/lib/*.la
