"""Whether the exhibits of a case fit into what a channel takes in."""

from __future__ import annotations

from collections.abc import Iterator

from claims.case import Case, Exhibit, ExhibitKind
from claims.ruleset import Ruleset
from claims.scope import Scope
from claims.value import Value
from claims.vocabulary.packet import Packet
from claims.vocabulary.quoted import Words
from evidence.model import Saying, say


class Fit(Value):
    """One channel, and what of the case does not fit into it."""

    packet: Packet
    title: Words
    troubles: tuple[Saying, ...] = ()
    notes: tuple[Saying, ...] = ()
    """What has to be known before it is sent."""


def fits(case: Case, ruleset: Ruleset, scope: Scope) -> tuple[Fit, ...]:
    """Every packet of the ruleset that is about this procedure."""
    return tuple(
        Fit(
            packet=packet,
            title=packet.title,
            troubles=tuple(_troubles(packet, case.exhibits)),
            notes=tuple(_notes(packet)),
        )
        for packet in scope.of(ruleset.packet)
    )


def _troubles(packet: Packet, exhibits: tuple[Exhibit, ...]) -> Iterator[Saying]:
    if packet.text_only:
        if exhibits:
            yield say("It takes text alone: send the files another way, and mention them in the text.")
        return
    if packet.files is not None and len(exhibits) > packet.files:
        yield say(
            "{count} files are in the case, and it takes {most}.", count=len(exhibits), most=packet.files
        )
    total = sum(e.size for e in exhibits)
    if packet.total_bytes is not None and total > packet.total_bytes:
        yield say(
            "All files together have {size} bytes, and it takes {most}.", size=total, most=packet.total_bytes
        )
    for exhibit in exhibits:
        yield from _of_file(packet, exhibit)


def _of_file(packet: Packet, exhibit: Exhibit) -> Iterator[Saying]:
    most = packet.photo_bytes if exhibit.kind is ExhibitKind.PHOTO else None
    most = most or packet.file_bytes
    if most is not None and exhibit.size > most:
        yield say(
            "{exhibit} has {size} bytes, and it takes {most} a file.",
            exhibit=exhibit.id,
            size=exhibit.size,
            most=most,
        )
    ending = exhibit.name.rpartition(".")[2].casefold()
    if packet.formats and ending not in packet.formats:
        yield say(
            "{exhibit} is of another format than it takes ({formats}).",
            exhibit=exhibit.id,
            formats=", ".join(packet.formats),
        )


def _notes(packet: Packet) -> Iterator[Saying]:
    if packet.once:
        yield say("It can be sent once only; nothing can be added afterwards.")
    if packet.black_and_white:
        yield say("It takes black and white alone, so nothing may hang on a colour.")
    if packet.characters is not None:
        yield say("The text beside it may have {most} characters.", most=packet.characters)
    if packet.pages is not None:
        yield say("It may have {most} pages.", most=packet.pages)
    if packet.seconds is not None:
        yield say(
            "A film may last {most} seconds: plan that before filming, and never cut.", most=packet.seconds
        )
