"""The child's side of a spare: it has examined a picture of ours, and the order comes later.

Libraries read half of their modules when they are first used, so importing them is not enough. No byte of
any file has been seen until the order comes; with it, it enters the walls as any other child
(`evidence/child.py`).
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from evidence import child
from evidence.examination import examine
from evidence.model import Expectation
from evidence.profile import load, names

WAITING: Final = "--waiting"
"""The one argument of a child that gets its order on stdin."""
_PICTURE: Final = (256, 1024, 3)
"""Pixels of the picture: as few as every check of a photo looks at."""
_ORIENTATION: Final = 0x0112
"""The tag that every phone writes."""
_USUAL: Final = "defect_photo"
"""Photos of labels may have their print read, and what reads it starts threads, which the walls refuse."""
YIELDING: Final = 3
"""How much nicer than whoever asks: an examination is long beside the other answers."""


def ordered() -> list[str]:
    """Warm up, wait for the order, go where it says, and return its arguments.

    What follows the order's line is left on stdin. Where stdin ends without an order, so does the process.
    """
    with suppress(OSError):
        os.nice(YIELDING)
    warm_up()
    with open(0, "rb", buffering=0, closefd=False) as stdin:
        line = stdin.readline()
    if not line:
        os._exit(0)
    order = json.loads(line)
    os.chdir(order["work"])
    return order["arguments"]


def warm_up() -> None:
    """Examine a picture of ours as most photos are, and leave no trace of it."""
    import numpy as np  # noqa: PLC0415 - no other child decodes outside of the walls
    from PIL import Image  # noqa: PLC0415

    from evidence import album, gate, photo  # noqa: PLC0415

    child.prepare()
    for profile in map(load, names()):
        if profile.kind == "photo":
            profile.configured()
    drawn, tags = BytesIO(), Image.Exif()
    tags[_ORIENTATION] = 1
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, _PICTURE, np.uint8))
    picture.save(drawn, "jpeg", exif=tags)
    profile = load(_USUAL)
    opened = photo.open_photo(
        drawn, gate.sniff(drawn), limits=profile.limits, expected=Expectation(), now=datetime.now(UTC)
    )
    examine(opened, profile.configured(), album.Stills(Path()))  # one that is not closed writes nothing
