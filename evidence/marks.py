"""What a person marked in a picture: where to look, what is grey, what has a known length, what to hide.

Points are shares of the upright picture's width and height, from its upper left. A mark says
where, never what is there: every check still measures it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]
"""`x, y`."""


def _opens(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    if right - left < _LEAST or bottom - top < _LEAST:
        message = (
            "write a box as left, top, right, bottom in shares of the picture, at least 0.005 wide and high"
        )
        raise ValueError(message)
    return box


_LEAST: Final = 0.005
"""Share of a side below which nobody can have marked anything."""
Box = Annotated[tuple[Share, Share, Share, Share], AfterValidator(_opens)]
"""`left, top, right, bottom`."""
MOST_HIDDEN: Final = 32

Sheet = Literal["card", "a4"]
SHEETS: Final[Mapping[Sheet, tuple[float, float]]] = {"card": (85.60, 53.98), "a4": (297.0, 210.0)}
"""Long and short side in millimetres: ISO/IEC 7810 ID-1 (bank cards), ISO 216 (paper)."""


class _Mark(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Length(_Mark):
    """Two points that are a known length apart, such as two lines of a ruler."""

    ends: tuple[Point, Point]
    millimetres: Annotated[float, Field(gt=0, le=10_000)]


class Flat(_Mark):
    """A card or a sheet of paper that lies beside the goods: its corners in turn, a long side first."""

    sheet: Sheet
    corners: tuple[Point, Point, Point, Point]


class Marks(_Mark):
    """All that was marked in one picture, each part optional."""

    subject: Box | None = None
    """What the photo is about: the defect, the label."""
    goods: Box | None = None
    """A part of the goods that shows its plain colour."""
    grey: Box | None = None
    """A grey card (18 %), in the same light as the goods."""
    white: Box | None = None
    """White paper, in the same light as the goods."""
    span: tuple[Point, Point] | None = None
    """The two ends of the goods, for their size."""
    length: Length | None = None
    flat: Flat | None = None
    hide: tuple[Box, ...] = Field(default=(), max_length=MOST_HIDDEN)
    """What no copy may show."""
