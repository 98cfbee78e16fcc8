"""Looking at what is stored: every view and every export is in the custody log before it happens.

A view that cannot be logged is not given: the entry is committed first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from api import cases, item
from api.desk import Desk
from api.errors import MissingStillError, NoReportError, NotReadyError, UnverifiableError
from api.examination import explain, put
from api.item import Item, State
from evidence.check import RefusedError
from evidence.model import Report, rfc3339
from storage.rows import Reading, Row

LOOKS: Final = "looks"
"""One row for each item that was played or shown in a list: who did so last, when."""
ONE_LOOK: Final = timedelta(hours=1)
"""What comes within it is the same look: about as long as somebody works on one film."""


def case(desk: Desk, case_id: str, event: str = "case.viewed") -> dict[str, Any]:
    """The case, after it was noted that somebody looks at it. Raises `MissingCaseError`."""
    with desk.begin() as unit:
        body = cases.look_up(unit, case_id)
        desk.note(unit, cases.stream_of(case_id), event)
        return body


def said(desk: Desk, item_id: str) -> None:
    """Note that somebody reads what people said of an item. Raises `MissingItemError`."""
    with desk.begin() as unit:
        desk.note(unit, item.find(unit, item_id)[0].stream, "confirmations.viewed")


def look_up(desk: Desk, item_id: str) -> Item:
    """The item itself: its name, size and state. Raises `MissingItemError`."""
    with desk.read() as reading:
        return item.find(reading, item_id)[0]


def report(desk: Desk, item_id: str) -> dict[str, Any]:
    """The report as JSON.

    Raises:
        MissingItemError: there is no such item.
        NotReadyError: the check is not finished.
        NoReportError: it is finished and gave none.
    """
    with desk.begin() as unit:
        body = stored_report(unit, item_id)
        desk.note(unit, item.stream_of(item_id), "report.viewed")
        return body


def still(desk: Desk, item_id: str, digest: str) -> bytes:
    """A picture of the report, as JPEG.

    Raises:
        MissingStillError: the report has none of that digest.
        MissingItemError, NotReadyError, NoReportError: as `report`.
    """
    with desk.begin() as unit:
        body = stored_report(unit, item_id)
        if all(each["digest"] != digest for each in body["stills"]):
            raise MissingStillError
        desk.note(unit, item.stream_of(item_id), "still.viewed", {"still": digest})
    with desk.blobs.open(digest) as file:
        return file.read()


def once(desk: Desk, item_id: str, event: str) -> Item:
    """The item, after it was noted that the caller looks at it: once an hour for each kind of look.

    A player asks for a film in dozens of pieces, and a list for the same pictures again and again; an
    entry for each would bury the custody log. Raises `MissingItemError`.
    """
    actor = desk.caller.actor
    with desk.read() as reading:
        found, _ = item.find(reading, item_id)
        if _is_fresh(reading.get(LOOKS, item_id), actor, event, desk.now()):
            return found
    with desk.begin() as unit:
        found, _ = item.find(unit, item_id)
        row = unit.get(LOOKS, item_id)
        looks = dict(row.body) if row else {}
        put(unit, LOOKS, item_id, {**looks, actor: {**looks.get(actor, {}), event: rfc3339(desk.now())}})
        desk.note(unit, found.stream, event)
        return found


def _is_fresh(row: Row | None, actor: str, event: str, now: datetime) -> bool:
    at = row.body.get(actor, {}).get(event) if row else None
    return at is not None and timedelta(0) <= now - datetime.fromisoformat(at) < ONE_LOOK


def original(desk: Desk, item_id: str) -> Item:
    """The item whose original is about to be handed out. Raises `MissingItemError`."""
    with desk.begin() as unit:
        found, _ = item.find(unit, item_id)
        desk.note(unit, found.stream, "original.exported")
        return found


def answered(found: Item) -> Item:
    """The item, if it has a report.

    Raises:
        RefusedError: it was refused; why, as the gate said it.
        UnverifiableError: its examination broke each time.
        NotReadyError: it has no final state yet.
    """
    if found.state is State.REFUSED and found.refusal is not None:
        raise RefusedError(found.refusal.code, found.refusal.says)
    if found.state is State.UNVERIFIABLE:
        raise UnverifiableError
    if found.state is not State.REPORTED:
        raise NotReadyError
    return found


def typed_report(reading: Reading, item_id: str) -> Report | None:
    """The report as a value; None where there is none."""
    row = reading.get("report", item_id)
    return None if row is None else Report.model_validate(row.body)


def stored_report(reading: Reading, item_id: str) -> dict[str, Any]:
    """The report as it is stored, for a flow that notes by itself what becomes of it. Raises as `report`."""
    found, _ = item.find(reading, item_id)
    row = reading.get("report", item_id)
    if row is not None:
        return row.body
    reason = explain(found)
    if reason is None:
        raise NotReadyError
    raise NoReportError(found.refusal.code if found.refusal else "unverifiable", reason)
