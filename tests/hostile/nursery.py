"""Runs the examining child's own program many times, without loading its libraries each time.

`python -m tests.hostile.nursery` takes one order a line, forks, and lets the fork be the child: the same
walls, the same gate, the same checks. Only the imports lie before the walls instead of behind them; the
true child, `evidence.spawn.Child`, is tried beside it on a share of the files.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from evidence.environment import ENVIRONMENT

os.environ.update(ENVIRONMENT)

from evidence import album, command, decode, gate, manifest, photo, profile

WARMED = (album, decode, gate, manifest, photo)


def main() -> None:
    """Until the standard input ends."""
    for name in profile.names():
        profile.load(name).configured()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(json.dumps(_born(order)) + "\n")
        sys.stdout.flush()


def _born(order: dict[str, str]) -> dict[str, object]:
    """One child, from its birth to its end; killed when its time is over."""
    begun, wall, before = time.monotonic(), float(order["wall"]), os.getpid()
    child = os.fork()
    if child == 0:
        _live(order, before)
    hung = False
    while True:
        reaped, status, used = os.wait4(child, os.WNOHANG)
        if reaped:
            break
        if time.monotonic() - begun > wall and not hung:
            hung = True
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - begun,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss * 1024,
        "hung": hung,
    }


def _live(order: dict[str, str], parent: int) -> None:
    out = Path(order["out"])
    os.chdir(out)
    os.setsid()
    for number, name in ((1, "said"), (2, "stderr")):
        os.dup2(os.open(out / name, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = ["evidence", order["file"], "--profile", order["profile"], "--out", str(out)]
    sys.argv += ["--parent", str(parent), f"--name={order['name']}"]
    try:
        status = command.main(sys.argv[1:])
    except BaseException:  # noqa: BLE001 - whatever it is, this fork must not go on as its parent
        status = 99
    os._exit(status)


if __name__ == "__main__":
    main()
