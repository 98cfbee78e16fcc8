"""The parent's side of an examination: start the child, listen, bound it, believe little.

The child writes into a private folder; only what `handover` finds sound leaves it, so
a child that fails leaves nothing behind.

Exception
├── RefusedError (evidence.check)   no answer can be given on this file; the sentence says why
└── FaultError (evidence.fault)     the child broke, was stopped, or ran over its budget
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final, cast

from pydantic import ValidationError

from evidence import fault, handover
from evidence.check import RefusedError
from evidence.environment import surroundings
from evidence.fault import FaultError
from evidence.model import Expectation, Report, rfc3339
from evidence.profile import load
from evidence.spare import Spares

REFUSED: Final = 65
FAULT: Final = 70

LINE_BYTES: Final = 64 * 1024
SAID_BYTES: Final = 16 * 1024 * 1024
TAIL_BYTES: Final = 16 * 1024
NAME_CHARACTERS: Final = 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far the child is."""

    share: float | None
    """0 to 1; None where the file does not say credibly how long it is."""
    at: timedelta
    """Presentation time of the frame that it looks at."""


class Child:
    """One examination in a process of its own.

    `wait` starts the process and blocks until it has ended, so the thread that started
    it lives as long as it does: on Linux the child dies with the thread, not only with
    the process, that started it. `kill` may come from any thread, before or after.

    Args:
        file: what to examine; only the child opens it.
        profile: the name of a profile.
        out: the folder, made where missing, that receives `report.json` and `stills/`.
        now: the moment of the examination, aware.
        name: what the user called the file; data, never a path.
        expected: what the order says.
        trust: a file of certificates (PEM) of those whose records of origin are trusted.
        stations: a file of public keys (PEM) of the station clocks that are believed.
        wall: the longest it may take; by default twice the profile's processor time and a minute.
        spares: children that have started already, of which one is taken where one is ready.

    Raises:
        LookupError: there is no profile of that name.
    """

    def __init__(
        self,
        file: Path,
        *,
        profile: str,
        out: Path,
        now: datetime,
        name: str | None = None,
        expected: Expectation | None = None,
        trust: Path | None = None,
        stations: Path | None = None,
        wall: timedelta | None = None,
        spares: Spares | None = None,
    ) -> None:
        limits = load(profile).limits
        self._file = file.absolute()
        self._profile = profile
        self._out = out.absolute()
        self._now = now
        self._name = file.name if name is None else name
        self._expected = expected
        self._trust = trust
        self._stations = stations
        self._spares = spares
        self._wall = wall or 2 * limits.cpu + timedelta(minutes=1)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = False
        self._stopped = False
        self._tail = b""
        self._last: handover.Line | None = None

    def wait(self, progress: Callable[[Progress], None] | None = None) -> Report:
        """Start the child, tell `progress` (in this thread) how it gets on, and return its report.

        `out` then holds `report.json` and the stills it names; on any error it is as before.

        Raises:
            RefusedError: the child gives no answer on this file.
            FaultError: the child broke, was stopped, or ran over its budget.
            OSError: `out` cannot be written.
        """
        if self._begun:
            raise RuntimeError("a child runs once")
        self._begun = True
        self._out.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".examining-", dir=self._out))
        try:
            status = self._run(work, progress or (lambda _: None))
            self._conclude(status)
            report = handover.read(work, profile=self._profile)
            handover.keep(report, work, self._out)
        except handover.HandoverError as error:
            log.warning("what the child handed over is not usable: %a", str(error))
            raise fault.broke() from None
        except FaultError as error:
            log.warning("%s with %a on stderr", error.code, self._tail.decode(errors="replace"))
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return report

    @property
    def seconds(self) -> Mapping[str, float]:
        """What each check took, by its name, once `wait` has returned."""
        return self._last.seconds if self._last else {}

    def kill(self) -> None:
        """Kill the child and all it may have started; `wait` then raises `FaultError`."""
        self._stopped = True
        self._end()

    def _end(self) -> None:
        with self._lock:
            # Once reaped, the id may be another's; reaping takes the lock as well.
            if self._process is not None and self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    def _command(self, work: Path) -> list[str]:
        return [sys.executable, "-P", "-m", "evidence", *self._arguments(work)]

    def _arguments(self, work: Path) -> list[str]:
        name = self._name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:NAME_CHARACTERS]
        return [
            str(self._file),
            *("--profile", self._profile, "--out", str(work), "--now", rfc3339(self._now)),
            *("--parent", str(os.getpid()), f"--name={name}"),
            *(("--expect", "-") if self._expected is not None else ()),
            *(("--trust", str(self._trust.absolute())) if self._trust is not None else ()),
            *(("--stations", str(self._stations.absolute())) if self._stations is not None else ()),
        ]

    def _run(self, work: Path, progress: Callable[[Progress], None]) -> int:
        """Start the child and listen to its end; returns its status. It is dead afterwards in any case."""
        deadline = time.monotonic() + self._wall.total_seconds()
        with self._started(work) as process:
            for line in self._lines(process, deadline):
                self._hear(line, progress)
            return self._reaped(process, deadline)

    @contextlib.contextmanager
    def _started(self, work: Path) -> Generator[subprocess.Popen[bytes]]:
        told = b"" if self._expected is None else self._expected.model_dump_json().encode()
        with self._lock:
            if self._stopped:
                raise fault.stopped()
            process = (
                self._spares.take(self._arguments(work), work, told) if self._spares is not None else None
            )
            self._process = process = process or self._start(work, told)
        with process:  # closes the pipes and reaps
            try:
                yield process
            finally:
                self._end()

    def _start(self, work: Path, told: bytes) -> subprocess.Popen[bytes]:
        with _order(told) as order:
            try:
                return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    self._command(work),
                    stdin=order,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    cwd=work,
                    env=surroundings(),
                    start_new_session=True,
                )
            except OSError as error:
                log.warning("the child cannot be started: %s", error)
                raise fault.broke() from error

    def _lines(self, process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
        """The child's lines as they come, while its stderr is kept to its tail."""
        begun, said = b"", 0
        with selectors.DefaultSelector() as pipes:
            pipes.register(cast("IO[bytes]", process.stdout), selectors.EVENT_READ)
            pipes.register(cast("IO[bytes]", process.stderr), selectors.EVENT_READ)
            while pipes.get_map():
                ready = pipes.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise fault.late(self._wall)
                for key, _ in ready:
                    chunk = os.read(key.fd, LINE_BYTES)
                    said += len(chunk)
                    if not chunk:
                        pipes.unregister(key.fileobj)
                    elif key.fileobj is process.stderr:
                        self._tail = (self._tail + chunk)[-TAIL_BYTES:]
                    else:
                        *whole, begun = (begun + chunk).split(b"\n")
                        yield from whole
                if said > SAID_BYTES or len(begun) > LINE_BYTES:
                    raise fault.broke()

    def _hear(self, line: bytes, progress: Callable[[Progress], None]) -> None:
        try:
            heard = handover.Line.model_validate_json(line)
        except ValidationError:
            raise fault.broke() from None
        if heard.at is not None:
            progress(Progress(heard.progress, timedelta(seconds=heard.at)))
        else:
            self._last = heard

    def _reaped(self, process: subprocess.Popen[bytes], deadline: float) -> int:
        """The exit status; the pipes are closed, so an honest child is gone within a moment."""
        pause = 0.001
        while True:
            with self._lock:
                status = process.poll()
            if status is not None:
                return status
            if time.monotonic() > deadline:
                raise fault.late(self._wall)
            time.sleep(pause)
            pause = min(0.1, 2 * pause)

    def _conclude(self, status: int) -> None:
        """Nothing, where the child says that it has written a report.

        Raises:
            RefusedError, FaultError: as the child says, or as its status shows.
        """
        last = self._last
        if self._stopped:
            raise fault.stopped()
        if status == 0 and last and last.report:
            return
        if status == REFUSED and last and last.refused:
            raise RefusedError(last.refused.code, last.refused.saying())
        if status == FAULT and last and last.fault:
            raise FaultError(last.fault.code, last.fault.saying())
        raise fault.died(-status, self._profile) if status < 0 else fault.broke()


def examine_file(
    file: Path,
    *,
    profile: str,
    out: Path,
    now: datetime,
    name: str | None = None,
    expected: Expectation | None = None,
    trust: Path | None = None,
    stations: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Examine `file` in a child of its own and return the report; see `Child`.

    Raises:
        RefusedError: no answer can be given on this file.
        FaultError: the child broke, or ran over its budget.
        LookupError: there is no profile of that name.
        OSError: `out` cannot be written.
    """
    child = Child(
        file,
        profile=profile,
        out=out,
        now=now,
        name=name,
        expected=expected,
        trust=trust,
        stations=stations,
    )
    return child.wait(progress)


@contextlib.contextmanager
def _order(told: bytes) -> Generator[IO[bytes] | int]:
    """The child's stdin: what the order says, in a file without a name, or nothing."""
    if not told:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as order:
        order.write(told)
        order.seek(0)
        yield order
