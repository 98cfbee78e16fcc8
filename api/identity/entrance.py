"""Signing in and out, and coming by a one-time link; all of it stands in the ledger before it counts.

Whoever signs in is told one thing, whatever was wrong, after the same work: no name, no tenant and no
second factor can be found out by trying.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from api import idempotency
from api.caller import NOBODY, TENANT, Caller
from api.idempotency import Claim, Reply
from api.identity import links, passwords, people, sessions, totp
from api.identity.directory import DIRECTORY, close, digest, is_tenant
from api.identity.links import Link
from api.identity.people import STREAM, Person
from api.identity.refusals import BadPersonError, NoLinkError, WrongSignInError
from api.identity.scopes import Role
from evidence.model import rfc3339, say
from storage.errors import MissingRowError
from storage.rows import Reading, Unit

if TYPE_CHECKING:
    from api.desk import Desk, Wiring
    from api.identity.pacing import Pacing

_LONGEST: Final = 200
"""Characters of a name that somebody types."""


def full_name(tenant: str, name: str) -> str:
    """What somebody types to sign in: outside the first tenant its name stands before theirs."""
    return name if tenant == TENANT else f"{tenant}/{name}"


@dataclass(frozen=True)
class Attempt:
    """What somebody typed, and from which address."""

    name: str
    password: str
    code: str = ""
    address: str = ""


def sign_in(wiring: Wiring, pacing: Pacing, attempt: Attempt) -> str:
    """Sign somebody in; returns the secret of the session.

    Raises:
        WrongSignInError: name, password or code is not right.
        TooManyTriesError: there were too many tries under that name, or from that address.
    """
    typed = people.folded(attempt.name.strip())[:_LONGEST]
    pacing.tried(typed, attempt.address)
    before, _, name = typed.rpartition("/")
    tenant = _tenant(wiring, before or TENANT)
    with wiring.rows.read(tenant or TENANT) as reading:
        found = people.named(reading, name) if tenant and name else None
    there = found if found is not None and found.off_at is None else None
    right = passwords.matches(there.password if there else None, attempt.password)
    desk = wiring.desk(Caller(tenant or TENANT, NOBODY.actor))
    with desk.begin() as unit:
        person = _second(desk, unit, there, attempt.code) if there is not None and right else None
        if person is None:
            told = {"name": found.name} if found else {"name_sha256": digest(typed)}
            desk.note(unit, STREAM, "sign_in.failed", told)
        else:
            _as(desk, person).note(unit, STREAM, "signed_in", {"person": person.id})
    if person is None:
        raise WrongSignInError
    pacing.succeeded(typed)
    return sessions.begin(wiring, desk.caller.tenant, person.id)


def sign_out(desk: Desk, *, everywhere: bool = False) -> None:
    """End the caller's session, or all that they have."""
    if everywhere:
        with desk.begin() as unit:
            people.turned_out(unit, people.find(unit, desk.caller.who))
            desk.note(unit, STREAM, "signed_out.everywhere", {"person": desk.caller.who})
    else:
        own = f"se_{desk.caller.session[:20]}"
        sessions.end(desk, own, "signed_out")


def invite(desk: Desk, role: Role, home: str, claim: Claim, email: str = "") -> Reply:
    """A link by which somebody becomes a person of that role; `home` is where this service is reached.

    The link is told this once: a repeated request is answered without it. Whoever an issuer vouches for
    with that address, verified, needs no link.

    Raises:
        BadPersonError: no person can have that role, or this is no address.
    """
    people.checked_role(role)
    address = people.mail(email)
    if email and not address:
        raise BadPersonError(say("Nobody can be invited by this e-mail address; look at it again."))
    told = {"role": role.value, "expires_at": rfc3339(desk.now() + links.INVITED)}
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        desk.note(unit, STREAM, "person.invited", {"role": role} | ({"name": address} if address else {}))
        idempotency.remember(unit, claim, Reply(201, told))
    secret, _ = links.make(desk.wiring, desk.caller.tenant, role, email=address)
    return Reply(201, {**told, "url": f"{home}{links.shown(secret)}"})


def renewal(desk: Desk, person_id: str, home: str, claim: Claim) -> Reply:
    """A link by which somebody sets their password anew; answered as `invite` is.

    Raises:
        MissingPersonError: there is nobody of that id.
    """
    told = {"expires_at": rfc3339(desk.now() + links.INVITED)}
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        person = people.find(unit, person_id)
        told = {"role": person.role.value, **told}
        desk.note(unit, STREAM, "person.renewal", {"person": person.id, "name": person.name})
        idempotency.remember(unit, claim, Reply(201, told))
    secret, _ = links.make(desk.wiring, desk.caller.tenant, person.role, person=person.id)
    return Reply(201, {**told, "url": f"{home}{links.shown(secret)}"})


