"""Everything of a case that could be shown to a channel, the most telling first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from claims.case import Case, Exhibit, ExhibitKind, Role, Speaker
from claims.ruleset import Ruleset
from claims.value import Id, Value
from evidence.model import Digest, Report, Still

Kind = Literal["film", "photo", "still"]

_ROLES: Final = (
    Role.COMPARISON,
    Role.DEFECT_PHOTO,
    Role.LABEL_PHOTO,
    Role.INSPECTION_PHOTO,
    Role.LAYOUT_PHOTO,
    Role.SERIAL_PHOTO,
    Role.DELIVERY_PROOF,
    Role.TRACKING_SCREENSHOT,
    Role.WEIGHT_PHOTO,
    Role.PACKAGING_PHOTO,
    Role.PRODUCT_PHOTO,
    Role.ORDER_SNAPSHOT,
    Role.CHAT_EXPORT,
)
"""Our own order, where the reason of the claim names none; others come after."""
_STILLS: Final = ("corner", "label", "opened", "clock", "face", "after", "before", "overview")
"""Pictures of a film by what they show, the most telling first: two corners show six sides."""
_PROOF: Final = frozenset({"corner", "label"})
"""Pictures of a film that stand right after the photos that the reason names."""
_MOST_OF_A_KIND: Final[Mapping[str, int]] = {"corner": 2, "label": 1, "clock": 1, "face": 6}
_MOST: Final = 3


class Shown(Value):
    """One film, photo, or picture of a film."""

    digest: Digest
    """Of the exhibit, or of the picture that was kept of it."""
    exhibit: Id
    kind: Kind
    what: str
    """The role of the exhibit or, of a picture of a film, what it shows; empty where nobody said."""
    at: float | None = None
    """Seconds in the film."""
    face: int | None = None
    name: str = ""
    """What the user called the file: data."""
    size: int = 0
    """Bytes; 0 of a picture of a film, which is small."""


def shown(case: Case, rules: Ruleset, reports: Mapping[str, Report]) -> tuple[Shown, ...]:
    """Exhibits that were examined, and pictures of the films, by their worth to this claim.

    The films first, then the photos that the reason names, the corners and the waybill as the film shows
    them, the other photos of which somebody said what they are, other pictures of the film, and the rest.
    Of two alike ours comes before what the buyer brought.
    """
    wanted = next((r.photos for r in rules.reason if r.id == case.reason_code), ())
    order = [*wanted, *(role for role in _ROLES if role not in wanted)]
    ranked = sorted((_rank(each, order, len(wanted)), n, each) for n, each in enumerate(_all(case, reports)))
    return tuple(each for _, _, each in ranked)


def _rank(each: Shown, order: list[Role], wanted: int) -> tuple[int, int, int]:
    if each.kind == "film":
        return (0, 0, 0)
    if each.kind == "still":
        place = _STILLS.index(each.what)
        return (1, wanted, place) if each.what in _PROOF else (2, 0, place)
    if each.what not in order:
        return (3, 0, 0)
    place = order.index(Role(each.what))
    return (1, place if place < wanted else place + 1, 0)


def _all(case: Case, reports: Mapping[str, Report]) -> Iterator[Shown]:
    ours = [e for e in case.exhibits if e.brought_by is not Speaker.BUYER]
    for exhibit in (*ours, *(e for e in case.exhibits if e not in ours)):
        report = reports.get(exhibit.digest)
        if report is None:
            continue
        yield _exhibit(exhibit, "film" if report.media.kind == "video" else "photo")
        if report.media.kind == "video":
            yield from _stills(exhibit, report)


def _exhibit(exhibit: Exhibit, kind: Kind) -> Shown:
    role = exhibit.role or (Role.OPENING_FILM if exhibit.kind is ExhibitKind.FILM else None)
    return Shown(
        digest=exhibit.digest,
        exhibit=exhibit.id,
        kind=kind,
        what=role.value if role else "",
        name=exhibit.name,
        size=exhibit.size,
    )


def _stills(exhibit: Exhibit, report: Report) -> Iterator[Shown]:
    for what in _STILLS:
        mine = [still for still in report.stills if still.what == what]
        for still in _spread(mine, _MOST_OF_A_KIND.get(what, _MOST)):
            yield Shown(
                digest=still.digest,
                exhibit=exhibit.id,
                kind="still",
                what=what,
                at=still.at.total_seconds(),
                face=still.face,
            )


def _spread(stills: list[Still], most: int) -> list[Still]:
    """That many of them, from the first to the last."""
    if len(stills) <= most:
        return stills
    return [stills[round(n * (len(stills) - 1) / max(1, most - 1))] for n in range(most)]
