"""Who sealed a bag: an Ed25519 signature (RFC 8032) over its tag manifest, which pins everything.

A public key is called by its SubjectPublicKeyInfo in base64, the one line between the first and the
last of its PEM file: sixty letters, which people can compare and `openssl` can read. A key that
comes with the bag proves no more than that one hand sealed all of it; whose hand that is shows only the
comparison with a key that came from elsewhere.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, Protocol

from claims import bag
from claims.mismatch import Mismatch, Wrong, mismatch

BYTES: Final = 64
"""Of a signature, as RFC 8032 has it."""
KEY: Final = re.compile(r"MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=", re.ASCII)
"""An Ed25519 key as SubjectPublicKeyInfo (RFC 8410), in base64."""
_RAW: Final = 32
"""Bytes of the key itself, which stands at the end of that."""


class Signer(Protocol):
    """Whoever seals, and can sign."""

    @property
    def key(self) -> str:
        """The public key's name."""
        ...

    def sign(self, content: bytes, /) -> bytes:
        """The signature over `content`; the same content always has the same one."""
        ...


def pem(key: str) -> str:
    """The file of that public key."""
    return f"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n"


def keys_in(text: str) -> tuple[str, ...]:
    """The keys of a PEM file that may hold several, and other things beside them."""
    return tuple(line for line in map(str.strip, text.splitlines()) if KEY.fullmatch(line))


def is_signed(key: str, signature: bytes, content: bytes) -> bool:
    """Whether the holder of that key signed just these bytes."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - unsigned bags need none of it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    if not KEY.fullmatch(key):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[-_RAW:])
        public.verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def wrongs(
    key: str | None, files: Mapping[str, bytes], stamps: Collection[str], believed: Collection[str] | None
) -> Iterator[Mismatch]:
    """What is wrong with the signatures of a bag whose `bag-info.txt` names that key, or None.

    Args:
        key: as it is named there.
        files: the tag manifest, the signer's file, the signatures and the stamps, by path.
        stamps: the names of the stamps that are there.
        believed: the keys of which one has to have signed; None where no such was given.
    """
    if believed is not None and key not in believed:
        yield mismatch(Wrong.SIGNATURE, bag.SIGNATURE, "one by a key that was given", key or "no signature")
    if key is None:
        return
    if files.get(bag.SIGNER) != pem(key).encode():
        yield mismatch(Wrong.SIGNATURE, bag.SIGNER, f"the key {key}", "something else")
    pairs = {bag.SIGNATURE: bag.TAG_MANIFEST} | {bag.countersigned_name(stamp): stamp for stamp in stamps}
    for signature, content in sorted(pairs.items()):
        if not is_signed(key, files.get(signature, b""), files.get(content, b"")):
            found = "something else" if signature in files else "nothing"
            yield mismatch(Wrong.SIGNATURE, signature, f"a signature over {content} by {key}", found)
