"""What goes into the packet of one channel, in which order, what stays out, or why nothing can go.

A plan breaks no limit that the channel's entry names; a limit that is blank is not known and none is
assumed. Whether a film or photo can be made small enough shows only when it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from claims import shots
from claims.case import Case
from claims.packets.shown import Shown, shown
from claims.ruleset import Ruleset
from claims.value import Id, Value
from claims.vocabulary.packet import Packet, Part
from evidence.model import Report, Saying, say

Form = Literal["film", "original", "photo", "pdf"]
FILMS: Final = frozenset({"mp4", "mov", "m4v", "webm", "mkv", "3gp", "avi"})
"""Endings by which a source says that it takes films."""
_JPEG: Final = ("jpg", "jpeg")
A_PAGE: Final = 2
"""Pictures on a page of a PDF."""
MOST_PICTURES: Final = 24
"""In a PDF: who has a minute looks at no more."""
_TEXT_PAGES: Final = 3
"""At most, of the letter and the list of exhibits."""


class Piece(Value):
    """One file of the packet."""

    name: str
    """ASCII, with its ending; of our making."""
    form: Form
    shown: tuple[Shown, ...]
    """One, or of a PDF all that are on its pages."""
    part: str = ""
    most: int | None = None
    """Bytes that it may have alone; the total is shared out when it is made."""


class Dropped(Value):
    """Something that stays out, and why."""

    exhibit: Id
    name: str
    why: Saying


class Plan(Value):
    """The packet of one channel as it would be made."""

    packet: Packet
    ruleset: str
    pieces: tuple[Piece, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    refusals: tuple[Saying, ...] = ()
    """Why it cannot be made, each with what to do; empty where it can."""
    lacking: tuple[Saying, ...] = ()
    """What the channel asks for and the case has not; it can be made incomplete."""
    notes: tuple[Saying, ...] = ()

    @property
    def key(self) -> str:
        """By which people name it: `ruleset.packet`."""
        return f"{self.ruleset}.{self.packet.id}"


@dataclass
class _Draft:
    """A plan while it is made."""

    packet: Packet
    pieces: list[Piece] = field(default_factory=list[Piece])
    dropped: dict[str, Dropped] = field(default_factory=dict[str, Dropped])
    refusals: list[Saying] = field(default_factory=list[Saying])
    lacking: list[Saying] = field(default_factory=list[Saying])
    notes: list[Saying] = field(default_factory=list[Saying])

    def drop(self, each: Shown, why: Saying) -> None:
        """Say once for each exhibit why it, or a picture of it, stays out."""
        if each.kind != "still":
            self.dropped.setdefault(each.exhibit, Dropped(exhibit=each.exhibit, name=each.name, why=why))


def plan(
    case: Case,
    rules: Ruleset,
    packet: Packet,
    reports: Mapping[str, Report],
    *,
    ruleset: str = "",
    without: frozenset[str] = frozenset(),
) -> Plan:
    """What the channel `packet` gets of this case.

    Args:
        case: the case.
        rules: its own ruleset, whose reasons say what tells most.
        packet: the channel's limits, of that ruleset or of another.
        reports: by the digest of the exhibit.
        ruleset: the id of the ruleset that `packet` stands in; the case's own where not given.
        without: ids of exhibits that a person leaves out.
    """
    draft = _Draft(packet)
    every = [each for each in shown(case, rules, reports) if each.exhibit not in without]
    for exhibit in case.exhibits:
        if exhibit.digest not in reports and exhibit.id not in without:
            why = say("It has not been examined, so nobody knows what it is; wait for its report.")
            draft.dropped[exhibit.id] = Dropped(exhibit=exhibit.id, name=exhibit.name, why=why)
    if packet.text_only:
        for each in every:
            draft.drop(each, say("The channel takes text alone: send it another way, and mention it."))
    elif packet.as_pdf:
        _pages(draft, every)
    else:
        _files(draft, every, reports)
    if not (packet.text_only or draft.pieces or draft.refusals):
        draft.refusals.append(
            say("The case has nothing that this channel takes; add a photo or a film to it first.")
        )
    draft.notes += _notes(draft)
    return Plan(
        packet=packet,
        ruleset=ruleset or rules.id,
        pieces=tuple(draft.pieces),
        dropped=tuple(draft.dropped.values()),
        refusals=tuple(draft.refusals),
        lacking=tuple(draft.lacking),
        notes=tuple(draft.notes),
    )


def takes_films(packet: Packet) -> bool:
    """Whether a film may go in: as its formats say; where they are not told, nobody says no."""
    return not packet.as_pdf and (not packet.formats or bool(FILMS & set(packet.formats)))


# files


def _files(draft: _Draft, every: list[Shown], reports: Mapping[str, Report]) -> None:
    packet = draft.packet
    films = [each for each in every if each.kind == "film"]
    if takes_films(packet):
        for film in films:
            _refuse_too_long(draft, film, reports[film.digest])
    else:
        for film in films:
            draft.drop(
                film, say("The channel takes no films; pictures of it go instead, where there are any.")
            )
        every = [each for each in every if each.kind != "film"]
    if packet.part:
        _parts(draft, every, reports)
        return
    # Where the film itself goes in, its pictures would only repeat it.
    seen = {film.exhibit for film in films} if takes_films(packet) else frozenset[str]()
    chosen = [each for each in every if each.kind != "still" or each.exhibit not in seen]
    most = packet.files or len(chosen)
    for each in chosen[most:]:
        draft.drop(each, say("The channel takes {most} files, and others tell more.", most=most))
    for number, each in enumerate(chosen[:most], start=1):
        draft.pieces.append(_file(packet, each, f"{number:02}-{each.what or each.kind}", reports))


def _refuse_too_long(draft: _Draft, film: Shown, report: Report) -> None:
    most, length = draft.packet.seconds, report.media.duration
    if most is not None and length is not None and length.total_seconds() > most:
        draft.refusals.append(
            say(
                "{exhibit} lasts {seconds} s, and the channel takes {most}. A film of an opening is never "
                "cut: film the next one within that time, or make this packet without {exhibit}.",
                exhibit=film.exhibit,
                seconds=round(length.total_seconds(), 1),
                most=most,
            )
        )


def _file(packet: Packet, each: Shown, stem: str, reports: Mapping[str, Report], part: str = "") -> Piece:
    if each.kind == "film":
        container = reports[each.digest].media.container
        fits = packet.file_bytes is None or each.size <= packet.file_bytes
        if fits and (not packet.formats or container in packet.formats):
            return Piece(
                name=f"{stem}.{container}", form="original", shown=(each,), part=part, most=packet.file_bytes
            )
        return Piece(name=f"{stem}.mp4", form="film", shown=(each,), part=part, most=packet.file_bytes)
    ending = next((e for e in _JPEG if e in packet.formats), _JPEG[0])
    most = packet.photo_bytes or packet.file_bytes
    return Piece(name=f"{stem}.{ending}", form="photo", shown=(each,), part=part, most=most)


# parts


def _parts(draft: _Draft, every: list[Shown], reports: Mapping[str, Report]) -> None:
    left = list(every)
    number = 0
    for part in draft.packet.part:
        for each in _taken(draft, part, left):
            number += 1
            draft.pieces.append(_file(draft.packet, each, f"{number:02}-{part.id}", reports, part=part.id))
    for each in left:
        draft.drop(each, _unasked(each))


def _unasked(each: Shown) -> Saying:
    if not each.what:
        return say("Nobody has said what it shows; give it a role, and it can be one of what is asked for.")
    return say("The channel does not ask for it, or for no more of its kind.")


def _taken(draft: _Draft, part: Part, left: list[Shown]) -> list[Shown]:
    """What is that part, taken out of `left`; says where it is lacking."""
    found = list(_matching(part, left, draft.packet.part))[: part.most]
    for each in found:
        left.remove(each)
    if part.needed and not found:
        what = part.title.says
        draft.lacking.append(say("The channel asks for this, and the case has none: {what}.", what=what))
    return found


def _named_so(shot: str, each: Shown, parts: Iterable[Part]) -> bool:
    """Whether its name says that it is that shot, and none of another part any more than that."""
    catalogue = shots.catalogue()
    most = shots.spoken(catalogue.named(shot), each.name)
    others = (shots.spoken(catalogue.named(p.shot), each.name) for p in parts if p.shot and p.shot != shot)
    return most > 0 and most >= max(others, default=0)


def _matching(part: Part, left: Iterable[Shown], parts: Iterable[Part]) -> Iterator[Shown]:
    """Named so by the file, then by role, then pictures of a film."""
    mine = [each for each in left if each.kind != "still" and each.what in part.roles]
    if part.shot:
        named = [each for each in left if each.kind == "photo" and _named_so(part.shot, each, parts)]
        named = [each for each in named if not part.roles or each in mine or not each.what]
        yield from named
        mine = [each for each in mine if each not in named]
    yield from sorted(mine, key=lambda each: part.roles.index(each.what))
    yield from (each for each in left if each.kind == "still" and each.what in part.stills)


# pages


def _pages(draft: _Draft, every: list[Shown]) -> None:
    packet = draft.packet
    pictures = [each for each in every if each.kind != "film"]
    for film in every:
        if film.kind == "film":
            draft.drop(
                film, say("The channel takes no films; pictures of it go instead, where there are any.")
            )
    if packet.part:
        left = list(pictures)
        for part in packet.part:
            if found := _taken(draft, part, left):
                name = f"{part.id}.pdf"
                draft.pieces.append(Piece(name=name, form="pdf", shown=tuple(found), part=part.id))
        for each in left:
            draft.drop(each, _unasked(each))
        return
    most = MOST_PICTURES
    if packet.pages is not None:
        most = max(0, min(most, (packet.pages - _TEXT_PAGES) * A_PAGE))
    for each in pictures[most:]:
        draft.drop(each, say("The channel takes {most} pages, and others tell more.", most=packet.pages or 0))
    if pictures:
        draft.pieces.append(
            Piece(name="exhibits.pdf", form="pdf", shown=tuple(pictures[:most]), most=packet.file_bytes)
        )


def _notes(draft: _Draft) -> Iterator[Saying]:
    packet = draft.packet
    if packet.once:
        yield say("It can be sent once only; nothing can be added afterwards.")
    if not packet.formats and not packet.text_only and not packet.as_pdf:
        yield say(
            "The source does not say which formats the channel takes: photos go as JPEG, films as they are."
        )
    if any(piece.form == "original" for piece in draft.pieces):
        yield say("A film goes as it is, byte for byte, with all that it says of time, place and camera.")
    if packet.black_and_white:
        yield say("It is made in shades of grey, as we read “black and white”; nothing may hang on a colour.")
    if packet.badge == "unverified":
        yield say("The limits are told by others than the channel itself: look at its page before you send.")
