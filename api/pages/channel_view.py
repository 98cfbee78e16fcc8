"""A channel before anything is made, as pages show it: limits in words, what would go in, the statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.packing import offering
from api.telling import of
from api.words import TAGS, Words, legible
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.packing.offering import Offer
    from claims.vocabulary.packet import Packet


def exactly(told: Words, count: int) -> str:
    """A limit in bytes as its source writes it, never rounded up: `1.75 MB`."""
    unit, name = (1_000_000, "MB") if count >= 1_000_000 else (1000, "kB")  # noqa: PLR2004 - a megabyte
    return f"{told.number(count / unit)} {name}"


_COUNTED: Final[Mapping[str, Saying]] = {
    "characters": say("{length} characters, as the channel counts them"),
    "utf16": say("{length} units of UTF-16, as the channel counts them"),
    "bytes": say("{length} bytes of UTF-8, as the channel counts them"),
}
FORMS: Final[Mapping[str, Saying]] = {
    "film": say("film, made smaller"),
    "original": say("film as it is"),
    "photo": say("photo"),
    "pdf": say("pages"),
}
"""What a file of a packet is, by its form."""
_LIMITS: Final[Mapping[str, tuple[Saying, Callable[[Words, Any], str]]]] = {
    "text_only": (say("Text alone, no files."), lambda _, __: ""),
    "as_pdf": (say("Pictures and text as pages of a PDF."), lambda _, __: ""),
    "formats": (say("Formats: {most}."), lambda _, formats: ", ".join(formats)),
    "files": (say("At most {most} files."), Words.number),
    "file_bytes": (say("A file has at most {most}."), exactly),
    "photo_bytes": (say("A photo has at most {most}."), exactly),
    "total_bytes": (say("All files together have at most {most}."), exactly),
    "seconds": (say("A film lasts at most {most} s."), Words.number),
    "pages": (say("At most {most} pages."), Words.number),
    "black_and_white": (say("Black and white."), lambda _, __: ""),
    "once": (say("It can be sent once only."), lambda _, __: ""),
}
"""What a source says of a channel, and how its figure is shown."""


@dataclass(frozen=True)
class Letter:
    """The statement beside the files."""

    text: str
    lang: str
    count: str
    left: tuple[tuple[str, str], ...]
    """Sentences that stay out, each with its reason."""
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    """A channel with what would go to it."""

    key: str
    title: str
    limits: tuple[str, ...]
    tone: str
    verdict: str
    fits: bool
    refusals: tuple[str, ...]
    lacking: tuple[str, ...]
    files: tuple[tuple[str, str, str], ...]
    """Each with its form and the exhibits that it shows."""
    dropped: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    letter: Letter


def channel(offer: Offer, told: Words) -> Channel:
    planned = offer.planned
    lacking = tuple(map(told.say, planned.lacking))
    refusals = tuple(map(told.say, offer.refusals))
    tone, verdict = (
        ("fail", say("Cannot be made as the case stands"))
        if refusals
        else ("unsure", say("Something is lacking that the channel asks for"))
        if lacking
        else ("pass", say("Can be made"))
    )
    return Channel(
        key=offer.channel.key,
        title=of(planned.packet.title, told),
        limits=tuple(limits(planned.packet, told)),
        tone=tone,
        verdict=told.say(verdict),
        fits=not refusals,
        refusals=refusals,
        lacking=lacking,
        files=tuple(
            (each.name, told.say(FORMS[each.form]), listed((s.exhibit for s in each.shown), told))
            for each in planned.pieces
        ),
        dropped=tuple((_named(each.exhibit, each.name), told.say(each.why)) for each in planned.dropped),
        notes=tuple(map(told.say, planned.notes)),
        letter=letter(offering.told_letter(offer.written), told),
    )


def limits(packet: Packet, told: Words) -> Iterator[str]:
    """What the channel takes, a sentence for each limit that its source names."""
    for name, (says, shown) in _LIMITS.items():
        if value := getattr(packet, name):
            yield told.say(says.model_copy(update={"values": {"most": shown(told, value)}}))
    if most := min(filter(None, (packet.characters, packet.field_characters)), default=None):
        yield told.text("The statement has at most {most}.", most=told.number(most))


def letter(body: Mapping[str, Any], told: Words) -> Letter:
    """A statement as the manifest and the list of channels hold it."""
    most = told.number(body["most"]) if body["most"] else ""
    length = told.number(body["length"])
    count = _COUNTED[body["counted_in"]]
    return Letter(
        text=body["text"],
        lang=TAGS[body["lang"]],
        count=at_most(told.say(count.model_copy(update={"values": {"length": length}})), most, told),
        left=tuple((each["text"], said(each["why"], told)) for each in body["left_out"]),
        remarks=tuple(said(each["says"], told) for each in body["remarks"]),
    )


def at_most(what: str, most: str, told: Words) -> str:
    """A figure beside its limit; an empty limit is told by no source."""
    if most:
        return told.text("{what}, at most {most}", what=what, most=most)
    return told.text("{what}; no limit is told", what=what)


def listed(parts: Iterable[str], told: Words) -> str:
    """Each once."""
    return told.text(", ").join(dict.fromkeys(parts))


def said(saying: Mapping[str, Any], told: Words) -> str:
    """A saying as JSON holds it."""
    return told.say(Saying.model_validate(saying))


def _named(exhibit: str, name: str) -> str:
    return f"{exhibit} · {legible(name, 60)}" if name else exhibit
