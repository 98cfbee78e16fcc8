"""The parcel unfolded: its six faces as the arms of a cross, each with what the film showed of it.

Only values and words; `api/templates/unfolding.html` and `api/cross.py` draw them. A face that the
film lacks is as much a part of it as one that was seen, so that one glance tells what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.facts import FACE_NAMES
from api.reading import OUTCOMES, Reading, Remark
from api.words import Words
from evidence.model import FACES, Face, Measure, Outcome, Report
from evidence.showing import SHOW
from evidence.timeline import Timeline

UNFOLDED: Final[tuple[Face, ...]] = ("top", "left", "front", "right", "back", "bottom")
"""The faces as the cross is read: from above, then along its arms, then below."""

_COUNT: Final = "six_faces.count"
_FACE: Final = "six_faces.face"
_CORNERS: Final = "six_faces.corners"
_MOST_SPANS: Final = 2
"""Times that stand beside a face; all of them stand in the finding."""


@dataclass(frozen=True)
class Cell:
    """One face of the parcel."""

    face: Face
    name: str
    outcome: Outcome
    """Pass where the face counts, fail where it is known to be missing, else unsure."""
    seen: bool
    word: str
    """The outcome in words."""
    spans: tuple[str, ...]
    """When it was seen, the first times; empty where it was not."""
    more: int
    """Times beyond those."""
    times: str
    """All times in one line."""
    at: float
    """Seconds at which it is first seen; 0 where it is not."""
    anchor: str
    """The finding that tells of it; empty where there is none."""
    still: str
    """Digest of its best view; empty where there is none."""
    does: str
    """What to do about it; empty where it counts."""


@dataclass(frozen=True)
class Corners:
    """The two pictures that show all six faces, three each."""

    says: str
    anchor: str
    stills: tuple[str, ...]
    """Digests."""


@dataclass(frozen=True)
class Unfolding:
    """The whole parcel."""

    outcome: Outcome
    word: str
    count: int
    """Faces that count, as the check says: 0 to 6."""
    says: str
    anchor: str
    cells: tuple[Cell, ...]
    """All six, in the order of `UNFOLDED`."""
    corners: Corners | None

    @property
    def stills(self) -> frozenset[str]:
        """Digests of all pictures that are shown in it."""
        corners = self.corners.stills if self.corners else ()
        return frozenset(digest for digest in (*(cell.still for cell in self.cells), *corners) if digest)

    @property
    def lacking(self) -> tuple[Cell, ...]:
        """The faces that do not count."""
        return tuple(cell for cell in self.cells if cell.outcome is not Outcome.PASS)


def unfold(report: Report, reading: Reading, words: Words) -> Unfolding | None:
    """The parcel of `report`; None where nobody has looked for its faces, and for a photo."""
    remarks = [r for s in reading.sections if s.check == "six_faces" for r in s.remarks]
    count = next((r for r in remarks if r.code == _COUNT and r.outcome is not Outcome.SKIPPED), None)
    if count is None:
        return None
    kept = {still.digest for still in report.stills}
    # Remarks come worst first, so of two that contradict each other the worse one stands.
    faces: dict[Face, Remark] = {}
    for remark in remarks:
        face = face_of(remark)
        if face and remark.code == _FACE and remark.outcome is not Outcome.SKIPPED:
            faces.setdefault(face, remark)
    cells = tuple(_cell(face, faces.get(face), count.outcome, kept, words) for face in UNFOLDED)
    return Unfolding(
        outcome=count.outcome,
        word=words.say(OUTCOMES[count.outcome]),
        count=_shown(report, sum(cell.outcome is Outcome.PASS for cell in cells)),
        says=count.says,
        anchor=count.anchor,
        cells=cells,
        corners=next(_corners(remarks, kept), None),
    )


def face_of(remark: Remark) -> Face | None:
    """The face that a finding is about; None where it names none."""
    named = {measure.value for measure in remark.measures if measure.label == "face"}
    return next((face for face in FACES if face in named), None)


def numbered(number: int | None) -> Face | None:
    """The face of a still by its number; None where there is none such."""
    return FACES[number - 1] if number is not None and 1 <= number <= len(FACES) else None


def _shown(report: Report, otherwise: int) -> int:
    measures: Iterator[Measure] = (m for f in report.findings() if f.code == _COUNT for m in f.measures)
    told = next((m.value for m in measures if m.name == "faces_shown"), None)
    return told if isinstance(told, int) and 0 <= told <= len(FACES) else otherwise


def _cell(face: Face, remark: Remark | None, whole: Outcome, kept: set[str], words: Words) -> Cell:
    if remark is None:
        # Only a film that was followed without doubt can be said to lack a face.
        outcome = Outcome.FAIL if whole is Outcome.FAIL else Outcome.UNSURE
    else:
        outcome = Outcome.PASS if remark.outcome is Outcome.PASS else Outcome.UNSURE
    when = remark.when if remark else Timeline()
    return Cell(
        face=face,
        name=words.say(FACE_NAMES[face]),
        outcome=outcome,
        seen=remark is not None,
        word=_word(outcome, words, seen=remark is not None),
        spans=tuple(words.span(span) for span in when.spans[:_MOST_SPANS]),
        more=max(len(when) - _MOST_SPANS, 0),
        times=words.spans(when),
        at=when.spans[0].start.total_seconds() if when else 0.0,
        anchor=remark.anchor if remark else "",
        still=next((digest for digest in remark.stills if digest in kept), "") if remark else "",
        does="" if outcome is Outcome.PASS else words.say(SHOW[face]),
    )


def _word(outcome: Outcome, words: Words, *, seen: bool) -> str:
    if outcome is Outcome.PASS:
        return words.text("counts")
    if seen:
        return words.text("uncertain")
    return words.text("not seen") if outcome is Outcome.FAIL else words.text("no clear view")


def _corners(remarks: list[Remark], kept: set[str]) -> Iterator[Corners]:
    for remark in remarks:
        stills = tuple(digest for digest in remark.stills if digest in kept)[:2]
        if remark.code == _CORNERS and stills:
            yield Corners(says=remark.says, anchor=remark.anchor, stills=stills)
