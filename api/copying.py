"""Copies of photos to hand out: what is private covered, no metadata, kept beside the original.

A copy is a stored object of its own with its own hash; the original is not touched. That it was made, from
which bytes, by which engine and with what hidden is in the item's custody log, and so is each time that it
goes out.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api import certificate, idempotency, item, provenance
from api.errors import MissingCopyError
from api.holding import hold
from api.idempotency import Claim, Reply
from api.sealing import version
from api.second_look import second_look
from evidence.fault import FaultError
from evidence.marks import MOST_HIDDEN, Box, Marks
from evidence.model import Digest, Finding, Utc, say

if TYPE_CHECKING:
    from api.certificate import Certificate
    from api.desk import Desk
    from api.item import Item

KIND: Final = "copy"
PROFILE: Final = "copy"


class Hidden(BaseModel):
    """What is covered besides the print on waybills and the faces that are found."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"hide": [[0.1, 0.1, 0.4, 0.3]]}]}
    )

    hide: tuple[Box, ...] = Field(default=(), max_length=MOST_HIDDEN)
    """`left, top, right, bottom`, in shares of the upright picture."""


class Copy(BaseModel):
    """One copy; the body of a row of kind `copy`."""

    model_config = ConfigDict(frozen=True)

    id: str
    evidence_id: str
    source: Digest
    """Of the original that it was made from."""
    digest: Digest
    """Of the copy itself."""
    size: int
    """Bytes."""
    made_at: Utc
    engine: str
    hide: tuple[Box, ...] = ()
    finding: Finding
    """How much was covered; `unsure` asks for a look before the copy leaves the house."""


def make(desk: Desk, evidence_id: str, hidden: Hidden, claim: Claim) -> Reply:
    """Make a copy of a photo.

    Raises:
        MissingItemError: there is no such item.
        RefusedError: it is a film, or cannot be opened.
        FaultError: the check broke, or made no copy.
        CertificateError: it is to carry a signed record, and the certificate cannot be used.
        KeyReusedError: the idempotency key was used for something else.
    """
    with desk.read() as reading:
        if reply := idempotency.recall(reading, claim):
            return reply
        found, _ = item.find(reading, evidence_id)
    signer = certificate.of(desk.wiring.settings, desk.now())
    with second_look(desk, found, profile=PROFILE, marks=Marks(hide=hidden.hide)) as (report, folder):
        said = next((each for each in report.findings() if each.code == "mask.copy"), None)
        still = next((each for each in report.stills if each.what == "copy"), None)
        if still is None or said is None:
            raise FaultError("fault.no_copy", say("The check made no copy of this photo; try again."))
        jpeg, digest = (folder / still.path).read_bytes(), still.digest
    if signer is not None:
        jpeg = _attested(jpeg, found.digest, report.engine, signer, desk.now())
        digest = f"sha256:{hashlib.sha256(jpeg).hexdigest()}"
        said = said.model_copy(update={"stills": (digest,)})
    with desk.blobs.stage() as staging:
        staging.write(jpeg)
        staging.commit(digest)
    made = Copy(
        id=item.new_id("cp"),
        evidence_id=found.id,
        source=found.digest,
        digest=digest,
        size=len(jpeg),
        made_at=desk.now(),
        engine=report.engine,
        hide=hidden.hide,
        finding=said,
    )
    return _kept(desk, found, made, claim)


def _attested(jpeg: bytes, source: str, engine: str, signer: Certificate, at: datetime) -> bytes:
    """The copy with its record of origin, or as it is where that cannot be made."""
    origin = provenance.Origin(
        source=source, action="c2pa.edited", program=engine, engine=version(), settings={"profile": PROFILE}
    )
    return provenance.attested(jpeg, "copy.jpg", origin, signer, at=at)[0]


def _kept(desk: Desk, found: Item, made: Copy, claim: Claim) -> Reply:
    """Row, hold on its blob, ledger entry and answer, all at once."""
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        hold(desk.blobs, unit, made.digest)
        unit.add(KIND, made.id, made.model_dump(mode="json"), facets={"evidence": found.id})
        detail = made.model_dump(mode="json", include={"id", "digest", "source", "size", "engine"})
        # A ledger holds no floats.
        detail["hide"] = [" ".join(f"{share:.4f}" for share in box) for box in made.hide]
        desk.note(unit, found.stream, "copy.made", detail)
        reply = Reply(201, shown(made), {"Location": links(made)["self"]})
        return idempotency.remember(unit, claim, reply)


def listed(desk: Desk, evidence_id: str) -> list[dict[str, Any]]:
    """The copies of a photo, the newest first. Raises `MissingItemError`."""
    with desk.read() as reading:
        item.find(reading, evidence_id)
        rows = reading.find(KIND, {"evidence": evidence_id}, limit=200).rows
    return [shown(Copy.model_validate(row.body)) for row in rows]


def exported(desk: Desk, evidence_id: str, copy_id: str) -> Copy:
    """The copy, which the custody log now says has gone out.

    Raises:
        MissingItemError: there is no such item.
        MissingCopyError: it has no such copy.
    """
    with desk.begin() as unit:
        found, _ = item.find(unit, evidence_id)
        row = unit.get(KIND, copy_id)
        made = None if row is None else Copy.model_validate(row.body)
        if made is None or made.evidence_id != found.id:
            raise MissingCopyError
        desk.note(unit, found.stream, "copy.exported", {"id": made.id, "digest": made.digest})
        return made


def links(made: Copy) -> dict[str, str]:
    own = f"/v1/evidence/{made.evidence_id}"
    return {"self": f"{own}/copies/{made.id}", "evidence": own}


def shown(made: Copy) -> dict[str, Any]:
    return {**made.model_dump(mode="json"), "links": links(made)}
