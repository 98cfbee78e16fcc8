"""The files of a packet in one zip, with the statement and a manifest of how everything was made.

Before anything is packed it is held against the limits once more: by what lies in the folder, whatever
made it.
"""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.packing.filling import fill
from api.packing.offering import limits, told_letter
from api.sealing import version
from evidence.fault import FaultError
from evidence.fitting import workshop
from evidence.model import rfc3339, say

if TYPE_CHECKING:
    from api.packing.files import File
    from api.packing.filling import Order, Progress
    from api.packing.offering import Offer
    from claims.vocabulary.packet import Packet

MANIFEST: Final = "manifest.json"
LETTER: Final = "letter.txt"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Of every member, so that the same files make the same zip."""
_MODE: Final = 0o100644 << 16

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Packed:
    """A packet, whole."""

    zip: Path
    digest: str
    size: int
    manifest: dict[str, Any]

    def sources(self) -> dict[str, list[str]]:
        """Which files show each exhibit, by its id."""
        found: dict[str, list[str]] = {}
        for file in self.manifest["files"]:
            for exhibit in dict.fromkeys(source["exhibit"] for source in file["sources"]):
                found.setdefault(exhibit, []).append(f"{file['name']} {file['digest']}")
        return found


def pack(order: Order, offer: Offer, packet_id: str, folder: Path, progress: Progress) -> Packed:
    """Make the packet in `folder`.

    Raises:
        RefusedError, FaultError, NoTypesetterError, NotTypesetError, StorageError: as `filling.fill`.
    """
    room = folder / "files"
    room.mkdir()
    filled = fill(order, room, progress)
    _require_within(offer.planned.packet, filled.files)
    manifest = {
        "schema_version": 1,
        "packet": packet_id,
        "case": order.found.case.id,
        "for": offer.channel.key,
        "made_at": rfc3339(order.desk.now()),
        "engine": f"sixface {version()}",
        "rules": {"id": offer.channel.rules.id, "version": offer.channel.rules.version},
        "limits": limits(offer.planned.packet),
        "incomplete": [each.model_dump(mode="json") for each in offer.planned.lacking],
        "files": [file.told() for file in filled.files],
        "letter": told_letter(offer.written),
        "dropped": [
            *(
                {"exhibit": each.exhibit, "why": each.why.model_dump(mode="json")}
                for each in offer.planned.dropped
            ),
            *({"exhibit": exhibit, "why": why.model_dump(mode="json")} for exhibit, why in filled.dropped),
        ],
        "notes": [each.model_dump(mode="json") for each in offer.planned.notes],
    }
    (room / LETTER).write_text(offer.written.text + "\n", "utf-8")
    (room / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    packed = folder / "packet.zip"
    _zip(room, [*(file.name for file in filled.files), LETTER, MANIFEST], packed, offer.channel.key)
    digest, size = workshop.digest_of(packed)
    return Packed(packed, digest, size, manifest)


def _zip(room: Path, names: list[str], place: Path, folder: str) -> None:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as packed:
        for name in names:
            member = zipfile.ZipInfo(f"{folder}/{name}", _DATE)
            member.external_attr = _MODE
            member.create_system = 3
            member.file_size = (room / name).stat().st_size
            with (room / name).open("rb") as source, packed.open(member, "w") as out:
                while piece := source.read(1 << 20):
                    out.write(piece)


def _require_within(packet: Packet, files: tuple[File, ...]) -> None:
    """Nothing, where every limit holds.

    Raises:
        FaultError: one does not, which is ours to mend; nothing is handed out.
    """
    if broken := list(_beyond(packet, files)):
        log.error("a packet for %s broke its limits: %s", packet.id, broken)
        raise FaultError(
            "fault.beyond",
            say("The packet would have broken a limit of its channel, so it was thrown away; report this."),
        )


def _beyond(packet: Packet, files: tuple[File, ...]) -> Iterator[str]:
    if packet.files is not None and len(files) > packet.files:
        yield f"{len(files)} files"
    if packet.total_bytes is not None and sum(file.bytes for file in files) > packet.total_bytes:
        yield "bytes in all"
    for file in files:
        photo = packet.photo_bytes if file.form == "photo" else None
        most = photo or packet.file_bytes
        if most is not None and file.bytes > most:
            yield f"bytes of {file.name}"
        if packet.pages is not None and file.facts.get("pages", 0) > packet.pages:
            yield f"pages of {file.name}"
        if packet.formats and file.name.rpartition(".")[2] not in packet.formats:
            yield f"format of {file.name}"
        if packet.seconds is not None and file.made and (file.made.what.duration or 0) > packet.seconds:
            yield f"seconds of {file.name}"
