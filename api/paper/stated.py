"""What was found in plain words, what nobody verified, and which file is which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from api.paper.claimed import local
from api.paper.sheet import Filed, Findings, Line
from api.reading import Reading, Remark, Section
from api.words import Words, legible
from claims.assessment import Assessment
from claims.case import Case, Exhibit
from claims.naming import KINDS, ROLES, SPEAKERS
from evidence.model import Outcome, Report, say

_ELSEWHERE: Final = frozenset({"six_faces.face", "label.code"})
"""Findings that the pictures of the dossier tell already."""
_MOST_LINES: Final = 40
"""Findings of one exhibit that are written out."""

_MOST_SPANS: Final = 2

NO_STAMP: Final = say(
    "The date of these pages is what the software wrote; a trusted time stamp, if any, is in the bundle."
)
RULES_ARE_READ: Final = say(
    "Whether the platform accepts this is its own decision; the requirements are read from the source "
    "that is named with them."
)


def findings(case: Case, readings: Mapping[str, Reading], words: Words) -> Iterator[Findings]:
    """Of every exhibit with a report, worst first within each check; what does not apply is left out."""
    for exhibit in case.exhibits:
        reading = readings.get(exhibit.digest)
        if reading is None:
            continue
        lines = sorted(_lines(reading.sections, words), key=lambda line: _ORDER.index(line.tone))
        left = max(len(lines) - _MOST_LINES, 0) + sum(section.more for section in reading.sections)
        more = words.text("{count} more are in the report.", count=left) if left else ""
        if lines:
            yield Findings(exhibit.id, legible(exhibit.name, 80), tuple(lines[:_MOST_LINES]), more)


_ORDER: Final = (Outcome.FAIL, Outcome.UNSURE, Outcome.PASS)


def _lines(sections: Iterable[Section], words: Words) -> Iterator[Line]:
    """What speaks against the file line by line; what is in order in one line for each check."""
    for section in sections:
        told = [remark for remark in section.remarks if remark.code not in _ELSEWHERE]
        for remark in told:
            if remark.outcome in {Outcome.FAIL, Outcome.UNSURE}:
                yield Line(remark.outcome, section.title, remark.says, _times(remark, words))
        if calm := [remark for remark in told if remark.outcome is Outcome.PASS]:
            says = (" " if words.lang == "en" else "").join(remark.says for remark in calm)
            yield Line(
                Outcome.PASS,
                section.title,
                legible(says, 1_200),
                _times(calm[0], words) if len(calm) == 1 else "",
            )


def _times(remark: Remark, words: Words) -> str:
    """The first times; the report has all."""
    spans = [words.span(span) for span in remark.when.spans[:_MOST_SPANS]]
    more = len(remark.when) - len(spans)
    return words.text(", ").join((*spans, *((f"+{more}",) if more > 0 else ())))


def unverified(
    case: Case, found: Assessment, readings: Mapping[str, Reading], words: Words
) -> Iterator[Line]:
    """What nobody checked, what could not be decided, and what no check can tell."""
    for exhibit in case.exhibits:
        reading = readings.get(exhibit.digest)
        named = f"{exhibit.id} · {legible(exhibit.name, 60)}"
        if reading is None:
            yield Line(Outcome.UNSURE, named, words.text("This file was stored and not examined."))
            continue
        if questions := words.text(", ").join(each.title for each in reading.opens):
            said = words.text("Not checked: {checks}.", checks=questions)
            yield Line(Outcome.UNSURE, named, said)
        skipped = [s.title for s in reading.sections if s.outcome is Outcome.SKIPPED]
        if skipped:
            said = words.text("Gave no answer here: {checks}.", checks=words.text(", ").join(skipped))
            yield Line(Outcome.SKIPPED, named, said)
    for notice in found.notices:
        title = f"{notice.exhibit} · {words.text('the same footage elsewhere')}"
        yield Line(Outcome.UNSURE, title, legible(words.say(notice.reason), 500))
    limits = dict.fromkeys(limit for reading in readings.values() for limit in reading.limits)
    if limits:
        said = words.text("; ").join(limits)
        yield Line(Outcome.SKIPPED, words.text("No check can tell"), said)
    yield Line(Outcome.SKIPPED, words.text("Time"), words.say(NO_STAMP))
    yield Line(Outcome.SKIPPED, words.text("Rules"), words.say(RULES_ARE_READ))


def index(
    case: Case, reports: Mapping[str, Report], paths: Mapping[str, str], words: Words
) -> Iterator[Filed]:
    """Every exhibit with its SHA-256; `paths` say where it lies in the bundle, by digest."""
    for exhibit in case.exhibits:
        digest = exhibit.digest.partition(":")[2]
        report = reports.get(exhibit.digest)
        made = report.media.created_at if report else None
        dated = words.text("recorded {at}", at=local(made, case)) if made else ""
        added = words.text("received {at}", at=local(exhibit.added_at, case))
        yield Filed(
            id=exhibit.id,
            what=_what(exhibit, words),
            name=legible(exhibit.name, 120),
            size=words.size(exhibit.size),
            added=" · ".join(part for part in (dated, added) if part),
            brought_by=words.say(SPEAKERS[exhibit.brought_by]),
            path=paths.get(exhibit.digest, ""),
            digest=(digest[:32], digest[32:]),
        )


def _what(exhibit: Exhibit, words: Words) -> str:
    return words.say(ROLES[exhibit.role] if exhibit.role else KINDS[exhibit.kind])
