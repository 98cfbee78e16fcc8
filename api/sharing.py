"""Links to one sealed bundle for somebody outside: they expire, can be taken back, and every look is logged.

A link is a secret word of 192 random bits, told once; the database holds its SHA-256 alone. It opens one
bundle, as it was sealed (with time stamps once they have come), and never the case behind it. A link that
has expired, was taken back, was opened too often, or never was, is answered in one and the same way.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api import cases, idempotency, sealing
from api.caller import Caller
from api.errors import BadShareError, MissingShareError, NoShareError
from api.idempotency import Claim, Reply
from api.identity.directory import tenants
from api.item import new_id
from claims.value import Line, Moment
from evidence.model import rfc3339, say
from storage.rows import Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

KIND: Final = "share"
ACTOR: Final = "link"
"""Whoever comes by a link, in custody logs."""
USUAL: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=365)
MOST_LOOKS: Final = 1000
"""Looks that a link allows; without an end whoever has it could fill the custody log."""
MOST_REFUSED: Final = 20
"""Refused looks that are logged for each link; the rest are refused alike."""
_SECRET: Final = 24
"""Bytes of a link's secret."""


class Scope(StrEnum):
    """What a link opens."""

    BUNDLE = "bundle"
    """The whole zip, originals included."""
    DOSSIER = "dossier"
    """The PDF that is sealed in it."""
    REPORTS = "reports"
    """The reports on its files, as pages."""


