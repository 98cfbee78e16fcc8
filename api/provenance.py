"""The signed record of origin (C2PA) that a derivative carries, where the deployment has a certificate.

It says that Sixface made the file, from which original by its SHA-256, with which program and command lines.
It lies in the file; nothing is fetched or sent, and it bears no time stamp. Only derivatives get one, and
originals leave as they came. The private key stays in this process, and what is opened was encoded by us.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evidence.model import Saying, rfc3339, say

if TYPE_CHECKING:
    from api.certificate import Certificate

ROOM: Final = 24_000
"""Bytes that are kept free for a record: signature and certificates take 4,000, command lines the rest."""
LABEL: Final = "sixface.derivation"
"""Of the assertion that names the original and how the file was made of it."""
KINDS: Final[Mapping[str, str]] = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".mp4": "video/mp4"}

_SETTINGS: Final[Mapping[str, Any]] = {
    "verify": {
        "verify_after_sign": True,
        "verify_trust": False,
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
    },
    "core": {"allowed_network_hosts": []},
    "builder": {"thumbnail": {"enabled": False}},
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Origin:
    """What a derivative was made of, and how."""

    source: str
    """Digest of the bytes that it was made from."""
    action: str
    """What was done, as the specification calls it: `c2pa.transcoded`, `c2pa.edited`."""
    program: str
    engine: str
    """Version of this program."""
    commands: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("c2pa") is not None


def attested(
    content: bytes, name: str, origin: Origin, signer: Certificate, *, at: datetime, most: int | None = None
) -> tuple[bytes, Saying | None]:
    """`content` with its record; or as it was, with the reason why it has none.

    Args:
        content: a JPEG or an MP4 that we encoded.
        name: of the file; its ending tells what it is.
        origin: what the record says.
        signer: who signs it.
        at: the moment that it bears.
        most: bytes that the file may have.
    """
    if not available():
        return content, say("It carries no record of origin: the extra provenance is not installed.")
    try:
        made = _signed(content, KINDS[Path(name).suffix.lower()], _told(name, origin, at), signer)
    except Exception as error:  # noqa: BLE001 - whatever the library makes of a certificate or a file
        log.warning("no record of origin for %a: %a", name, str(error)[:500])
        return content, say("It carries no record of origin: the certificate does not allow it (C2PA).")
    if most is not None and len(made) > most:
        return content, say("It carries no record of origin: the file would be larger than it may be.")
    return made, None


def _told(name: str, origin: Origin, at: datetime) -> dict[str, Any]:
    when = rfc3339(at)
    done = {"action": origin.action, "when": when, "softwareAgent": {"name": origin.program}}
    opened = {"action": "c2pa.opened", "when": when, "parameters": {"ingredientIds": [origin.source]}}
    derived = {
        "source": origin.source,
        "program": origin.program,
        "commands": list(origin.commands),
        "settings": dict(origin.settings),
    }
    return {
        "claim_generator_info": [{"name": "Sixface", "version": origin.engine}],
        "title": name,
        "ingredients": [
            {
                "title": origin.source,
                "relationship": "parentOf",
                "instance_id": origin.source,
                "label": origin.source,
            }
        ],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [opened, done]}},
            {"label": LABEL, "data": derived},
        ],
    }


def _signed(content: bytes, kind: str, told: dict[str, Any], signer: Certificate) -> bytes:
    """Raises as the library likes."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - only where one is set
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    c2pa: Any = import_module("c2pa")
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in (signer.leaf, *signer.chain))
    key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    info = c2pa.C2paSignerInfo(_algorithm(signer), chain, key, None)
    out = io.BytesIO()
    with c2pa.Context.from_dict(dict(_SETTINGS)) as context, c2pa.Signer.from_info(info) as by:
        c2pa.Builder(json.dumps(told), context=context).sign(by, kind, io.BytesIO(content), out)
    return out.getvalue()


def _algorithm(signer: Certificate) -> bytes:
    """As the specification calls it (C2PA 2.2, 13.2)."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - only where one is set

    if isinstance(signer.key, rsa.RSAPrivateKey):
        return b"ps256"
    if isinstance(signer.key, ec.EllipticCurvePrivateKey):
        return {256: b"es256", 384: b"es384"}.get(signer.key.curve.key_size, b"es512")
    return b"ed25519"
