"""The key that signs what is sealed, and its turning over.

The private key lies in the data folder; whoever holds it can seal in this service's name. A new one is made
by `sixface signer rotate`. The one before is kept only as long as bundles wait for time stamps that it has to
sign too; its public half stays known for good, or bundles of that time would be strangers.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.keypair import read, signers
from api.settings import Settings
from claims.signature import keys_in

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_RETIRED: Final = "signer-*.key"


@dataclass(frozen=True)
class ServiceSigner:
    """This service as the one who seals: a `claims.signature.Signer`."""

    private: Ed25519PrivateKey

    @property
    def key(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

        public = self.private.public_key()
        return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def sign(self, content: bytes, /) -> bytes:
        return self.private.sign(content)


def signer(settings: Settings) -> ServiceSigner:
    """Who signs from now on; the key is made where there is none."""
    return ServiceSigner(signers(settings).load())


def of(settings: Settings, key: str) -> ServiceSigner | None:
    """Who signs with that key; None where its private half is not here (any more)."""
    for path in (settings.signer_key, *settings.data.glob(_RETIRED)):
        if path.exists() and (found := ServiceSigner(read(path))).key == key:
            return found
    return None


def public_keys(settings: Settings) -> str:
    """The public keys in PEM, the newest first, our own first made where there is none."""
    signer(settings)
    return settings.signer_keys.read_text("utf-8")


def known(settings: Settings) -> tuple[str, ...]:
    """The keys whose bundles are this service's own; none where nothing was ever sealed."""
    try:
        return keys_in(settings.signer_keys.read_text("utf-8"))
    except FileNotFoundError:
        return ()


def rotate(settings: Settings, needed: Collection[str]) -> str:
    """Sign with a new key from now on, whose name is returned; old private keys go unless `needed`."""
    old = signer(settings)
    retired = _retired(settings, old)
    settings.signer_key.replace(retired)
    made = signer(settings)
    tidy(settings, needed)
    return made.key


def tidy(settings: Settings, needed: Collection[str]) -> None:
    """Remove the private keys that sign no more and that no bundle waits for."""
    for path in settings.data.glob(_RETIRED):
        if ServiceSigner(read(path)).key not in needed:
            path.unlink()


def _retired(settings: Settings, old: ServiceSigner) -> Path:
    name = old.private.public_key().public_bytes_raw().hex()[:16]
    return settings.signer_key.with_name(f"signer-{name}.key")
