"""Addresses of buyers, for replacements: sealed, in rows of their own, never in the case, and not for long.

What the case, its bundle, the custody log and every report know is the slip: that there is an address,
since when, and until when. The row holds the sealed text and goes when its time is over, when the
sub-case ends, or when somebody says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from api import item
from api.errors import AddressGoneError
from api.keyring import Keyring, LostKeyError
from claims import change
from claims.case import Case, SubCase
from claims.record.subcase import Slip
from storage.ledger import stamp
from storage.rows import LIMIT, Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "address"
EXPIRES: Final = "expires"
"""The facet by which they are ranked."""
_KEY: Final = "key"
"""The facet that names the key."""


def keep(desk: Desk, unit: Unit, case_id: str, subcase: str, text: str, *, until: datetime) -> Slip:
    """Seal an address for that sub-case, and say where it is."""
    name, now = item.new_id("address"), desk.now()
    key, sealed = ring(desk).seal(text, _bound(desk, name, case_id, subcase), now)
    body = {"case": case_id, "subcase": subcase, "key": key, "sealed": sealed, "expires": stamp(until)}
    unit.add(KIND, name, body, {EXPIRES: stamp(until), _KEY: key})
    return Slip(secret=name, captured_at=now, expires_at=until)


def opened(desk: Desk, reading: Reading, case_id: str, subcase: str, slip: Slip | None) -> tuple[str, Slip]:
    """The address itself, with its slip.

    Raises:
        AddressGoneError: none was taken down, its time is over, or its key is gone.
    """
    row = None
    if slip and slip.erased_at is None and slip.expires_at > desk.now():
        row = reading.get(KIND, slip.secret)
    if slip is None or row is None:
        raise AddressGoneError(subcase)
    bound = _bound(desk, slip.secret, case_id, subcase)
    try:
        return ring(desk).open(row.body["key"], row.body["sealed"], bound), slip
    except LostKeyError:
        raise AddressGoneError(subcase) from None


def erase(desk: Desk, unit: Unit, case: Case, sub: SubCase, why: str) -> Case:
    """Remove the address of that sub-case and note it in the custody log; the case says since when."""
    slip = sub.address
    if slip is None or slip.erased_at:
        return case
    if unit.get(KIND, slip.secret) is not None:
        unit.remove(KIND, slip.secret)
    desk.note(unit, f"case/{case.id}", "address.erased", {"subcase": sub.id, "why": why})
    return change.erased(case, sub.id, desk.now())


def tidied(desk: Desk, unit: Unit, case: Case) -> Case:
    """The case without addresses that outlived the sub-case or the case they were for."""
    for sub in case.subcases:
        if sub.closed_at or case.closed:
            case = erase(desk, unit, case, sub, "ended")
    return case


def expired(reading: Reading, now: datetime) -> list[Row]:
    """The rows whose time is over, the oldest first."""
    rows = reading.ranked(KIND, EXPIRES, limit=LIMIT).rows
    return [row for row in rows if row.body["expires"] <= stamp(now)]


def forget_keys(desk: Desk) -> tuple[str, ...]:
    """Throw away the keys that no address needs any more, and with them what copies of the database hold."""
    keys = ring(desk)
    old = keys.old(desk.now())
    if not old:
        return ()
    with desk.begin() as unit:
        unused = [name for name in old if not unit.find(KIND, {_KEY: name}, limit=1).rows]
        keys.drop(unused)
    return tuple(unused)


def ring(desk: Desk) -> Keyring:
    """The keys of this deployment."""
    return Keyring(desk.wiring.settings.address_keys)


def _bound(desk: Desk, name: str, case_id: str, subcase: str) -> str:
    """What a sealed text opens for: another tenant's, case's or sub-case's row is of no use."""
    return f"{desk.caller.tenant}\n{name}\n{case_id}\n{subcase}"
