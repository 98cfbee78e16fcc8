"""A planned packet becomes files: each film and photo made to fit in a child, pages set, bytes shared out.

What has to fit into a sum is made in its turn, the most telling first, each with its share of what is left,
so what one file does not need the others have. Nothing here opens a picture.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api import provenance
from api.packing import leaves
from api.packing.files import File, Filled, file_of
from api.sealing import version
from evidence.fault import broke
from evidence.fitting import film, photo, workshop
from evidence.fitting.rate import Footage
from evidence.fitting.wish import Bounds

if TYPE_CHECKING:
    from api.cases import Dossier
    from api.certificate import Certificate
    from api.desk import Desk
    from api.words import Words
    from claims.packets.letter import Written
    from claims.packets.plan import Piece, Plan
    from evidence.model import MediaFacts, Saying

AMPLE: Final = 20_000_000
"""Bytes of a photo where no source limits it: more than a phone's best JPEG."""

_SHARE: Final = 10
"""A record may take a tenth of a file at most."""

Progress = Callable[[int, int, str], None]
"""Told the file that is being made, how many there are, and its name."""


@dataclass
class Room:
    """The bytes that are left of the packet's total."""

    total: int | None
    left: int
    """Files still to be made."""

    def share(self, most: int | None) -> int | None:
        """What the next file may have; None where nothing limits it."""
        mine = self.total // max(1, self.left) if self.total is not None else None
        return min((each for each in (mine, most) if each is not None), default=None)

    def take(self, used: int) -> None:
        self.left -= 1
        if self.total is not None:
            self.total -= used


@dataclass(frozen=True)
class Order:
    """A packet to be made: of which case, by which plan, with which words."""

    desk: Desk
    found: Dossier
    planned: Plan
    written: Written
    words: Words
    signer: Certificate | None = None
    """Who signs the records of origin of what is made smaller; None for no records."""


def fill(order: Order, folder: Path, progress: Progress = lambda _number, _of, _name: None) -> Filled:
    """Make the files of the packet in `folder`.

    Raises:
        RefusedError: one of them would not be readable within its limits.
        FaultError: a child broke.
        NoTypesetterError, NotTypesetError: pages are needed, and cannot be set here.
        StorageError: stored bytes are not there.
    """
    pieces = order.planned.pieces
    room = Room(order.planned.packet.total_bytes, len(pieces))
    made: dict[str, File] = {}
    dropped: list[tuple[str, Saying]] = []
    # Pictures that were kept of a film are small, so their turn is first, and the others share what is left.
    turns = sorted(pieces, key=lambda piece: piece.form != "photo" or piece.shown[0].kind != "still")
    for number, piece in enumerate(turns, start=1):
        progress(number, len(pieces), piece.name)
        most = room.share(piece.most)
        if piece.form == "pdf":
            file, lost = leaves.make(order, piece, most=most, place=folder / piece.name)
            dropped += lost
        else:
            file = _filled(order, piece, most, folder / piece.name)
        made[piece.name] = file
        room.take(file.bytes)
    return Filled(tuple(made[piece.name] for piece in pieces), tuple(dropped))


def _filled(order: Order, piece: Piece, most: int | None, place: Path) -> File:
    shown, packet = piece.shown[0], order.planned.packet
    with order.desk.blobs.local(shown.digest) as source:
        if piece.form == "original" and (most is None or shown.size <= most):
            shutil.copyfile(source, place)
            return file_of(piece, place, shown)
        if shown.kind == "film":
            media = order.found.reports[shown.digest].media
            largest = _room(order, most or shown.size)
            made = film.fit(source, footage(media), largest, place)
            return _attested(order, file_of(piece, place, shown, made), place, most)
        bounds = Bounds(bytes=_room(order, most or AMPLE), pixels=packet.pixels, grey=packet.black_and_white)
        if shown.kind == "still" and not bounds.grey and source.stat().st_size <= bounds.bytes:
            shutil.copyfile(source, place)  # made by us: a JPEG without metadata
            return file_of(piece, place, shown)
        return _attested(order, file_of(piece, place, shown, photo.fit(source, bounds, place)), place, most)


def _room(order: Order, most: int) -> int:
    """Bytes for a file, so that its record fits; where they are few the file itself has all of them."""
    return most - provenance.ROOM if order.signer and most > _SHARE * provenance.ROOM else most


def _attested(order: Order, file: File, place: Path, most: int | None) -> File:
    """The file with its record of origin, where there is a certificate; else it says why it has none."""
    if order.signer is None or file.made is None:
        return file
    origin = provenance.Origin(
        source=str(file.sources[0]["digest"]),
        action="c2pa.transcoded",
        program=file.made.program,
        engine=version(),
        commands=file.made.commands,
        settings=file.made.settings,
    )
    content, lacking = provenance.attested(
        place.read_bytes(), file.name, origin, order.signer, at=order.desk.now(), most=most
    )
    place.write_bytes(content)
    digest, size = workshop.digest_of(place)
    told = {"signed": lacking is None, **({"why": lacking.model_dump(mode="json")} if lacking else {})}
    return replace(file, digest=digest, bytes=size, facts={**file.facts, "provenance": told})


def footage(media: MediaFacts) -> Footage:
    """A film as it was examined, upright.

    Raises:
        FaultError: the report does not say how long it is.
    """
    if media.duration is None or not media.frames:
        raise broke()
    turned = media.rotation % 180 != 0
    return Footage(
        container=media.container,
        width=media.height if turned else media.width,
        height=media.width if turned else media.height,
        duration=media.duration.total_seconds(),
        frames=media.frames,
        sound=media.audio_codec is not None,
    )
