"""What a purge removes of cases and files: rows, names in the logs, blobs that nobody else needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from api import (
    board,
    cases,
    confirming,
    copying,
    holding,
    item,
    recognising,
    sealing,
    sealings,
    searching,
    sharing,
    viewing,
    withholding,
)
from api.identity.directory import tenants
from api.packing import making
from claims.case import Case
from storage.blobs import Lock
from storage.rows import LIMIT, Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk
    from api.retention import Mandate

_OF_AN_ITEM = ("report", "progress", recognising.KIND, confirming.KIND, viewing.LOOKS, "hold")
"""The kinds of rows that have the id of their item."""


def drop(desk: Desk, unit: Unit, names: Collection[str], word: Mandate) -> set[str]:
    """Remove cases and then files, by their ids, with all that belongs to them.

    Returns the blobs that they held, to be let go of once `unit` is committed.
    """
    loose: set[str] = set()
    for name in names:
        loose |= drop_case(desk, unit, name, word) if name.startswith("case_") else set()
    for name in names:
        loose |= set() if name.startswith("case_") else drop_item(desk, unit, name, word)
    for digest in loose - needed(unit) if loose else ():
        if unit.get(holding.KIND, digest) is not None:
            unit.remove(holding.KIND, digest)
    return loose


def let_go(desk: Desk, blobs: Iterable[str]) -> None:
    """Remove those that no tenant needs any more."""
    everybody = [desk.caller.tenant, *_others(desk)]
    holding.let_go(desk.blobs, desk.wiring.rows, everybody, blobs, now=desk.now())


def locks_of(desk: Desk, blobs: Iterable[str]) -> dict[str, Lock]:
    """What the bucket would not let go of, of those that only the caller's tenant needs.

    Raises:
        StorageError: the bucket does not answer.
    """
    others = _others(desk)
    mine = {each for each in blobs if not holding.held(desk.wiring.rows, others, each)}
    return {each: lock for each in sorted(mine) if (lock := desk.blobs.lock(each))}


def drop_case(desk: Desk, unit: Unit, case_id: str, word: Mandate) -> set[str]:
    """Remove a case with its bundles, packets, links and alarms; returns the blobs that it held."""
    blobs = bundled(unit, case_id)
    for kind in (sealing.KIND, sealings.KIND, making.KIND, board.KIND):
        for row in list(rows(unit, kind, case=case_id)):
            unit.remove(row.kind, row.id)
    sharing.drop(unit, case_id)
    if row := unit.get(cases.KIND, case_id):
        searching.unlink(unit, Case.model_validate(row.body["case"]))
    unit.remove(cases.KIND, case_id)
    stream = cases.stream_of(case_id)
    erased = withholding.erase(unit, stream)
    detail = {"bundles": sorted(blobs), "erased": erased, **word.model_dump()}
    desk.note(unit, stream, "case.purged", detail)
    return blobs


def drop_item(desk: Desk, unit: Unit, item_id: str, word: Mandate) -> set[str]:
    """Remove a file with report, copies and what people said of it; returns the blobs that it held."""
    found, _ = item.find(unit, item_id)
    blobs = filed(unit, item_id)
    for row in list(rows(unit, copying.KIND, evidence=item_id)):
        unit.remove(row.kind, row.id)
    for kind in _OF_AN_ITEM:
        if unit.get(kind, item_id) is not None:
            unit.remove(kind, item_id)
    unit.remove(item.KIND, item_id)
    erased = withholding.erase(unit, found.stream)
    detail = {"digest": found.digest, "size": found.size, "erased": erased, **word.model_dump()}
    desk.note(unit, found.stream, "evidence.purged", detail)
    return blobs


def blobs_of(reading: Reading, name: str) -> set[str]:
    """The blobs of a case or of a file, by its id."""
    return bundled(reading, name) if name.startswith("case_") else filed(reading, name)


def freed(reading: Reading, names: Collection[str]) -> set[str]:
    """The blobs that nobody of this tenant needs once these cases and files are gone."""
    blobs = {blob for name in names for blob in blobs_of(reading, name)}
    return blobs - needed(reading, names) if blobs else blobs


def bundled(reading: Reading, case_id: str) -> set[str]:
    """The blobs of a case: its bundles, also as they were stamped, and its packets."""
    found = {digest for row in rows(reading, sealing.KIND, case=case_id) for digest in _zips(row.body)}
    packets = rows(reading, making.KIND, case=case_id)
    return found | {row.body["digest"] for row in packets if "digest" in row.body}


def filed(reading: Reading, item_id: str) -> set[str]:
    """The blobs of a file: the original, the pictures of its report, its copies."""
    found, _ = item.find(reading, item_id)
    report = reading.get("report", item_id)
    copies = rows(reading, copying.KIND, evidence=item_id)
    return {found.digest, *(_stills(report) if report else ()), *(row.body["digest"] for row in copies)}


def needed(reading: Reading, but: Collection[str] = ()) -> set[str]:
    """Every blob that some row needs, besides those of these cases and files."""
    found = {row.body["digest"] for row in rows(reading, item.KIND) if row.id not in but}
    found |= {row.body["digest"] for row in rows(reading, copying.KIND) if row.body["evidence_id"] not in but}
    for row in rows(reading, "report"):
        found |= set(_stills(row)) if row.id not in but else set()
    for row in rows(reading, sealing.KIND):
        found |= set(_zips(row.body)) if row.body["case"] not in but else set()
    for row in rows(reading, making.KIND):
        if "digest" in row.body and row.body["case"] not in but:
            found.add(row.body["digest"])
    return found


def rows(reading: Reading, kind: str, **facets: str) -> Iterator[Row]:
    """All rows of a kind, the oldest first."""
    after: str | None = None
    while True:
        page = reading.find(kind, facets, after=after, limit=LIMIT, newest_first=False)
        yield from page.rows
        if (after := page.next) is None:
            return


def _others(desk: Desk) -> list[str]:
    return [each for each in tenants(desk.wiring.rows) if each != desk.caller.tenant]


def _stills(report: Row) -> Iterator[str]:
    yield from (still["digest"] for still in report.body.get("stills", ()))


def _zips(bundle: dict[str, Any]) -> Iterator[str]:
    yield bundle["digest"]
    if "stamped" in bundle:
        yield bundle["stamped"]["digest"]
