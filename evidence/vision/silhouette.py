"""What the network's maps tell a fit: the box's outline, its creases, and how its surface is turned.

Places are *cells* of the maps: `(column, row)`, the middle of the first cell `(0, 0)`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from evidence.vision.sight import FOCAL

if TYPE_CHECKING:
    from evidence.vision.sight import Array, Maps, Window

    Floats = npt.NDArray[np.float32]
    Mask = npt.NDArray[np.uint8]

LEAST: Final = 0.012
"""The smallest blob that is fitted, as a share of the window."""
WEAKEST: Final = 0.6
"""The least mean probability of a blob that is fitted."""
_SURE: Final = 0.5
_CENTRAL: Final = 6.0
"""How much a blob's distance from the window's middle (shares, squared) counts against its size."""
_ELSE: Final = 0.3
"""How large another blob is, in areas of the one that is meant, to be called a further box."""
_FINE: Final = 2
"""Steps of a cell in which the outline is measured."""
_OUTLINE: Final = 48
_CREASES: Final = 40
_NORMALS: Final = 120
_INNER: Final = 2.5
"""Cells from the outline from where on a crease is an inner one."""
_CREASE: Final = 0.3
_HIDDEN: Final = 0.75
"""How much less is believed of what is covered."""
_EDGE: Final = 0.8
"""Cells from the border within which an outline may be the border's."""


@dataclass(frozen=True)
class Lens:
    """How rays of the picture's camera fall on the cells of a window."""

    scale: float
    """Cells per unit of x / z."""
    middle: Array
    """`(2,)` the cell on the camera's axis."""
    low: Array
    """`(2,)` where the window and the picture both begin, cells."""
    high: Array
    """`(2,)` where the first of them ends, cells."""
    turn: Array
    """`(3, 3)` from the window's camera frame to the picture's."""

    @classmethod
    def of(cls, maps: Maps) -> Lens:
        n, window = maps.box.shape[0], maps.window
        per_pixel = n / window.side
        size = np.array([maps.width, maps.height], np.float64)
        start = np.array([window.left, window.top])
        return cls(
            scale=FOCAL * max(maps.width, maps.height) * per_pixel,
            middle=(size / 2 - start) * per_pixel - 0.5,
            low=np.maximum(-start * per_pixel, 0) - 0.5,
            high=np.minimum((size - start) * per_pixel, n) - 0.5,
            turn=facing(window, maps.width, maps.height),
        )

    def rays(self, cells: Array) -> Array:
        """`(..., 2)` x / z and y / z of cells `(..., 2)`."""
        return (cells - self.middle) / self.scale

    def part(self, n: int) -> tuple[slice, slice]:
        """Rows and columns of the `n` by `n` cells whose middles lie in the picture."""
        left, top = (max(0, math.ceil(edge)) for edge in self.low)
        right, bottom = (min(n, math.floor(edge) + 1) for edge in self.high)
        return slice(top, max(top, bottom)), slice(left, max(left, right))

    def within(self, cells: Array, margin: float) -> npt.NDArray[np.bool_]:
        """Which cells `(..., 2)` lie in the window and in the picture, `margin` cells from the border."""
        x, y = cells[..., 0], cells[..., 1]
        (left, top), (right, bottom) = self.low + margin, self.high - margin
        return cast("npt.NDArray[np.bool_]", (x > left) & (x < right) & (y > top) & (y < bottom))


def facing(window: Window, width: int, height: int) -> Array:
    """`(3, 3)` from the window's camera frame to the picture's: the least turn from axis to middle."""
    focal = FOCAL * max(width, height)
    x = (window.left + window.side / 2 - width / 2) / focal
    y = (window.top + window.side / 2 - height / 2) / focal
    z = 1 / np.sqrt(x * x + y * y + 1)
    x, y = x * z, y * z
    a, b, c = 1 - x * x / (1 + z), 1 - y * y / (1 + z), -x * y / (1 + z)
    return np.array([[a, c, x], [c, b, y], [-x, -y, z]])


