"""A seal that is asked for and done by the worker: a bundle of long films takes longer than anybody waits.

What is plainly lacking is told at once. The rest is a row that says which step it is at, so a page can be
left, loaded again or looked at from elsewhere; the bundle itself is made and noted by `sealing.seal`.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from api import idempotency, sealing
from api.caller import WORKER, Caller
from api.cases import gather, judged, stream_of
from api.errors import ApiError, MissingSealingError
from api.idempotency import Claim, Reply
from api.identity.directory import tenants
from api.item import new_id
from api.sealing import Wish
from claims.assessment import Readiness
from claims.bundle import BundleError, UnmetError
from evidence.model import Saying, rfc3339, say
from storage.errors import ConflictError, StorageError
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

KIND: Final = "sealing"
WAITING, WORKING, SEALED, FAILED = "waiting", "sealing", "sealed", "failed"
PAPERS, COPYING, KEEPING = "papers", "copying", "keeping"
"""The steps: reports and pages are written, originals are copied and hashed, the bundle is noted."""
ABANDONED: Final = timedelta(minutes=30)
"""After it whoever was at it is taken to be gone, and it is begun anew."""
MOST_STARTS: Final = 3
TOLD: Final = 0.5
"""Seconds between two words of progress: each is a write of the one writer there is."""

log = logging.getLogger(__name__)


def ask(desk: Desk, case_id: str, wish: Wish, claim: Claim) -> Reply:
    """Have the worker seal the case; where one is under way it is that one.

    Raises:
        MissingCaseError: there is no case of that id.
        UnmetError: the ruleset is not met, and the wish is not for an incomplete bundle.
    """
    with desk.read() as reading:
        if reply := idempotency.recall(reading, claim):
            return reply
        found = gather(desk, reading, case_id)
    assessment = judged(desk, found)
    if assessment.readiness is not Readiness.READY and not wish.incomplete:
        with desk.begin() as unit:
            desk.note(unit, stream_of(case_id), "bundle.refused")
        raise UnmetError(assessment)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        row = under_way(unit, case_id) or _begun(desk, unit, case_id, wish)
        reply = Reply(202, row.body, {"Location": row.body["links"]["self"], "Retry-After": "1"})
        return idempotency.remember(unit, claim, reply)


def one(reading: Reading, case_id: str, sealing_id: str) -> dict[str, Any]:
    """How it stands.

    Raises:
        MissingSealingError: the case has none of that id.
    """
    row = reading.get(KIND, sealing_id)
    if row is None or row.body["case"] != case_id:
        raise MissingSealingError(sealing_id)
    return row.body


def newest(reading: Reading, case_id: str) -> dict[str, Any] | None:
    """The one that was asked for last; None where nobody asked."""
    rows = reading.find(KIND, {"case": case_id}, limit=1).rows
    return rows[0].body if rows else None


def under_way(reading: Reading, case_id: str) -> Row | None:
    for state in (WAITING, WORKING):
        if rows := reading.find(KIND, {"case": case_id, "state": state}, limit=1).rows:
            return rows[0]
    return None


def go_on(wiring: Wiring) -> int:
    """Seal what waits; returns how many came to an end."""
    done = 0
    for tenant in tenants(wiring.rows):
        desk = wiring.desk(Caller(tenant, WORKER.actor))
        for row in _due(desk):
            try:
                done += _sealed(desk, row)
            except ConflictError:
                log.info("%s is done by somebody else", row.id)
    return done


def _begun(desk: Desk, unit: Unit, case_id: str, wish: Wish) -> Row:
    sealing_id = new_id("sl")
    case = f"/v1/cases/{case_id}"
    body = {
        "id": sealing_id,
        "case": case_id,
        "state": WAITING,
        "wish": {"incomplete": wish.incomplete, "lang": wish.lang},
        "links": {"self": f"{case}/sealings/{sealing_id}", "bundle": f"{case}/bundle", "case": case},
    }
    row = unit.add(KIND, sealing_id, body, facets=_facets(body))
    desk.note(unit, stream_of(case_id), "bundle.asked", {"sealing": sealing_id})
    return row


def _facets(body: dict[str, Any]) -> dict[str, str]:
    return {"case": body["case"], "state": body["state"]}


def _due(desk: Desk) -> list[Row]:
    with desk.read() as reading:
        rows = [
            row
            for state in (WAITING, WORKING)
            for row in reading.find(KIND, {"state": state}, newest_first=False, limit=200).rows
        ]
    now = desk.now()
    return [
        row
        for row in rows
        # Also what was begun long after now: before the clock was set back, by nobody knows whom.
        if row.body["state"] == WAITING or abs(now - datetime.fromisoformat(row.body["begun_at"])) > ABANDONED
    ]


def _sealed(desk: Desk, row: Row) -> bool:
    """Seal what that row asks for; whether it came to an end. Raises `ConflictError` where another has it."""
    starts = int(row.body.get("starts", 0)) + 1
    begun = {"state": WORKING, "starts": starts, "begun_at": rfc3339(desk.now()), "step": PAPERS}
    with desk.begin() as unit:
        body = {**row.body, **begun}
        unit.replace(KIND, row.id, body, version=row.version, facets=_facets(body))
    if starts > MOST_STARTS:
        broken = say("Sealing broke each time; try again, and report it if it happens again.")
        return _ended(desk, row.id, {"state": FAILED, "reason": broken.model_dump(mode="json")})
    # The key is that of this row, so one that was sealed just before its worker died is not sealed twice.
    claim = Claim(row.id, f"POST {row.body['links']['self']}", row.id)
    try:
        reply = sealing.seal(desk, row.body["case"], Wish(**row.body["wish"]), claim, _Progress(desk, row.id))
    except (ApiError, BundleError) as error:
        return _ended(desk, row.id, {"state": FAILED, "reason": error.says.model_dump(mode="json")})
    except StorageError as error:
        log.exception("%s could not be stored", row.id)
        told = Saying(text=str(error))  # one of its fixed sentences
        return _ended(desk, row.id, {"state": FAILED, "reason": told.model_dump(mode="json")})
    return _ended(desk, row.id, {"state": SEALED, "bundle": reply.body["id"]})


class _Progress:
    """Keeps in the row how far it is, now and then."""

    def __init__(self, desk: Desk, sealing_id: str) -> None:
        self._desk = desk
        self._id = sealing_id
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next and done < total:
            return
        self._next = now + TOLD
        step = COPYING if done < total else KEEPING
        with self._desk.begin() as unit:
            _put(unit, self._id, {"step": step, "done": done, "total": total})


def _ended(desk: Desk, sealing_id: str, more: dict[str, Any]) -> bool:
    with desk.begin() as unit:
        _put(unit, sealing_id, more)
    return True


def _put(unit: Unit, sealing_id: str, more: dict[str, Any]) -> None:
    """Into the row; nothing where a purge took it away meanwhile."""
    if row := unit.get(KIND, sealing_id):
        body = {**row.body, **more}
        unit.replace(KIND, sealing_id, body, version=row.version, facets=_facets(body))


def reason_of(body: dict[str, Any]) -> Saying | None:
    """Why it failed."""
    return Saying.model_validate(body["reason"]) if "reason" in body else None
