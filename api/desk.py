"""What the flows are handed: a wiring of ports, and a desk at which one caller is served.

Which adapters stand behind the ports is decided in `wiring` and nowhere else.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

from api import withholding
from api.almanac import Almanac
from api.caller import Caller
from api.holding import release
from api.identity.directory import tenants
from api.jobs import Jobs
from api.keypair import signers, stations
from api.rulebook import Rulebook
from api.settings import Settings
from claims.clocks.calendar import Calendars
from evidence import rehearsal
from evidence.spare import Spares
from storage.blobs import Blobs
from storage.errors import UnreadObjectError
from storage.rows import Reading, Rows, Unit
from storage.spool import Spool

Clock = Callable[[], datetime]


class Stream(Protocol):
    """Bytes that come from somewhere else."""

    @property
    def length(self) -> int | None:
        """How many will come, where that was said."""
        ...

    def read(self, amount: int, /) -> bytes:
        """The next ones, at most `amount`; none at the end."""
        ...


Objects = Callable[[str, str], AbstractContextManager[Stream]]
"""Opens an object of somebody else's bucket, given bucket and key; raises `UnreadObjectError`."""


def no_objects(bucket: str, key: str) -> AbstractContextManager[Stream]:
    """For wirings that reach no bucket."""
    del bucket, key
    raise UnreadObjectError


_ABANDONED: Final = timedelta(hours=6).total_seconds()
"""No examination may take as long, so what is older belongs to nobody."""


def utc_now() -> datetime:
    """The machine's clock: read here and nowhere else."""
    return datetime.now(UTC)


def free(folder: Path) -> int:
    """Bytes that are free where that folder is, or will be."""
    folder = folder.absolute()
    return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free


@dataclass(frozen=True)
class Wiring:
    """What the flows work with."""

    settings: Settings
    blobs: Blobs
    rows: Rows
    jobs: Jobs
    work: Path
    """A folder for work in progress; nothing in it has to survive."""
    clock: Clock = utc_now
    rulebook: Rulebook = field(default_factory=Rulebook)
    almanac: Almanac = field(default_factory=Almanac)
    """The days off, with what this deployment knows better."""
    release: Callable[[], None] = lambda: None
    """Lets go of what the adapters hold."""
    objects: Objects = no_objects
    space: Callable[[Path], int] = free
    """Bytes that are free where a folder is."""
    spares: Spares | None = None
    """Children that have started already, for photos; none where nobody waits for the answer."""
    unwalled: Callable[[], str] = rehearsal.missing
    """Why no media may be opened on this machine; empty where the walls were tried and held."""

    @cached_property
    def spool(self) -> Spool:
        """Where uploads in parts arrive: on this machine, wherever blobs live."""
        return Spool(self.settings.data / "uploads")

    @contextmanager
    def workspace(self) -> Generator[Path]:
        """An empty folder that is gone afterwards."""
        self.work.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=self.work))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def desk(self, caller: Caller) -> Desk:
        """Where that caller is served."""
        return Desk(self, caller)

    def sweep(self) -> None:
        """Remove what processes that were killed left in the work folder, in staging and beside the keys."""
        for folder in self.work.glob("*-*"):
            owner = folder.name.partition("-")[0]
            if not (owner.isdigit() and _runs(int(owner))) or _age(folder) > _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)
        for pair in (signers(self.settings), stations(self.settings)):
            pair.tidy()
        self.blobs.sweep()
        release(self.blobs, self.rows, tenants(self.rows), now=self.clock())

    def close(self) -> None:
        self.jobs.close()
        self.release()


@dataclass(frozen=True)
class Desk:
    """One caller being served: what the flows are handed."""

    wiring: Wiring
    caller: Caller

    @property
    def blobs(self) -> Blobs:
        return self.wiring.blobs

    @property
    def rulebook(self) -> Rulebook:
        return self.wiring.rulebook

    @property
    def calendars(self) -> Calendars:
        return self.wiring.almanac.now()

    def now(self) -> datetime:
        return self.wiring.clock()

    def begin(self) -> AbstractContextManager[Unit]:
        """One write transaction of the caller's tenant, now."""
        return self.wiring.rows.begin(self.caller.tenant, now=self.now())

    def read(self) -> AbstractContextManager[Reading]:
        """What the caller's tenant can see."""
        return self.wiring.rows.read(self.caller.tenant)

    def note(self, unit: Unit, stream: str, event: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write into the custody log that the caller did that; names of people stay outside its chain."""
        told = withholding.withheld(unit, stream, detail or {})
        unit.append(stream, event, actor=self.caller.actor, detail=told)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _age(folder: Path) -> float:
    """Seconds since the folder last changed."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
