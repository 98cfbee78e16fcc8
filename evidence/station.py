"""What a station clock or a one-time slip says: a short signed text that fits a small QR code.

`S6:K7QF:TABLE-1:TI5RWP:…` is prefix, key, name, moment, signature. `S6` is a station clock, which
shows another code every second, `S7` a slip, which is printed once for one case and bears the
case's id as its name. The key is told by four letters of its digest, the moment in seconds
since 1970 to base 36, and the signature (Ed25519, RFC 8032) covers everything before it. All is
written in the 45 letters for which a QR code needs five and a half bits (RFC 9285), so that
37 modules a side are enough for a name of ten letters.

What a code proves. Whoever shows it had it after it was signed, so a film of it is not older.
It may be younger: a picture of an old code is as good as the code. The other end of the
bracket is the moment at which the film was handed in.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""The letters of RFC 9285, which are those of a QR code's alphanumeric mode."""
LONGEST_NAME: Final = 24
"""Letters of a name; up to ten keep a station's code at 37 modules."""
MOST_KEYS: Final = 64
"""Public keys that are read from one file."""
MOST_PEM: Final = 65_536
"""Bytes of that file."""
_MEANING: Final = b"sixface code of time 1\n"
"""Signed ahead of the text, so that the signature means nothing anywhere else."""
_CODE: Final = re.compile(
    rf"(?P<kind>S[67]):(?P<key>[A-Z2-7]{{4}}):(?P<name>[A-Z0-9-]{{1,{LONGEST_NAME}}})"
    r":(?P<at>[0-9A-Z]{6,7}):(?P<signature>[0-9A-Z $%*+\-./:]{96})",
    re.ASCII,
)
_DIGITS: Final = ALPHABET[:36]
_PEM: Final = re.compile(rb"-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----")


class Kind(StrEnum):
    """What shows a code."""

    STATION = "S6"
    SLIP = "S7"


@dataclass(frozen=True)
class Signed:
    """One code, taken apart."""

    kind: Kind
    key: str
    """Four letters of the key's digest."""
    name: str
    """Of the station, or the case's id in capitals, without what all cases begin with."""
    at: datetime
    """The second in which it was issued, UTC."""
    text: str
    """All of it, as the code says it."""

    @property
    def message(self) -> bytes:
        """What is signed."""
        return signed_part(self.kind, self.key, self.name, self.at)

    @property
    def signature(self) -> bytes:
        return unpacked(self.text[-96:])


class BadKeysError(ValueError):
    """A file of public keys holds none, or something else."""


@dataclass(frozen=True)
class Keys:
    """The public keys whose codes are believed, as they stand in a PEM file."""

    pem: bytes

    def prove(self, code: Signed) -> bool:
        """Whether one of the keys signed this code."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - few films show a code

        for key in self._by_name.get(code.key, ()):
            try:
                key.verify(code.signature, code.message)
            except (InvalidSignature, ValueError):
                continue
            return True
        return False

    @cached_property
    def _by_name(self) -> dict[str, list[Ed25519PublicKey]]:
        named: dict[str, list[Ed25519PublicKey]] = {}
        for key in read(self.pem):
            named.setdefault(key_name(key.public_bytes_raw()), []).append(key)
        return named


def read(pem: bytes) -> list[Ed25519PublicKey]:
    """The public keys of a PEM file.

    Raises:
        BadKeysError: there is none, there are too many, or one is no Ed25519 key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see `Keys.prove`
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    parts = _PEM.findall(pem) if len(pem) <= MOST_PEM else []
    if not 0 < len(parts) <= MOST_KEYS:
        raise BadKeysError(f"a file of public keys holds 1 to {MOST_KEYS} of them in PEM")
    try:
        keys = [load_pem_public_key(part) for part in parts]
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKeysError("a public key cannot be read") from error
    found = [key for key in keys if isinstance(key, Ed25519PublicKey)]
    if len(found) < len(keys):
        raise BadKeysError("station clocks sign with Ed25519")
    return found


def key_name(raw: bytes) -> str:
    """The four letters by which a public key of 32 bytes is found again; they prove nothing."""
    return b32encode(hashlib.sha256(raw).digest())[:4].decode()


def signed_part(kind: Kind, key: str, name: str, at: datetime) -> bytes:
    """The bytes that a signature covers."""
    return _MEANING + _head(kind, key, name, at).encode("ascii")


def written(kind: Kind, key: str, name: str, at: datetime, signature: bytes) -> str:
    """The text of a code.

    Raises:
        ValueError: the name is not 1 to 24 of A to Z, 0 to 9 and the dash.
    """
    text = f"{_head(kind, key, name, at)}:{packed(signature)}"
    if not _CODE.fullmatch(text):
        raise ValueError(f"no code can be written for the name {name!r}")
    return text


def announced(text: str) -> bool:
    """Whether a text means to be such a code, whoever wrote it; it is no waybill then."""
    return text.startswith(tuple(f"{kind}:" for kind in Kind))


def parse(text: str) -> Signed | None:
    """The code that a text is, not yet proven; None where it has another form."""
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    try:
        unpacked(found["signature"])
    except OverflowError:
        return None
    return Signed(
        Kind(found["kind"]),
        found["key"],
        found["name"],
        datetime.fromtimestamp(int(found["at"], 36), UTC),
        text,
    )


def packed(content: bytes) -> str:
    """An even number of bytes in base 45, three letters for two bytes."""
    letters: list[str] = []
    for place in range(0, len(content), 2):
        number = content[place] * 256 + content[place + 1]
        letters += [ALPHABET[number % 45], ALPHABET[number // 45 % 45], ALPHABET[number // 2025]]
    return "".join(letters)


def unpacked(text: str) -> bytes:
    """The bytes of `packed`.

    Raises:
        OverflowError: three of its letters stand for more than two bytes.
    """
    content = bytearray()
    for place in range(0, len(text), 3):
        low, middle, high = (ALPHABET.index(letter) for letter in text[place : place + 3])
        content += (low + 45 * middle + 2025 * high).to_bytes(2, "big")
    return bytes(content)


def seconds(moment: datetime) -> datetime:
    """The second that a moment lies in."""
    return moment.astimezone(UTC).replace(microsecond=0)


def _head(kind: Kind, key: str, name: str, at: datetime) -> str:
    return ":".join((kind, key, name, _base36(int(at.timestamp()))))


def _base36(number: int) -> str:
    digits: list[str] = []
    while number:
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits)).rjust(6, "0")
