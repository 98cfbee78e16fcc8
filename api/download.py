"""Originals and bundles on their way out: as they came in, in parts where asked for, never to be run.

Nothing that strangers sent is shown by a browser on our address: it is handed out as an
attachment, with its type withheld and a sandbox around it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final
from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response, StreamingResponse

from storage.blobs import Blobs
from storage.errors import MissingBlobError

CHUNK: Final = 256 * 1024
POLICY: Final = "default-src 'none'; sandbox"

PLAYED: Final[Mapping[str, str]] = {
    # QuickTime and MP4 are one family, and browsers play the one under the name of the other alone.
    "mov": "video/mp4",
    "mp4": "video/mp4",
    "3gp": "video/3gpp",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
}
"""What a film is told to be where a player asks for it: never a type that a browser would run or render."""

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\"\\/\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What ends a header or a path, and what turns a name around so that `gnp.exe` reads as `exe.png`."""


def attachment(
    blobs: Blobs, digest: str, *, name: str, asked: str | None, kind: str | None = None
) -> Response:
    """The blob as a download called `name`; `asked` is the request's `Range` header, one range of bytes.

    Raises:
        MissingBlobError: it is not there.
    """
    blob = blobs.stat(digest)
    if blob is None:
        raise MissingBlobError(digest)
    headers = {
        "Content-Disposition": _disposition(name),
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(digest.removeprefix('sha256:'))).decode()}:",
        "ETag": f'"{digest}"',
        "Accept-Ranges": "bytes",
    }
    part = _part(asked, blob.size)
    if part is None:
        start, end, status = 0, blob.size, 200
    elif part[0] >= part[1]:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{blob.size}"})
    else:
        start, end, status = *part, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    headers["Content-Length"] = str(end - start)
    content = _pieces(blobs.open(digest), start, end)
    return StreamingResponse(content, status, headers, media_type=kind or "application/octet-stream")


def handed(pieces: Iterator[bytes], size: int, *, name: str, kind: str | None = None) -> Response:
    """A download called `name` of bytes that come in pieces, `size` of them in all."""
    headers = {
        "Content-Disposition": _disposition(name),
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(size),
    }
    return StreamingResponse(pieces, 200, headers, media_type=kind or "application/octet-stream")


def linked(blobs: Blobs, digest: str, *, name: str) -> Response | None:
    """A redirection to a download from the store itself, for minutes; None where it gives no links."""
    url = blobs.link(digest, disposition=_disposition(name))
    return None if url is None else RedirectResponse(url, 307)


def _part(asked: str | None, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last; None for the whole, as for what we do not know."""
    match = _RANGE.fullmatch((asked or "").strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start
        while left and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


def _disposition(name: str) -> str:
    """After RFC 6266: a plain name for old clients, the name as it was for the others."""
    safe = _UNSAFE.sub("_", name.replace("..", "_"))
    plain = "".join(letter if letter.isascii() and letter.isprintable() else "_" for letter in safe)
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(safe or 'file', safe='')}"
