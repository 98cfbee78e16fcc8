"""What uploads leave behind: whole ones that nobody finished, old ones, files that no row speaks for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from api.caller import Caller
from api.errors import ApiError
from api.identity.directory import tenants
from api.uploading import KIND, Arrival, Sending, arrival_of, look
from evidence.check import RefusedError
from storage.errors import BusyError, StorageError

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

log = logging.getLogger(__name__)


def put_right(wiring: Wiring) -> int:
    """Finish what is whole, drop what is too old or belongs to nobody; returns how many were dropped."""
    gone = 0
    for tenant in tenants(wiring.rows):
        with wiring.rows.read(tenant) as reading:
            rows = reading.find(KIND, newest_first=False, limit=1000).rows
        for arrival in map(arrival_of, rows):
            desk = wiring.desk(Caller(tenant, arrival.actor))
            if arrival.expires_at <= wiring.clock():
                gone += _drop(desk, arrival)
            elif arrival.state == "open" and wiring.spool.size(arrival.id) == arrival.length:
                _finish(desk, arrival)
    return gone + sum(_drop_file(wiring, name) for name in wiring.spool.names())


def _drop(desk: Desk, arrival: Arrival) -> bool:
    try:
        with desk.wiring.spool.held(arrival.id, wait=0) as file:
            Sending(desk, arrival, file).abandon()
    except BusyError:  # its bytes still flow; the next round comes
        return False
    return True


def _finish(desk: Desk, arrival: Arrival) -> None:
    try:
        look(desk, arrival.id, finish=True)
    except (ApiError, StorageError, RefusedError) as error:
        log.warning("upload %s was not finished: %s", arrival.id, error)


def _drop_file(wiring: Wiring, name: str) -> bool:
    """Remove a file that no open upload speaks for: rows come before files, and go before them."""
    for tenant in tenants(wiring.rows):
        with wiring.rows.read(tenant) as reading:
            row = reading.get(KIND, name)
        if row is not None and arrival_of(row).state == "open":
            return False
    try:
        with wiring.spool.held(name, wait=0):
            wiring.spool.remove(name)
    except BusyError:
        return False
    return True
