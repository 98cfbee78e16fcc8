"""What a newcomer is shown: the return of `cases.TMALL`, filmed for any day and under any order number.

    python -m samples.newcomer OUT --order EXAMPLE-1 --filmed-at 2026-11-27T08:11:02+00:00

writes `film.mov` and `waybill.jpg` into OUT. The order stands on the parcel's waybill, so the pictures
themselves say what they are. On the way it tells, a line each, how many pictures are drawn and how many there
will be; whoever reads these lines and goes away ends it, since the next line has nowhere to go. Nothing is
kept for another time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from samples.cases import TMALL, ExampleCase

if TYPE_CHECKING:
    from samples.film import Shot

FILM: Final = "film.mov"
PHOTO: Final = "waybill.jpg"

Tell = Callable[[int, int], None]
"""Takes how many pictures are done, of how many."""


def draw(folder: Path, case: ExampleCase, tell: Tell) -> None:
    """Draw the film and the photo of that case into `folder`."""
    from samples.film import render, steady, write  # noqa: PLC0415 - pixel libraries, when something is drawn
    from samples.footage import procedure  # noqa: PLC0415 - likewise
    from samples.photo import photographed  # noqa: PLC0415 - likewise

    take = procedure(case)
    times = steady(take.encoding.rate, take.scene.duration)
    total = len(times) + 1
    write(folder / FILM, _told(render(take.scene, times), total, tell), take.encoding)
    photographed(folder / PHOTO, case)
    tell(total, total)


def _told(shots: Iterable[Shot], total: int, tell: Tell) -> Iterator[Shot]:
    for number, shot in enumerate(shots):
        tell(number, total)
        yield shot


def main(arguments: list[str] | None = None) -> int:
    """Draw what the command line asks for."""
    asked = argparse.ArgumentParser(prog="python -m samples.newcomer", description=__doc__)
    asked.add_argument("out", type=Path, help="the folder to write to")
    asked.add_argument("--order", required=True, help="the order number on the waybill")
    asked.add_argument("--filmed-at", required=True, type=datetime.fromisoformat, help="when, with a zone")
    given = asked.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    draw(given.out, replace(TMALL, order_number=given.order, filmed_at=given.filmed_at), _written)
    return 0


def _written(done: int, total: int) -> None:
    sys.stdout.write(f"{done} {total}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
