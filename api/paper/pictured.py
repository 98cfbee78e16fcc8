"""The film and the photos as a dossier shows them: timeline, unfolding, label, defects with close-ups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from api.facts import FACE_NAMES
from api.lanes import strip
from api.paper.sheet import Exhibited, Pictures, Shot, Side, Unfolded
from api.proportions import proportions
from api.reading import Reading
from api.unfolding import Cell, Unfolding, numbered, unfold
from api.words import Words, legible
from claims.case import Case, Exhibit
from claims.naming import KINDS, ROLES
from evidence.model import Outcome, Report, Saying, Still, Verdict, say

TONES: Final[Mapping[Verdict, Outcome]] = {
    Verdict.SOUND: Outcome.PASS,
    Verdict.FLAWED: Outcome.FAIL,
    Verdict.REVIEW: Outcome.UNSURE,
}
_MOMENTS: Final[Mapping[str, Saying]] = {
    "opened": say("The opening"),
    "before": say("Before"),
    "after": say("After"),
    "blurred": say("Blurred"),
    "overview": say("Overview"),
}
"""Stills of a film that are shown as its moments, the telling ones first."""
_MOST_MOMENTS: Final = 6
_MOST_LABELS: Final = 1


def exhibited(
    case: Case,
    reports: Mapping[str, Report],
    readings: Mapping[str, Reading],
    pictures: Pictures,
    words: Words,
) -> Iterator[Exhibited]:
    """Every exhibit that was examined, films first: a reviewer looks for the film."""
    ordered = sorted(case.exhibits, key=lambda e: e.kind.value != "film")
    for exhibit in ordered:
        report = reports.get(exhibit.digest)
        if report is not None:
            yield _exhibited(exhibit, report, readings[exhibit.digest], pictures, words)


def _exhibited(
    exhibit: Exhibit, report: Report, reading: Reading, pictures: Pictures, words: Words
) -> Exhibited:
    film = report.media.kind == "video"
    found = unfold(report, reading, words) if film else None
    unfolded = _unfolded(found, report, pictures, words) if found else None
    label = next(_labels(report, pictures, words), None)
    shots = _moments(report, reading, pictures, words) if film else _photo(report, pictures, words)
    told = {words.text("Size"), words.text("Format"), words.text("Picture size"), words.text("Length")}
    return Exhibited(
        id=exhibit.id,
        name=legible(exhibit.name, 80),
        kind=words.say(ROLES[exhibit.role] if exhibit.role else KINDS[exhibit.kind]),
        tone=TONES[report.verdict],
        word=reading.word,
        lead=" ".join(reading.lead),
        facts=" · ".join(fact.value for fact in reading.facts if fact.label in told),
        strip=strip(report, reading, words) if film else None,
        unfolded=unfolded,
        label=label,
        label_says=_label_says(reading),
        shots=tuple(shots),
    )


def keys(exhibits: tuple[Exhibited, ...]) -> tuple[Shot, ...]:
    """The waybill, the opening and the end of the first film, and the first photo."""
    film = next((each for each in exhibits if each.strip), None)
    photo = next((each for each in exhibits if not each.strip and each.shots), None)
    chosen: list[Shot] = []
    if film:
        chosen += [film.label] if film.label else []
        chosen += film.shots[len(film.shots) // 2 :][-2:]
    chosen += photo.shots[:1] if photo else ()
    return tuple(chosen)


def _unfolded(found: Unfolding, report: Report, pictures: Pictures, words: Words) -> Unfolded:
    sides = tuple(_side(cell, pictures) for cell in found.cells)
    sizes = {s.face: (s.picture.wide, s.picture.high) for s in sides if s.picture}
    shape = proportions(sizes)
    at = {still.digest: still for still in report.stills}
    corners = found.corners.stills if found.corners else ()
    shots = (_shot(at[digest], words.text("Three faces"), pictures, words) for digest in corners)
    return Unfolded(
        tone=found.outcome,
        count=words.text("{count} of {all} faces", count=found.count, all=len(found.cells)),
        says=found.says,
        sides=sides,
        depth=shape.depth,
        height=shape.height,
        corners=tuple(shot for shot in shots if shot),
    )


def _side(cell: Cell, pictures: Pictures) -> Side:
    return Side(
        face=cell.face,
        name=cell.name,
        tone=cell.outcome,
        word=cell.word,
        times=" ".join((*cell.spans, *((f"+{cell.more}",) if cell.more else ()))),
        picture=pictures.take(cell.still) if cell.still else None,
    )


def _labels(report: Report, pictures: Pictures, words: Words) -> Iterator[Shot]:
    for still in [each for each in report.stills if each.what == "label"][:_MOST_LABELS]:
        if shot := _shot(still, words.text("Waybill"), pictures, words, timed=report.media.kind == "video"):
            yield shot


def _label_says(reading: Reading) -> str:
    """What was read of the waybill and whether it is the expected one."""
    remarks = [r for s in reading.sections if s.check == "label" for r in s.remarks]
    wanted = ("label.tracking", "label.code")
    return next((r.says for code in wanted for r in remarks if r.code == code), "")


def _moments(report: Report, reading: Reading, pictures: Pictures, words: Words) -> Iterator[Shot]:
    """The stills that findings of what is wrong point at, the opening, and some of the whole, by time."""
    behind = {
        digest
        for section in reading.sections
        for remark in section.remarks
        if remark.outcome in {Outcome.FAIL, Outcome.UNSURE}
        for digest in remark.stills
    }
    order = list(_MOMENTS)
    telling = [still for still in report.stills if still.what in _MOMENTS or still.digest in behind]
    rank = {still.digest: (still.digest not in behind, _rank(still, order)) for still in telling}
    first = sorted(
        (s for s in telling if s.what != "overview" or s.digest in behind), key=lambda s: rank[s.digest]
    )
    whole = [s for s in telling if s.what == "overview" and s.digest not in behind]
    chosen = first[:_MOST_MOMENTS]
    chosen += _spread(whole, _MOST_MOMENTS - len(chosen))
    for still in sorted(chosen, key=lambda s: s.at):
        if shot := _shot(still, _caption(still, words), pictures, words):
            yield shot


def _rank(still: Still, order: list[str]) -> int:
    return order.index(still.what) if still.what in order else len(order)


def _spread(stills: list[Still], count: int) -> list[Still]:
    """That many of them, from the first to the last."""
    if count <= 0 or not stills:
        return []
    if len(stills) <= count:
        return stills
    if count == 1:
        return [stills[len(stills) // 2]]
    return [stills[round(n * (len(stills) - 1) / (count - 1))] for n in range(count)]


def _caption(still: Still, words: Words) -> str:
    face = numbered(still.face)
    if still.what == "face" and face:
        return words.say(FACE_NAMES[face])
    known = _MOMENTS.get(still.what)
    return words.say(known) if known else words.text("Picture")


def _photo(report: Report, pictures: Pictures, words: Words) -> Iterator[Shot]:
    """The whole photo, and the place that a person marked in it."""
    whole = next((s for kind in ("subject", "overview") for s in report.stills if s.what == kind), None)
    if whole is None:
        return
    if shot := _shot(whole, words.text("The whole photo"), pictures, words, timed=False):
        yield shot
        marks = report.expected.marks
        if marks and marks.subject:
            yield Shot(shot.picture, words.text("The place that was marked"), marks.subject)


def _shot(still: Still, caption: str, pictures: Pictures, words: Words, *, timed: bool = True) -> Shot | None:
    picture = pictures.take(still.digest)
    if picture is None:
        return None
    return Shot(picture, f"{caption} · {words.clock(still.at, tenths=True)}" if timed else caption)
