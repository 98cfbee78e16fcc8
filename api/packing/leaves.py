"""The pages of a packet: a statement, its exhibits by number, and their pictures, within bytes and pages.

The search is over the bytes that each picture gets, and then over their number: where the pictures would
no longer be readable the least telling one goes, and it is said which.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.facts import FACE_NAMES
from api.packing.files import File, source_of
from api.paper.press import typeset
from api.proportions import size_of
from api.unfolding import numbered as numbered_side
from claims.packets.exhibited import numbered
from claims.packets.facts import called
from evidence.check import RefusedError
from evidence.fault import broke
from evidence.fitting import photo, workshop
from evidence.fitting.wish import Bounds, Made
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.packing.filling import Order
    from claims.packets.plan import Piece, Plan
    from claims.packets.shown import Shown

WIDE: Final = 170.0
HIGH: Final = 112.0
"""Millimetres of a picture at most: two, with their captions, fill a page of A4 within its margins."""
PPI: Final = 300
"""Pixels an inch where no source says it; what a printer shows."""
AMPLE: Final = 800_000
"""Bytes of a picture that shows all that its print can hold."""
LEAST: Final = 24_000
"""Bytes of a picture below which it is not tried."""
TEXT: Final = 160_000
"""Bytes that letters and their font take, at the first guess; then it is known."""
ROUNDS: Final = 12
RAISES: Final = 3
"""Times that bytes which small pictures leave are given to the others."""
_WANTING: Final = 0.85
"""Share of its bytes from which on a picture would use more."""
_FULL: Final = 0.93
"""Share of the room from which on it is not tried again."""
_MILLIMETRES: Final = 25.4
_AIM: Final = 0.96

_LISTED: Final = "exhibits"
"""The sentence that a page has as a list."""
STILLS: Final[Mapping[str, Saying]] = {
    "corner": say("corner of the parcel"),
    "label": say("the waybill"),
    "opened": say("the opening"),
    "clock": say("clock in the picture"),
    "face": say("side of the parcel"),
    "before": say("before"),
    "after": say("after"),
    "overview": say("overview"),
}
"""What pictures of a film show, for their captions."""


@dataclass
class _Search:
    """The pictures that are tried, and what each came to."""

    order: Order
    piece: Piece
    spare: Path
    made: dict[str, tuple[Made, int]] = field(default_factory=dict[str, tuple[Made, int]])
    """By digest: the picture, and the bytes that it was allowed."""

    def picture(self, shown: Shown, most: int) -> Made:
        """The picture in at most that many bytes. Raises `RefusedError` where it would not be readable."""
        known = self.made.get(shown.digest)
        if known and known[0].bytes <= most and (most <= known[1] or known[0].bytes < known[1] * _AIM):
            return known[0]
        packet = self.order.planned.packet
        bounds = Bounds(bytes=most, side=self._side(shown), pixels=packet.pixels, grey=packet.black_and_white)
        with self.order.desk.blobs.local(shown.digest) as source:
            made = photo.fit(source, bounds, self.place(shown))
        self.made[shown.digest] = (made, most)
        return made

    def place(self, shown: Shown) -> Path:
        # Short enough that the typesetter gets it without a place to break it.
        return self.spare / f"{shown.digest.removeprefix('sha256:')[:20]}.jpg"

    def size(self, shown: Shown) -> tuple[int, int]:
        """Of the picture, upright, in pixels."""
        report = self.order.found.reports.get(shown.digest)
        if shown.kind != "still" and report is not None:
            media = report.media
            return (media.height, media.width) if media.rotation % 180 else (media.width, media.height)
        with self.order.desk.blobs.open(shown.digest) as file:
            return size_of(file.read()) or (4, 3)

    def _side(self, shown: Shown) -> int:
        """The long side in pixels, so that no picture has more of them an inch than it may."""
        wide, high = _printed(*self.size(shown))
        return int(max(wide, high) / _MILLIMETRES * (self.order.planned.packet.ppi or PPI))


def make(
    order: Order, piece: Piece, *, most: int | None, place: Path
) -> tuple[File, list[tuple[str, Saying]]]:
    """The PDF of `piece` at `place`, and the exhibits whose pictures had to stay out.

    Raises:
        RefusedError: not even one picture would be readable.
        FaultError: no size was found that fits.
        NoTypesetterError, NotTypesetError: as `typeset`.
    """
    with tempfile.TemporaryDirectory(prefix="sixface-") as spare:
        search = _Search(order, piece, Path(spare))
        trial = _first(search, most)
        for _ in range(RAISES):
            share = _raised(trial, most)
            if share is None:
                break
            again = _tried(search, trial.kept, share)
            if again is None or not _fits(again, most, order.planned.packet.pages):
                break
            trial = again
    place.write_bytes(trial.pdf)
    lost = [_dropped(shown, order.planned) for shown in piece.shown if shown not in trial.kept]
    return _file(piece, place, trial), lost


@dataclass(frozen=True)
class _Trial:
    """Pages as they came out with so many bytes for each picture."""

    kept: list[Shown]
    share: int
    pictures: list[Made]
    pdf: bytes
    pages: int

    @property
    def text(self) -> int:
        """Bytes of everything but the pictures."""
        return len(self.pdf) - sum(each.bytes for each in self.pictures)


def _first(search: _Search, most: int | None) -> _Trial:
    """The first trial that fits. Raises as `make`."""
    kept = list(search.piece.shown)
    text = TEXT
    share = _share(most, text, len(kept))
    for _ in range(ROUNDS + len(kept)):
        trial = None if share < LEAST and len(kept) > 1 else _tried(search, kept, share)
        if trial is None or (
            trial.pages > (search.order.planned.packet.pages or trial.pages) and len(kept) > 1
        ):
            kept = kept[:-1]
            share = _share(most, text, len(kept))
            continue
        if _fits(trial, most, search.order.planned.packet.pages):
            return trial
        text = trial.text
        share = min(_share(most, text, len(kept)), int(share * _AIM))
    raise broke()


def _tried(search: _Search, kept: list[Shown], share: int) -> _Trial | None:
    """The pages with pictures of that many bytes; None where one would not be readable. Raises as `make`."""
    try:
        pictures = [search.picture(shown, share) for shown in kept]
    except RefusedError:
        if len(kept) == 1:
            raise
        return None
    pdf, pages = _set(search, kept)
    return _Trial(kept, share, pictures, pdf, pages)


def _fits(trial: _Trial, most: int | None, pages: int | None) -> bool:
    return (most is None or len(trial.pdf) <= most) and (pages is None or trial.pages <= pages)


def _raised(trial: _Trial, most: int | None) -> int | None:
    """More bytes for those pictures that used all of theirs; None where nothing is to be had."""
    wanting = [each for each in trial.pictures if each.bytes > trial.share * _WANTING]
    if most is None or not wanting or trial.share >= AMPLE or len(trial.pdf) > most * _FULL:
        return None
    return min(AMPLE, trial.share + int((most - len(trial.pdf)) * _AIM / len(wanting)))


def _share(most: int | None, text: int, count: int) -> int:
    """Bytes for each picture."""
    if most is None or count == 0:
        return AMPLE
    return min(AMPLE, int((most - text) * _AIM / count))


def _dropped(shown: Shown, planned: Plan) -> tuple[str, Saying]:
    most = planned.packet.total_bytes or planned.packet.file_bytes or 0
    return shown.exhibit, say(
        "A picture of it stays out: within {most} MB and the pages of the channel the others tell more.",
        most=round(most / 1e6, 2),
    )


def _printed(wide: int, high: int) -> tuple[float, float]:
    """How large a picture of that size is printed, in millimetres."""
    scale = min(WIDE / wide, HIGH / high)
    return wide * scale, high * scale


def _set(search: _Search, kept: list[Shown]) -> tuple[bytes, int]:
    order = search.order
    planned, words = order.planned, order.words
    numbers = numbered(planned)
    case = order.found.case
    title = next((part.title for part in planned.packet.part if part.id == search.piece.part), None)
    alone = not planned.packet.part
    heading = words.text("Statement and exhibits")
    if title:
        heading = title.of(words.lang)
    here = {shown.exhibit for shown in kept}
    sheet: dict[str, Any] = {
        "lang": words.lang,
        "title": heading,
        "subtitle": words.text("Order {order}", order=case.order_number or case.id),
        "letter": [text for name, text in order.written.sentences if name != _LISTED] if alone else [],
        "exhibits": [
            {"number": str(numbers[e.id]), "what": words.say(called(e))}
            for e in sorted(case.exhibits, key=lambda e: numbers.get(e.id, 0))
            if e.id in here
        ],
        "pictures": list(_pictures(search, kept, numbers)),
        "footer": words.text("Order {order}", order=case.order_number or case.id),
        "labels": {"exhibits": words.text("Exhibits")},
    }
    files = {search.place(shown).name: search.place(shown).read_bytes() for shown in kept}
    return typeset(("api.packing", "leaves.typ"), sheet, files, at=order.desk.now(), count="pages")


def _pictures(search: _Search, kept: list[Shown], numbers: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for shown in kept:
        wide, high = _printed(*search.size(shown))
        yield {
            "file": search.place(shown).name,
            "wide": round(wide, 2),
            "high": round(high, 2),
            "caption": _caption(search.order, shown, numbers[shown.exhibit]),
        }


def _caption(order: Order, shown: Shown, number: int) -> str:
    words = order.words
    head = words.text("Exhibit {number}", number=number)
    if shown.kind == "still":
        face = numbered_side(shown.face)
        what = words.say(FACE_NAMES[face] if face else STILLS[shown.what])
        return words.text("{head}, film at {at} s: {what}", head=head, at=round(shown.at or 0, 1), what=what)
    exhibit = order.found.case.exhibit(shown.exhibit)
    return f"{head}: {words.say(called(exhibit))}" if exhibit else head


def _file(piece: Piece, place: Path, trial: _Trial) -> File:
    digest, size = workshop.digest_of(place)
    sources = tuple(
        {**source_of(shown), "picture": made.what.model_dump(mode="json", exclude_none=True)}
        for shown, made in zip(trial.kept, trial.pictures, strict=True)
    )
    return File(
        name=piece.name,
        digest=digest,
        bytes=size,
        form="pdf",
        part=piece.part,
        sources=sources,
        facts={"pages": trial.pages},
    )
