"""Signing in by the word of an issuer: out to it, back from it, and who that is here.

An issuer says who somebody is, never what they may do. In that order whoever comes back is: the person to
whom this account is bound; whoever the one-time link that they came by is for; whoever was invited by the
address that the issuer has verified; somebody of a domain that the deployment lets in. Else nobody. From
then on the account is known by issuer and subject, which never change; addresses and names do, and bind
nothing. Names are never matched, so nobody becomes a person that is there already without a link of theirs.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import urlsplit

from api.caller import NOBODY, TENANT, Caller
from api.identity import links, people, sessions
from api.identity.directory import DIRECTORY, close, digest, is_tenant
from api.identity.issuer import Issuer, Vouched, Way
from api.identity.people import STREAM, Account, Person
from api.identity.refusals import (
    MissingPersonError,
    NoLinkError,
    NoVouchingError,
    StrangerError,
    UnbelievedError,
)
from api.identity.scopes import Role
from api.item import new_id
from storage.errors import MissingRowError
from storage.rows import Reading

if TYPE_CHECKING:
    from api.desk import Desk, Wiring
    from api.identity.links import Link

GOING: Final = "going"
"""The rows of those who are on their way, by the hash of their browser's secret; each is used once."""
BOUND: Final = "account"
"""The rows that lead from an account to its person."""
SPAN: Final = timedelta(minutes=10)
"""How long somebody may take to sign in at the issuer."""
_SECRET: Final = 32
"""Bytes."""
_SWEPT: Final = 20
"""Rows of those who never came back that go with each who sets out: more than comes with one."""
_LONGEST: Final = 56
"""Characters of a name that is taken from an account, which leaves room for a number."""
_UNFIT: Final = re.compile(r"[\s/:]+|^@+")
"""What no name here has, see `people`."""


_Lead = Mapping[str, Any]
"""What the row of an account says."""


@dataclass(frozen=True)
class Return:
    """What the address says by which somebody came back."""

    state: str
    code: str
    iss: str = ""


@dataclass(frozen=True)
class _Place:
    """Where an account that is new here belongs."""

    tenant: str
    role: Role
    link: Link | None = None


def set_out(wiring: Wiring, issuer: Issuer, back: str, then: str, link: str = "") -> tuple[str, str]:
    """The secret for the browser, and where it is sent; `link` is that of a one-time link they came by.

    Raises:
        NoLinkError: that leads nowhere.
        NoVouchingError, NoOidcError, NoIssuerError: see `Issuer.leads_to`.
    """
    now, secret = wiring.clock(), secrets.token_urlsafe(_SECRET)
    if link:
        with wiring.rows.read(DIRECTORY) as reading:
            links.look(reading, link, now)
    url = issuer.leads_to(Way(secret), back)
    told = {"then": then, "link": digest(link) if link else "", "expires_at": (now + SPAN).isoformat()}
    with wiring.rows.begin(DIRECTORY, now=now) as unit:
        for row in unit.find(GOING, newest_first=False, limit=_SWEPT).rows:
            if datetime.fromisoformat(row.body["expires_at"]) <= now:
                unit.remove(GOING, row.id)
        unit.add(GOING, digest(secret), told)
    return secret, url


def come_back(wiring: Wiring, issuer: Issuer, secret: str, back: str, told: Return) -> tuple[str, str]:
    """Sign in who came back; returns the secret of a new session, and where they wanted to go.

    Raises:
        UnbelievedError: this browser did not set out, did so too long ago or came back before, or the
            issuer does not stand by what it brings.
        StrangerError: nobody here has the account.
        NoIssuerError: the issuer cannot be asked.
        NoVouchingError: this deployment names none.
    """
    if not issuer.name:
        raise NoVouchingError
    way = Way(secret)
    if not hmac.compare_digest(way.state, told.state.encode("ascii", "replace").decode()):
        raise UnbelievedError(issuer.name)
    now = wiring.clock()
    with wiring.rows.begin(DIRECTORY, now=now) as unit:
        row = unit.get(GOING, digest(secret))
        if row is not None:
            unit.remove(GOING, row.id)
    if row is None or datetime.fromisoformat(row.body["expires_at"]) <= now or not told.code:
        raise UnbelievedError(issuer.name)
    vouched = issuer.vouches(way, back, told.code, told.iss)
    link_id, then = str(row.body["link"]), str(row.body["then"])
    lead, known = _bound(wiring, vouched.account)
    if known is None:
        tenant, person = _anew(wiring, issuer, vouched, link_id, lead)
    elif link_id:  # whose account is somebody's becomes nobody else by a link
        _refuse(wiring, issuer, vouched, known[0])
    else:
        tenant, person = _again(wiring, issuer, vouched, *known)
    return sessions.begin(wiring, tenant, person.id), then


