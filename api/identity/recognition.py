"""What a request carries, made a `Caller`: a session's cookie, a key, or nothing.

Keys come in `Authorization` alone: what stands in an address gets into logs, histories and referrers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from api.caller import Caller
from api.identity import keys, people, sessions
from api.identity.directory import DIRECTORY
from api.identity.house import within
from api.identity.refusals import MissingPersonError
from api.identity.scopes import ALLOWED, Role

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from api.desk import Wiring

PLAIN: Final = "sixface"
"""The cookie over plain HTTP, where no browser takes the other one."""
LOCKED: Final = "__Host-sixface"
"""The cookie over TLS: of this very host, of no other path, never over plain HTTP."""


def cookie_name(*, secure: bool) -> str:
    return LOCKED if secure else PLAIN


def session_in(cookies: Mapping[str, str], *, secure: bool) -> str | None:
    """The secret of a session, where the request carries one."""
    return cookies.get(cookie_name(secure=secure)) or None


def key_in(headers: Headers) -> str | None:
    """The key in the header `Authorization`; an empty text where there is something else."""
    said = headers.get("authorization")
    if said is None:
        return None
    scheme, _, text = said.partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def by_key(wiring: Wiring, text: str) -> Caller | None:
    """Whose key that is; None where it is none, or no longer."""
    found = keys.look(wiring, text)
    if found is None:
        return None
    tenant, key = found
    scopes = within(tenant, key.scopes)
    return Caller(tenant, keys.actor_of(key), Role.SYSTEM, scopes, who=key.id, sender=key.first or key.id)


def by_session(wiring: Wiring, secret: str) -> Caller | None:
    """Who is signed in by that session; None where it is none, or no longer."""
    with wiring.rows.read(DIRECTORY) as reading:
        session = sessions.look(reading, secret, wiring.clock())
    if session is None:
        return None
    with wiring.rows.read(session.tenant) as reading:
        try:
            person = people.find(reading, session.person)
        except MissingPersonError:
            return None
    if person.off_at is not None or session.round != person.round:
        return None
    sessions.touch(wiring, session)
    scopes = within(session.tenant, ALLOWED[person.role])
    return Caller(session.tenant, person.actor, person.role, scopes, person.id, session.id, person.id)
