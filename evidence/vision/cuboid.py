"""Fit a cuboid to what the network says of one picture, and say how far the fit is to be believed.

The maps speak of the box in three ways that err apart: the box map's outline, the creases
within it, and the normals of its surface. Frames that explain the normals are the first
guesses; the guesses are refined on all three; the cheapest is the sight. Its error is
estimated from how sharply it is determined, how well the three agree, and how far away
the next best guess is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from evidence.vision.refinement import refine
from evidence.vision.sight import Side, Sight
from evidence.vision.silhouette import outlined
from evidence.vision.solid import SIGNS, Cuboids
from evidence.vision.triads import apart, guesses

if TYPE_CHECKING:
    from datetime import timedelta

    import numpy.typing as npt

    from evidence.vision.refinement import Agreement
    from evidence.vision.sight import Array, Maps
    from evidence.vision.silhouette import Lens, Silhouette

    Labels = npt.NDArray[np.uint8]

_LEAST: Final = 12
"""Places of outline, of 48, without which a box is mostly beyond the border."""
_ALIKE: Final = 0.8
"""The least overlap of the cuboid's outline and the mask (intersection by union)."""
_TOLD: Final = 0.3
"""Deviation of a length's logarithm up to which it is told."""
_SHIFT: Final = 4
_PICTURE: Final = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
_COVERED: Final = 0.5
_VEIL: Final = 16
"""Places along a face at which it is told whether it is covered."""
_SQUARE: Final = np.array([[0, 0], [_VEIL, 0], [_VEIL, _VEIL], [0, _VEIL]], np.float32) - np.float32(0.5)
_SHARES: Final = np.array([1.0, 0.43, 4.8, 2.0])
"""By how much each cause turned the fits of rendered boxes that the network had never seen: how loosely the
fit is held, how far the faces' normals are off it, how far the outline strays from it as a share of the box's
size, and how near another guess comes."""
_PAYS: Final = 2.0
"""By how much a guess must cost less to be three times as likely."""


def _around() -> npt.NDArray[np.int64]:
    """`(6, 4)` each face's corners, clockwise as seen from outside."""
    found: list[list[int]] = []
    for face in range(6):
        axis, sign = face // 2, face % 2 * 2 - 1
        out, up = np.eye(3)[axis] * sign, np.eye(3)[(axis + 1) % 3]
        right = np.cross(up, out)
        corners = [out + up - right, out + up + right, out - up + right, out - up - right]
        found.append([int((SIGNS @ corner).argmax()) for corner in corners])
    return np.array(found)


_AROUND: Final = _around()


def fit(maps: Maps, at: timedelta) -> Sight | None:
    """The box of a window; none where nothing, too little or nothing like a box is seen."""
    seen = outlined(maps)
    if seen is None or len(seen.outline) < _LEAST:
        return None
    tried, agreement = refine(Cuboids(*guesses(seen)), seen)
    best = int(agreement.cost.argmin())
    box = Cuboids(tried.axes[best, None], tried.centres[best, None], tried.lengths[best, None])
    deviations = np.sqrt(np.diagonal(np.asarray(np.linalg.inv(agreement.bend[best]), np.float64)))
    faces = _faces(box, seen.lens)
    labels = _labels(faces, maps.box.shape[0])
    alike = _overlap(labels, seen)
    if alike < _ALIKE:
        return None
    told = np.where(deviations[5:] < _TOLD, box.lengths[0], np.nan)
    low, high = _reach(seen, maps)
    stray = float(agreement.stray[best]) / math.sqrt(int(seen.mask.sum()))
    causes = (
        float(np.linalg.norm(deviations[:3])),
        _bias(faces, labels, seen),
        stray,
        _rival(tried, agreement, best),
    )
    return Sight(
        at=at,
        axes=box.axes[0],
        error=float(np.degrees(np.linalg.norm(_SHARES * causes))),
        confidence=seen.strength * alike,
        extents=told / np.nanmax(told) if np.isfinite(told).any() else told,
        centre=(float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2),
        reach=(float(high[0] - low[0]), float(high[1] - low[1])),
        sides=tuple(sorted((_side(face, labels == face.label, maps) for face in faces), key=_by_share)),
        others=seen.others,
    )


