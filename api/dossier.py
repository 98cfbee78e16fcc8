"""A report as one HTML file that needs nothing else: style, drawing and pictures are inside.

It runs no script, loads nothing, and says so to the browser by its own policy; it can be printed,
sent and opened offline. Everything that strangers wrote is escaped by the template engine.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from api.lanes import strip
from api.reading import AGREEMENT, MARKS, OUTCOMES, Reading, read
from api.words import Words
from evidence.model import Report, Saying, say

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
    belongs: str
    """The anchor of the finding that names it."""


@dataclass(frozen=True)
class Links:
    """Where a server keeps what lies around the report; a file on its own has none."""

    home: str
    saved: str
    languages: Mapping[str, str]
    """Address by the language's own name."""


def dossier(report: Report, stills: Stills, words: Words, *, links: Links | None = None) -> str:
    """The whole page as HTML text, in the language of `words`."""
    reading = read(report, words)
    film = report.media.kind == "video"
    pictures = tuple(_pictures(report, reading, stills, words))
    return (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            reading=reading,
            strip=strip(report, reading, words),
            pictures=pictures,
            shown_by={picture.anchor: picture for picture in pictures},
            style=Markup(style("tokens.css") + style("report.css")),  # noqa: S704 - our own files
            policy=POLICY,
            marks=MARKS,
            outcomes=OUTCOMES,
            told={outcome.value: words.say(name) for outcome, name in OUTCOMES.items()},
            agreement=AGREEMENT,
            words=words,
            t=words.text,
            film=film,
            links=links,
        )
    )


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


def style(name: str) -> str:
    """The text of a style sheet of the package."""
    return resources.files("api").joinpath("static", name).read_text("utf-8")


def _pictures(report: Report, reading: Reading, stills: Stills, words: Words) -> Iterator[Picture]:
    behind = {
        digest: remark.anchor
        for section in reading.sections
        for remark in section.remarks
        for digest in remark.stills
    }
    film = report.media.kind == "video"
    for number, still in enumerate(sorted(report.stills, key=lambda s: s.at)[:MOST_PICTURES], 1):
        kind = _KINDS.get(still.what)
        if kind is not None:
            caption = words.text(kind.text, number=still.face or "")
        else:
            caption = words.text("Picture")
        yield Picture(
            anchor=f"p{number}",
            source=_source(still.digest, stills(still.digest)),
            caption=caption.strip(),
            time=words.clock(still.at, tenths=True) if film else "",
            belongs=behind.get(still.digest, ""),
        )


def _source(digest: str, data: bytes | None) -> str:
    """A picture is shown only if its bytes are those that the report names."""
    if data is None or f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
        return ""
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}" if kind else ""