def owner_link(wiring: Wiring, tenant: str = TENANT) -> tuple[str, datetime]:
    """A link for whoever has the data folder: it makes an administrator, or gives one their name back."""
    desk = wiring.desk(Caller(tenant, "cli"))
    with desk.begin() as unit:
        desk.note(unit, STREAM, "owner.invited", {})
    return links.make(wiring, tenant, Role.ADMIN, owner=True)


def look(wiring: Wiring, secret: str) -> Link:
    """What a link is good for. Raises `NoLinkError`."""
    with wiring.rows.read(DIRECTORY) as reading:
        return links.look(reading, secret, wiring.clock())


def name_behind(wiring: Wiring, link: Link) -> str:
    """Whose password a link sets anew; empty where it makes somebody new."""
    if not link.person:
        return ""
    with wiring.rows.read(link.tenant) as reading:
        return people.find(reading, link.person).name


def enter(wiring: Wiring, secret: str, name: str, password: str) -> str:
    """Become a person by a link, and be signed in; returns the secret of the session.

    The door is closed and the link used before there is the person, so that a crash in between leaves a
    link that is used up, never a door that is open.

    Raises:
        NoLinkError: the link is not valid, or no longer.
        BadPersonError: name or password cannot be; the link stays.
    """
    link = look(wiring, secret)
    name = people.checked_name(name) if not link.person else ""
    kept = passwords.hashed(password)
    with wiring.rows.read(link.tenant) as reading:
        _meant(reading, link, name)
    with wiring.rows.begin(DIRECTORY, now=wiring.clock()) as unit:
        try:
            links.use(unit, link)
        except MissingRowError as error:
            raise NoLinkError from error
        close(unit)
    desk = wiring.desk(Caller(link.tenant, NOBODY.actor))
    with desk.begin() as unit:
        person = _meant(unit, link, name)
        if person is None:
            person = people.added(unit, name, link.role, kept, desk.now())
            event = "person.joined"
        else:
            # Whatever else let somebody in is over: it may be why the password is set anew.
            anew = {"password": kept, "totp": None, "account": None}
            anew |= {"role": Role.ADMIN, "off_at": None} if link.owner else {}
            person = people.turned_out(unit, person, **anew)
            event = "person.recovered"
        detail = {"person": person.id, "name": person.name, "role": person.role}
        _as(desk, person).note(unit, STREAM, event, detail)
    return sessions.begin(wiring, link.tenant, person.id)


def change_password(desk: Desk, old: str, new: str) -> str:
    """Another password; all sessions end, and a new one begins, whose secret is returned.

    Raises:
        WrongSignInError: the old one is not right.
        BadPersonError: the new one cannot be.
    """
    with desk.read() as reading:
        person = people.find(reading, desk.caller.who)
    if not passwords.matches(person.password, old):
        raise WrongSignInError
    kept = passwords.hashed(new)
    with desk.begin() as unit:
        people.turned_out(unit, people.find(unit, person.id), password=kept)
        desk.note(unit, STREAM, "password.changed", {"person": person.id})
    return sessions.begin(desk.wiring, desk.caller.tenant, person.id)


def turn_on_codes(desk: Desk, secret: str, code: str) -> list[str]:
    """Ask for one-time codes from now on; returns those for when the device is lost, told this once.

    Raises:
        BadPersonError: the code does not fit the secret.
    """
    kept, codes = totp.turned_on(secret, code, desk.now())
    with desk.begin() as unit:
        people.changed(unit, people.find(unit, desk.caller.who), totp=kept)
        desk.note(unit, STREAM, "codes.on", {"person": desk.caller.who})
    return codes


def turn_off_codes(desk: Desk, password: str) -> None:
    """Ask for codes no more. Raises `WrongSignInError` where the password is not right."""
    with desk.read() as reading:
        person = people.find(reading, desk.caller.who)
    if not passwords.matches(person.password, password):
        raise WrongSignInError
    with desk.begin() as unit:
        people.changed(unit, people.find(unit, person.id), totp=None)
        desk.note(unit, STREAM, "codes.off", {"person": person.id})


def _tenant(wiring: Wiring, name: str) -> str | None:
    with wiring.rows.read(DIRECTORY) as reading:
        return name if is_tenant(reading, name) else None


def _second(desk: Desk, unit: Unit, person: Person, code: str) -> Person | None:
    """The person as they are now, where their code is right or none is asked for."""
    person = people.find(unit, person.id)
    if person.off_at is not None:
        return None
    if person.totp is None:
        return person
    kept = totp.taken(person.totp, code, desk.now())
    return people.changed(unit, person, totp=kept) if kept is not None else None


def _meant(reading: Reading, link: Link, name: str) -> Person | None:
    """Whose link it is; None for somebody new. Raises `BadPersonError` where the name is somebody else's."""
    if link.person:
        return people.find(reading, link.person)
    person = people.named(reading, name)
    if person is not None and not link.owner:
        raise people.taken()
    return person


def _as(desk: Desk, person: Person) -> Desk:
    return desk.wiring.desk(Caller(desk.caller.tenant, person.actor, person.role, who=person.id))
