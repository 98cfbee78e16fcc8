"""Whether the walls hold on this machine: a child enters them and tries what is forbidden, media far away.

Asking the kernel for a version says what it has, not what it does inside this container, under this
profile of another security module, on this file system. So before the first file is opened a process like
those that open files reads a canary, calls a listener, writes beside its folder and starts a program, and
does what it has to be able to do. `python -m evidence.rehearsal` is that process.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from evidence.environment import surroundings
from evidence.walls import sandbox
from evidence.walls.sandbox import SandboxUnavailableError

PATIENCE: Final = 60.0
"""Seconds; it takes a tenth of one, but a machine that starts has much to do."""
_CPU: Final = timedelta(seconds=20)
_MEMORY: Final = 1 << 30
_CANARY: Final = b"a canary"

log = logging.getLogger(__name__)


def missing() -> str:
    """Why no media may be opened here; empty where the walls were tried and held.

    Also empty where there are none to be had, which is for development and is said by `sandbox.available`.
    """
    if sys.platform != "linux":
        return ""
    try:
        _held()
    except SandboxUnavailableError as error:
        return error.reason
    return ""


@cache
def _held() -> bool:
    """True, once it was seen; a failure is tried again when it is asked for again.

    Raises:
        SandboxUnavailableError: a wall is missing or gave way, or nothing can be done behind them.
    """
    with (
        tempfile.TemporaryDirectory(prefix="rehearsal-") as place,
        socket.create_server(("127.0.0.1", 0)) as ear,
    ):
        folder = Path(place)
        (folder / "out").mkdir()
        (folder / "canary").write_bytes(_CANARY)
        given = json.dumps({"folder": str(folder), "port": ear.getsockname()[1]})
        gave_way = _rehearsed(given)
        if not gave_way and [path.name for path in folder.iterdir() if path.name not in {"out", "canary"}]:
            gave_way = ["writing beside its folder"]
    if gave_way:
        raise SandboxUnavailableError(f"it was tried and does not hold against {', '.join(gave_way)}")
    return True


def _rehearsed(given: str) -> list[str]:
    """What the child could do that it must not.

    Raises:
        SandboxUnavailableError: it could not enter the walls, or not work behind them.
    """
    command = [sys.executable, "-P", "-m", "evidence.rehearsal", given]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=surroundings(),
        )
        told = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise SandboxUnavailableError("the process that tries it ended without an answer") from error
    if told["missing"]:
        raise SandboxUnavailableError(told["missing"])
    return told["gave_way"]


def _attempts(folder: Path, port: int) -> Mapping[str, Callable[[], object]]:
    """What is forbidden, by what it is."""
    return {
        "reading a file": (folder / "canary").read_bytes,
        "listing a folder": lambda: list(folder.iterdir()),
        "writing beside its folder": lambda: (folder / "escaped").write_bytes(b"x"),
        "removing a file": (folder / "canary").unlink,
        "calling a server": lambda: socket.create_connection(("127.0.0.1", port), 1).close(),
        "opening a socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "starting a process": lambda: os.fork() or os._exit(0),
        "starting a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    }


def main() -> None:
    """Enter the walls, knock on each, and say what gave way."""
    given = json.loads(sys.argv[1])
    folder = Path(given["folder"])
    gave_way: list[str] = []
    reason = ""
    with (folder / "canary").open("rb") as handed:
        try:
            sandbox.confine(write=folder / "out", cpu=_CPU, memory=_MEMORY)
            for name, attempt in _attempts(folder, given["port"]).items():
                with suppress(OSError):
                    attempt()
                    gave_way.append(name)
            (folder / "out" / "written").write_bytes(b"x")
            if handed.read() != _CANARY:
                reason = "the file that is handed in cannot be read behind it"
        except SandboxUnavailableError as error:
            reason = error.reason
        except OSError as error:
            reason = f"nothing can be done behind it: {error.strerror}"
    sys.stdout.write(json.dumps({"missing": reason, "gave_way": gave_way}))


if __name__ == "__main__":
    main()
