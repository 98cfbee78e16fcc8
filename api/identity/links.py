"""One-time links: the owner's, and invitations. Told once, kept as a SHA-256, gone when used or in time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from api.identity.directory import DIRECTORY, digest
from api.identity.refusals import NoLinkError
from api.identity.scopes import Role
from storage.rows import LIMIT, Reading, Unit

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


def make(
    wiring: Wiring, tenant: str, role: Role, *, owner: bool = False, person: str = ""
) -> tuple[str, datetime]:
    """A new link's secret, and when it ends. A new link for the owner takes the place of older ones."""
    now = wiring.clock()
    secret = secrets.token_urlsafe(_SECRET)
    expires = now + (OWNER if owner else INVITED)
    body = {"tenant": tenant, "role": role.value, "owner": owner, "person": person}
    body["expires_at"] = expires.isoformat()
    with wiring.rows.begin(DIRECTORY, now=now) as unit:
        _tidy(unit, now, tenant if owner else "")
        unit.add(KIND, digest(secret), body, {"tenant": tenant})
    return secret, expires


def look(reading: Reading, secret: str, now: datetime) -> Link:
    """What the link of that secret is good for; `reading` is of the directory. Raises `NoLinkError`."""
    row = reading.get(KIND, digest(secret))
    if row is None:
        raise NoLinkError
    told = row.body
    expires = datetime.fromisoformat(told["expires_at"])
    if now >= expires:
        raise NoLinkError
    return Link(row.id, told["tenant"], Role(told["role"]), bool(told["owner"]), expires, told["person"])


def use(unit: Unit, link: Link) -> None:
    """It leads nowhere from now on. Raises `MissingRowError` where somebody was quicker."""
    unit.remove(KIND, link.id)


def shown(secret: str) -> str:
    """The path of a link."""
    return f"/welcome/{secret}"


def _tidy(unit: Unit, now: datetime, owner_of: str) -> None:
    for row in unit.find(KIND, newest_first=False, limit=LIMIT).rows:
        over = datetime.fromisoformat(row.body["expires_at"]) <= now
        if over or (row.body["owner"] and row.body["tenant"] == owner_of):
            unit.remove(KIND, row.id)
