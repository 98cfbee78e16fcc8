"""Single files out of a packet that was made: looked at in a browser, or handed out one by one.

They lie in the zip as they are, so a file is read out of it piece by piece and never whole.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.cases import stream_of
from api.download import CHUNK
from api.errors import MissingPacketError
from api.packing import making
from api.packing.packed import LETTER, MANIFEST

if TYPE_CHECKING:
    from api.desk import Desk

SHOWN: Final = "packet.viewed"
OUT: Final = "packet.exported"


@dataclass(frozen=True)
class Member:
    """One file of a packet."""

    name: str
    size: int
    pieces: Iterator[bytes]


def looked_at(desk: Desk, case_id: str, packet_id: str) -> dict[str, Any]:
    """The packet, after it was noted that somebody looks at what was made; one that waits shows nothing yet.

    Raises:
        MissingPacketError: the case has none of that id.
    """
    with desk.begin() as unit:
        body = making.one(unit, case_id, packet_id).body
        if body["state"] == making.MADE:
            desk.note(unit, stream_of(case_id), SHOWN, {"packet": packet_id, "for": body["for"]})
        return body


def member(desk: Desk, case_id: str, packet_id: str, name: str, event: str = OUT) -> Member:
    """The file of that name, after the log of the case says that it is shown or has gone out.

    Raises:
        MissingPacketError: the case has no such packet, or the packet no such file.
        PacketNotMadeError: it is not made.
    """
    with desk.begin() as unit:
        body = making.made(unit, case_id, packet_id)
        if name not in {LETTER, MANIFEST, *(file["name"] for file in body["manifest"]["files"])}:
            raise MissingPacketError(f"{packet_id}/{name}")
        detail = {"packet": packet_id, "for": body["for"], "file": name}
        desk.note(unit, stream_of(case_id), event, detail)
    path = f"{body['for']}/{name}"
    with desk.blobs.open(body["digest"]) as blob, zipfile.ZipFile(blob) as archive:
        size = archive.getinfo(path).file_size
    return Member(name, size, _pieces(desk, body["digest"], path))


def _pieces(desk: Desk, digest: str, path: str) -> Iterator[bytes]:
    with (
        desk.blobs.open(digest) as blob,
        zipfile.ZipFile(blob) as archive,
        archive.open(path) as file,
    ):
        while piece := file.read(CHUNK):
            yield piece
