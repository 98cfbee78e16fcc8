"""A program that keeps evidence until it is killed, again and again, and notes what it had acknowledged.

    python crashing.py ROOT ACKNOWLEDGED KILLS SEED

Each round a child is forked that opens the store, then keeps files and rows as fast as it
can. Half of the children are killed by their parent at any moment after they acknowledged
some, the others kill themselves at a random one of the calls on which durability rests,
just before or just after it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage.disk import DiskBlobs
from storage.sql import SqlRows, open_sqlite
from storage.staging import KERNEL, System


def fatal(calls: int, *, after: bool) -> System:
    """The kernel, but the `calls`-th call is the last thing that this process does."""
    left = [calls]

    def deadly(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: object) -> object:
            left[0] -= 1
            if left[0] == 0 and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*args)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapped

    return System(write=deadly(KERNEL.write), flush=deadly(KERNEL.flush), link=deadly(KERNEL.link))


def keep(root: Path, acknowledged: int, system: System, name: str) -> None:
    """One evidence after the other, each of random bytes, until the end."""
    blobs = DiskBlobs(root / "store", system=system)
    rows = SqlRows(open_sqlite(root / "data" / "rows.db"))
    for n in range(1_000_000):
        with blobs.stage() as staging:
            for _ in range(random.randrange(1, 6)):
                staging.write(os.urandom(random.randrange(1, 30_000)))
            blob = staging.commit()
        with rows.begin("one", now=datetime.now(UTC)) as unit:
            unit.add("evidence", f"{name}-{n}", {"digest": blob.digest}, {"digest": blob.digest})
            unit.append("custody", "received", actor=name, detail={"digest": blob.digest})
        os.write(acknowledged, f"{name}-{n} {blob.digest}\n".encode())


def wait_for(acknowledged: Path, lines: int) -> None:
    """Until that many more are acknowledged, so that a slow machine is not killed before it begins."""
    start = acknowledged.read_bytes().count(b"\n")
    until = time.monotonic() + 20
    while acknowledged.read_bytes().count(b"\n") < start + lines and time.monotonic() < until:
        time.sleep(0.001)


def main(root: Path, acknowledged: Path, kills: int, seed: int) -> None:
    """Let `kills` children live and die."""
    notes = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    chance = random.Random(seed)
    for n in range(kills):
        calls, after = chance.randrange(1, 60), chance.random() < 0.5
        life, more = chance.randrange(6), chance.uniform(0.0, 0.02)
        by_itself = n % 2 == 1
        child = os.fork()
        if not child:
            random.seed(f"{seed} {n}")
            keep(root, notes, fatal(calls, after=after) if by_itself else KERNEL, f"child{n}")
        if not by_itself:
            wait_for(acknowledged, life)
            time.sleep(more)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"child {n} ended otherwise than by being killed: {status}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
