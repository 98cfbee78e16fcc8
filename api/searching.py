"""Items of evidence found again: by what people remember, by how they stand, by when they came.

All of it is equality on facets of the item's row, so one indexed query finds, sorts and pages; a range of
days is a stretch of the same order. What an item is found by is kept in its own row, beside what a
list shows of it, so a page of a list reads nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from typing import Any, Final

from api import item
from api.item import CaseRef, Item, Standing, State
from api.recognising import codes_of
from api.search_words import asked
from claims.case import Case
from storage.rows import Cursor, Page, Reading, Unit

MOST_CODES: Final = 8
MOST_SKUS: Final = 20
MOST_CASES: Final = 20
"""What of each is kept with an item, to be found by."""
_FIRST: Final = "!"
"""Before every id, as text."""
_SHOWN: Final = ("overview", "face", "label")
"""Pictures that stand for a film, the best first; else the first there is."""


@dataclass(frozen=True)
class Wish:
    """What is looked for; all that is given has to hold."""

    text: str = ""
    """Order number, waybill, SKU, code, id, or words of a name."""
    standing: Standing | None = None
    state: State | None = None
    digest: str = ""
    since: datetime | None = None
    """Came at that moment or later."""
    until: datetime | None = None
    """Came before that moment."""

    @property
    def facets(self) -> dict[str, str]:
        # Words come first: they are the rarest, and the first one's index sorts.
        found = {f"{item.WORD}{word}": "" for word in asked(self.text)}
        if self.digest:
            found["digest"] = self.digest
        if self.state:
            found["state"] = self.state.value
        if self.standing:
            found["standing"] = self.standing.value
        return found


def find(reading: Reading, wish: Wish, *, after: str | None = None, limit: int = 50) -> Page:
    """The items that are as wished, the newest first.

    Raises:
        CursorError: `after` is no `Page.next`.
    """
    if wish.text.strip() and not asked(wish.text):
        return Page((), None)
    if after is None and wish.until is not None:
        after = str(Cursor(wish.until, _FIRST))
    page = reading.find(item.KIND, wish.facets, after=after, limit=limit)
    if wish.since is None:
        return page
    since = wish.since
    rows = tuple(takewhile(lambda row: row.created_at >= since, page.rows))
    return Page(rows, page.next if len(rows) == len(page.rows) else None)


def told_by(report: Mapping[str, Any]) -> dict[str, Any]:
    """What a stored report adds to its item: codes that were read, its format, and a picture for lists."""
    stills = list(report["stills"])
    best = next((each for what in _SHOWN for each in stills if each["what"] == what), None)
    chosen = best or next(iter(stills), None)
    codes = tuple(islice(sorted(codes_of(report)), MOST_CODES))
    container = str(report["media"]["container"])
    return {"codes": codes, "container": container, "still": chosen["digest"] if chosen else ""}


def link(unit: Unit, evidence_id: str, case: Case) -> None:
    """The item is found by the numbers of that case too, as they are now."""
    row = unit.get(item.KIND, evidence_id)
    if row is None:
        return
    found = item.item_of(row)
    others = [each for each in found.cases if each.id != case.id]
    _put(unit, found, (*others, ref_of(case))[-MOST_CASES:], row.version)


def follow(unit: Unit, before: Case, after: Case) -> None:
    """Where the numbers of a case changed, its files are found by the new ones."""
    if ref_of(before) != ref_of(after):
        for exhibit in after.exhibits:
            link(unit, exhibit.evidence_id, after)


def unlink(unit: Unit, case: Case) -> None:
    """A case that goes leaves nothing of itself with the files that stay."""
    for exhibit in case.exhibits:
        if row := unit.get(item.KIND, exhibit.evidence_id):
            found = item.item_of(row)
            _put(unit, found, tuple(each for each in found.cases if each.id != case.id), row.version)


def ref_of(case: Case) -> CaseRef:
    return CaseRef(
        id=case.id,
        order_number=case.order_number,
        tracking_number=case.tracking_number,
        skus=tuple(dict.fromkeys(_skus(case)))[:MOST_SKUS],
    )


def _skus(case: Case) -> Iterator[str]:
    return (each.sku for each in case.items if each.sku)


def _put(unit: Unit, found: Item, cases: tuple[CaseRef, ...], version: int) -> None:
    changed = found.model_copy(update={"cases": cases})
    unit.replace(item.KIND, found.id, changed.body(), version=version, facets=changed.facets)
