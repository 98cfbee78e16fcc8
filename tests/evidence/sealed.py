"""Files with signed records of origin, made with a certificate authority of our own.

Needs the extra `provenance`: `pytest.importorskip("c2pa")` before this is imported.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
MADE_UP = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@dataclass(frozen=True)
class Authority:
    """Certificates in PEM: the root, which a trust list names, and the signer's with its key."""

    root: bytes
    signer: bytes
    key: bytes


@cache
def authority() -> Authority:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Made Root", "Made Root", root_key.public_key(), root_key, ca=True)
    signer = _certificate("Made Camera", "Made Root", key.public_key(), root_key, ca=False)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Authority(root, signer, private)


def sealed(
    content: bytes,
    kind: str = "image/jpeg",
    actions: tuple[dict[str, str], ...] = (),
    *,
    url: str = "",
    embed: bool = True,
) -> bytes:
    """`content` with a record that says it was recorded by a camera, and then `actions`.

    With a `url` the file also names it as a place of the record.
    """
    made = authority()
    info = c2pa.C2paSignerInfo(b"es256", made.signer + made.root, made.key, None)
    said = {
        "claim_generator_info": [{"name": "made camera", "version": "1"}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [{"action": "c2pa.created", "digitalSourceType": CAPTURE}, *actions],
                },
            }
        ],
    }
    to = BytesIO()
    settings = {"verify": {"verify_after_sign": False}, "builder": {"thumbnail": {"enabled": False}}}
    with c2pa.Context.from_dict(settings) as context, c2pa.Signer.from_info(info) as signer:
        builder = c2pa.Builder(json.dumps(said), context=context)
        if url:
            builder.set_remote_url(url)
        if not embed:
            builder.set_no_embed()
        builder.sign(signer, kind, BytesIO(content), to)
    return to.getvalue()


def _certificate(name: str, issuer: str, key, signed_with, *, ca: bool) -> bytes:
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ),
        False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key()), critical=False
        )
    )
    if not ca:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(purpose, critical=False)
    return made.sign(signed_with, hashes.SHA256()).public_bytes(Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Made for tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
