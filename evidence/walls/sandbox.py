"""The walls around the one process that opens media: entered once, before anything is parsed.

Four of them, each made by the process for itself, unprivileged, for good:

1. Landlock: it opens the libraries to read, one folder to write, and nothing else; no
   TCP, and (Linux 6.12) no signal and no abstract socket beyond itself.
2. A system call filter: a list of what decoding needs; no socket, process or program.
3. Resource limits: processor time, address space, file size, open files, no core dump.
4. A leash: it dies with the thread that started it, no other process of its user may
   look into it, and of a superuser's privileges only reading past file modes is kept.

Where a wall cannot be built nothing is examined; on other systems than Linux there
are no walls, and a line on stderr says so. What stays possible inside: seeing that a
path exists with its size and times (`stat`), and spending the limits.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from evidence.walls import landlock, seccomp
from evidence.walls.syscalls import call, machine

FILE_BYTES: Final = 16 * 1024 * 1024
"""The largest single file it may write: a report or a still, both far smaller."""

OPEN_FILES: Final = 64

_SYSTEM_LIBRARIES: Final = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITIES_V3: Final = 0x20080522
_CAP_DAC_READ_SEARCH: Final = 2
_CPU_GRACE: Final = 5

# Exception
# └── SandboxUnavailableError     a wall cannot be built here, or did not hold when tried


class SandboxUnavailableError(Exception):
    """Media is not opened, since a wall is missing; the message is one sentence around the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"No file is examined without a sandbox: {reason}.")
        self.reason = reason


@dataclass(frozen=True)
class Confinement:
    """The walls that stand around this process."""

    walls: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.walls)


@dataclass(frozen=True)
class Walls:
    """Which walls this system can build. True where all of them; as text, one sentence."""

    names: tuple[str, ...] = ()
    missing: str = ""

    def __bool__(self) -> bool:
        return bool(self.names)

    def __str__(self) -> str:
        if self.names:
            return f"Media is examined behind {', '.join(self.names)}."
        return self.missing


def available() -> Walls:
    """Which walls this system can build, or why it cannot; changes nothing."""
    if sys.platform != "linux":
        return Walls(missing="There is no sandbox on this system: for development only.")
    try:
        interface = landlock.version()
        seccomp.probe()
    except (landlock.LandlockMissingError, seccomp.SeccompMissingError) as missing:
        return Walls(missing=str(SandboxUnavailableError(str(missing))))
    return Walls(_names(interface))


def libraries() -> tuple[Path, ...]:
    """What the Python of this process may have to read to import its packages, and nothing beside it."""
    package = Path(__file__).parents[1]
    roots = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    python = [Path(root, lib) for root in sorted(roots) for lib in ("lib", "lib64")]
    # The folder of a source checkout is on `sys.path` as well, and holds more than modules.
    packages = [Path(p) for p in sys.path if Path(p).name in {"site-packages", "dist-packages"}]
    return (*map(Path, _SYSTEM_LIBRARIES), *python, *packages, package)


