"""What one picture shows of one box: its orientation, and which of its faces are seen how well.

Camera frame: x right, y down, z forward, the eye at the origin. Places in a picture are
shares of its width and height, `(0, 0)` the upper left corner, so that a place means
the same at every size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Veil = npt.NDArray[np.float32]

FOCAL: Final = 0.87
"""Focal length as a share of the long side: what phones have. Orientation depends on it little."""


@dataclass(frozen=True)
class Window:
    """A square part of an upright picture, which may reach beyond its borders; pixels."""

    left: float
    top: float
    side: float


@dataclass(frozen=True)
class Maps:
    """What the network says of one window; all maps are `(n, n)`, row 0 at the window's top.

    The *window's camera* looks from the same eye through the middle of the window; it is
    the picture's camera turned, not moved.
    """

    window: Window
    width: int
    height: int
    """Of the upright picture that the window is a part of, pixels."""
    box: Array
    """Probability that the closed box is there, seen or covered by a hand."""
    cover: Array
    """Probability that something is in front of the box there."""
    crease: Array
    """Probability of an edge of the box: its outline or where two of its seen faces meet."""
    normals: Array
    """`(3, n, n)`: the outward unit normal of the box's surface there, in the window's camera frame."""
    opened: Array
    """Probability that a carton with open flaps is there; where it is, no closed box is."""


@dataclass(frozen=True)
class Side:
    """One face of the box in one picture; at most three of them are seen at once."""

    normal: Array
    """`(3,)` outward unit normal in the camera frame: a signed column of the sight's `axes`."""
    angle: float
    """Degrees between the normal and the line from the face's middle to the eye; 0 is head-on."""
    share: float
    """How much of the picture it takes, 0 to 1."""
    covered: float
    """How much of it is hidden by something in front, 0 to 1."""
    outside: float
    """How much of it lies beyond the picture's borders, 0 to 1."""
    quad: Array
    """`(4, 2)` its corners as shares of width and height, clockwise as seen from outside."""
    veil: Veil | None = None
    """`(n, n)` where it is covered, 0 to 1: the quad made a square, its first corner at the upper left;
    None where nobody looked."""


@dataclass(frozen=True)
class Sight:
    """One box in one picture."""

    at: timedelta
    axes: Array
    """`(3, 3)` rotation: its columns are the directions of the box's edges in the camera frame.
    Which edge is which, and its sign, are arbitrary: 24 rotations describe the same picture."""
    error: float
    """The fit's own estimate of the error of `axes`, degrees; one deviation."""
    confidence: float
    """How sure the perception is that this is a closed box, 0 to 1."""
    extents: Array
    """`(3,)` lengths of the edges along the columns of `axes`, the longest 1; nan where not told."""
    centre: tuple[float, float]
    """The middle of its outline, shares of width and height."""
    reach: tuple[float, float]
    """Width and height of its outline, shares of width and height."""
    sides: tuple[Side, ...]
    """Those turned to the camera, the largest first."""
    blur: float = 0.0
    """Width of the edges within the outline, thousandths of the picture's long side; 0 where not told."""
    others: int = 0
    """Further boxes in the same picture."""
    marks: tuple[Mark, ...] = field(default=())
    """Stickers read in the same picture."""


@dataclass(frozen=True)
class Mark:
    """One printed sticker read in one picture."""

    sheet: int
    """Which sheet it was cut from: stickers of one parcel have one sheet."""
    number: int
    """1 to 6: top, front, right, back, left, bottom."""
    rotation: Array
    """`(3, 3)` from the sticker's frame to the camera frame; the sticker's frame: x right, y up as printed,
    z out of the paper towards the reader."""
    centre: Array
    """`(3,)` in the camera frame, in sides of a sticker."""
    quad: Array
    """`(4, 2)` its corners as shares of width and height, from its upper left as printed, clockwise."""
    angle: float
    """Degrees between its normal and the line to the eye; 0 is head-on."""
    sure: bool = True
    """Whether `rotation` is the only one that explains the picture; where not, `angle` still holds."""
    mirrored: tuple[Array, Array] | None = None
    """Rotation and centre of the second pose that four corners have, mirrored about the line of sight."""

    @property
    def pose(self) -> tuple[Array, Array]:
        """Rotation and centre."""
        return self.rotation, self.centre
