"""Encoders that would take the machine, held to an ordinary share of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol


class Opened(Protocol):
    """An encoder that can be opened before its first picture."""

    def open(self, strict: bool = True) -> None: ...  # noqa: FBT001, FBT002 - as in PyAV


def calm(encoder: Opened) -> None:
    """Open an encoder, and give this process back the priority that it had.

    SVT-AV1, run by root, puts its threads and the one that opens it under real-time scheduling
    (`SCHED_FIFO`, 99), and whatever that thread starts later inherits it: a browser, a server. On two
    cores nothing else runs then. All its threads are made by opening it, so once is enough.
    """
    if not hasattr(os, "sched_setscheduler"):
        encoder.open()
        return
    policy, usual = os.sched_getscheduler(0), os.sched_getparam(0)
    encoder.open()
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setscheduler(int(thread.name), policy, usual)
