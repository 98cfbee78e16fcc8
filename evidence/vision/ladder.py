"""Reading the codes of a photo, from the cheapest step to the dearest, until there is enough.

A photo cannot be filmed again, but it does not move either: each step that reads a code once
more, in another size, is a reading of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from evidence.vision import symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evidence.check import Frame, Plane
    from evidence.vision.symbols import Symbol

FIRST: Final = 960
"""Long side of the view that costs nothing more: a photo is decoded at this size anyway."""
SIDES: Final = (960, 1920, 4096)
"""Long sides of the views that are looked at in turn, pixels."""
_SMALL: Final = 720
"""Long side up to which a picture is magnified."""
_EVERYTHING: Final = (*symbols.LINEAR, *symbols.STACKED, *symbols.MATRIX)


@dataclass(frozen=True)
class Step:
    """What one step gave."""

    view: tuple[int, int]
    """Width and height; `symbols` are in its pixels."""
    way: str
    """Names the step: readings in different steps are different readings."""
    symbols: tuple[Symbol, ...]


def glance(frame: Frame) -> Step:
    """What is read at once, in a few milliseconds: bar codes nearly upright or lying, matrix codes."""
    view = frame.gray(FIRST)
    found = symbols.decoded(view, symbols.LINEAR, turned=True)
    found += symbols.remembered(view, (symbols.MATRIX[0],))
    return Step(_size(view), "glance", tuple(found))


def climb(frame: Frame, enough: Callable[[], bool]) -> Iterator[Step]:
    """Every step in turn, the next one only where there is not `enough` yet."""
    looked: set[int] = set()
    for side in SIDES:
        view = frame.gray(side)
        if max(view.shape) in looked:
            continue
        looked.add(max(view.shape))
        yield _closely(view, f"bars {side}")
        if enough():
            return
        yield Step(_size(view), f"matrix {side}", tuple(symbols.decoded(view, symbols.MATRIX)))
        if enough():
            return
    yield from _thoroughly(frame, enough)


def _closely(view: Plane, way: str) -> Step:
    """Candidates of stripes in the view and in half of it, each turned upright."""
    import cv2  # noqa: PLC0415 - a glance does without

    from evidence.vision.barcodes import beside, linear  # noqa: PLC0415 - likewise
    from evidence.vision.bars import find  # noqa: PLC0415 - likewise

    half = cast("Plane", cv2.resize(view, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    candidates = [*find(view), *(stripes.scaled(2.0) for stripes in find(half))]
    found = [symbol for stripes in candidates if (symbol := linear(view, stripes)) is not None]
    found += beside(view, found[0]) if found else []
    return Step(_size(view), way, tuple(found))


def _thoroughly(frame: Frame, enough: Callable[[], bool]) -> Iterator[Step]:
    """All that the library can do, in three sizes."""
    import cv2  # noqa: PLC0415 - a glance does without

    view = frame.gray(SIDES[1])
    sizes = (1.0, 0.5) if max(view.shape) > _SMALL else (1.0, 2.0)
    for times in sizes:
        how = cv2.INTER_AREA if times < 1 else cv2.INTER_CUBIC
        seen = (
            view
            if times == 1
            else cast("Plane", cv2.resize(view, None, fx=times, fy=times, interpolation=how))
        )
        found = symbols.decoded(seen, _EVERYTHING, thorough=True)
        yield Step(_size(seen), f"all {times}", tuple(found))
        if enough():
            return


def _size(view: Plane) -> tuple[int, int]:
    return view.shape[1], view.shape[0]