class Offer(BaseModel):
    """What is to be shared, for how long, and with whom."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=3)] = tuple(Scope)
    expires_at: Moment | None = None
    """Within a year; two weeks from now unless told."""
    note: Line = ""
    """For whom it is; shown in the list, never on the page behind the link."""
    looks: Annotated[int, Field(ge=1, le=MOST_LOOKS)] = MOST_LOOKS
    """After so many it ends; each page, file and part of a file that is fetched is one."""


class Share(BaseModel):
    """A link, without its secret."""

    id: str
    case: str
    bundle: str
    scope: list[Scope]
    state: str
    """`active`, `expired`, `revoked` or `used_up`."""
    created_at: datetime
    expires_at: datetime
    looks: int
    most_looks: int = MOST_LOOKS
    last_look_at: datetime | None = None
    note: str = ""
    url: str | None = None
    """Told once, when it is made: it cannot be read from the database."""


@dataclass(frozen=True)
class Opened:
    """A link that is valid, and the bundle behind it."""

    share: Row
    bundle: dict[str, Any]
    """What is known of the bundle."""
    digest: str
    """Of the zip that is handed out."""

    @property
    def scope(self) -> frozenset[Scope]:
        return frozenset(map(Scope, self.share.body["scope"]))

    @property
    def expires_at(self) -> datetime:
        return datetime.fromisoformat(self.share.body["expires_at"])


def share(desk: Desk, case_id: str, offer: Offer, home: str, claim: Claim) -> Reply:
    """Make a link to the bundle that was sealed last; `home` is where this service is reached.

    A repeated request is answered without the address, which is kept nowhere.

    Raises:
        MissingCaseError, MissingBundleError: there is no case of that id, or nothing sealed.
        BadShareError: it would end before it begins, or too late, or opens a PDF that is not there.
    """
    now = desk.now()
    expires = offer.expires_at or now + USUAL
    if not now < expires <= now + LONGEST:
        raise BadShareError(say("A link ends within a year from now; choose another time."))
    secret = secrets.token_urlsafe(_SECRET)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        cases.look_up(unit, case_id)
        found = sealing.latest(unit, case_id)
        scope = _scope(offer, found)
        row = unit.add(
            KIND,
            new_id("share"),
            {
                "case": case_id,
                "bundle": found["id"],
                "scope": scope,
                "created_at": rfc3339(now),
                "expires_at": rfc3339(expires),
                "note": offer.note,
                "looks": 0,
                "most_looks": offer.looks,
            },
            facets={"case": case_id, "secret": _hash(secret)},
        )
        detail = {name: row.body[name] for name in ("bundle", "scope", "expires_at", "note")}
        desk.note(unit, cases.stream_of(case_id), "share.made", {"share": row.id, **detail})
        told = shown(row, now).model_dump(mode="json")
        headers = {"Location": f"/v1/cases/{case_id}/shares/{row.id}"}
        idempotency.remember(unit, claim, Reply(201, told, headers))
    return Reply(201, {**told, "url": f"{home.rstrip('/')}/s/{secret}"}, headers)


def listed(desk: Desk, case_id: str) -> list[dict[str, Any]]:
    """The links of a case, the newest first. Raises `MissingCaseError`."""
    with desk.read() as reading:
        cases.look_up(reading, case_id)
        found = reading.find(KIND, {"case": case_id}, limit=200).rows
    return [shown(row, desk.now()).model_dump(mode="json") for row in found]


class Look(BaseModel):
    """One look through a link, as the custody log of the case has it."""

    at: datetime
    what: str
    """`page`, `bundle`, `dossier`, or `report` with its name."""
    agent: str
    """The kind of program, as `coarse` tells it."""
    refused: bool = False


def looks(desk: Desk, case_id: str) -> dict[str, list[Look]]:
    """The looks through each link of a case by its id, the newest first. Raises `MissingCaseError`."""
    found: dict[str, list[Look]] = {}
    with desk.read() as reading:
        cases.look_up(reading, case_id)
        entries = reading.entries(cases.stream_of(case_id))
    for entry in reversed(entries):
        if entry.event in {"share.viewed", "share.refused"}:
            told = {name: entry.detail.get(name, "") for name in ("what", "agent")}
            look = Look(at=entry.at, refused=entry.event == "share.refused", **told)
            found.setdefault(entry.detail["share"], []).append(look)
    return found


def revoke(desk: Desk, case_id: str, share_id: str) -> dict[str, Any]:
    """Take a link back; doing so again changes nothing. Raises `MissingShareError`."""
    with desk.begin() as unit:
        row = unit.get(KIND, share_id)
        if row is None or row.body["case"] != case_id:
            raise MissingShareError(share_id)
        if "revoked_at" not in row.body:
            row = unit.replace(
                KIND, row.id, {**row.body, "revoked_at": rfc3339(desk.now())}, version=row.version
            )
            desk.note(unit, cases.stream_of(case_id), "share.revoked", {"share": row.id})
        return shown(row, desk.now()).model_dump(mode="json")


def shown(row: Row, now: datetime) -> Share:
    """The link as its owner sees it."""
    return Share.model_validate({**row.body, "id": row.id, "state": _state(row, now)})


def open_link(
    wiring: Wiring, secret: str, what: str, agent: str, *, needs: Scope | None = None
) -> tuple[Desk, Opened]:
    """The bundle behind a link, after the look at `what` was noted in the custody log of its case.

    Args:
        wiring: where links of all tenants are kept.
        secret: the word in the address.
        what: `page`, or what is handed out.
        agent: a few words about the program that asks, see `coarse`.
        needs: what the link has to open.

    Raises:
        NoShareError: the link is not valid, or does not open that.
    """
    for tenant in tenants(wiring.rows):
        desk = wiring.desk(Caller(tenant, ACTOR))
        with desk.read() as reading:
            if not reading.find(KIND, {"secret": _hash(secret)}, limit=1).rows:
                continue
        with desk.begin() as unit:
            row = next(iter(unit.find(KIND, {"secret": _hash(secret)}, limit=1).rows), None)
            if row is None:
                continue
            bundle = unit.get(sealing.KIND, row.body["bundle"])
            allowed = needs is None or needs.value in row.body["scope"]
            if bundle is None or not allowed or _state(row, desk.now()) != "active":
                _refused(desk, unit, row, what, agent)
                break
            body = {**row.body, "looks": row.body["looks"] + 1, "last_look_at": rfc3339(desk.now())}
            row = unit.replace(KIND, row.id, body, version=row.version)
            detail = {"share": row.id, "what": what, "agent": agent}
            desk.note(unit, cases.stream_of(row.body["case"]), "share.viewed", detail)
            return desk, Opened(row, bundle.body, sealing.edition(bundle.body))
    raise NoShareError


def drop(unit: Unit, case_id: str) -> None:
    """Remove the links of a case that is purged."""
    while rows := unit.find(KIND, {"case": case_id}, limit=200).rows:
        for row in rows:
            unit.remove(KIND, row.id)


def coarse(agent: str) -> str:
    """What a `User-Agent` says, as far as a log needs it: the kind of program and of device, no versions."""
    low = agent[:1000].lower()
    programs = ("edg", "firefox", "micromessenger", "chrome", "safari", "curl", "python", "bot")
    devices = ("android", "iphone", "ipad", "windows", "mac os", "linux")
    found = [next((word for word in words if word in low), "") for words in (programs, devices)]
    return " on ".join(filter(None, found)) or "unknown"


def _scope(offer: Offer, bundle: Mapping[str, Any]) -> list[str]:
    """What the link opens, in one order, less the PDF where the bundle has none."""
    there = [each for each in Scope if each is not Scope.DOSSIER or bundle.get("dossier")]
    scope = [each.value for each in there if each in offer.scope]
    if not scope:
        raise BadShareError(say("There is no PDF in the bundle; share the bundle or its reports."))
    return scope


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _state(row: Row, now: datetime) -> str:
    if "revoked_at" in row.body:
        return "revoked"
    if now >= datetime.fromisoformat(row.body["expires_at"]):
        return "expired"
    return "active" if row.body["looks"] < row.body.get("most_looks", MOST_LOOKS) else "used_up"


def _refused(desk: Desk, unit: Unit, row: Row, what: str, agent: str) -> None:
    count = row.body.get("refused", 0)
    if count < MOST_REFUSED:
        unit.replace(KIND, row.id, {**row.body, "refused": count + 1}, version=row.version)
        detail = {"share": row.id, "what": what, "agent": agent}
        desk.note(unit, cases.stream_of(row.body["case"]), "share.refused", detail)
