"""How wide the box's own edges are in a picture: whether a face could be seen sharply at all.

A picture that is smeared by a movement keeps its edges along the movement, so a measure
of the sharpest edges calls it sharp. The fitted cuboid knows where edges must be and which
way they run: those of each direction are asked by themselves, and the worst direction decides.

1. Short profiles are read across the seen edges, averaged over a few pixels along them.
2. A step that was blurred by a Gaussian of deviation s has the steepest slope
   height / (s * sqrt(2 pi)), so height and slope tell s.
3. Of each direction the sharper quarter speaks: print, hands and a slanting fit widen some.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from evidence.check import Plane
    from evidence.vision.sight import Array, Sight

_REACH: Final = 0.034
"""Half the length of a profile, as a share of the picture's long side; wider blur is all the same."""
_SPOTS: Final = 9
"""Profiles across one edge."""
_BESIDE: Final = np.arange(-2.0, 3.0)
"""Pixels along the edge over which a profile is averaged: noise is no slope."""
_ENDS: Final = 0.12
"""Share of an edge at both ends that is left out: another edge crosses there."""
_SHORTEST: Final = 0.04
"""Of the picture's long side: edges below it are not asked."""
_STEP: Final = 14.0
"""Grey levels by which a profile has to change to tell anything."""
_FEWEST: Final = 5
"""Profiles that a direction needs to be heard."""
_SHARPER: Final = 0.25
_NATURAL: Final = 0.55
"""Pixels: deviation of the sharpest step after sampling and averaging."""


def softness(grey: Plane, sight: Sight) -> float | None:
    """Deviation of the blur, thousandths of the picture's long side; None where no edge tells.

    Args:
        grey: the picture `(h, w)`.
        sight: the box in it.
    """
    height, width = grey.shape
    long = max(height, width)
    edges = _edges(sight, width, height)
    widths: dict[int, list[Array]] = {}
    for axis, start, end in edges:
        told = _profiles(grey, start, end, max(4, round(_REACH * long)))
        if told.size:
            widths.setdefault(axis, []).append(told)
    worst: float | None = None
    for parts in widths.values():
        all_of_it = np.concatenate(parts)
        if all_of_it.size >= _FEWEST:
            sharp = float(np.quantile(all_of_it, _SHARPER))
            worst = sharp if worst is None else max(worst, sharp)
    if worst is None:
        return None
    return 1000 * math.sqrt(max(0.0, worst**2 - _NATURAL**2)) / long


def _edges(sight: Sight, width: int, height: int) -> list[tuple[int, Array, Array]]:
    """The edges of the seen sides, each once: the box's axis along which it runs, and its ends in pixels."""
    found: dict[tuple[int, int], tuple[int, Array, Array]] = {}
    for side in sight.sides:
        own = int(np.abs(sight.axes.T @ side.normal).argmax())
        quad = side.quad * (width, height) - 0.5
        for n in range(4):
            start, end = quad[n], quad[(n + 1) % 4]
            if float(np.linalg.norm(end - start)) < _SHORTEST * max(width, height):
                continue
            x, y = (round(float(c)) for c in (start + end) / 4)
            found.setdefault((x, y), ((own + 2 - n % 2) % 3, start, end))
    return list(found.values())


def _profiles(grey: Plane, start: Array, end: Array, reach: int) -> Array:
    """The widths, deviation in pixels, of the steps across one edge that tell any."""
    height, width = grey.shape
    along = (end - start) / float(np.linalg.norm(end - start))
    across = np.array([-along[1], along[0]])
    spots = start + (end - start) * np.linspace(_ENDS, 1 - _ENDS, _SPOTS)[:, None]
    offsets = np.arange(-reach, reach + 1)
    places = (
        spots[:, None, None] + across * offsets[None, :, None, None] + along * _BESIDE[None, None, :, None]
    )
    x, y = places[..., 0], places[..., 1]
    inside = ((x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)).all(axis=(1, 2))
    if not inside.any():
        return np.empty(0)
    read = cv2.remap(
        grey,
        x[inside].reshape(-1, len(_BESIDE)).astype(np.float32),
        y[inside].reshape(-1, len(_BESIDE)).astype(np.float32),
        cv2.INTER_LINEAR,
    )
    profiles = np.asarray(read, np.float64).mean(axis=1).reshape(-1, len(offsets))
    steps = np.abs(np.diff(profiles, axis=1)).max(axis=1)
    rise = np.ptp(profiles, axis=1)
    told = rise >= _STEP
    return rise[told] / (steps[told] * math.sqrt(2 * math.pi))
