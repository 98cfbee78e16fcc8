"""From one picture to the next: what changes, and what remains of it once movement is taken out.

1. Pictures are small and grey, and softened. How much they differ is told in blocks, for every step.
2. Where that is worth a closer look, dense flow (DIS) carries the earlier picture to where the later
   one has things; what then still differs is a residual. It is taken as it is and with the tones of
   the later picture, and the smaller one counts: a lamp or the exposure changes only the first.
3. A part of the residual has a sign of its own: noise and the pulse of a key frame average out
   in a block, a thing that is elsewhere does not.

The first costs a tenth of a millisecond at 160 x 90, the second three times that.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane

    Image = npt.NDArray[np.float32]
    """`(h, w)` or `(h, w, 2)`, grey levels of 255 or pixels."""
    Map = npt.NDArray[np.float32]
    """`(rows, columns)`: what each block changes, grey levels of 255."""

BLOCKS: Final = 16
"""Blocks along the long side."""
RECENT: Final = 32
"""Pictures that are kept to be compared again: about two megabytes."""
SMALLEST: Final = 24
"""Pixels that a picture needs on both sides for flow to be measured in it."""


_NOTHING: Final = cast("cv2.typing.MatLike", None)
"""What OpenCV takes for an argument that is left out."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One picture, ready to be compared."""

    sharp: Plane
    soft: Image
    mean: float
    spread: float


