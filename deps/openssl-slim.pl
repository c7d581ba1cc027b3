#!/usr/bin/perl
# openssl-slim.pl: run in OpenSSL's source, takes out what a TLS client never reaches but the linker cannot see: it hangs on
# tables. A row that is gone, or a function that only answers 0 (which OpenSSL reads as failure), lets the linker drop the rest.
# Every edit must find its place, or the build stops. The lists of what stays are at the end.
use strict;
use warnings;

my (%keep, $group);
while (<DATA>) {
    $group = $1 if /^\[(.+)\]/;
    $keep{$group}{$_} = 0 for /^[^[#]/ ? split : ();
}

# Algorithms: the default provider's tables, the names by which legacy code finds them, curves, certificate extensions.
# A provider row starts at four blanks and ends with a comma; it may take two lines.
rows('providers/defltprov.c', qr/^    (?:\{ |ALGC?\()(?:PROV_NAMES|")[^;]*?\b(ossl_\w+)_functions\b.*?[)}],\n/ms, 'provider');
edit('providers/decoders.inc', qr/^DECODER\w*\( *"(?!(?:RSA|RSA-PSS|EC|DER)", der, SubjectPublicKeyInfo)[^\n]*\n/m, sub { '' });
rows('providers/encoders.inc', qr/^ENCODER\w*\(([^;]*?)\),\n/m, 'none');
rows('providers/stores.inc', qr/^STORE\(([^\n]*)\n/m, 'none');
rows('crypto/evp/c_allc.c', qr/^    EVP_add_cipher(?:_alias)?\(([^;]*?)\);\n/m, 'none');
rows('crypto/evp/c_alld.c', qr/^    EVP_add_digest(?:_alias)?\((?:EVP_)?(\w+)[^;]*\);\n/m, 'digest names');
rows('crypto/ec/ec_curve.c', qr/^    \{ NID_(\w+), &_EC_\w+\.h,[^{}]*?\},\n/m, 'curves');
rows('crypto/x509/standard_exts.h', qr/^    &ossl_v3_(\w+)(?:\[\d\])?,\n/m, 'extensions');

# The server's half of the handshake, Ed25519, Ed448 and X448.
stub('ssl/statem/statem_srvr.c', qr/ossl_statem_server_\w+/);
stub('ssl/statem/extensions_srvr.c', qr/tls_(?:parse_ctos|construct_stoc)_\w+/);
stub('crypto/ec/curve25519.c', qr/ossl_ed25519_(?:sign|verify|public_from_private)/);
stub('crypto/ec/curve448/eddsa.c', qr/ossl_ed448_(?:sign|verify|public_from_private)/);
stub('crypto/ec/curve448/curve448.c', qr/ossl_x448(?:_public_from_private)?/);

# P-256 without the table of 150 kB; P-384 and P-521 by the plain code, which is OpenSSL's own choice on most machines.
edit('crypto/ec/build.info', qr/(ECASM_(?:x86_64|aarch64)=)ecp_nistz256.c ecp_nistz256-\w+\.[sS]$/m, sub { $1 });
edit('crypto/ec/build.info', qr/(ECDEF_(?:x86_64|aarch64)=)ECP_NISTZ256_ASM$/m, sub { $1 });

# Code for machines that have AVX-512 (0.7 MB for AES-GCM) and for RSA with a private key, which we never have.
edit('crypto/modes/asm/aes-gcm-avx512.pl', qr/^if \(\$avx512vaes>0\)/m, sub { 'if (0)' });
edit('crypto/bn/rsaz_exp.h', qr/^#define RSAZ_ENABLED\n/m, sub { '' });

# X25519's public key by the same ladder as the shared one: saves the table of base points (30 kB).
edit('crypto/ec/curve25519.c', qr/^(void ossl_x25519_public_from_private\([^{]*)\{.*?^\}\n/ms,
    sub { "$1\{\n    static const uint8_t base[32] = { 9 };\n\n    x25519_scalar_mult(out_public_value, private_key, base);\n}\n" });

for my $name (sort keys %keep) {
    my @missing = grep { !$keep{$name}{$_} } sort keys %{ $keep{$name} };
    die "openssl-slim: $name: not found: @missing\n" if @missing;
}

# rows FILE, ROW, GROUP: drops the rows whose first bracket is not in GROUP.
sub rows {
    my ($file, $row, $name) = @_;
    edit($file, qr/($row)/, sub { my ($text, $key) = ($1, $2); exists $keep{$name}{$key} && ++$keep{$name}{$key} ? $text : '' });
}

# stub FILE, NAME: functions whose whole body becomes "return 0" (or nothing).
sub stub {
    my ($file, $name) = @_;
    edit($file, qr/^((?:static )?(\w+) \*?$name\([^{};]*\)\n)\{.*?^\}\n/ms, sub { "$1\{\n" . ($2 eq 'void' ? '' : "    return 0;\n") . "}\n" });
}

# edit FILE, WHAT, BY: replaces every WHAT by what BY answers.
sub edit {
    my ($file, $what, $by) = @_;
    local (@ARGV, $/) = ($file);
    my $text = <>;
    $text =~ s/$what/$by->()/ge or die "openssl-slim: $file: nothing to edit\n";
    open my $out, '>', $file or die "$file: $!\n";
    print $out $text;
    close $out or die "$file: $!\n";
}

__DATA__
[none]

[provider]
# digests, ciphers of TLS (CTR and ECB serve the random generator), MAC, key derivation
ossl_sha1 ossl_sha224 ossl_sha256 ossl_sha384 ossl_sha512
ossl_null ossl_aes128gcm ossl_aes256gcm ossl_chacha20_ossl_poly1305 ossl_aes256ctr ossl_aes256ecb
ossl_hmac ossl_kdf_hkdf ossl_kdf_tls1_3_kdf ossl_kdf_tls1_prf
# key exchange, signatures, keys, random
ossl_ecdh_keyexch ossl_x25519_keyexch ossl_rsa_asym_cipher
ossl_rsa_signature ossl_ecdsa_signature
ossl_rsa_keymgmt ossl_rsapss_keymgmt ossl_ec_keymgmt ossl_x25519_keymgmt
ossl_drbg_ctr ossl_seed_src

[digest names]
sha1 sha224 sha256 sha384 sha512

[curves]
X9_62_prime256v1 secp384r1 secp521r1

[extensions]
# what is looked at when a certificate chain is verified
nscert skey_id key_usage alt bcons crl_num cpols akey_id crld ext_ku delta_crl crl_reason info
policy_constraints pci name_constraints policy_mappings inhibit_anyp idp freshest_crl
