"""The child's side of a spare: everything is read that a photo needs, and the order comes later.

No byte of any file has been seen until then; with its order it enters the walls as any other child
(`evidence/child.py`).
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from importlib import import_module
from typing import Final

from evidence.profile import load, names

WAITING: Final = "--waiting"
"""The one argument of a child that gets its order on stdin."""
YIELDING: Final = 3
"""How much nicer than whoever asks: an examination is long beside the other answers."""


def ordered() -> list[str]:
    """Read the modules, wait for the order, go where it says, and return its arguments.

    What follows the order's line is left on stdin. Where stdin ends without an order, so does the process.
    """
    with suppress(OSError):
        os.nice(YIELDING)
    for profile in map(load, names()):
        if profile.kind == "photo":
            profile.configured()
    for module in ("album", "gate", "photo"):
        import_module(f"evidence.{module}")
    with open(0, "rb", buffering=0, closefd=False) as stdin:
        line = stdin.readline()
    if not line:
        os._exit(0)
    order = json.loads(line)
    os.chdir(order["work"])
    return order["arguments"]
