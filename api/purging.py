"""What a purge removes of a case and of a file: rows, names in the logs, blobs that nobody else needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from api import board, cases, confirming, copying, item, recognising, sealing, sharing, withholding
from api.packing import making
from storage.rows import LIMIT, Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk
    from api.retention import Mandate

_OF_AN_ITEM = ("report", "progress", recognising.KIND, confirming.KIND, "hold")
"""The kinds of rows that have the id of their item."""


def drop_case(desk: Desk, unit: Unit, case_id: str, word: Mandate) -> set[str]:
    """Remove a case with its bundles, packets, links and alarms; returns the blobs that it held."""
    bundles = list(rows(unit, sealing.KIND, case=case_id))
    packets = list(rows(unit, making.KIND, case=case_id))
    blobs = {digest for row in bundles for digest in _zips(row.body)}
    blobs |= {row.body["digest"] for row in packets if "digest" in row.body}
    for row in (*bundles, *packets, *rows(unit, board.KIND, case=case_id)):
        unit.remove(row.kind, row.id)
    sharing.drop(unit, case_id)
    unit.remove(cases.KIND, case_id)
    stream = cases.stream_of(case_id)
    erased = withholding.erase(unit, stream)
    detail = {"bundles": sorted(blobs), "erased": erased, **word.model_dump()}
    desk.note(unit, stream, "case.purged", detail)
    return blobs


def drop_item(desk: Desk, unit: Unit, item_id: str, word: Mandate) -> set[str]:
    """Remove a file with report, copies and what people said of it; returns the blobs that it held."""
    found, _ = item.find(unit, item_id)
    report = unit.get("report", item_id)
    blobs = {found.digest, *(_stills(report) if report else ())}
    for row in list(rows(unit, copying.KIND, evidence=item_id)):
        blobs.add(row.body["digest"])
        unit.remove(row.kind, row.id)
    for kind in _OF_AN_ITEM:
        if unit.get(kind, item_id) is not None:
            unit.remove(kind, item_id)
    unit.remove(item.KIND, item_id)
    erased = withholding.erase(unit, found.stream)
    detail = {"digest": found.digest, "size": found.size, "erased": erased, **word.model_dump()}
    desk.note(unit, found.stream, "evidence.purged", detail)
    return blobs


def needed(reading: Reading) -> set[str]:
    """Every blob that some row needs."""
    found = {row.body["digest"] for row in rows(reading, item.KIND)}
    found |= {row.body["digest"] for row in rows(reading, copying.KIND)}
    for row in rows(reading, "report"):
        found |= set(_stills(row))
    for row in rows(reading, sealing.KIND):
        found |= set(_zips(row.body))
    found |= {row.body["digest"] for row in rows(reading, making.KIND) if "digest" in row.body}
    return found


def rows(reading: Reading, kind: str, **facets: str) -> Iterator[Row]:
    """All rows of a kind, the oldest first."""
    after: str | None = None
    while True:
        page = reading.find(kind, facets, after=after, limit=LIMIT, newest_first=False)
        yield from page.rows
        if (after := page.next) is None:
            return


def _stills(report: Row) -> Iterator[str]:
    yield from (still["digest"] for still in report.body.get("stills", ()))


def _zips(bundle: dict[str, Any]) -> Iterator[str]:
    yield bundle["digest"]
    if "stamped" in bundle:
        yield bundle["stamped"]["digest"]
