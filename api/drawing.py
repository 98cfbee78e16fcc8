"""The newcomer's film and photo, drawn in a process of its own: this one touches no pixels."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from api import ourselves
from evidence.fault import FaultError
from evidence.model import say
from samples import newcomer
from samples.cases import ExampleCase

WITHIN: Final = timedelta(minutes=15)
"""It needs 16 s of processor time; on a machine that has other things to do, much longer."""

Told = Callable[[int, int], bool]
"""Takes how many pictures are drawn, of how many; False where nobody wants them any more."""
Draw = Callable[[Path, ExampleCase, Told], tuple[Path, Path]]
"""Makes film and photo of a case in a folder."""


def drawn(folder: Path, case: ExampleCase, told: Told) -> tuple[Path, Path]:
    """Draw them there; where `told` says that nobody wants them, the process is ended.

    Raises:
        FaultError: it broke, was ended, or took too long.
    """
    words = (str(folder), "--order", case.order_number, "--filmed-at", case.filmed_at.isoformat())
    process = subprocess.Popen(  # noqa: S603 - our own module
        ourselves.command("samples.newcomer", *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=ourselves.environment(),
    )
    timer = threading.Timer(WITHIN.total_seconds(), process.kill)
    timer.daemon = True
    timer.start()
    whole = False
    try:
        whole = process.stdout is not None and _followed(process.stdout, told)
    finally:
        if not whole:
            process.kill()
        status = process.wait()  # the timer still runs
        timer.cancel()
    if status:
        raise FaultError("fault.samples", say("The example film could not be rendered; run: sixface doctor."))
    return folder / newcomer.FILM, folder / newcomer.PHOTO


def _followed(lines: IO[str], told: Told) -> bool:
    """Whether it was wanted up to the last line.

    The pipe is closed in any case: should we die, the process ends with the next line that it writes.
    """
    with closing(lines):
        for line in lines:
            done, _, total = line.partition(" ")
            if not told(int(done), int(total)):
                return False
    return True
