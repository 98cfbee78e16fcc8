"""What a worker does beside examinations, slowly: stamps that are pending, and the scrub.

In a thread of its own, since an authority that does not answer must not hold up the worker's heartbeat.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from api import scrubbing, stamping

if TYPE_CHECKING:
    from api.desk import Wiring

log = logging.getLogger(__name__)

BETWEEN: Final = 30.0
"""Seconds between two rounds."""


@contextmanager
def done_beside(wiring: Wiring) -> Generator[None]:
    """Do the chores until the block is left."""
    stop = threading.Event()
    thread = threading.Thread(target=_attend, args=(wiring, stop), name="chores", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(1)


def _attend(wiring: Wiring, stop: threading.Event) -> None:
    while not stop.wait(BETWEEN):
        for chore in (stamping.put_right, scrubbing.go_on):
            try:
                chore(wiring)
            except Exception:  # The next round may fare better.
                log.exception("a chore failed")
