"""What the sights of a track say of the box's six faces under one reading of them.

Which side of a sight is which face follows from the reading; how far a face is turned
away is taken from orientations that are smoothed over a moment, since single fits are off by
several degrees.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from evidence.vision.coverage import FACES, Doubt
from evidence.vision.readings import PASSED_OVER
from evidence.vision.rotations import CUBE, nearest

if TYPE_CHECKING:
    from evidence.vision.sight import Array, Sight

    Mask = npt.NDArray[np.bool_]
    Places = npt.NDArray[np.int64]

_UP: Final = np.array([0.0, -0.77, -0.64])
"""Upwards in the camera frame of somebody who looks down at a table."""
_TOWARDS: Final = np.array([0.0, 0.64, -0.77])
"""Level, and towards that camera."""


@dataclass(frozen=True)
class Counting:
    """When a face counts; angles in degrees, times in seconds, shares 0 to 1."""

    facing: float = 60.0
    """Up to this angle from head-on a face is shown."""
    grazing: float = 66.0
    """Up to this angle it is nearly shown."""
    covered: float = 0.45
    """Up to this much of it may be covered."""
    outside: float = 0.35
    """Up to this much of it may lie beyond the picture."""
    share: float = 0.004
    """The least part of the picture that it takes."""
    blur: float = 5.0
    """The widest edges, thousandths of the picture's long side."""
    lasting: float = 0.4
    """How long it is shown in total."""
    glimpse: float = 0.25
    """What was shown, or nearly shown, for less was not shown."""
    samples: int = 3
    """In how many pictures it is shown."""
    spacing: float = 0.35
    """The longest time for which one picture speaks."""
    smooth: float = 0.12
    """Orientations are smoothed over about this time, one deviation."""
    margin: float = 6.0
    """Readings that are more costly than the best by less than this are likely, nats."""
    aspect: float = 0.3
    """By how much, as a logarithm, the proportions of two opposite faces may differ."""
    shape: float = 0.35
    """By how much, as a logarithm, the box's proportions may change."""
    leap: float = 40.0
    """Degrees between two sights from which on it may as well have turned the other way, by 90 less that."""
    across: float = 0.7
    """Edges are compared where no more of them points along the line of sight, 0 to 1."""


@dataclass(frozen=True)
class Facts:
    """The sights of a track as arrays: `n` sights of up to three sides each, nan where there are fewer."""

    at: Array
    """`(n,)` seconds."""
    spoken: Array
    """`(n,)` seconds for which each sight speaks."""
    axes: Array
    """`(n, 3, 3)`."""
    sure: Array
    """`(n,)` inverse variance of `axes`."""
    normals: Array
    """`(n, 3, 3)`: sight, side, coordinate."""
    angle: Array
    """`(n, 3)`, and so the following."""
    told: Array
    """Degrees from head-on as a sticker on the side tells, nan where none does."""
    share: Array
    covered: Array
    outside: Array
    lengths: Array
    """`(n, 3)` logarithms of the extents along the columns of `axes`."""
    blur: Array
    """`(n,)`, and so the following."""
    lost: Mask
    """Where no picture is held any more."""


@dataclass(frozen=True)
class Tally:
    """One reading of `n` sights, per face in the order of `FACES`."""

    good: Mask
    """`(6, n)` where the face is shown."""
    nearly: dict[Doubt, Mask]
    """`(6, n)` where it would be, but for one reason."""
    side: Places
    """`(6, n)` the side of the sight that is the face, -1 where none is."""
    angle: Array
    """`(6, n)` smoothed degrees from head-on; infinite where it is not seen."""
    lengths: Array
    """`(n, 3)` logarithms of the box's lengths to the right, to the back and up, as it lay at first."""
    body: Array
    """`(n, 3, 3)` its columns point to the right, to the back and up of the box; nan where passed over."""


def facts_of(
    sights: Sequence[Sight], counting: Counting, told: Array, pictured: Collection[timedelta] = ()
) -> Facts:
    """The sights as arrays.

    Args:
        sights: of one track.
        counting: when a face counts.
        told: `(n, 3)` the tilts that stickers tell, see `Facts.told`.
        pictured: the moments of which a picture is held.
    """
    count = len(sights)
    at = np.array([sight.at.total_seconds() for sight in sights])
    steps = np.minimum(np.diff(at), counting.spacing)
    spoken = (np.append(steps, 0.0) + np.insert(steps, 0, 0.0)) / 2
    normals, several = np.full((count, 3, 3), np.nan), np.full((4, count, 3), np.nan)
    for i, sight in enumerate(sights):
        for j, side in enumerate(sight.sides[:3]):
            normals[i, j] = side.normal
            several[:, i, j] = side.angle, side.share, side.covered, side.outside
    return Facts(
        at=at,
        spoken=spoken,
        axes=np.stack([sight.axes for sight in sights]),
        sure=np.array([1 / max(4.0, sight.error) ** 2 for sight in sights]),
        normals=normals,
        angle=several[0],
        told=told,
        share=several[1],
        covered=several[2],
        outside=several[3],
        lengths=np.log(np.maximum(1e-3, np.stack([sight.extents for sight in sights]))),
        blur=np.array([sight.blur for sight in sights]),
        lost=np.array([sight.at not in pictured for sight in sights]),
    )


