"""Items that were made before words were kept with them are given theirs, by the worker, a few at a time.

How far it has come is a row, so a stop costs nothing and a second worker goes on from there; once it is
through, each round is one read. Until then such items stand in lists, and are not found by words.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from api import cases, item, searching
from api.caller import WORKER, Caller
from api.examination import put
from api.identity.directory import tenants
from api.recognising import cases_of
from claims.case import Case
from storage.errors import ConflictError
from storage.rows import Reading, Row

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

KIND: Final = "upkeep"
NAME: Final = "evidence.words"
EDITION: Final = 1
"""Of what an item is found by; a greater one walks all items again."""
AT_ONCE: Final = 25
"""Items of one transaction, so that nobody waits long for a turn."""


def go_on(wiring: Wiring) -> None:
    """Give all tenants' items their words."""
    for tenant in tenants(wiring.rows):
        desk = wiring.desk(Caller(tenant, WORKER.actor))
        while _step(desk):
            pass


def _step(desk: Desk) -> bool:
    """A few more items; whether there may be others."""
    with desk.read() as reading:
        row = reading.get(KIND, NAME)
        if _is_done(row):
            return False
        after = row.body["after"] if row and row.body["edition"] == EDITION else None
        page = reading.find(item.KIND, after=after, limit=AT_ONCE)
        reworded = [(each, _reworded(reading, each)) for each in page.rows]
    with (
        suppress(ConflictError),
        desk.begin() as unit,
    ):  # where one changed meanwhile, all are looked at again
        now = unit.get(KIND, NAME)
        if (now and now.version) != (row and row.version):
            return True
        for old, new in reworded:
            if new.body() != old.body:
                unit.replace(item.KIND, old.id, new.body(), version=old.version, facets=new.facets)
        put(unit, KIND, NAME, {"edition": EDITION, "after": page.next, "done": page.next is None})
        return page.next is not None
    return True


def _is_done(row: Row | None) -> bool:
    return row is not None and row.body["edition"] == EDITION and row.body["done"]


def _reworded(reading: Reading, row: Row) -> item.Item:
    found = item.item_of(row)
    report = reading.get("report", found.id)
    kept = (reading.get(cases.KIND, name) for name in cases_of(reading, found.id))
    refs = [searching.ref_of(Case.model_validate(each.body["case"])) for each in kept if each]
    told = searching.told_by(report.body) if report else {}
    return found.model_copy(update={**told, "cases": tuple(refs[-searching.MOST_CASES :])})
