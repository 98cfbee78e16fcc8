"""The files that the pages are made of: modules, style sheets and pictures, as they ship.

A closed list, read once, so that no path can lead elsewhere. What gets smaller is kept packed too: a
phone at the end of a hall has a thin line, and not every deployment stands behind a proxy that packs.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePosixPath
from typing import Final

from fastapi import Request, Response

GUARDS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of everything that a page is made of."""
CLOSED: Final = "default-src 'none'; sandbox"
"""What a file may do that somebody opens by itself: nothing."""
SCRIPT: Final = "text/javascript; charset=utf-8"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": SCRIPT,
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class Packaged:
    """One file."""

    body: bytes
    packed: bytes
    """The same, gzipped; always the same bytes, since no time is written into them."""
    kind: str
    tag: str
    policy: str = CLOSED


def pack(body: bytes, kind: str, policy: str = CLOSED) -> Packaged:
    """A file of that type as it is handed out."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    return Packaged(body, gzip.compress(body, mtime=0), kind, tag, policy)


def packaged() -> dict[str, Packaged]:
    """All of them, by name."""
    found: dict[str, Packaged] = {}
    for file in resources.files("api").joinpath("static").iterdir():
        kind = _TYPES.get(PurePosixPath(file.name).suffix)
        if kind is not None:
            found[file.name] = pack(file.read_bytes(), kind)
    return found


def served(request: Request, file: Packaged | None) -> Response:
    """The answer to who asks for the file."""
    if file is None:
        return Response("There is no such file.", status_code=404, media_type="text/plain", headers=GUARDS)
    unpacked = "gzip" not in request.headers.get("accept-encoding", "")
    tag = f'"{file.tag}"' if unpacked else f'"{file.tag}-gz"'
    headers = {
        **GUARDS,
        # Modules import each other by plain names, so freshness is asked for, and costs no bytes.
        "Cache-Control": "no-cache",
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": file.policy,
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if unpacked:
        return Response(file.body, media_type=file.kind, headers=headers)
    return Response(file.packed, media_type=file.kind, headers=headers | {"Content-Encoding": "gzip"})