@dataclass(frozen=True)
class Silhouette:
    """What is seen of one box in one window."""

    lens: Lens
    mask: Mask
    """`(n, n)` 1 where the box is."""
    strength: float
    """Mean probability on the mask."""
    others: int
    rim: Floats
    """`(rows, columns, 3)` in steps of half a cell from `origin`: distance to the outline in cells,
    positive outside, and its gradient."""
    origin: Array
    """`(2,)` cells."""
    outline: Array
    """`(m, 2)` cells, evenly along the outline, without what the border cut."""
    outline_weight: Array
    """`(m,)` cells of outline that each stands for, less where it is covered."""
    creases: Array
    """`(c, 2)` cells within the outline where two faces seem to meet; may be none."""
    crease_weight: Array
    normals: Array
    """`(p, 3)` unit, in the picture's camera frame."""
    normal_weight: Array
    """`(p,)` cells that each stands for, less where it is covered or unsure."""
    normal_cells: npt.NDArray[np.intp]
    """`(p, 2)` rows and columns where they were taken."""

    @cached_property
    def drawn(self) -> Array:
        """`(m + c, 2)` the outline's places, then the creases'."""
        return np.concatenate([self.outline, self.creases])

    @cached_property
    def centroid(self) -> Array:
        rows, columns = np.nonzero(self.mask)
        return np.array([columns.mean(), rows.mean()])

    @cached_property
    def ray(self) -> Array:
        """`(3,)` to the middle of the mask, its z being 1."""
        return np.append(self.lens.rays(self.centroid), 1.0)

    def distance(self, cells: Array) -> tuple[Array, Array]:
        """Signed distances `(...)` and their gradients `(..., 2)` at cells `(..., 2)`."""
        x, y = np.moveaxis(((cells - self.origin) * _FINE).astype(np.float32).reshape(-1, 1, 2), -1, 0)
        found = cv2.remap(self.rim, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        numbers = np.asarray(found, np.float64).reshape(*cells.shape[:-1], 3)
        return numbers[..., 0], numbers[..., 1:]


def outlined(maps: Maps) -> Silhouette | None:
    """The box that a window is about; none where nothing is large and sure enough."""
    lens = Lens.of(maps)
    n = maps.box.shape[0]
    box = np.zeros((n, n), np.float32)
    part = lens.part(n)
    box[part] = maps.box[part]
    count, labels, stats, centres = cv2.connectedComponentsWithStats(
        (box > _SURE).astype(np.uint8), connectivity=4
    )
    if count < 2:  # noqa: PLR2004 - the first one is the background
        return None
    areas = stats[1:, cv2.CC_STAT_AREA]
    away = ((centres[1:] + 0.5) / n - 0.5) ** 2
    # The window follows a box, so of two alike the one in its middle is meant.
    meant = int((areas / (1 + _CENTRAL * away.sum(axis=1))).argmax())
    area = int(areas[meant])
    mask = (labels == meant + 1).astype(np.uint8)
    strength = float(box[mask > 0].mean())
    if area < LEAST * n * n or strength < WEAKEST:
        return None
    near = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    traced = _traced((box * near)[part], part, lens)
    if traced is None:
        return None
    rim, origin, outline, length = traced
    columns, rows = np.round(outline.T).astype(int).clip(0, n - 1)
    sure = length * (1 - _HIDDEN * maps.cover[rows, columns])
    creases, crease_weight = _inner(maps, rim, part)
    return Silhouette(
        lens,
        mask,
        strength,
        int((areas >= _ELSE * area).sum()) - 1,
        rim,
        origin,
        outline,
        sure,
        creases,
        crease_weight,
        *_turned(maps, box * mask, lens),
    )


def _traced(box: Floats, part: tuple[slice, slice], lens: Lens) -> tuple[Floats, Array, Array, float] | None:
    """The rim, its origin, the outline's points and the length for which each stands; cells."""
    height, width = box.shape
    fine = cv2.resize(box, (width * _FINE, height * _FINE), interpolation=cv2.INTER_LINEAR)
    inside = (fine > _SURE).astype(np.uint8)
    if inside.all():
        return None
    # Only what lies within is measured: the border is no outline, so no distance is taken to it.
    gone = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    deep = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    step = np.where(inside > 0, 0.5 - deep, gone - 0.5).astype(np.float32) / _FINE
    signed = cv2.GaussianBlur(step, (3, 3), 0)
    rim = np.empty((*inside.shape, 3), np.float32)
    rim[..., 0] = signed
    rim[..., 1] = cv2.Sobel(signed, cv2.CV_32F, 1, 0, ksize=3, scale=_FINE / 8)
    rim[..., 2] = cv2.Sobel(signed, cv2.CV_32F, 0, 1, ksize=3, scale=_FINE / 8)
    contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = np.asarray(max(contours, key=len)[:, 0], np.int32)
    picked = contour[np.linspace(0, len(contour), _OUTLINE, endpoint=False).astype(np.intp)]
    length = cv2.arcLength(contour, closed=True) / _FINE / len(picked)
    local = np.asarray(rim[picked[:, 1], picked[:, 0]], np.float64)
    origin = np.array([part[1].start, part[0].start]) - 0.5 + 0.5 / _FINE
    # The contour runs through the outermost cells that are still the box; the outline is a step beyond.
    points = picked / _FINE + origin - local[:, :1] * local[:, 1:]
    return rim, origin, points[lens.within(points, _EDGE)], length


def _inner(maps: Maps, rim: Floats, part: tuple[slice, slice]) -> tuple[Array, Array]:
    """Cells on inner creases and how strong they are."""
    crease, cover = maps.crease[part], maps.cover[part]
    deep = cv2.resize(rim[..., 0], crease.shape[::-1], interpolation=cv2.INTER_AREA) < -_INNER
    strength = np.where(deep, crease * (1 - cover), 0.0)
    rows, columns = np.nonzero(strength > _CREASE)
    step = max(1, -(-len(rows) // _CREASES))
    rows, columns = rows[::step], columns[::step]
    cells = np.stack([columns + part[1].start, rows + part[0].start], axis=1)
    return cells.astype(np.float64), strength[rows, columns] * step


def _turned(maps: Maps, box: Floats, lens: Lens) -> tuple[Array, Array, npt.NDArray[np.intp]]:
    """A sample of the normals, smoothed over their neighbours, how much each says, and where it is."""
    weight = (box * (1 - _HIDDEN * maps.cover)).astype(np.float32)
    planes = np.empty((*box.shape, 3), np.float32)
    planes[:] = maps.normals.transpose(1, 2, 0)
    smoothed = cv2.blur(planes * weight[..., None], (3, 3))
    rows, columns = np.nonzero(weight > 0.4)  # noqa: PLR2004 - where the box is likely and free
    if not len(rows):
        rows, columns = np.nonzero(box > 0)
    step = max(1, -(-len(rows) // _NORMALS))
    rows, columns = rows[::step], columns[::step]
    normals = smoothed[rows, columns].astype(np.float64)
    size = np.linalg.norm(normals, axis=1)
    normals = normals / (size[:, None] + 1e-9) @ lens.turn.T
    return normals, weight[rows, columns].astype(np.float64) * step, np.stack([rows, columns], axis=1)
