"""What a worker does beside examinations: webhooks, seals, packets, examples, stamps, bucket, scrub, words.

In threads of their own, since a receiver or an authority that does not answer must hold up neither the
worker's heartbeat nor the other.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from api import deliveries, fastening, filming, rewording, scrubbing, sealings, stamping, timetable
from api.caller import WORKER, Caller
from api.identity.directory import tenants
from api.packing import making

if TYPE_CHECKING:
    from api.desk import Wiring

log = logging.getLogger(__name__)


def write_digests(wiring: Wiring) -> None:
    """Write each tenant's digests whose time has come."""
    for tenant in tenants(wiring.rows):
        timetable.attend(wiring.desk(Caller(tenant, WORKER.actor)))


def send_letters(wiring: Wiring) -> None:
    """Send each tenant's webhooks what is due."""
    for tenant in tenants(wiring.rows):
        deliveries.send_due(wiring.desk(Caller(tenant, WORKER.actor)))


CHORES: Final[Mapping[str, tuple[float, tuple[Callable[[Wiring], object], ...]]]] = {
    "digests": (20.0, (write_digests,)),
    "letters": (2.0, (send_letters,)),
    "seals": (2.0, (sealings.go_on,)),
    "packets": (2.0, (making.go_on,)),
    "example": (2.0, (filming.go_on,)),
    "keeping": (30.0, (stamping.put_right, fastening.go_on, scrubbing.go_on)),
    "wording": (5.0, (rewording.go_on,)),
}
"""By thread: seconds between two rounds, and what is done in each."""


@contextmanager
def done_beside(wiring: Wiring) -> Generator[None]:
    """Do the chores until the block is left."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_attend, args=(wiring, stop, *chores), name=name, daemon=True)
        for name, chores in CHORES.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(1)


def _attend(
    wiring: Wiring, stop: threading.Event, between: float, chores: tuple[Callable[[Wiring], object], ...]
) -> None:
    while not stop.wait(between):
        for chore in chores:
            try:
                chore(wiring)
            except Exception:  # The next round may fare better.
                log.exception("a chore failed")
