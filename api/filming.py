"""The worker's part of the example: the film is drawn, taken in like any other, and added to its case.

Every part is made under a claim of its own, so what was made before a crash is not made twice. Where the
example is taken away meanwhile, the drawing is ended and what was made is removed too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api import cases, example, intake, showcase
from api.caller import WORKER, Caller
from api.drafting import Facts
from api.drawing import Draw, drawn
from api.errors import ApiError
from api.idempotency import Claim
from api.identity.directory import tenants
from evidence.fault import FaultError
from evidence.model import Expectation, Saying, rfc3339, say
from storage.errors import ConflictError, StorageError
from storage.rows import Row

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

ABANDONED: Final = timedelta(minutes=30)
"""After it whoever was drawing is taken to be gone, and it is drawn anew."""
MOST_STARTS: Final = 3
TOLD: Final = 0.5
"""Seconds between two words of progress: each is a write of the one writer there is."""
_PIECE: Final = 1 << 20
"""Bytes read at a time."""

log = logging.getLogger(__name__)


def go_on(wiring: Wiring, draw: Draw = drawn) -> int:
    """Make the examples that wait; returns how many came to an end."""
    done = 0
    for tenant in tenants(wiring.rows):
        desk = wiring.desk(Caller(tenant, WORKER.actor))
        with desk.read() as reading:
            row = reading.get(showcase.KIND, showcase.KIND)
        if row is not None and _is_due(desk, row):
            try:
                _make(desk, row, draw)
                done += 1
            except ConflictError:
                log.info("the example of %s is made by somebody else", tenant)
    return done


def _is_due(desk: Desk, row: Row) -> bool:
    if row.body["state"] == showcase.DRAWING:
        # Also what was begun long after now: before the clock was set back, by nobody knows whom.
        return abs(desk.now() - datetime.fromisoformat(row.body["begun_at"])) > ABANDONED
    return row.body["state"] == showcase.WAITING


def _make(desk: Desk, row: Row, draw: Draw) -> None:
    """Make that example. Raises `ConflictError` where another has it."""
    starts = int(row.body.get("starts", 0)) + 1
    begun = {"state": showcase.DRAWING, "starts": starts, "begun_at": rfc3339(desk.now())}
    with desk.begin() as unit:
        unit.replace(showcase.KIND, showcase.KIND, {**row.body, **begun}, version=row.version)
    if starts > MOST_STARTS:
        _end(desk, row.body, _failed(say("The example broke each time; run: sixface doctor.")))
        return
    try:
        evidence = _filmed(desk, row.body, draw)
    except (ApiError, FaultError) as error:
        _end(desk, row.body, _failed(error.says))
    except StorageError as error:
        log.exception("the example could not be stored")
        _end(desk, row.body, _failed(Saying(text=str(error))))  # one of its fixed sentences
    else:
        _end(desk, row.body, {"state": showcase.MADE, "evidence": evidence})


def _failed(says: Saying) -> dict[str, Any]:
    return {"state": showcase.FAILED, "reason": says.model_dump(mode="json")}


def _end(desk: Desk, body: Mapping[str, Any], more: Mapping[str, Any]) -> None:
    with desk.begin() as unit:
        there = showcase.put(unit, body["id"], more)
    if not there:
        showcase.clear(desk, body)


def _filmed(desk: Desk, body: Mapping[str, Any], draw: Draw) -> list[str]:
    """Draw film and photo and add them to the first case; returns their ids.

    Raises:
        FaultError: they could not be drawn, or nobody wants them any more.
        ApiError, StorageError: they could not be taken in.
    """
    case_id = showcase.opened(desk, body)
    parcel = example.filmed(datetime.fromisoformat(body["asked_at"]))
    expected = Expectation.model_validate(parcel.expectation())
    offers = (
        (intake.Offer(example.FILM, "unboxing", expected), Facts()),
        (intake.Offer(example.PHOTO, "label_photo", expected), Facts(shot="label")),
    )
    found: list[str] = []
    with desk.wiring.workspace() as folder:
        files = draw(folder, parcel, _Progress(desk, body["id"]))
        for file, (offer, facts) in zip(files, offers, strict=True):
            claim = showcase.claim_of(body, offer.name)
            found.append(_taken_in(desk, file, offer, claim))
            claim = showcase.claim_of(body, f"{offer.name}-exhibit")
            cases.attach(desk, case_id, found[-1], claim, facts=facts)
    return found


def _taken_in(desk: Desk, file: Path, offer: intake.Offer, claim: Claim) -> str:
    """Take the file in as though somebody sent it."""
    with intake.opened(desk.wiring) as upload, file.open("rb") as source:
        while piece := source.read(_PIECE):
            upload.write(piece)
        return intake.receive(desk, upload, offer, claim).item.id


class _Progress:
    """Keeps in the row how far the drawing is, now and then; False once the row is gone."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk = desk
        self._name = name
        self._next = 0.0

    def __call__(self, done: int, total: int) -> bool:
        now = time.monotonic()
        if now < self._next and done < total:
            return True
        self._next = now + TOLD
        with self._desk.begin() as unit:
            return showcase.put(unit, self._name, {"done": done, "total": total})
