"""A certificate authority of our own: a root, and whom it lets sign papers and records of origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MAKERS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}
USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


@dataclass(frozen=True)
class Issued:
    root: x509.Certificate
    leaf: x509.Certificate
    key: Any

    def pem(self) -> bytes:
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + self.leaf.public_bytes(Encoding.PEM) + self.root.public_bytes(Encoding.PEM)

    def write(self, place: Path) -> Path:
        place.write_bytes(self.pem())
        return place

    def write_p12(self, place: Path, passphrase: str) -> Path:
        how = BestAvailableEncryption(passphrase.encode())
        place.write_bytes(pkcs12.serialize_key_and_certificates(b"x", self.key, self.leaf, [self.root], how))
        return place


@cache
def issued(kind: str = "rsa", *, days: int = 30, uses: tuple[str, ...] = USES[:2]) -> Issued:
    """A certificate of a key of that kind, from two days ago for that many days."""
    root_key, key = MAKERS["ec"](), MAKERS[kind]()
    root = _certificate("Root of the tests", root_key, root_key, 30, ("key_cert_sign",))
    return Issued(root, _certificate("Seller of the tests", key, root_key, days, uses), key)


def _certificate(name: str, key: Any, signed_with: Any, days: int, uses: tuple[str, ...]) -> x509.Certificate:
    began, ca = datetime.now(UTC) - timedelta(days=2), "key_cert_sign" in uses
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named("Root of the tests"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{use: use in uses for use in USES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key()), critical=False
        )
    )
    if not ca:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(purpose, critical=False)
    return made.sign(signed_with, hashes.SHA256())


def _named(name: str) -> x509.Name:
    parts = {NameOID.COUNTRY_NAME: "CN", NameOID.ORGANIZATION_NAME: "Made", NameOID.COMMON_NAME: name}
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])
