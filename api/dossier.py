"""A report as one HTML file that needs nothing else: style, drawing and pictures are inside.

It runs no script, loads nothing, and says so to the browser by its own policy; it can be printed,
sent and opened offline. Everything that strangers wrote is escaped by the template engine.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from api.facts import FACE_NAMES
from api.lanes import strip
from api.proportions import Proportions, proportions, size_of
from api.proposing import NOBODY, Asking, disputes, propose
from api.reading import AGREEMENT, MARKS, OUTCOMES, Reading, read
from api.recognising import Known
from api.unfolding import Unfolding, numbered, unfold
from api.words import Words
from evidence.model import Outcome, Report, Saying, say

Stills = Callable[[str], bytes | None]
"""Gives the bytes of a still by its digest, or None where they are gone."""

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""The content security policy of a report; a server sends it as a header too."""

MOST_PICTURES: Final = 60
"""Pictures that are embedded; a film made to have thousands stays a file one can open."""

_KINDS: Final[Mapping[str, Saying]] = {
    "face": say("Face {number}"),
    "corner": say("Two corners"),
    "overview": say("Overview"),
    "before": say("Before"),
    "after": say("After"),
    "blurred": say("Blurred"),
    "label": say("Waybill"),
}
_MAGIC: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


@dataclass(frozen=True)
class Picture:
    """One still as the page shows it."""

    anchor: str
    source: str
    """A `data:` address; empty where the picture cannot be shown."""
    caption: str
    time: str
    at: float
    """Seconds; where a player goes for it."""
    belongs: str
    """The anchor of the finding that names it."""


@dataclass(frozen=True)
class View:
    """One still as the unfolding shows it."""

    source: str
    """A `data:` address; empty where the picture cannot be shown."""
    size: tuple[int, int] | None
    """Width and height in pixels."""
    time: str
    at: float
    """Seconds."""


@dataclass(frozen=True)
class Met:
    """A file that was sent earlier and shows the same, as the page tells it."""

    evidence_id: str
    outcome: Outcome
    """Unsure where another case has it, so that a person has to look."""
    says: str
    advice: str
    times: str
    """Where in both films; empty for photos and equal bytes."""


def dossier(
    report: Report,
    stills: Stills,
    words: Words,
    *,
    asking: Asking = NOBODY,
    earlier: Iterable[Known] = (),
) -> str:
    """The whole page as HTML text, in the language of `words`; `earlier` are files that show the same."""
    values = told(report, stills, words, asking=asking, earlier=earlier)
    people = ("confirmation.css",) if values["proposal"] or values["disputes"] else ()
    sheets = ("tokens.css", "report.css", *people)
    style = "".join(map(style_of, sheets)) + values["shape"].rule
    return (
        environment()
        .get_template("report.html")
        .render(
            **values,
            style=Markup(style),  # noqa: S704 - our own files
            policy=POLICY,
            words=words,
            t=words.text,
            live=False,
        )
    )


def told(
    report: Report,
    stills: Stills,
    words: Words,
    *,
    asking: Asking = NOBODY,
    earlier: Iterable[Known] = (),
) -> dict[str, Any]:
    """What a page on that report shows, by the names that its templates know."""
    reading = read(report, words)
    unfolding = unfold(report, reading, words)
    views = _views(report, unfolding, stills, words) if unfolding else {}
    proposal = propose(report, asking, words)
    candidates = proposal.candidates if proposal else ()
    return {
        "report": report,
        "reading": reading,
        "strip": strip(report, reading, words),
        "pictures": tuple(_pictures(report, reading, stills, words, besides=frozenset(views))),
        "unfolding": unfolding,
        "shape": _shape(unfolding, views),
        "proposal": proposal,
        "disputes": disputes(report, asking, words),
        "proposed": {each.digest: _source(each.digest, stills(each.digest)) for each in candidates},
        "earlier": [_met(each, words) for each in earlier],
        "face_names": FACE_NAMES,
        "views": views,
        "marks": MARKS,
        "outcomes": OUTCOMES,
        "told": {outcome.value: words.say(name) for outcome, name in OUTCOMES.items()},
        "agreement": AGREEMENT,
        "film": report.media.kind == "video",
    }


@cache
def environment() -> Environment:
    """The template engine: escapes everything, and breaks on a name that is not there."""
    return Environment(
        loader=PackageLoader("api"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style_of(name: str) -> str:
    """The text of a style sheet of the package."""
    return resources.files("api").joinpath("static", name).read_text("utf-8")


def _shape(unfolding: Unfolding | None, views: Mapping[str, View]) -> Proportions:
    """The parcel's own proportions, in which its unfolding is drawn."""
    cells = unfolding.cells if unfolding else ()
    seen = {cell.face: views[cell.still].size for cell in cells if cell.still}
    return proportions({face: size for face, size in seen.items() if size})


def _views(report: Report, unfolding: Unfolding, stills: Stills, words: Words) -> dict[str, View]:
    """The pictures of the unfolding, by digest."""
    views: dict[str, View] = {}
    for still in report.stills:
        if still.digest in unfolding.stills and still.digest not in views:
            data = stills(still.digest)
            source = _source(still.digest, data)
            size = size_of(data) if data and source else None
            views[still.digest] = View(
                source, size, words.clock(still.at, tenths=True), still.at.total_seconds()
            )
    return views


def _met(known: Known, words: Words) -> Met:
    return Met(
        evidence_id=known.duplicate.evidence_id,
        outcome=Outcome.UNSURE if known.elsewhere else Outcome.SKIPPED,
        says=words.say(known.says),
        advice=words.say(known.advice),
        times=words.both(known.duplicate.here, known.duplicate.there),
    )


def _pictures(
    report: Report, reading: Reading, stills: Stills, words: Words, *, besides: frozenset[str]
) -> Iterator[Picture]:
    """The pictures of the gallery: all but those that are shown elsewhere."""
    behind = {
        digest: remark.anchor
        for section in reading.sections
        for remark in section.remarks
        for digest in remark.stills
    }
    film = report.media.kind == "video"
    left = sorted((still for still in report.stills if still.digest not in besides), key=lambda s: s.at)
    for number, still in enumerate(left[:MOST_PICTURES], 1):
        kind, face = _KINDS.get(still.what), numbered(still.face)
        if still.what == "face" and face:
            caption = words.say(FACE_NAMES[face])
        elif kind is not None:
            caption = words.text(kind.text, number=still.face or "")
        else:
            caption = words.text("Picture")
        yield Picture(
            anchor=f"p{number}",
            source=_source(still.digest, stills(still.digest)),
            caption=caption.strip(),
            time=words.clock(still.at, tenths=True) if film else "",
            at=still.at.total_seconds(),
            belongs=behind.get(still.digest, ""),
        )


def _source(digest: str, data: bytes | None) -> str:
    """A picture is shown only if its bytes are those that the report names."""
    if data is None or f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
        return ""
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}" if kind else ""
