"""The parent's side of a spare: children that have started before anybody asks.

Starting Python and reading the modules is most of the time that a photo takes, and somebody waits for
its answer. Each spare examines one file, as any other child, and ends.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, cast

from evidence.environment import surroundings
from evidence.waiting import WAITING

log = logging.getLogger(__name__)

_PATIENCE: Final = 5.0
"""Seconds in which a spare that is sent away has to end."""
_PAUSE: Final = 1.0
"""Seconds before another one is tried where none could be started."""


class Spares:
    """Keeps `count` children ready; to be closed by whoever made it.

    All are started by one thread that lives until then, since on Linux a child dies with the thread
    that started it.
    """

    def __init__(self, count: int = 1) -> None:
        self._ready: deque[subprocess.Popen[bytes]] = deque()
        self._wanted = threading.Semaphore(count)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._replace, name="spares", daemon=True)
        self._thread.start()

    def take(self, arguments: Sequence[str], work: Path, told: bytes) -> subprocess.Popen[bytes] | None:
        """A child with these arguments, that runs in `work` and reads `told`; None where none is ready.

        It is the caller's from then on; its stdout and stderr are pipes.
        """
        while True:
            try:
                process = self._ready.popleft()
            except IndexError:
                return None
            self._wanted.release()
            if _gave(process, arguments, work, told):
                return process
            _dismiss(process)

    def __len__(self) -> int:
        """How many are started and wait."""
        return len(self._ready)

    def close(self) -> None:
        """Send away those that wait."""
        self._closing.set()
        self._wanted.release()
        self._thread.join()
        while self._ready:
            _dismiss(self._ready.popleft())

    def _replace(self) -> None:
        while self._wanted.acquire() and not self._closing.is_set():
            try:
                self._ready.append(_started())
            except OSError as error:
                log.warning("no spare can be started: %s", error)
                self._wanted.release()
                self._closing.wait(_PAUSE)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "evidence", WAITING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=surroundings(),
        start_new_session=True,
    )


def _gave(process: subprocess.Popen[bytes], arguments: Sequence[str], work: Path, told: bytes) -> bool:
    """Whether the spare got its order; it may have died meanwhile."""
    order = json.dumps({"arguments": list(arguments), "work": str(work)}).encode()
    pipe = cast("IO[bytes]", process.stdin)
    try:
        pipe.write(order + b"\n" + told)
        pipe.close()
    except OSError:
        return False
    return process.poll() is None


def _dismiss(process: subprocess.Popen[bytes]) -> None:
    """Have a spare end: without an order it does as soon as its stdin ends."""
    with process, suppress(OSError):
        cast("IO[bytes]", process.stdin).close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
