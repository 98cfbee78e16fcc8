"""The address of a replacement: taken down before the platform hides it, shown on request, and erased.

Each of these is in the custody log of the case, without the address. What is asked for with an
`Idempotency-Key` is remembered by a fingerprint that only whoever has the key could make, since the plain
hash of an address could be guessed.
"""

from __future__ import annotations

import hmac
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api import addresses, cases, idempotency
from api.errors import ApiError
from api.idempotency import Claim, Reply
from claims import change
from claims.case import Case, Moment, SubCase
from claims.change import UnfitError
from claims.ruleset import RulesetError
from evidence.model import say
from storage.rows import Unit

if TYPE_CHECKING:
    from api.desk import Desk

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=7)
"""How long an address is kept unless told: the longest that the rules we know give for sending a replacement
(Temu's list, seven natural days)."""
MOST: Final = timedelta(days=30)
"""How long it may be kept at most; ours: a replacement that is not sent by then is another case."""
LONGEST: Final = 1000
"""Characters."""


class Taking(BaseModel):
    """An address to take down; its text is shown by no log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: SecretStr = Field(min_length=1, max_length=LONGEST, examples=["Jane Doe, 1 Main St, Springfield"])
    expires_at: Moment | None = None
    """When it is to be erased; seven days from now where left out, thirty at most."""


class Address(BaseModel):
    """An address as it is read out."""

    subcase: str
    text: str
    captured_at: Moment
    expires_at: Moment


def take(desk: Desk, case_id: str, subcase: str, taking: Taking, claim: Claim) -> Reply:
    """Take the address of a sub-case down, in place of the one before.

    Raises:
        MissingCaseError: there is none of that id.
        UnfitError: there is no such sub-case, it is closed, or the address is kept too long or not at all.
    """
    now = desk.now()
    until = taking.expires_at or now + KEPT
    text = taking.text.get_secret_value().strip()
    if not text or not now < until <= now + MOST:
        most = (now + MOST).date().isoformat()
        raise UnfitError(
            say("Write the address, and a moment between now and {most} at which it is erased.", most=most)
        )

    def taken(unit: Unit, case: Case) -> Case:
        before = case.subcase(subcase)
        if before and before.address and not before.closed_at:
            case = addresses.erase(desk, unit, case, before, "replaced")
        slip = addresses.keep(desk, unit, case_id, subcase, text, until=until)
        return change.slip_in(case, subcase, slip)

    detail = {"subcase": subcase, "expires_at": until.isoformat()}
    return cases.changed(desk, case_id, _bound(claim, text), taken, event="address.captured", detail=detail)


def _bound(claim: Claim, text: str) -> Claim:
    """The claim with the address in its fingerprint, keyed by what only the client has."""
    if claim.key is None:
        return claim
    mark = hmac.new(claim.key.encode(), text.encode(), "sha256").hexdigest()
    return Claim(claim.key, claim.operation, idempotency.fingerprint(asked=claim.fingerprint, text=mark))


def look(desk: Desk, case_id: str, subcase: str) -> Address:
    """The address, noted in the custody log before it is told.

    Raises:
        MissingCaseError: there is none of that id.
        UnfitError: there is no such sub-case.
        AddressGoneError: none is kept.
    """
    erase_expired(desk)
    with desk.begin() as unit:
        kept = _sub(cases.gather(desk, unit, case_id).case, subcase).address
        text, slip = addresses.opened(desk, unit, case_id, subcase, kept)
        desk.note(unit, cases.stream_of(case_id), "address.viewed", {"subcase": subcase})
    return Address(subcase=subcase, text=text, captured_at=slip.captured_at, expires_at=slip.expires_at)


def erase(desk: Desk, case_id: str, subcase: str) -> None:
    """Erase the address now, as somebody asks. Raises as `look`, and nothing where none is kept."""
    _erase(desk, case_id, subcase, "asked")


def erase_expired(desk: Desk) -> int:
    """Erase every address whose time is over, and the keys that nothing needs; returns how many addresses."""
    with desk.read() as reading:
        found = addresses.expired(reading, desk.now())
    for row in found:
        try:
            _erase(desk, row.body["case"], row.body["subcase"], "expired")
        except (ApiError, RulesetError, UnfitError):
            log.warning("the case of the address %s cannot be changed; the address goes anyway", row.id)
        with desk.begin() as unit:
            if unit.get(addresses.KIND, row.id) is not None:  # whatever the case said of it
                unit.remove(addresses.KIND, row.id)
    addresses.forget_keys(desk)
    return len(found)


def _erase(desk: Desk, case_id: str, subcase: str, why: str) -> None:
    def gone(unit: Unit, case: Case) -> Case:
        return addresses.erase(desk, unit, case, _sub(case, subcase), why)

    cases.altered(desk, case_id, gone)


def _sub(case: Case, name: str) -> SubCase:
    found = case.subcase(name)
    if found is None:
        raise UnfitError(say("This case has no sub-case {subcase}.", subcase=name))
    return found
