"""Trusted time: the stamp of a time-stamping authority (RFC 3161) over bytes, asked for and checked.

The authority signs a hash and the time at which it saw it. What it says is believed only if the hash is
that of the bytes, the signature and the certificates lead to a root that somebody chose, the
certificate is one for time stamps, and (for an answer of our own) the nonce is the one we sent. The
certificates have to be valid at the time that is stamped, not today, so a stamp outlives them.

The only place that may import `rfc3161_client`, which is an extra (`notary`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Final

from storage.errors import StampError

MOST: Final = 64 << 10
"""Bytes of an answer; they have some 6,000."""
CONTENT: Final = "application/timestamp-query"
"""What a request is sent as (RFC 3161, section 3.4)."""


@dataclass(frozen=True)
class Request:
    """What is sent to an authority."""

    body: bytes
    nonce: int | None
    """Comes back in the answer, which is thereby an answer to this very request."""


@dataclass(frozen=True)
class Stamp:
    """What an authority says of some bytes."""

    at: datetime
    """UTC; they existed no later."""
    by: str
    """Whose certificate signed, as its subject."""
    serial: str
    """The authority's own number of the stamp."""
    policy: str
    checked: bool
    """Whether the signature leads to a root that was chosen; else only the hash was compared."""


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("rfc3161_client") is not None


def ask(content: bytes) -> Request:
    """A request for a stamp over the SHA-256 of `content`, with a nonce and the wish for certificates.

    Raises:
        StampError: the extra is not installed.
    """
    _needed()
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - an extra

    made = TimestampRequestBuilder(data=content, hash_algorithm=HashAlgorithm.SHA256).build()
    return Request(made.as_bytes(), made.nonce)


def read(answer: bytes, content: bytes, *, roots: bytes | None, nonce: int | None = None) -> Stamp:
    """What `answer` says of `content`, checked against `roots` (certificates in PEM).

    Without roots only the hash is compared, and the stamp says that it was not checked.

    Raises:
        StampError: it is no stamp of these bytes, or not one that is to be believed; `why` says more.
    """
    _needed()
    from cryptography import x509  # noqa: PLC0415 - goes with the extra
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415

    if len(answer) > MOST:
        raise StampError("too long")
    try:
        told = decode_timestamp_response(answer)
        info = told.tst_info
        imprint, theirs, by = info.message_imprint.message, info.nonce, _signer(told.signed_data.certificates)
        chosen = x509.load_pem_x509_certificates(roots) if roots is not None else []
    except Exception as error:  # the parser is another's, and whatever it meets, this is no stamp
        raise StampError("it cannot be read") from error
    if imprint != hashlib.sha256(content).digest():
        raise StampError("it is about other bytes")
    if nonce is not None and theirs != nonce:
        raise StampError("it answers another request")
    if roots is not None:
        try:
            VerifierBuilder(roots=chosen, nonce=nonce).build().verify(told, imprint)
        except (VerificationError, ValueError) as error:
            raise StampError(str(error)) from error
    return Stamp(
        at=info.gen_time.astimezone(UTC),
        by=by,
        serial=str(info.serial_number),
        policy=info.policy.dotted_string,
        checked=roots is not None,
    )


def usable(roots: bytes) -> int:
    """How many certificates these are. Raises `StampError` where they are none."""
    from cryptography import x509  # noqa: PLC0415 - goes with the extra

    try:
        return len(x509.load_pem_x509_certificates(roots))
    except ValueError as error:
        raise StampError("the roots cannot be read") from error


def _signer(certificates: Iterable[bytes]) -> str:
    """The subject of the certificate (DER) that is for time stamps."""
    from cryptography import x509  # noqa: PLC0415 - goes with the extra
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - likewise

    for each in map(x509.load_der_x509_certificate, sorted(certificates)):
        try:
            usage = each.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except x509.ExtensionNotFound:
            continue
        if ExtendedKeyUsageOID.TIME_STAMPING in usage:
            return each.subject.rfc4514_string()
    return "?"


def _needed() -> None:
    if not available():
        raise StampError("the extra notary is not installed")
