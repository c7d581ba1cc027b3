"""Certificates for TLS endpoints, made anew for each test."""

import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Authority:
    """A root of its own. `bundle` is the file for --ca-bundle; `server(names...)` the context for an Endpoint."""

    def __init__(self, folder, name="A Root For Tests"):
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.bundle = folder / f"{name.replace(' ', '-')}.pem"
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self.bundle.write_bytes(
            _pem(self._sign(self.key, _name(name)).add_extension(constraints, True).sign(self.key, hashes.SHA256()))
        )

    def _sign(self, key, subject, days=1):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(_name(self.name)).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        start = now - datetime.timedelta(days=2)
        return builder.not_valid_before(start).not_valid_after(now + datetime.timedelta(days=days))

    def server(self, *names, days=1):
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._sign(key, _name(names[0]), days)
        builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        file = self.folder / f"server-{names[0]}.pem"
        format = serialization.PrivateFormat.PKCS8
        plain = key.private_bytes(serialization.Encoding.PEM, format, serialization.NoEncryption())
        file.write_bytes(plain + _pem(builder.sign(self.key, hashes.SHA256())))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
