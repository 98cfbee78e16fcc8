"""Who may sign in: rows of kind `person`, each of one tenant, whose names mean nothing to another one.

A person who leaves is turned off and stays in the list, so that the name in the custody logs stays theirs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict

from api.identity.refusals import BadPersonError, LastAdminError, MissingPersonError
from api.identity.scopes import Role
from api.item import new_id
from evidence.model import Utc, say
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from datetime import datetime

    from api.desk import Desk

KIND: Final = "person"
STREAM: Final = "identity"
"""Of the ledger: everything that happens to people, sessions and keys."""
_NAME: Final = re.compile(r"[^\s/@:][^\s/:]{0,63}")
"""No slash, which stands between tenant and name, and nothing that a log could be misread by."""

MAIL: Final = r"^[!-?A-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
"""An e-mail address that somebody may be invited by; a quoted one or one of other letters is not."""
_MAIL: Final = re.compile(MAIL)


class Totp(BaseModel):
    """One-time codes of a person."""

    model_config = ConfigDict(frozen=True)

    secret: str
    """Base32; who can read the database can make codes, as with every such secret."""
    last: int = 0
    """The step (30 s) of the last code that was taken; none is taken twice."""
    recovery: tuple[str, ...] = ()
    """SHA-256 of the codes for when the device is lost; each goes when it is used."""


class Account(BaseModel):
    """An account at an issuer, by the two names that never change (OpenID Connect Core 1.0, 5.7)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    subject: str


class Person(BaseModel):
    """The body of the row."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    role: Role
    created_at: Utc
    password: str | None = None
    """Argon2id; without one nobody signs in by name."""
    off_at: Utc | None = None
    """Since when they cannot sign in."""
    round: int = 0
    """Sessions of an earlier one are over. Counted, since clocks are set back and forward."""
    totp: Totp | None = None
    account: Account | None = None
    """By which they are known when an issuer vouches for them; no address and no name is."""

    @property
    def actor(self) -> str:
        return f"person:{self.name}"

    @property
    def facets(self) -> dict[str, str]:
        state = "off" if self.off_at else "on"
        return {"name": folded(self.name), "role": self.role.value, "state": state}


class Shown(BaseModel):
    """A person as administrators see them."""

    id: str
    name: str
    role: Role
    active: bool
    second_factor: bool
    account: bool
    """Whether they sign in with an account of the issuer's."""
    created_at: Utc


def shown(person: Person) -> dict[str, Any]:
    told = Shown(
        id=person.id,
        name=person.name,
        role=person.role,
        active=person.off_at is None,
        second_factor=person.totp is not None,
        account=person.account is not None,
        created_at=person.created_at,
    )
    return told.model_dump(mode="json")


def folded(name: str) -> str:
    """A name as names are compared."""
    return unicodedata.normalize("NFKC", name).casefold()


def checked_name(name: str) -> str:
    """The name, if somebody can be called so.

    Raises:
        BadPersonError: they cannot.
    """
    name = unicodedata.normalize("NFKC", name.strip())
    if _NAME.fullmatch(name) is None or not name.isprintable():
        raise BadPersonError(
            say("A name has 1 to 64 characters, no spaces, slashes or colons, and does not begin with @.")
        )
    return name


def checked_role(role: Role) -> Role:
    """The role, if a person can have it. Raises `BadPersonError`."""
    if role is Role.SYSTEM:
        raise BadPersonError(say("The role system is for keys; choose uploader, agent or admin."))
    return role


def mail(text: str) -> str:
    """An e-mail address as addresses are compared; empty where the text is none, or no plain ASCII.

    Folding other letters would make one of two addresses that belong to two people.
    """
    text = text.strip()
    return text.lower() if _MAIL.fullmatch(text) else ""


def taken() -> BadPersonError:
    """That a name is somebody else's already, in this tenant."""
    return BadPersonError(say("Somebody is called so already; choose another name."))


def named(reading: Reading, name: str) -> Person | None:
    """Who is called so in this tenant, also if they are turned off."""
    if _NAME.fullmatch(name) is None or not name.isprintable():
        return None
    rows = reading.find(KIND, {"name": folded(name)}, limit=1).rows
    return Person.model_validate(rows[0].body) if rows else None


def find(reading: Reading, person_id: str) -> Person:
    """Raises `MissingPersonError`."""
    row = reading.get(KIND, person_id)
    if row is None:
        raise MissingPersonError(person_id)
    return Person.model_validate(row.body)


def added(unit: Unit, name: str, role: Role, password: str | None, now: datetime, **more: Any) -> Person:  # noqa: ANN401 - fields of a person
    """A new person. Raises `BadPersonError` where the name is taken."""
    if named(unit, name) is not None:
        raise taken()
    given: dict[str, Any] = {"id": new_id("pe"), "password": password, **more}
    made = Person(name=name, role=role, created_at=now, **given)
    unit.add(KIND, made.id, made.model_dump(mode="json"), made.facets)
    return made


def changed(unit: Unit, person: Person, **values: Any) -> Person:  # noqa: ANN401 - fields of a person
    """The person with these values, kept."""
    row = unit.get(KIND, person.id)
    if row is None:
        raise MissingPersonError(person.id)
    made = Person.model_validate({**row.body, **values})
    unit.replace(KIND, made.id, made.model_dump(mode="json"), version=row.version, facets=made.facets)
    return made


def turned_out(unit: Unit, person: Person, **values: Any) -> Person:  # noqa: ANN401 - fields of a person
    """The person with these values, kept; all their sessions are over."""
    return changed(unit, person, round=person.round + 1, **values)


def listed(reading: Reading, after: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """The people of a tenant, the newest first, and where to go on."""
    page = reading.find(KIND, after=after, limit=limit)
    return [shown(Person.model_validate(row.body)) for row in page.rows], page.next


def alter(desk: Desk, person_id: str, *, role: Role | None = None, active: bool | None = None) -> Person:
    """Give a person another role, turn them off (which ends their sessions), or on again.

    Raises:
        MissingPersonError: there is none of that id.
        LastAdminError: no administrator would be left.
        BadPersonError: that role is for keys.
    """
    if role is not None:
        checked_role(role)
    with desk.begin() as unit:
        person = find(unit, person_id)
        leaves = (role or Role.ADMIN) is not Role.ADMIN or active is False
        if person.role is Role.ADMIN and person.off_at is None and leaves and _is_last(unit):
            raise LastAdminError
        if role is not None and role is not person.role:
            detail = {"person": person.id, "name": person.name, "from": person.role, "to": role}
            person = changed(unit, person, role=role)
            desk.note(unit, STREAM, "person.role", detail)
        if active is not None and active != (person.off_at is None):
            person = turned_out(unit, person, off_at=None if active else desk.now())
            event = "person.on" if active else "person.off"
            desk.note(unit, STREAM, event, {"person": person.id, "name": person.name})
        return person


def has_admin(reading: Reading) -> bool:
    """Whether somebody can let others in."""
    return bool(_admins(reading))


def _is_last(reading: Reading) -> bool:
    return len(_admins(reading)) < 2  # noqa: PLR2004 - one is the last


def _admins(reading: Reading) -> tuple[Row, ...]:
    return reading.find(KIND, {"role": Role.ADMIN.value, "state": "on"}, limit=2).rows
