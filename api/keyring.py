"""Keys that seal short secrets at rest: a file each, another every week, thrown away when nothing needs them.

A secret is only ever written sealed, under the name of its key. When the last secret of a key is gone and
the key is no longer the newest, its file is removed; what a copy of the database still holds of it cannot
be read by anybody from then on. So the folder of the keys must not be copied along with the database.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

TURN: Final = timedelta(days=7)
"""How long the newest key seals before another one takes over; ours, as long as an address is kept."""
GRACE: Final = timedelta(days=1)
"""How much longer an unused key stays, for whoever took it just before its turn ended."""
_BYTES: Final = 32
"""AES-256."""
_NONCE: Final = 12
"""Bytes, as NIST SP 800-38D recommends for GCM; random, and no key seals anywhere near 2^32 secrets."""
_FILE: Final = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{8}", re.ASCII)
"""When it was made, which orders them, and a name."""


class LostKeyError(Exception):
    """The key of a secret is not there, or the secret was changed: it cannot be opened."""


@dataclass(frozen=True)
class Keyring:
    """The keys in one folder, which their owner alone may read."""

    folder: Path

    def seal(self, text: str, bound_to: str, now: datetime) -> tuple[str, str]:
        """The name of the key, and the sealed text; it opens for `bound_to` alone."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only where needed

        name = self._current(now)
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._key(name)).encrypt(nonce, text.encode(), bound_to.encode())
        return name, base64.b64encode(nonce + sealed).decode()

    def open(self, name: str, sealed: str, bound_to: str) -> str:
        """The text again.

        Raises:
            LostKeyError: the key is gone, or the text was sealed for something else or changed.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only where needed
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        raw = base64.b64decode(sealed)
        try:
            return AESGCM(self._key(name)).decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode()).decode()
        except InvalidTag:
            raise LostKeyError(name) from None

    def names(self) -> tuple[str, ...]:
        """The keys that are there, the oldest first."""
        return tuple(sorted(p.stem for p in self.folder.glob("*.key") if _FILE.fullmatch(p.stem)))

    def old(self, now: datetime) -> tuple[str, ...]:
        """Those whose turn has been over for so long that nobody can be about to seal with them."""
        return tuple(name for name in self.names() if abs(now - _made_at(name)) > TURN + GRACE)

    def drop(self, names: Iterable[str]) -> None:
        """Remove these keys: what they sealed can be read by nobody from then on."""
        for name in names:
            (self.folder / f"{name}.key").unlink(missing_ok=True)

    def _current(self, now: datetime) -> str:
        """The newest key, made where there is none whose turn it is; two made at once do no harm."""
        held = [name for name in self.names() if abs(now - _made_at(name)) <= TURN]
        if held:
            return held[-1]
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        part = self.folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / f"{name}.key")
        _settle(self.folder)
        return name

    def _key(self, name: str) -> bytes:
        if not _FILE.fullmatch(name):
            raise LostKeyError(name)
        try:
            return (self.folder / f"{name}.key").read_bytes()
        except FileNotFoundError:
            raise LostKeyError(name) from None


def _made_at(name: str) -> datetime:
    return datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _settle(folder: Path) -> None:
    """Have the new name outlive a power cut, where the file system can promise that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
