"""One-time links: the owner's, and invitations. Told once, kept as a SHA-256, gone when used or in time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from api.identity.directory import DIRECTORY, digest
from api.identity.refusals import NoLinkError
from api.identity.scopes import Role
from storage.rows import LIMIT, Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Wiring

KIND: Final = "link"
OWNER: Final = timedelta(hours=24)
INVITED: Final = timedelta(days=7)
_SECRET: Final = 32
"""Bytes."""


@dataclass(frozen=True)
class Link:
    """What a link is good for."""

    id: str
    tenant: str
    role: Role
    owner: bool
    """Whether it was made by who has the data folder: it may take a name over whose password is lost."""
    expires_at: datetime
    person: str = ""
    """Whose password it sets anew; else it makes somebody new."""
    email: str = ""
    """Whose verified address lets them in without the link; empty where only the link does."""


def make(
    wiring: Wiring, tenant: str, role: Role, *, owner: bool = False, person: str = "", email: str = ""
) -> tuple[str, datetime]:
    """A new link's secret, and when it ends. A new link for the owner takes the place of older ones."""
    now = wiring.clock()
    secret = secrets.token_urlsafe(_SECRET)
    expires = now + (OWNER if owner else INVITED)
    body = {"tenant": tenant, "role": role.value, "owner": owner, "person": person}
    body |= {"expires_at": expires.isoformat(), "email": email}
    with wiring.rows.begin(DIRECTORY, now=now) as unit:
        _tidy(unit, now, tenant if owner else "")
        unit.add(KIND, digest(secret), body, {"tenant": tenant} | ({"email": email} if email else {}))
    return secret, expires


def look(reading: Reading, secret: str, now: datetime) -> Link:
    """What the link of that secret is good for; `reading` is of the directory. Raises `NoLinkError`."""
    return at(reading, digest(secret), now)


def at(reading: Reading, link_id: str, now: datetime) -> Link:
    """The link whose secret has that hash. Raises `NoLinkError`."""
    row = reading.get(KIND, link_id)
    if row is None or (found := _of(row)).expires_at <= now:
        raise NoLinkError
    return found


def meant_for(reading: Reading, email: str, now: datetime) -> Link | None:
    """The newest invitation of that address; None where there is none, or several tenants made one.

    Which house somebody comes to is not to be decided by who was the last to invite them.
    """
    rows = reading.find(KIND, {"email": email}, limit=LIMIT).rows if email else ()
    found = [each for each in map(_of, rows) if each.expires_at > now]
    return found[0] if len({each.tenant for each in found}) == 1 else None


def use(unit: Unit, link: Link) -> None:
    """It leads nowhere from now on. Raises `MissingRowError` where somebody was quicker."""
    unit.remove(KIND, link.id)


def shown(secret: str) -> str:
    """The path of a link."""
    return f"/welcome/{secret}"


def _of(row: Row) -> Link:
    told = row.body
    expires = datetime.fromisoformat(told["expires_at"])
    role, owner = Role(told["role"]), bool(told["owner"])
    return Link(row.id, told["tenant"], role, owner, expires, told["person"], told.get("email", ""))


def _tidy(unit: Unit, now: datetime, owner_of: str) -> None:
    for row in unit.find(KIND, newest_first=False, limit=LIMIT).rows:
        over = datetime.fromisoformat(row.body["expires_at"]) <= now
        if over or (row.body["owner"] and row.body["tenant"] == owner_of):
            unit.remove(KIND, row.id)
