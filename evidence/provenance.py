"""What a signed record of origin (a C2PA manifest) inside a file comes to; plain values.

The signature binds the record to the file's bytes: integrity is certain. Who signed means
something only where the signer is on a list that whoever runs this has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Seal(StrEnum):
    """How a record stands."""

    TRUSTED = "trusted"
    """It fits the file, and its signer is on the list of those trusted here."""
    VALID = "valid"
    """It fits the file, and its signer is not known here."""
    INVALID = "invalid"
    """It does not fit the file, or contradicts itself."""
    BROKEN = "broken"
    """It is there and cannot be read."""
    UNREAD = "unread"
    """It is there, and what reads it is not installed."""
    ELSEWHERE = "elsewhere"
    """The file says that a record lies on some server; nothing is fetched."""


@dataclass(frozen=True)
class Provenance:
    """One record, as far as it was read. All texts are the file's own: printable, bounded, and data."""

    seal: Seal
    signer: str = ""
    """As the certificate names it."""
    generator: str = ""
    """The application that made the record."""
    signed_at: str = ""
    """By a time stamp that was checked, RFC 3339; empty where there is none."""
    actions: tuple[str, ...] = ()
    """What was done, in order, as the record calls it, e.g. `c2pa.opened`, `c2pa.cropped`."""
    sources: tuple[str, ...] = ()
    """How it came to be, as the record says: the last word of IPTC's code, e.g. `digitalCapture`."""
    mismatches: tuple[str, ...] = ()
    """Codes of what does not fit, e.g. `assertion.dataHash.mismatch`, as the specification has them."""
    trust: str = ""
    """Digest of the list of trusted signers that was used; empty where there was none."""