def confine(
    *,
    write: Path,
    read: Iterable[Path] | None = None,
    cpu: timedelta,
    memory: int,
    parent: int | None = None,
    execute: Iterable[Path] = (),
    file_bytes: int = FILE_BYTES,
) -> Confinement:
    """Build all walls around this process, then try them; there is no way back.

    To be called while the process has one thread, and before anything of a hostile
    file is parsed. Files that are open stay open; this is how the file to examine is
    handed in, whose path no rule names.

    Args:
        write: the one folder that may be read and written.
        read: what may be read beside it; `libraries()` where not given.
        cpu: processor time over all threads, after which the kernel ends the process.
        memory: bytes of address space.
        parent: the id of the process that started this one, where it is known.
        execute: programs of which this process may become one; it then keeps these walls, save that
            other processes of its user may look into it. None, where not given.
        file_bytes: the largest single file that it may write.

    Raises:
        SandboxUnavailableError: on Linux, a wall cannot be built or does not hold; or `parent` has ended.
    """
    _limit(cpu, memory, file_bytes)
    programs = tuple(execute)
    if sys.platform != "linux":
        sys.stderr.write("No sandbox on this system: for development only, not for files of strangers.\n")
        return Confinement(())
    # Landlock binds the calling thread and those it starts, not those that run already.
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise SandboxUnavailableError("it must be entered before any thread is started")
    try:
        _leash(parent)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        interface = landlock.restrict(
            read=libraries() if read is None else read, write=(write,), execute=programs
        )
        _drop_privileges()
        seccomp.install(programs=bool(programs))
    except (landlock.LandlockMissingError, seccomp.SeccompMissingError) as missing:
        raise SandboxUnavailableError(str(missing)) from None
    except OSError as error:
        raise SandboxUnavailableError(f"the kernel answered: {error.strerror}") from error
    _try_the_walls()
    return Confinement(_names(interface))


def _names(interface: int) -> tuple[str, ...]:
    return (f"Landlock (version {interface})", "a system call filter", "resource limits")


def _limit(cpu: timedelta, memory: int, file_bytes: int) -> None:
    seconds = max(1, math.ceil(cpu.total_seconds()))
    limits = {
        resource.RLIMIT_CPU: (seconds, seconds + _CPU_GRACE),
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_FSIZE: (file_bytes, file_bytes),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
        resource.RLIMIT_CORE: (0, 0),
    }
    for limit, wanted in limits.items():
        _, ceiling = resource.getrlimit(limit)
        if ceiling == resource.RLIM_INFINITY:
            ceiling = max(wanted)
        try:  # a limit set outside is kept where it is lower
            resource.setrlimit(limit, (min(wanted[0], ceiling), min(wanted[1], ceiling)))
        except ValueError:
            if sys.platform == "linux":  # macOS refuses to limit the address space
                raise


def _leash(parent: int | None) -> None:
    """Die with the thread that started this process, and let no other process look in."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_DUMPABLE, 0)
    # It may have ended before the leash was on, and then nothing would pull.
    if parent is not None and os.getppid() != parent:
        raise SandboxUnavailableError("the process that asked for the examination has ended")


def _drop_privileges() -> None:
    """Give up a superuser's privileges, except to read past modes, as in another's checkout."""
    here = machine()
    assert here is not None  # noqa: S101 - Landlock has seen to it
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    sets = (ctypes.c_uint32 * 6)()
    call(here.numbers["capget"], ctypes.addressof(header), ctypes.addressof(sets))
    effective, permitted = 0, 1
    keep = sets[permitted] & (1 << _CAP_DAC_READ_SEARCH)
    kept = (ctypes.c_uint32 * 6)()
    kept[effective] = kept[permitted] = keep
    call(here.numbers["capset"], ctypes.addressof(header), ctypes.addressof(kept))


def _try_the_walls() -> None:
    """Knock on each wall once.

    Raises:
        SandboxUnavailableError: one gave way.
    """
    for path in ("/", "/etc/passwd", "/proc/self/environ"):
        with suppress(OSError):
            os.close(os.open(path, os.O_RDONLY))
            raise SandboxUnavailableError(f"it does not hold, as {path} can be opened")
    here = machine()
    assert here is not None  # noqa: S101 - Landlock has seen to it
    # Harmless where they work: a socket that is closed at the end, and a wish to share nothing less.
    internet, stream = 2, 1
    for name, arguments in (("socket", (internet, stream, 0)), ("unshare", (0,))):
        with suppress(OSError):
            call(here.numbers[name], *arguments)
            raise SandboxUnavailableError(f"it does not hold, as {name} is answered")


def _prctl(option: int, value: int) -> None:
    here = machine()
    if here is None:
        raise SandboxUnavailableError(f"the processor {os.uname().machine} is unknown to it")
    call(here.numbers["prctl"], option, value, 0, 0, 0)
