"""A pair of Ed25519 keys in two files: the private one for its owner alone, the public ones for everybody.

The private key is made when it is first needed, whole or not at all, and may be read by its owner alone. The
file of public keys may hold further ones, of other services or of a time before; ours stand first.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storage import staging

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from api.settings import Settings


_SUFFIX: Final = "?" * 8
"""What a file is called by beside its name while it is written."""


@dataclass(frozen=True)
class KeyPair:
    """Where the two lie."""

    private: Path
    public: Path

    def load(self) -> Ed25519PrivateKey:
        """The private key, made where there is none; its public half is then among the public ones.

        Raises:
            TypeError: the file holds a key of another kind.
            StorageError: it could not be read or written.
        """
        try:
            self.private.parent.mkdir(parents=True, exist_ok=True)
            with _alone(self.private.parent):
                if not self.private.exists():
                    self._make()
                key = read(self.private)
                self._publish(key)
        except OSError as error:
            raise staging.translated(error) from error
        return key

    def tidy(self) -> None:
        """Remove what a process left that died while it wrote."""
        if not self.private.parent.is_dir():
            return
        with _alone(self.private.parent):
            for path in (self.private, self.public):
                for part in path.parent.glob(f"{path.name}.{_SUFFIX}"):
                    part.unlink(missing_ok=True)

    def _make(self) -> None:
        """A new key; where somebody was faster, theirs stands."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        part = _part(self.private)
        _write(part, made, 0o600)
        with suppress(FileExistsError):
            self.private.hardlink_to(part)
        part.unlink()

    def _publish(self, key: Ed25519PrivateKey) -> None:
        """Put the public key among those that are there, where it is not yet."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

        own = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        known = self.public.read_bytes() if self.public.exists() else b""
        if own.strip() in known:
            return
        part = _part(self.public)
        _write(part, own + known, 0o644)
        part.replace(self.public)


def signers(settings: Settings) -> KeyPair:
    """The one that signs bundles."""
    return KeyPair(settings.signer_key, settings.signer_keys)


def stations(settings: Settings) -> KeyPair:
    """That of the station clocks."""
    return KeyPair(settings.station_key, settings.station_keys)


def read(path: Path) -> Ed25519PrivateKey:
    """The private key in that file. Raises `TypeError` where it is one of another kind."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Only one process writes keys there at a time, so that what is half written is nobody's."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}")


def _write(path: Path, content: bytes, mode: int) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
