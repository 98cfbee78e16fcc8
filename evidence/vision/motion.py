"""From one picture to the next: what remains of a change once movement is taken out of it.

1. Pictures are small and grey. Dense flow (DIS) carries the earlier picture to where the later
   one has things; what then still differs is a residual.
2. It is taken as it is and with the tones of the later picture, and the smaller one counts: a
   lamp or the exposure changes only the first.
3. It is looked at in blocks, in four ways: how much differs (`RESIDUAL`), how much of that
   has a sign of its own (`SIGNED`: noise and the pulse of a key frame average out, a thing that is
   elsewhere does not), the same over three pictures (`FAR`: what blinks, or was caught in a
   single picture, is gone again), and how much differs before movement is taken out (`PLAIN`).

A step costs two flows, and about half a millisecond at 160 x 90.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane

    Image = npt.NDArray[np.float32]
    """`(h, w)` or `(h, w, n)`, grey levels of 255."""
    Maps = npt.NDArray[np.float32]
    """`(rows, columns, 4)`: the four measures of each block, grey levels of 255."""

RESIDUAL: Final = 0
SIGNED: Final = 1
FAR: Final = 2
PLAIN: Final = 3
BLOCKS: Final = 16
"""Blocks along the long side."""
REACH: Final = 3
"""Pictures that a far step spans."""
RECENT: Final = 24
"""Pictures that are kept to be compared again."""
SMALLEST: Final = 24
"""Pixels that a picture needs on both sides for flow to be measured in it."""


@dataclass(frozen=True)
class Step:
    """What one picture changes against the ones before it."""

    maps: Maps
    drift: tuple[float, float]
    """How far most of the picture moved, pixels of the small picture."""

    @property
    def change(self) -> float:
        """Mean change before movement is taken out, grey levels."""
        return float(self.maps[:, :, PLAIN].mean())


@dataclass(frozen=True)
class _Seen:
    """One picture, ready to be compared."""

    sharp: Plane
    soft: Image
    mean: float
    spread: float


class Motion:
    """Compares each picture of a film with those before it; holds a few small ones."""

    def __init__(self) -> None:
        self._recent: deque[_Seen] = deque(maxlen=RECENT)
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._grid: Image | None = None

    def see(self, gray: Plane) -> Step | None:
        """Take the next picture, `(h, w)`; None for the first one and where the size changes."""
        self.keep(gray)
        return self._step() if len(self._recent) > 1 else None

    def keep(self, gray: Plane) -> None:
        """Take the next picture without comparing it."""
        soft = np.asarray(cv2.blur(gray.astype(np.float32), (5, 5)), np.float32)
        mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(soft))
        if self._recent and self._recent[-1].soft.shape != soft.shape:
            self._recent.clear()
            self._grid = None
        self._recent.append(_Seen(np.asarray(cv2.blur(gray, (3, 3)), np.uint8), soft, mean, spread + 1.0))

    def difference(self, before: int, after: int) -> float | None:
        """Mean residual between two pictures, each told by how many came after it; None where one is gone."""
        if max(before, after) >= len(self._recent) or min(before, after) < 0:
            return None
        _, raw, toned = self._compared(self._recent[-1 - before], self._recent[-1 - after])
        return float(np.minimum(np.abs(raw), np.abs(toned)).mean())

    def lit(self, before: int, after: int) -> float:
        """What part of the change between two pictures is left once the earlier has all tones of the later."""
        if max(before, after) >= len(self._recent) or min(before, after) < 0:
            return 1.0
        then, now = self._recent[-1 - before], self._recent[-1 - after]
        table = _curve(then.sharp, now.sharp)
        places = self._places(self._field(np.asarray(cv2.LUT(then.sharp, table), np.uint8), now.sharp))
        carried = cv2.remap(then.sharp, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        change = np.abs(carried.astype(np.float32) - now.sharp).mean()
        left = np.abs(cv2.LUT(carried, table).astype(np.float32) - now.sharp).mean()
        return float(left / max(change, 1e-3))

    def _step(self) -> Step:
        now, last, first = (
            self._recent[-1],
            self._recent[-2],
            self._recent[max(-1 - REACH, -len(self._recent))],
        )
        field, raw, toned = self._compared(last, now)
        _, raw_far, toned_far = self._compared(first, now) if first is not last else (field, raw, toned)
        plain = np.abs(now.soft - last.soft)
        residual = np.minimum(np.abs(raw), np.abs(toned))
        far = np.minimum(np.abs(raw_far), np.abs(toned_far))
        height, width = now.soft.shape
        block = max(height, width) / BLOCKS
        size = max(1, round(width / block)), max(1, round(height / block))
        maps = cv2.resize(np.dstack((residual, far, plain, raw)), size, interpolation=cv2.INTER_AREA)
        lit = cv2.resize(toned, size, interpolation=cv2.INTER_AREA)
        signed = np.minimum(np.abs(maps[:, :, 3]), np.abs(lit))
        drift = np.median(field[4::8, 4::8].reshape(-1, 2), axis=0)
        return Step(
            np.dstack((maps[:, :, 0], signed, maps[:, :, 1], maps[:, :, 2])),
            (float(drift[0]), float(drift[1])),
        )

    def _compared(self, then: _Seen, now: _Seen) -> tuple[Image, Image, Image]:
        """The flow from `now` back to `then`, and what differs, as it is and with the same tones."""
        field = self._field(then.sharp, now.sharp)
        carried = cv2.remap(
            then.soft, self._places(field), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        gain = now.spread / then.spread
        toned = carried * np.float32(gain) + np.float32(now.mean - gain * then.mean)
        return field, carried - now.soft, toned - now.soft

    def _field(self, then: Plane, now: Plane) -> Image:
        if min(now.shape) < SMALLEST:
            return np.zeros((*now.shape, 2), np.float32)
        return np.asarray(self._flow.calc(now, then, None), np.float32)

    def _places(self, field: Image) -> Image:
        if self._grid is None or self._grid.shape != field.shape:
            height, width = field.shape[:2]
            x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
            self._grid = np.dstack((x, y))
        return self._grid + field


def _curve(then: Plane, now: Plane) -> Plane:
    """For each level of the earlier picture the level that as large a part of the later one stays below."""
    earlier, later = (np.bincount(picture.ravel(), minlength=256).cumsum() for picture in (then, now))
    return np.searchsorted(later, earlier).clip(0, 255).astype(np.uint8)
