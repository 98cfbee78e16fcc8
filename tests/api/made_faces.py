"""A film in the store with a report on its faces made by hand: seen, missing, or left open."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from api import intake
from api.caller import HTTP
from api.desk import Desk, Wiring
from api.examination import put
from api.holding import hold
from api.idempotency import Claim
from api.intake import Offer
from api.item import KIND, Item, State, find
from api.testimony import REPORT, digest_of
from evidence.model import FACES, Finding, Measure, Outcome, Report, Still, Subject, say
from tests.api import made_reports as made


def picture(number: int) -> bytes:
    """A JPEG that differs from those of other numbers."""
    return made.PIXEL + bytes([number])


def digest(number: int) -> str:
    return f"sha256:{hashlib.sha256(picture(number)).hexdigest()}"


SIX = {face: digest(number) for number, face in enumerate(FACES, start=1)}


def still(number: int, face: int | None, what: str = "face") -> Still:
    return Still(
        digest=digest(number),
        path=f"stills/{what}-{number}.jpg",
        at=timedelta(seconds=number),
        what=what,
        face=face,
    )


FACE_STILLS = tuple(still(number, number) for number in range(1, 7))
SPARE = still(7, None, "overview")


def report(
    outcome: Outcome | None = Outcome.UNSURE, stills: Iterable[Still] = (*FACE_STILLS, SPARE)
) -> Report:
    """A sound film but for its faces; with no outcome nobody has looked for them."""
    kept = tuple(stills)
    count = () if outcome is None else (count_of(outcome, [each.digest for each in kept]),)
    asks = {element: tuple(n for n in names if n != "label") for element, names in made.ASKS.items()}
    answers = (*made.GOOD, *([made.answer("six_faces", *count)] if count else []))
    return made.report(*answers, asks=asks, stills=kept)


def count_of(outcome: Outcome, stills: list[str]) -> Finding:
    return Finding.of(
        "six_faces.count",
        outcome,
        say("The box was lost at {at} s.", at=7.5),
        measures=[Measure(name="faces_shown", value=4, unit="faces", limit=6)],
        stills=stills,
    )


def place(wiring: Wiring, film: Path, found: Report) -> Item:
    """Store the film with that report, as an examination would have left it."""
    desk = wiring.desk(HTTP)
    with intake.opened(wiring) as upload:
        upload.write(film.read_bytes())
        item = intake.receive(desk, upload, Offer("film.mp4"), Claim(None, "", "")).item
    report_on(desk, item, found)
    return item


def report_on(desk: Desk, item: Item, found: Report) -> None:
    subject = Subject(digest=item.digest, bytes=item.size, name=item.name)
    told = found.model_copy(update={"subject": subject})
    for number in range(1, 8):
        with desk.blobs.stage() as staging:
            staging.write(picture(number))
            staging.commit(digest(number))
    with desk.begin() as unit:
        for each in told.stills:
            hold(desk.blobs, unit, each.digest)
        body = told.model_dump(mode="json")
        put(unit, "report", item.id, body)
        detail = {"verdict": told.verdict.value, REPORT: digest_of(body)}
        desk.note(unit, item.stream, "examination.reported", detail)
        _, row = find(unit, item.id)
        done = item.model_copy(update={"state": State.REPORTED, "verdict": told.verdict})
        unit.replace(KIND, item.id, done.body(), version=row.version, facets=done.facets)