class Motion:
    """Compares pictures of a film; keeps the latest `RECENT` of them, small."""

    def __init__(self) -> None:
        self._recent: deque[_Seen] = deque(maxlen=RECENT)
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._grid: Image | None = None

    def see(self, gray: Plane) -> Map | None:
        """Take the next picture, `(h, w)`: what it changes, with movement; None where nothing compares."""
        blurred = cv2.blur(gray, (5, 5))
        mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(blurred))
        soft = np.asarray(blurred, np.float32)
        if self._recent and self._recent[-1].soft.shape != soft.shape:
            self._recent.clear()
            self._grid = None
        last = self._recent[-1] if self._recent else None
        self._recent.append(_Seen(gray, soft, mean, spread + 1.0))
        return _blocks(cv2.absdiff(soft, last.soft)) if last else None

    @property
    def tone(self) -> tuple[float, float]:
        """Mean and contrast of the latest picture, grey levels; it has been seen."""
        latest = self._recent[-1]
        return latest.mean, latest.spread

    def residuals(self, ago: int) -> tuple[Map, Map] | None:
        """What a step leaves without movement, all of it and what has a sign; None where it is gone.

        Args:
            ago: how many pictures came after the second one of the step.
        """
        found = self._compared(ago + 1, ago)
        if found is None:
            return None
        raw, toned = found
        signed = np.minimum(np.abs(_blocks(raw)), np.abs(_blocks(toned)))
        return _blocks(np.minimum(np.abs(raw), np.abs(toned))), signed

    def difference(self, before: int, after: int) -> float | None:
        """Mean residual between two pictures, each told by how many came after it; None where one is gone."""
        found = self._compared(before, after)
        return float(np.minimum(np.abs(found[0]), np.abs(found[1])).mean()) if found else None

    def small(self, ago: int, side: int) -> Image | None:
        """A picture by how many came after it, its long side `side`, softened; None where it is gone."""
        if ago >= len(self._recent):
            return None
        soft = self._recent[-1 - ago].soft
        scale = side / max(soft.shape)
        size = max(1, round(soft.shape[1] * scale)), max(1, round(soft.shape[0] * scale))
        return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_AREA), np.float32)

    def lit(self, before: int, after: int) -> tuple[float, float]:
        """What is left of the change between two pictures once both have the tones of the later.

        Returns:
            The part of it that is left, and how much that is, grey levels on the mean.
        """
        pair = self._pair(before, after)
        if pair is None:
            return 1.0, 255.0
        then, now, table = _toned(*pair)
        carried = self._carried(then, self._field(cv2.LUT(then, table), now))
        change = cv2.absdiff(carried, now).mean()
        left = float(cv2.absdiff(cv2.LUT(carried, table), now).mean())
        return left / max(float(change), 1e-3), left

    def unlit(self, before: int, after: int, *, moved: bool = False) -> Plane:
        """How much two pictures differ with the tones of the later; where `moved`, without movement too.

        Raises:
            LookupError: one of them is gone.
        """
        pair = self._pair(before, after)
        if pair is None:
            raise LookupError(before, after)
        then, now, table = _toned(*pair)
        lit = cv2.LUT(then, table)
        carried = self._carried(lit, self._field(lit, now)) if moved else lit
        return np.asarray(cv2.absdiff(carried, now), np.uint8)

    def soft(self, ago: int) -> Image | None:
        """A picture by how many came after it, softened, `(h, w)`; None where it is gone."""
        return self._recent[-1 - ago].soft if ago < len(self._recent) else None

    def liveliest(self, ago: int, count: int) -> float:
        """The most that one of `count` steps up to a picture changes, grey levels on the mean."""
        pairs = (self._pair(n + 1, n) for n in range(ago, ago + count))
        return max((cv2.mean(cv2.absdiff(a.soft, b.soft))[0] for a, b in filter(None, pairs)), default=0.0)

    def _pair(self, before: int, after: int) -> tuple[_Seen, _Seen] | None:
        if max(before, after) >= len(self._recent) or min(before, after) < 0:
            return None
        return self._recent[-1 - before], self._recent[-1 - after]

    def _compared(self, before: int, after: int) -> tuple[Image, Image] | None:
        """What differs between two pictures without movement, as it is and with the same tones."""
        pair = self._pair(before, after)
        if pair is None:
            return None
        then, now = pair
        field = self._field(cv2.blur(then.sharp, (3, 3)), cv2.blur(now.sharp, (3, 3)))
        carried = self._carried(then.soft, field)
        gain = now.spread / then.spread
        toned = carried * np.float32(gain) + np.float32(now.mean - gain * then.mean)
        return np.asarray(carried - now.soft, np.float32), np.asarray(toned - now.soft, np.float32)

    def _field(self, then: cv2.typing.MatLike, now: cv2.typing.MatLike) -> Image:
        """The flow from `now` back to `then`, `(h, w, 2)`, pixels."""
        if min(now.shape) < SMALLEST:
            return np.zeros((*now.shape, 2), np.float32)
        return np.asarray(self._flow.calc(now, then, _NOTHING), np.float32)

    def _carried(self, picture: cv2.typing.MatLike, field: Image) -> cv2.typing.MatLike:
        if self._grid is None or self._grid.shape != field.shape:
            height, width = field.shape[:2]
            x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
            self._grid = np.dstack((x, y))
        places = self._grid + field
        return cv2.remap(picture, places, _NOTHING, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _blocks(image: cv2.typing.MatLike) -> Map:
    height, width = image.shape[:2]
    block = max(height, width) / BLOCKS
    size = max(1, round(width / block)), max(1, round(height / block))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _toned(before: _Seen, after: _Seen) -> tuple[cv2.typing.MatLike, cv2.typing.MatLike, Plane]:
    """Both pictures a little softened, and the table that gives the earlier one the tones of the later."""
    then, now = cv2.blur(before.sharp, (3, 3)), cv2.blur(after.sharp, (3, 3))
    return then, now, _curve(then, now)


def _curve(then: cv2.typing.MatLike, now: cv2.typing.MatLike) -> Plane:
    """For each level of the earlier picture the level that as large a part of the later one stays below."""
    earlier, later = (np.bincount(picture.ravel(), minlength=256).cumsum() for picture in (then, now))
    return np.searchsorted(later, earlier).clip(0, 255).astype(np.uint8)