def _rival(tried: Cuboids, agreement: Agreement, best: int) -> float:
    """Radians to another guess, times the chance that it is the right one; the largest of these."""
    odds = np.exp((agreement.cost[best] - agreement.cost) / _PAYS)
    return float(np.radians((apart(tried.axes, tried.axes[best]) * odds / (1 + odds)).max()))


def _bias(faces: tuple[_Face, ...], labels: Labels, seen: Silhouette) -> float:
    """Radians between a face's normal and the mean on the map, root of the mean square over the surface."""
    rows, columns = seen.normal_cells.T
    label = labels[rows, columns]
    square = total = 0.0
    for face in faces:
        weight = np.where(label == face.label, seen.normal_weight, 0.0)
        mean = weight @ seen.normals
        cosine = float(mean @ face.normal) / (float(np.linalg.norm(mean)) + 1e-9)
        square += float(weight.sum()) * math.acos(min(1.0, max(-1.0, cosine))) ** 2
        total += float(weight.sum())
    return math.sqrt(square / total) if total else math.pi / 2


@dataclass(frozen=True)
class _Face:
    """One that is turned to the eye."""

    label: int
    normal: Array
    angle: float
    quad: Array
    """`(4, 2)` cells."""


def _faces(box: Cuboids, lens: Lens) -> tuple[_Face, ...]:
    cells = box.cells(lens)[0]
    found: list[_Face] = []
    for face in np.flatnonzero(box.seen[0]):
        normal = box.axes[0, :, face // 2] * (face % 2 * 2 - 1)
        middle = box.centres[0] + normal * (box.lengths[0, face // 2] / 2)
        cosine = -float(normal @ middle) / float(np.linalg.norm(middle))
        angle = math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
        found.append(_Face(len(found) + 1, normal, angle, cells[_AROUND[face]]))
    return tuple(found)


def _labels(faces: tuple[_Face, ...], n: int) -> Labels:
    """`(n, n)` the label of the face that is seen in each cell, 0 beside the box."""
    labels = np.zeros((n, n), np.uint8)
    for face in faces:
        quad = np.round(np.clip(face.quad, -4 * n, 5 * n) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillConvexPoly(labels, quad, (face.label,), cv2.LINE_8, _SHIFT)
    return labels


def _overlap(labels: Labels, seen: Silhouette) -> float:
    """Intersection by union of the cuboid and the mask, in the picture."""
    part = seen.lens.part(labels.shape[0])
    drawn, mask = labels[part] > 0, seen.mask[part] > 0
    return float((drawn & mask).sum() / max(1, int((drawn | mask).sum())))


def _reach(seen: Silhouette, maps: Maps) -> tuple[Array, Array]:
    """Where the mask begins and ends, shares of width and height."""
    x, y, width, height = cv2.boundingRect(seen.mask)
    ends = np.array([(x, y), (x + width, y + height)], np.float64)
    low, high = np.clip(_shares(ends - 0.5, maps), 0, 1)
    return low, high


def _shares(cells: Array, maps: Maps) -> Array:
    """Cells `(..., 2)` as shares of the picture's width and height."""
    start = np.array([maps.window.left, maps.window.top])
    return ((cells + 0.5) * (maps.window.side / maps.box.shape[0]) + start) / (maps.width, maps.height)


def _side(face: _Face, here: npt.NDArray[np.bool_], maps: Maps) -> Side:
    quad = _shares(face.quad, maps)
    corners = quad.astype(np.float32)
    whole = abs(cv2.contourArea(corners))
    inside = min(whole, float(cv2.intersectConvexConvex(corners, _PICTURE)[0]))
    return Side(
        normal=face.normal,
        angle=face.angle,
        share=inside,
        covered=float((maps.cover[here] > _COVERED).mean()) if here.any() else 0.0,
        outside=1 - inside / whole if whole else 0.0,
        quad=quad,
        veil=_veil(face, maps),
    )


def _veil(face: _Face, maps: Maps) -> npt.NDArray[np.float32]:
    """The cover map as it lies on a face."""
    flat = cv2.getPerspectiveTransform(_SQUARE, face.quad.astype(np.float32))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpPerspective(maps.cover.astype(np.float32), flat, (_VEIL, _VEIL), flags=flags)
    return np.asarray(laid, np.float32)


def _by_share(side: Side) -> float:
    return -side.share
