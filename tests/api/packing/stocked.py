"""A case with real files and reports of our making, so that packets are made without an examination."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from api import cases
from api.desk import Desk
from api.drafting import Draft, Facts
from api.holding import hold
from api.idempotency import Claim
from api.item import KIND, Item, State, stream_of
from api.testimony import REPORT, digest_of
from claims.case import ExhibitKind, Role, Statement
from evidence.fitting import workshop
from evidence.fitting.wish import Measure
from evidence.model import MediaFacts, Report, Still, Subject
from evidence.timeline import Span
from storage.rows import Unit
from tests.claims.conftest import SOUND, report_on
from tests.claims.packets.made import film_report, photo_report
from tests.evidence.fitting import films

ONCE = Claim(None, "", "")
ROLES = (
    *("defect_photo", "label_photo", "packaging_photo", "packaging_photo"),
    *("delivery_proof", "chat_export", "order_snapshot"),
)
PHOTO = (1280, 960, 8)
NAMES = {2: "inside the box.jpg", 3: "foam.jpg"}


def picture(number: int, width: int = 1280, height: int = 960, cell: int = 8) -> bytes:
    """A JPEG that is hard to make small: cells of random colours, others for each number."""
    random = np.random.default_rng(number)
    cells = random.integers(0, 255, (height // cell, width // cell, 3), np.uint8)
    image = Image.fromarray(np.kron(cells, np.ones((cell, cell, 1), np.uint8)))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def stock(
    desk: Desk,
    folder: Path,
    *,
    seconds: float = 3.0,
    film: Path | None = None,
    roles: tuple[str, ...] = ROLES,
    photo: tuple[int, int, int] = PHOTO,
) -> str:
    """A case with a film, of that length unless it is given, and a photo in each role; returns its id.

    `photo` is how wide and high photos are, and their grain, in pixels.
    """
    draft = Draft(
        ruleset="tmall",
        order_number="240917ABC",
        tracking_number="SF1390012345678",
        reason="退回的盒子里是一双旧鞋。",
        reason_class="return_fault",
        zone="Asia/Shanghai",
    )
    case_id = str(cases.open_case(desk, draft, ONCE).body["id"])
    source = film or films.write(folder / "film.mp4", seconds=seconds)
    known = workshop.done(source, Measure(seconds=600), folder)
    assert known is not None
    whole = source.read_bytes()
    stills = tuple(
        Still(digest=_store(desk, picture(900 + n, 1280, 720, 40)), path=f"stills/{w}-{n}.jpg", at=at, what=w)
        for n, (w, at) in enumerate(
            (w, timedelta(seconds=0.5 * n)) for n, w in enumerate(("corner", "corner", "label", "opened"))
        )
    )
    told = film_report("E1", seconds, container=source.suffix[1:])
    report = told.model_copy(
        update={
            "subject": Subject(digest=_digest(whole), bytes=len(whole), name="film.mp4"),
            "media": MediaFacts.model_validate(
                told.media.model_dump() | known.model_dump(exclude={"sound", "settings", "transfer"})
            ),
            "stills": stills,
        }
    )
    _add(desk, case_id, "ev_0", data=whole, report=report, facts=Facts(role=Role.OPENING_FILM))
    wide, high, _ = photo
    for number, role in enumerate(roles):
        data = picture(number, *photo)
        told = photo_report("x").model_copy(
            update={
                "subject": Subject(digest=_digest(data), bytes=len(data), name="photo.jpg"),
                "media": MediaFacts(kind="photo", container="jpeg", width=wide, height=high, frames=1),
            }
        )
        name = NAMES.get(number, f"IMG_{number}.jpg")
        facts = Facts(role=Role(role))
        _add(desk, case_id, f"ev_{number + 1}", data=data, report=told, facts=facts, name=name)
    return case_id


def _add(
    desk: Desk, case_id: str, ref: str, *, data: bytes, report: Report, facts: Facts, name: str = "film.mp4"
) -> None:
    item = Item(
        id=f"{ref}_{case_id}",
        digest=_store(desk, data),
        size=len(data),
        name=name,
        kind=report.media.kind,
        profile=report.profile,
        received_at=desk.now(),
        state=State.REPORTED,
    )
    with desk.begin() as unit:
        unit.add(KIND, item.id, item.body(), facets=item.facets)
        hold(desk.blobs, unit, item.digest)
        told = report.model_dump(mode="json")
        unit.add("report", item.id, told)
        received = {"digest": item.digest, "size": item.size, "name": item.name, "profile": item.profile}
        desk.note(unit, item.stream, "evidence.received", received)
        report_anew(desk, unit, item.id, told)
    cases.attach(desk, case_id, item.id, ONCE, facts=facts)


def report_anew(desk: Desk, unit: Unit, evidence_id: str, body: dict[str, Any]) -> None:
    """Have the log of an item say that this is its report."""
    detail = {REPORT: digest_of(body)}
    desk.note(unit, stream_of(evidence_id), "examination.reported", detail)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _store(desk: Desk, data: bytes) -> str:
    with desk.blobs.stage() as staging:
        staging.write(data)
        return staging.commit(_digest(data)).digest


def complete(desk: Desk, case_id: str) -> None:
    """Reports and words with which that case meets all that its ruleset demands."""
    with desk.begin() as unit:
        case = cases.gather(desk, unit, case_id).case
        (film,) = case.of_kind(ExhibitKind.FILM)
        row = unit.get("report", film.evidence_id)
        assert row is not None
        told = report_on(b"", SOUND).model_dump(mode="json")
        body = {**row.body, "asks": told["asks"], "answers": told["answers"]}
        unit.replace("report", row.id, body, version=row.version)
        report_anew(desk, unit, row.id, body)
    for number, requirement in enumerate(("V-04", "V-05")):
        statement = Statement(
            requirement=requirement,
            answer="yes",
            by="Li Wei",
            at=desk.now(),
            exhibit=film.id,
            note="An old, worn pair in the box.",
            when=Span(start=timedelta(0), end=timedelta(seconds=1)),
        )
        cases.state(desk, case_id, statement, Claim(str(number), "", ""))