def _bound(wiring: Wiring, account: Account) -> tuple[_Lead | None, tuple[str, Person] | None]:
    """Where the row of an account leads, and tenant and person if what is there has this very account."""
    with wiring.rows.read(DIRECTORY) as reading:
        row = reading.get(BOUND, _name(account))
    if row is None:
        return None, None
    tenant = str(row.body["tenant"])
    with wiring.rows.read(tenant) as reading:
        try:
            person = people.find(reading, str(row.body["person"]))
        except MissingPersonError:
            return row.body, None
    return row.body, (tenant, person) if person.account == account else None


def _again(
    wiring: Wiring, issuer: Issuer, vouched: Vouched, tenant: str, person: Person
) -> tuple[str, Person]:
    """Somebody who is known."""
    with wiring.rows.begin(tenant, now=wiring.clock()) as unit:
        person = people.find(unit, person.id)
        there = person.off_at is None and person.account == vouched.account
        if there:
            told = {"person": person.id, "issuer": _host(vouched.account)}
            _as(wiring, tenant, person).note(unit, STREAM, "signed_in", told)
    if not there:
        _refuse(wiring, issuer, vouched, tenant)
    return tenant, person


def _anew(
    wiring: Wiring, issuer: Issuer, vouched: Vouched, link_id: str, lead: _Lead | None
) -> tuple[str, Person]:
    """Somebody whose account is new here; the link is used, and the door closed, before they are there."""
    now, account = wiring.clock(), vouched.account
    place = _place(wiring, vouched, link_id, now)
    if place is None:
        _refuse(wiring, issuer, vouched, TENANT)
    bound = place.link.person if place.link else ""
    person_id = bound or new_id("pe")
    with wiring.rows.begin(DIRECTORY, now=now) as unit:
        if place.link is not None:
            try:
                links.use(unit, place.link)
            except MissingRowError as error:
                raise NoLinkError from error
        close(unit)
        row, leads = unit.get(BOUND, _name(account)), {"tenant": place.tenant, "person": person_id}
        if (row.body if row else None) != lead:  # the same account came twice at once
            raise UnbelievedError(issuer.name)
        if row is None:
            unit.add(BOUND, _name(account), leads)
        else:  # it led nowhere, see `_bound`
            unit.replace(BOUND, row.id, leads, version=row.version)
    with wiring.rows.begin(place.tenant, now=now) as unit:
        if bound:
            person = people.turned_out(unit, people.find(unit, bound), account=account)
        else:
            given = {"id": person_id, "account": account}
            person = people.added(unit, _free(unit, vouched), place.role, None, now, **given)
        told = {"person": person.id, "name": person.name, "role": person.role, "issuer": _host(account)}
        desk = _as(wiring, place.tenant, person)
        desk.note(unit, STREAM, "person.bound" if bound else "person.joined", told)
    return place.tenant, person


def _place(wiring: Wiring, vouched: Vouched, link_id: str, now: datetime) -> _Place | None:
    """Where somebody new belongs: by their link, an invitation of their address, or its domain."""
    comes = wiring.settings.oidc_domains.get(vouched.email.rpartition("@")[2], "")
    before, _, role = comes.rpartition("/")
    tenant = before or TENANT
    with wiring.rows.read(DIRECTORY) as reading:
        link = links.at(reading, link_id, now) if link_id else links.meant_for(reading, vouched.email, now)
        if link is not None:
            return _Place(link.tenant, link.role, link)
        if not role or not is_tenant(reading, tenant):
            return None
    with wiring.rows.read(tenant) as reading:
        # Else the first who comes closes the door, and nobody is there who could let others in.
        return _Place(tenant, Role(role)) if people.has_admin(reading) else None


def _free(reading: Reading, vouched: Vouched) -> str:
    """A name for somebody new that nobody has: who is gone keeps theirs in the custody logs."""
    wanted = _UNFIT.sub("-", vouched.email or vouched.called)[:_LONGEST].strip("-")
    wanted = wanted if wanted.isprintable() and wanted else "somebody"
    return next(
        people.checked_name(each) for each in _numbered(wanted) if people.named(reading, each) is None
    )


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _refuse(wiring: Wiring, issuer: Issuer, vouched: Vouched, tenant: str) -> NoReturn:
    """Note that somebody was turned away, by a hash of their account."""
    desk = wiring.desk(Caller(tenant, NOBODY.actor))
    told = {"account_sha256": _name(vouched.account), "issuer": _host(vouched.account)}
    with desk.begin() as unit:
        desk.note(unit, STREAM, "sign_in.failed", told)
    raise StrangerError(issuer.name)


def _as(wiring: Wiring, tenant: str, person: Person) -> Desk:
    return wiring.desk(Caller(tenant, person.actor, person.role, who=person.id))


def _name(account: Account) -> str:
    return digest(f"{account.issuer}\n{account.subject}")


def _host(account: Account) -> str:
    return urlsplit(account.issuer).netloc
