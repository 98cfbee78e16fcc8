"""The network alone, on pictures it was never trained on: where the box is, and how it is turned.

Glimpses of two kinds: windows that follow a box, as most are when a film is looked at (the
box fills half of the window or more), and whole pictures with the box somewhere in them. And
the pictures of films, looked at as `six_faces` looks at them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import cv2
import numpy as np

from evidence.checks.six_faces import Observer, SixFaces
from evidence.vision.cuboid import fit
from evidence.vision.eyes import Look
from evidence.vision.perception import Perceiver
from evidence.vision.rotations import CUBE
from samples.glimpses import GRID, SIDE, draw
from samples.glimpses.world import Glimpse
from samples.truth import Moment, Truth

UNSEEN = 1
"""The first number; training starts at a million."""
_LEAST = 40
"""Cells, of 4096, that a box takes to be counted."""


@dataclass(frozen=True)
class Seen:
    """One glimpse as the network saw it."""

    filling: float
    """Larger side of the box's outline, share of the window; 0 without a box."""
    iou: float
    error: float
    """Degrees between the fitted and the true orientation; nan where nothing was fitted."""
    estimate: float
    """The fit's own estimate, degrees."""
    found: int
    """Cells that were taken for a box."""
    sure: bool
    """Whether the tracker would use it: the fit's estimate is below 20 degrees."""


def look(perceiver: Perceiver, glimpse: Glimpse) -> Seen:
    """The network and the fit on one glimpse, as a picture of its own."""
    maps = perceiver.tell(glimpse.picture)
    truth, shown = glimpse.sides > 0, maps.box > 0.5
    rows, columns = np.nonzero(truth)
    filling = 0.0 if truth.sum() < _LEAST else max(np.ptp(rows), np.ptp(columns)) / GRID
    iou = float((truth & shown).sum() / max(1, (truth | shown).sum()))
    sight = fit(maps, timedelta(0)) if truth.sum() >= _LEAST else None
    error = apart(sight.axes, glimpse.normals) if sight else float("nan")
    estimate = sight.error if sight else float("nan")
    return Seen(filling, iou, error, estimate, int(shown.sum()), bool(sight and sight.error < 20))


def apart(axes: np.ndarray, normals: np.ndarray) -> float:
    """Degrees between an orientation and the true one, over the 24 turns of a cube.

    Args:
        axes: `(3, 3)` columns are the box's edges.
        normals: `(3, 3)` rows are the true normals of the seen faces, zero where there is none.
    """
    seen = [normal for normal in normals if np.linalg.norm(normal) > 0.5]
    if len(seen) < 2:  # the turn about a single face's normal is not told by it alone
        return float(np.degrees(np.arccos(np.clip(np.abs(seen[0] @ axes).max(), -1, 1))))
    truth = np.stack([seen[0], seen[1], np.cross(seen[0], seen[1])], axis=1)
    traces = np.einsum("ij,kij->k", truth, axes @ CUBE)
    return float(np.degrees(np.arccos(np.clip((traces.max() - 1) / 2, -1, 1))))


def table(count: int = 600, start: int = UNSEEN) -> list[str]:
    """Lines: IoU of the box, orientation error, share that is fitted, by how the box fills the window."""
    cv2.setNumThreads(1)
    perceiver = Perceiver()
    every = [look(perceiver, draw(start + number)) for number in range(count)]
    lines = [f"{'glimpses':28}{'n':>5}{'IoU':>7}{'median':>8}{'p90':>7}{'sure':>6}{'sure median':>13}"]
    for name, low, high in (("box fills 45 % or more", 0.45, 2), ("box fills 20 to 45 %", 0.2, 0.45)):
        some = [one for one in every if low <= one.filling < high]
        errors = np.array([one.error for one in some])
        told = errors[~np.isnan(errors)]
        sure = np.array([one.error for one in some if one.sure])
        lines.append(
            f"{name:28}{len(some):5}{np.mean([one.iou for one in some]):7.3f}{np.median(told):7.1f}°"
            f"{np.quantile(told, 0.9):6.1f}°{len(sure) / len(some):6.0%}{np.median(sure):12.1f}°"
        )
    none = [one for one in every if one.filling == 0]
    lines.append(f"no closed box: {len(none)}; a box seen all the same in {sum(o.found > 200 for o in none)}")
    assert SIDE == 2 * GRID
    return lines


class Notes:
    """Eyes for `six_faces` that hold each look against the truth of the film."""

    weights = ""

    def __init__(self, truth: Truth) -> None:
        self.truth, self.perceiver = truth, Perceiver()
        self.ious: list[float] = []
        self.errors: list[float] = []
        self.missed = 0

    def look(self, frame: Any, within: timedelta = timedelta(0)) -> Look:
        maps = self.perceiver.look(frame)
        sight = None if maps is None else fit(maps, frame.at)
        self.hold(frame, maps, sight)
        return Look(frame.at, sight, self.perceiver.opened)

    def hold(self, frame: Any, maps: Any, sight: Any) -> None:
        """One look against the truth."""
        moment = self.truth.moments[frame.index] if frame.index < len(self.truth.moments) else None
        if moment is None or not moment.shut or not moment.corners:
            return
        if maps is None or sight is None:
            self.missed += 1
            return
        shown, truth = _outlines(maps, moment, (frame.width, frame.height))
        if truth.sum() >= _LEAST:
            self.ious.append(float((truth & shown).sum() / max(1, (truth | shown).sum())))
            true = _matrix(moment.rotation)
            traces = np.einsum("ij,kij->k", true, sight.axes @ CUBE)
            self.errors.append(float(np.degrees(np.arccos(np.clip((traces.max() - 1) / 2, -1, 1)))))


def _outlines(maps: Any, moment: Moment, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The box as seen and as it is, as masks of a picture 320 pixels wide."""
    scale = 320 / size[0]
    shape = (320, round(size[1] * scale))
    cell = maps.window.side / maps.box.shape[0]
    back = np.array([[cell, 0, maps.window.left + cell / 2], [0, cell, maps.window.top + cell / 2]]) * scale
    shown = cv2.warpAffine(maps.box.astype(np.float32), back, shape) > 0.5
    truth = np.zeros(shape[::-1], np.uint8)
    corners = np.array(moment.corners, np.float32) * scale
    cv2.fillConvexPoly(truth, cv2.convexHull(corners.round().astype(np.int32)), 1)
    return shown, truth > 0


def _matrix(quaternion: tuple[float, float, float, float]) -> np.ndarray:
    w, x, y, z = quaternion
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + 2 * (w * across + across @ across)


def films(samples: Iterable[Any]) -> list[str]:
    """One line on the pictures of films with one box, each looked at as `six_faces` looks."""
    from tests.bench_faces import examined  # noqa: PLC0415 - it calls this module

    ious: list[float] = []
    errors: list[float] = []
    missed = count = 0
    for sample in samples:
        notes = Notes(sample.truth)

        class Noted(SixFaces):
            def start(self, media: Any, album: Any, notes: Notes = notes) -> Observer:
                return Observer(self, media, album, notes)

        examined(sample.path, Noted())
        ious += notes.ious
        errors += notes.errors
        missed += notes.missed
        count += 1
    overlap = f"IoU median {np.median(ious):.3f}, mean {np.mean(ious):.3f}"
    turned = f"orientation median {np.median(errors):.1f}°, p90 {np.quantile(errors, 0.9):.1f}°"
    unseen = f"in {missed} ({missed / (missed + len(ious)):.0%}) the box was not seen"
    return [f"pictures of {count} films: {len(ious)} with the box seen; {overlap}; {turned}; {unseen}"]
