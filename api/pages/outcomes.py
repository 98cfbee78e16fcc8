"""`/outcomes`: what became of refusals and appeals, by platform and reason, as a table and a bar picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from api import outlook
from api.pages.frame import language, page
from api.routes.asking import Serving
from api.telling import of
from api.words import Words, legible, words
from claims.outcomes import ByReason, Ended, Given
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk

router = APIRouter(include_in_schema=False)

WIDE: Final = 600
"""Units of a whole bar in the picture, which scales with the page."""
MOST_ROWS: Final = 100
"""Of the table, those with the most losses first; the others are in the API's report."""
_ENDS: Final[tuple[tuple[Ended, str, Saying], ...]] = (
    (Ended.WON, "pass", say("won")),
    (Ended.PARTLY, "unsure", say("partly won")),
    (Ended.LOST, "fail", say("lost")),
    (Ended.OPEN, "skipped", say("open")),
)


@dataclass(frozen=True)
class Bar:
    """A part of a bar: where it begins and how wide it is, in units of the picture."""

    tone: str
    left: int
    width: int
    label: str


@dataclass(frozen=True)
class Row:
    """The cases of one platform and reason."""

    platform: str
    reason: str
    counts: tuple[int, ...]
    total: int
    share: str
    bars: tuple[Bar, ...]


@router.get("/outcomes")
def report(request: Request, desk: Serving, platform: Annotated[str, Query(max_length=64)] = "") -> Response:
    """All of it, or of one platform."""
    told = words(language(request))
    every = outlook.learnt(desk)
    found = outlook.learnt(desk, platform=platform) if platform else every
    most = max((_total(each) for each in found.reasons), default=0)
    names = _names(desk, told)
    return page(
        request,
        "outcomes.html",
        argued=found.argued,
        platform=platform,
        platforms=sorted({each.platform for each in every.reasons if each.platform}),
        heads=[(tone, told.say(says)) for _, tone, says in _ENDS],
        rows=[_row(each, most, names, told) for each in found.reasons[:MOST_ROWS]],
        wide=WIDE,
        given=[
            (
                legible(each.platform, 40),
                _named(each, names),
                told.say(next(says for ended, _, says in _ENDS if ended is each.ended)),
                legible(each.because, 200),
                each.count,
            )
            for each in found.given[:MOST_ROWS]
        ],
    )


def _row(counted: ByReason, most: int, names: dict[tuple[str, str], str], told: Words) -> Row:
    counts = tuple(getattr(counted, ended.value) for ended, _, _ in _ENDS)
    decided = counted.won + counted.partly + counted.lost
    return Row(
        platform=legible(counted.platform, 40) or "–",
        reason=_named(counted, names) or told.text("no reason named"),
        counts=counts,
        total=sum(counts),
        share=f"{100 * counted.won / decided:.0f} %" if decided else "–",
        bars=tuple(_bars(counts, most, told)),
    )


def _bars(counts: tuple[int, ...], most: int, told: Words) -> Iterator[Bar]:
    left = 0
    for count, (_, tone, says) in zip(counts, _ENDS, strict=True):
        width = round(WIDE * count / most) if most else 0
        if count:
            yield Bar(tone, left, max(2, width), f"{told.say(says)}: {count}")
        left += width


def _total(counted: ByReason) -> int:
    return counted.won + counted.partly + counted.lost + counted.open


def _names(desk: Desk, told: Words) -> dict[tuple[str, str], str]:
    """The reasons of the platforms' lists by platform and code, as people call them."""
    return {key: of(title, told) for key, title in outlook.reasons(desk).items()}


def _named(counted: ByReason | Given, names: dict[tuple[str, str], str]) -> str:
    return names.get((counted.platform, counted.reason), legible(counted.reason, 80))
