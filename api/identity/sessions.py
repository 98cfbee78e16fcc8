"""Who is signed in: 256 random bits in a cookie, of which the directory holds the SHA-256.

A session ends 12 hours after it was last used, 30 days after it began, when it is ended, and when its
person signs out everywhere, changes the password or is turned off; the last three stand with the person, as
a number that a session has to share, so that no step of the clock lets an ended one in again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from api.identity import people
from api.identity.directory import DIRECTORY, digest
from api.identity.people import STREAM, Person
from api.identity.refusals import MissingSessionError
from evidence.model import rfc3339
from storage.errors import BusyError, ConflictError, MissingRowError
from storage.rows import LIMIT, Reading, Row

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

KIND: Final = "session"
LONGEST: Final = timedelta(days=30)
IDLE: Final = timedelta(hours=12)
_TOUCH: Final = timedelta(minutes=5)
"""How exactly it is known when a session was last used: each time is a write."""
_SECRET: Final = 32
"""Bytes."""
_SHOWN: Final = 20
"""Hexadecimal digits of the hash by which a session is named; they let nobody in."""
MOST: Final = 50
"""Sessions of one person; the oldest goes."""


@dataclass(frozen=True)
class Session:
    """One that is valid, as far as its own row says."""

    id: str
    tenant: str
    person: str
    began_at: datetime
    seen_at: datetime
    version: int
    round: int
    """Of its person, when it began."""

    def is_over(self, now: datetime) -> bool:
        return now >= self.began_at + LONGEST or now >= self.seen_at + IDLE

    @property
    def name(self) -> str:
        return f"se_{self.id[:_SHOWN]}"

    def body(self, seen: datetime) -> dict[str, Any]:
        began = self.began_at.isoformat()
        told = {"tenant": self.tenant, "person": self.person, "round": self.round}
        return {**told, "began_at": began, "seen_at": seen.isoformat()}


def begin(wiring: Wiring, tenant: str, person_id: str) -> str:
    """Sign a person in; returns the secret of the session, which is kept nowhere."""
    secret = secrets.token_urlsafe(_SECRET)
    now = wiring.clock()
    with wiring.rows.read(tenant) as reading:
        number = people.find(reading, person_id).round
    made = Session(digest(secret), tenant, person_id, now, now, 1, number)
    with wiring.rows.begin(DIRECTORY, now=now) as unit:
        held = list(_rows(unit, tenant, person_id))
        for row in held[MOST - 1 :]:
            unit.remove(KIND, row.id)
        unit.add(KIND, made.id, made.body(now), {"person": f"{tenant}/{person_id}"})
    return secret


def look(reading: Reading, secret: str, now: datetime) -> Session | None:
    """The session of that secret; `reading` is of the directory."""
    row = reading.get(KIND, digest(secret))
    if row is None or (found := _of(row)).is_over(now):
        return None
    return found


def touch(wiring: Wiring, session: Session) -> None:
    """Note that it was used, now and then; nobody waits long for that."""
    now = wiring.clock()
    if now - session.seen_at < _TOUCH:
        return
    with suppress(BusyError, ConflictError, MissingRowError), wiring.rows.begin(DIRECTORY, now=now) as unit:
        unit.replace(KIND, session.id, session.body(now), version=session.version)


def listed(desk: Desk, person: Person) -> list[dict[str, Any]]:
    """The sessions of a person that are valid, the newest first."""
    return [
        {
            "id": each.name,
            "began_at": rfc3339(each.began_at),
            "seen_at": rfc3339(each.seen_at),
            "own": each.id == desk.caller.session,
        }
        for each in _valid(desk, person)
    ]


def end(desk: Desk, name: str, event: str = "session.ended") -> None:
    """End a session of the caller's own, by its name. Raises `MissingSessionError`."""
    rows = desk.wiring.rows
    with rows.read(DIRECTORY) as reading:
        mine = [_of(row) for row in _rows(reading, desk.caller.tenant, desk.caller.who)]
    found = next((each for each in mine if each.name == name), None)
    if found is None:
        raise MissingSessionError(name)
    with desk.begin() as unit:
        desk.note(unit, STREAM, event, {"person": desk.caller.who, "session": found.name})
    with suppress(MissingRowError), rows.begin(DIRECTORY, now=desk.now()) as unit:
        unit.remove(KIND, found.id)


def drop_all(wiring: Wiring) -> None:
    """End the sessions of everybody: those in a backup are not to live again."""
    with wiring.rows.begin(DIRECTORY, now=wiring.clock()) as unit:
        while rows := unit.find(KIND, limit=LIMIT).rows:
            for row in rows:
                unit.remove(KIND, row.id)


def drop_old(wiring: Wiring) -> int:
    """Remove the rows of sessions that are over; returns how many."""
    now, gone = wiring.clock(), 0
    with wiring.rows.read(DIRECTORY) as reading:
        old = [
            row.id
            for row in reading.find(KIND, newest_first=False, limit=LIMIT).rows
            if _of(row).is_over(now)
        ]
    for each in old:
        with suppress(MissingRowError), wiring.rows.begin(DIRECTORY, now=now) as unit:
            unit.remove(KIND, each)
            gone += 1
    return gone


def _valid(desk: Desk, person: Person) -> list[Session]:
    with desk.wiring.rows.read(DIRECTORY) as reading:
        every = [_of(row) for row in _rows(reading, desk.caller.tenant, person.id)]
    return [each for each in every if not each.is_over(desk.now()) and each.round == person.round]


def _rows(reading: Reading, tenant: str, person_id: str) -> Iterator[Row]:
    yield from reading.find(KIND, {"person": f"{tenant}/{person_id}"}, limit=LIMIT).rows


def _of(row: Row) -> Session:
    began, seen = (datetime.fromisoformat(row.body[name]) for name in ("began_at", "seen_at"))
    number = int(row.body.get("round", -1))  # one from before there were rounds is over
    return Session(row.id, row.body["tenant"], row.body["person"], began, seen, row.version, number)