def tally(facts: Facts, choices: npt.NDArray[np.int8], counting: Counting) -> Tally:
    """What the reading `choices` `(n,)` says, which accepts at least one sight."""
    accepted = choices != PASSED_OVER
    turns = CUBE[np.where(accepted, choices, 0)]
    raw = facts.axes @ turns
    smooth = _smoothed(facts, raw, accepted, counting.smooth)
    named = _named(smooth[int(np.argmax(accepted))])
    body = smooth @ named
    order = np.abs(turns @ named).argmax(axis=1)
    lengths = np.where(accepted[:, None], np.take_along_axis(facts.lengths, order, axis=1), np.nan)
    along = np.einsum("nsi,nij->nsj", facts.normals, raw @ named)
    # A normal that the smoothing turns towards the eye brings its face as many degrees nearer to head-on.
    tilt = np.degrees(np.arccos(np.clip(-facts.normals[:, :, 2], -1, 1)))
    free = (facts.covered <= counting.covered) & (facts.outside <= counting.outside)
    large = facts.share >= counting.share
    sharp = np.broadcast_to((facts.blur <= counting.blur)[:, None], large.shape)
    good: list[Mask] = []
    side: list[Places] = []
    angle: list[Array] = []
    nearly: dict[Doubt, list[Mask]] = {"covered": [], "blurred": [], "too_small": [], "grazing": []}
    for name in FACES:
        axis, sign = AXES[name]
        mine = (sign * along[:, :, axis] > 0.9) & accepted[:, None]  # noqa: PLR2004 - of its own axis it is 1
        settled = np.degrees(np.arccos(np.clip(-sign * body[:, 2, axis], -1, 1)))
        fitted = facts.angle + settled[:, None] - tilt
        degrees = np.where(np.isnan(facts.told), fitted, facts.told)
        turned = mine & (degrees <= counting.facing)
        good.append((turned & free & large & sharp).any(axis=1))
        nearly["covered"].append((turned & large & sharp).any(axis=1))
        nearly["blurred"].append((turned & free & large).any(axis=1))
        nearly["too_small"].append((turned & free & sharp).any(axis=1))
        nearly["grazing"].append((mine & (degrees <= counting.grazing) & free & large & sharp).any(axis=1))
        side.append(np.where(mine.any(axis=1), mine.argmax(axis=1), -1))
        angle.append(np.where(mine, degrees, np.inf).min(axis=1))
    return Tally(
        good=np.stack(good),
        nearly={doubt: np.stack(masks) for doubt, masks in nearly.items()},
        side=np.stack(side),
        angle=np.stack(angle),
        lengths=lengths,
        body=np.where(accepted[:, None, None], body, np.nan),
    )


AXES: Final[dict[str, tuple[int, int]]] = {
    "right": (0, 1),
    "left": (0, -1),
    "back": (1, 1),
    "front": (1, -1),
    "top": (2, 1),
    "bottom": (2, -1),
}
"""Column of the named axes, and sign, by face."""


def _named(axes: Array) -> Array:
    """The turn after which the columns of `axes` point right, back and up as the box lay."""
    signed = np.concatenate([axes, -axes], axis=1)
    up = int(np.argmax(_UP @ signed))
    towards = _TOWARDS @ signed
    towards[[up % 3, up % 3 + 3]] = -np.inf
    front = int(np.argmax(towards))
    own = np.concatenate([np.eye(3), -np.eye(3)], axis=1)
    return np.stack([np.cross(own[:, up], own[:, front]), -own[:, front], own[:, up]], axis=1)


def _smoothed(facts: Facts, raw: Array, accepted: Mask, width: float) -> Array:
    """Weighted means of neighbouring orientations; the gaps of `accepted` keep their own."""
    total = np.zeros_like(raw)
    count = len(raw)
    widest = min(5, count - 1)
    for shift in range(-widest, widest + 1):
        to = slice(max(0, -shift), min(count, count - shift))
        of = slice(max(0, shift), min(count, count + shift))
        apart = facts.at[of] - facts.at[to]
        weight = accepted[of] * facts.sure[of] * np.exp(-0.5 * (apart / width) ** 2)
        total[to] += weight[:, None, None] * raw[of]
    flat = np.abs(np.linalg.det(total)) < 1e-12  # noqa: PLR2004
    return nearest(np.where(flat[:, None, None], raw, total))
