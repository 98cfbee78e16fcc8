"""First guesses of a box: three perpendicular directions that explain its normals and its outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.vision.rotations import CUBE

if TYPE_CHECKING:
    from evidence.vision.sight import Array
    from evidence.vision.silhouette import Silhouette

KEPT: Final = 2
"""Guesses that are worth refining."""
_MODES: Final = 3
_ALIKE: Final = float(np.cos(np.radians(25)))
_APART: Final = float(np.cos(np.radians(38)))
_FEW: Final = 0.06
"""The least share of the normals in a further mode."""
_STEPS: Final = np.radians(np.arange(0, 90, 18))
_ROUNDS: Final = 2
_WIDTH: Final = 0.35
"""Radians off its axis at which a normal counts a quarter."""
_AROUND: Final = np.stack([np.cos(np.arange(32) * np.pi / 16), np.sin(np.arange(32) * np.pi / 16)], axis=1)
_BORDER: Final = 2.0
"""Cells from the border within which the mask's reach may be the border's."""
_USUAL: Final = 0.02
"""How strongly lengths are drawn to the mask's, where its outline tells nothing of them."""
_STRAY: Final = 1.5
"""Cells, the deviation of a reach."""
_DIFFERENT: Final = 10.0
"""Degrees between two guesses from where on both are kept."""


def apart(one: Array, other: Array) -> Array:
    """Degrees `(...)` between orientations `(..., 3, 3)`, whichever edges they call which."""
    between = np.swapaxes(one, -1, -2) @ other
    trace = (between.reshape(*between.shape[:-2], 9) @ CUBE.reshape(24, 9).T).max(axis=-1)
    return np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1)))


def guesses(seen: Silhouette) -> tuple[Array, Array, Array]:
    """The likeliest boxes: axes `(h, 3, 3)`, centres `(h, 3)`, lengths `(h, 3)`; the centre's depth is 1."""
    axes, doubt = _settled(_started(_modes(seen.normals, seen.normal_weight)), seen)
    centres, lengths, misfit = _sized(axes, seen)
    cost = doubt + misfit
    alike = apart(axes[:, None], axes[None]) < _DIFFERENT
    kept: list[int] = []
    for one in np.argsort(cost):
        if not alike[one, kept].any():
            kept.append(int(one))
    kept = kept[:KEPT]
    return axes[kept], centres[kept], lengths[kept]


def _modes(normals: Array, weight: Array) -> Array:
    """`(m, 3)` the directions to which most normals point, the commonest first."""
    alike = normals @ normals.T
    near = np.clip(alike - _ALIKE, 0, None)
    left = weight.copy()
    found: list[Array] = []
    for _ in range(_MODES):
        votes = near @ left
        best = int((votes * (left > 0)).argmax())
        mode = (near[best] * left) @ normals
        found.append(mode / (np.linalg.norm(mode) + 1e-9))
        left = np.where(normals @ found[-1] > _APART, 0.0, left)
        if left.sum() < _FEW * weight.sum():
            break
    return np.stack(found)


def _started(modes: Array) -> Array:
    """`(s, 3, 3)` frames with one axis on a mode, turned about it in steps."""
    least = np.eye(3)[np.abs(modes).argmin(axis=1)]
    u = np.cross(modes, least)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v = np.cross(modes, u)
    c, s = np.cos(_STEPS)[None, :, None], np.sin(_STEPS)[None, :, None]
    first = c * u[:, None] + s * v[:, None]
    second = c * v[:, None] - s * u[:, None]
    third = np.broadcast_to(modes[:, None], first.shape)
    return np.stack([first, second, third], axis=-1).reshape(-1, 3, 3)


def towards(axes: Array, ray: Array) -> Array:
    """`(..., 3)` the signs that turn each axis to the eye that looks along `ray`."""
    return np.where(ray @ axes > 0, -1.0, 1.0)


def _settled(axes: Array, seen: Silhouette) -> tuple[Array, Array]:
    """The frames turned until each normal fits the nearest axis, and how badly they fit (0 to 1)."""
    normals, weight = seen.normals, seen.normal_weight / (seen.normal_weight.sum() + 1e-9)
    loss = np.zeros(len(axes))
    for _ in range(_ROUNDS):
        signs = towards(axes, seen.ray)
        cosines = np.swapaxes(axes * signs[:, None], 1, 2) @ normals.T
        nearest = cosines.max(axis=1)
        off = (2 - 2 * nearest) / _WIDTH**2
        near = 1 / (1 + off)
        loss = (off * near) @ weight
        pull = near * near * weight
        chosen = (cosines == nearest[:, None]) * pull[:, None]
        means = np.swapaxes(chosen @ normals * signs[..., None], 1, 2)
        u, _, vt = np.linalg.svd(means + 1e-3 * axes)
        u[:, :, 2] *= np.linalg.det(u @ vt)[:, None]
        axes = u @ vt
    return axes, loss


def _sized(axes: Array, seen: Silhouette) -> tuple[Array, Array, Array]:
    """Centres, lengths and misfits (0 to about 1) of boxes with these axes and the mask's outline.

    Under weak perspective the reach of a box's outline in a direction is linear in its
    centre and its lengths.
    """
    ray, lens = seen.ray, seen.lens
    reaches = seen.outline @ _AROUND.T
    ends = reaches.argmax(axis=0)
    reach = reaches[ends, np.arange(len(_AROUND))]
    # Where the border cuts the mask, the box reaches further, nobody knows how far.
    weight = np.where(lens.within(seen.outline[ends], _BORDER), 1.0, 0.02)
    flat = lens.scale * (axes[:, :2, :] - ray[:2, None] * axes[:, 2:, :])
    design = np.empty((len(axes), len(_AROUND), 5))
    design[:, :, :2] = _AROUND
    design[:, :, 2:] = np.abs(_AROUND @ flat) / 2
    weighted = np.swapaxes(design * weight[:, None], 1, 2)
    extent = float(np.sqrt(seen.mask.sum())) / lens.scale
    pull = np.array([0, 0, 1, 1, 1]) * _USUAL * lens.scale**2
    bend = weighted @ design + np.diag(pull + 1e-6)
    right = weighted @ reach + pull * extent
    solved = np.asarray(np.linalg.solve(bend, right[..., None]), np.float64)
    solved[:, 2:] = np.clip(solved[:, 2:], 0.12 * extent, 4 * extent)
    off = np.abs((design @ solved)[..., 0] - reach) / _STRAY
    misfit = np.minimum(off, 4) @ weight / weight.sum()
    rays = lens.rays(solved[:, :2, 0])
    return np.concatenate([rays, np.ones((len(axes), 1))], axis=1), solved[:, 2:, 0], misfit
