"""`sixface serve`: the web application, and a worker process beside it that is never missing for long.

The worker is a process of its own, so that an examination that exhausts it does not take the
front door with it. It ends with us: it holds the other end of a pipe that closes when we die.
"""

from __future__ import annotations

import gc
import logging
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import uvicorn

from api import ourselves
from api.app import create_app, prepared
from api.desk import Wiring
from api.patience import Patient
from api.settings import Settings
from api.wiring import embedded
from evidence.spare import Spares
from evidence.walls.sandbox import SandboxUnavailableError

log = logging.getLogger(__name__)

PATIENCE: Final = 10.0
"""Seconds that the worker and open connections are given to end."""
SWITCH: Final = 0.0005
"""Seconds after which a thread that computes lets another one go on."""
SPARES: Final = 2
"""Children that are kept started for photos; each holds some 50 MB."""
PAUSE: Final = 1.0
"""Seconds before a worker that died is started again."""


class Supervisor:
    """Keeps one worker process alive."""

    def __init__(self, settings: Settings) -> None:
        folder = str(settings.data.absolute())
        self._command = ourselves.command("api.cli", "worker", "--with-parent", "--data", folder)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Have the worker end, by force if it must be."""
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(PATIENCE)

    def _supervise(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                self._process = process = subprocess.Popen(  # noqa: S603 - ourselves
                    self._command, stdin=subprocess.PIPE, env=ourselves.environment()
                )
            status = process.wait()
            if process.stdin is not None:
                process.stdin.close()
            if not self._stopping.is_set():
                log.error("the worker ended with status %d and is started again", status)
                self._stopping.wait(PAUSE)


def listening(settings: Settings) -> socket.socket:
    """The bound socket.

    Raises:
        OSError: the address is taken or is not ours.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # With its protocol named, asyncio turns Nagle's algorithm off; an answer in two pieces waits 40 ms else.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((settings.host, settings.port))
    except OSError as error:
        found.close()
        error.filename = f"{settings.host}:{settings.port}"
        raise
    return found


def serve(
    settings: Settings, sock: socket.socket, greet: Callable[[Wiring], None] = lambda _wiring: None
) -> None:
    """Serve until SIGINT or SIGTERM; connections then get a moment to end. `greet` is called before."""
    wiring = embedded(settings)
    spares = Spares(SPARES)
    wiring = replace(wiring, spares=spares)
    greet(wiring)
    config = uvicorn.Config(
        prepared(create_app(wiring)),
        http=Patient,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
        lifespan="off",
    )
    _answer_promptly()
    supervisor = Supervisor(settings)
    try:
        with _quiet_signals():
            supervisor.start()
            # So that it is known when somebody first asks; a bucket takes a moment to show what it keeps.
            threading.Thread(target=wiring.blobs.worm, name="worm", daemon=True).start()
            threading.Thread(target=wiring.rulebook.read_all, name="rules", daemon=True).start()
            threading.Thread(target=_try_the_walls, args=(wiring,), name="walls", daemon=True).start()
            uvicorn.Server(config).run(sockets=[sock])
    finally:
        supervisor.stop()
        spares.close()
        wiring.close()


def _answer_promptly() -> None:
    """Have nobody wait for what Python does by the way."""
    # A thread that computes keeps all others for as long; the usual 5 ms, times the threads that take
    # files in, is what a request then waits for.
    sys.setswitchinterval(SWITCH)
    # What has been made by now stays; looking through all of it for garbage takes a quarter of a second.
    gc.collect()
    gc.freeze()


def _try_the_walls(wiring: Wiring) -> None:
    """Say at once, and not with the first file, that none will be opened; they are taken in and wait."""
    if reason := wiring.unwalled():
        log.error("%s Files are taken in and wait; /readyz says 503.", SandboxUnavailableError(reason))


@contextmanager
def _quiet_signals() -> Generator[None]:
    """When the server is done it raises the signal that stopped it once more; here nothing follows."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda _number, _frame: None) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
