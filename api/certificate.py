"""The certificate in whose name this deployment signs papers and derivatives; none unless it is configured.

It comes from whoever runs this, as PKCS#12 or as PEM with its key, and is read each time that something is
signed. One that cannot be used is told when the service starts, and stops every signature: nothing is sealed
without what the settings ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.errors import CertificateError
from evidence.model import rfc3339, say

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate as Issued

    from api.settings import Settings

_PEM: Final = b"-----BEGIN "


@dataclass(frozen=True)
class Certificate:
    """Key, certificate, and the certificates between it and a root."""

    key: PrivateKeyTypes
    leaf: Issued
    chain: tuple[Issued, ...] = ()

    @property
    def name(self) -> str:
        """Whose it is, as the certificate says, in one line."""
        return self.leaf.subject.rfc4514_string()

    def ders(self) -> list[bytes]:
        """The certificates in DER, its own first."""
        from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - only where one is set

        return [each.public_bytes(Encoding.DER) for each in (self.leaf, *self.chain)]

    def key_der(self) -> bytes:
        """The key in DER, without a passphrase: for libraries that take no other."""
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - only where one is set
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def of(settings: Settings, now: datetime) -> Certificate | None:
    """The certificate to sign with at that moment; None where none is configured.

    Raises:
        CertificateError: it cannot be read, or does not allow to sign (now).
    """
    if settings.certificate is None:
        return None
    if not available():
        raise CertificateError(
            say(
                "Signing with SIXFACE_CERTIFICATE needs the extra paper-signature; "
                "install it with: pip install 'sixface[paper-signature]'"
            )
        )
    found = _read(settings)
    _require_use(found, now)
    return found


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("pyhanko") is not None


def _read(settings: Settings) -> Certificate:
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - only where one is set

    secret = settings.certificate_passphrase
    passphrase = secret.get_secret_value().encode() if secret and secret.get_secret_value() else None
    place = settings.certificate
    try:
        data = Path(place or "").read_bytes()
        if _PEM in data:
            own = settings.certificate_key
            return _from_pem(data, own.read_bytes() if own else data, passphrase)
        key, leaf, chain = pkcs12.load_key_and_certificates(data, passphrase)
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable() from error
    if key is None or leaf is None:
        raise _unreadable()
    return Certificate(key, leaf, tuple(chain))


def _from_pem(certificates: bytes, key: bytes, passphrase: bytes | None) -> Certificate:
    """The certificate that the key belongs to, with the others. Raises `ValueError`, `TypeError`."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - see above
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - see above

    private = load_pem_private_key(key, passphrase)
    listed = load_pem_x509_certificates(certificates)
    leaf = next((each for each in listed if each.public_key() == private.public_key()), None)
    if leaf is None:
        raise ValueError("the key belongs to none of the certificates")
    return Certificate(private, leaf, tuple(each for each in listed if each != leaf))


def _unreadable() -> CertificateError:
    return CertificateError(
        say(
            "SIXFACE_CERTIFICATE holds no certificate with its key that can be read; give PKCS#12 or PEM, "
            "the key in SIXFACE_CERTIFICATE_KEY if apart, and SIXFACE_CERTIFICATE_PASSPHRASE if it has one."
        )
    )


def _require_use(found: Certificate, now: datetime) -> None:
    """Nothing, where it may sign. Raises `CertificateError`."""
    begins, ends = found.leaf.not_valid_before_utc, found.leaf.not_valid_after_utc
    if not begins <= now <= ends:
        raise CertificateError(
            say(
                "The certificate of SIXFACE_CERTIFICATE is valid from {begins} to {ends}; give a valid one.",
                begins=rfc3339(begins),
                ends=rfc3339(ends),
            )
        )
    if not _may_sign(found.leaf):
        raise CertificateError(
            say(
                "The certificate of SIXFACE_CERTIFICATE is not one for signing; its key usage has to name "
                "digitalSignature or nonRepudiation."
            )
        )


def _may_sign(leaf: Issued) -> bool:
    from cryptography import x509  # noqa: PLC0415 - only where one is set

    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment
