"""Maps as a network would give them of a box whose place is known, with the errors that networks make."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from evidence.vision.rotations import CUBE
from evidence.vision.sight import FOCAL, Maps, Window

SIGNS = np.array([(x, y, z) for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], float)
SUPER = 4


@dataclass(frozen=True)
class Box:
    """Truth: a cuboid before the picture's camera."""

    axes: np.ndarray
    centre: np.ndarray
    lengths: np.ndarray
    width: int = 1920
    height: int = 1080
    lens: float = FOCAL
    """The camera's true focal length, which nobody tells the fit; in long sides."""

    @property
    def focal(self):
        return self.lens * max(self.width, self.height)

    def project(self, points):
        points = np.asarray(points, float)
        return points[..., :2] / points[..., 2:] * self.focal + np.array([self.width, self.height]) / 2

    @property
    def corners(self):
        return self.centre + (SIGNS * self.lengths / 2) @ self.axes.T

    def faces(self):
        """Those turned to the eye: normal, angle in degrees, corners `(4, 2)` in pixels, clockwise; area."""
        found = []
        for axis in range(3):
            for sign in (-1.0, 1.0):
                normal = self.axes[:, axis] * sign
                middle = self.centre + normal * self.lengths[axis] / 2
                cosine = float(-normal @ middle / np.linalg.norm(middle))
                if cosine <= 0:
                    continue
                u, v = (axis + 1) % 3, (axis + 2) % 3
                a, b = self.axes[:, u] * self.lengths[u] / 2, self.axes[:, v] * self.lengths[v] / 2
                quad = self.project([middle - a - b, middle + a - b, middle + a + b, middle - a + b])
                if cv2.contourArea(quad.astype(np.float32), oriented=True) < 0:
                    quad = quad[::-1]
                area = float(cv2.contourArea(quad.astype(np.float32)))
                found.append((normal, float(np.degrees(np.arccos(cosine))), quad, area))
        return sorted(found, key=lambda face: -face[3])


@dataclass(frozen=True)
class Noise:
    """How wrong the network is."""

    turn: float = 0.0
    """Degrees per pixel, spatially correlated over some pixels."""
    bias: float = 0.0
    """Degrees by which each face's normals are turned as a whole."""
    blur: float = 0.0
    """Deviation of the box map's blur, cells."""
    wobble: float = 0.0
    """Deviation of the outline's displacement, cells."""
    wrong: bool = False
    """Whether the normals of one face are turned by 30 to 60 degrees."""
    creases: float = 1.0
    """How much of the inner creases is found."""
    seam: bool = False
    """A false crease across the largest face."""
    hand: bool = False
    """A hand over a part of the box."""
    second: float = 0.0
    """Reach of a second blob, share of the window."""
    side: int = 64


CLEAN = Noise()
NET = Noise(turn=12, bias=5, blur=1.0, wobble=0.7, creases=0.7)
"""What the network is hoped to be like."""


def rotation(rng):
    q = rng.standard_normal(4)
    w, x, y, z = q / np.linalg.norm(q)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def turn(vector):
    """The rotation by a rotation vector (radians)."""
    return cv2.Rodrigues(np.asarray(vector, float))[0]


def onto(ray):
    """The least rotation that turns the eye's axis to `ray`."""
    ray = ray / np.linalg.norm(ray)
    axis = np.cross([0.0, 0.0, 1.0], ray)
    size = np.linalg.norm(axis)
    if size < 1e-12:
        return np.eye(3)
    return turn(axis / size * np.arctan2(size, ray[2]))


def random_box(rng, *, faces=None, cut=False):
    """A random box; `faces`: how many of its faces are seen, a further one taking less than 2 % at most."""
    while True:
        width, height = ((1080, 1920), (1920, 1080))[int(rng.integers(2))]
        focal = FOCAL * max(width, height)
        axes = rotation(rng)
        if faces in {1, 2}:
            tilt = rng.normal(0, 0.05, 3)
            tilt[0] += 0 if faces == 1 else rng.uniform(0.3, 1.2)
            axes = turn([0, 0, rng.uniform(0, 7)]) @ turn(tilt) @ cube_turn(rng)
        ray = np.array(
            [rng.uniform(-0.25, 0.25) * width / focal, rng.uniform(-0.25, 0.25) * height / focal, 1.0]
        )
        lengths = rng.permutation([1.0, rng.uniform(0.45, 1), rng.uniform(0.25, 0.9)])
        box = Box(onto(ray) @ axes, ray * rng.uniform(1.8, 6), lengths, width, height)
        if box.corners[:, 2].min() < 0.2:
            continue
        outline = box.project(box.corners)
        low, high = outline.min(0), outline.max(0)
        shown = np.prod(np.minimum(high, (width, height)) - np.maximum(low, 0)) / np.prod(high - low)
        if shown < 0.6 or bool(shown < 0.999) != cut:
            continue
        shares = np.array([face[3] for face in box.faces()])
        shares = shares / shares.sum()
        if faces is None or (
            (shares > 0.05).sum() == faces and not ((shares < 0.05) & (shares > 0.02)).any()
        ):
            return box


def cube_turn(rng):
    while True:
        found = np.eye(3)[:, rng.permutation(3)] * rng.choice((-1.0, 1.0), 3)
        if np.linalg.det(found) > 0:
            return found


def window_of(box, rng=None, *, room=1.5):
    """A window around what the picture shows of the box."""
    outline = box.project(box.corners)
    low = np.maximum(outline.min(0), 0)
    high = np.minimum(outline.max(0), (box.width, box.height))
    middle, side = (low + high) / 2, float((high - low).max() * room)
    if rng is not None:
        middle = middle + rng.normal(0, 0.05, 2) * side
        side *= float(rng.uniform(0.87, 1.2))
    return Window(float(middle[0] - side / 2), float(middle[1] - side / 2), side)


def smooth(rng, shape, sigma):
    blurred = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigma)
    return blurred.astype(float) / (blurred.std() + 1e-9)


def enlarged(image):
    return cv2.resize(image.astype(np.float32), None, fx=SUPER, fy=SUPER, interpolation=cv2.INTER_LINEAR)


def maps_of(box, window, noise=CLEAN, rng=None):
    """The maps of a window, wrong as `noise` says."""
    rng = rng or np.random.default_rng(0)
    labels = drawn(box, window, noise, rng)
    fine = (labels > 0).astype(np.float32)
    probability = reduced(fine, noise, noise.blur)
    lines = cv2.dilate(
        np.maximum(
            creases(box, window, labels, noise, rng),
            cv2.morphologyEx(fine, cv2.MORPH_GRADIENT, np.ones((3, 3))),
        ),
        np.ones((SUPER + 1, SUPER + 1)),
    )
    crease = np.clip(reduced(lines, noise, max(0.4, noise.blur * 0.7)) * 1.3, 0, 1)
    cover = np.zeros_like(probability)
    if noise.hand:
        outline = cells(box.project(box.corners), window, noise) / SUPER
        at = outline[int(rng.integers(8))] * 0.6 + outline.mean(0) * 0.4
        cv2.circle(cover, tuple(int(c) for c in at), int(noise.side * rng.uniform(0.06, 0.12)), 1.0, -1)
        cover = cv2.GaussianBlur(cover, (0, 0), 0.8) * (probability > 0.3)
        probability *= 1 - 0.3 * cover * rng.random()
        crease *= 1 - cover
    if noise.second:
        corner = probability[1 : 1 + int(noise.side * noise.second), 1 : 1 + int(noise.side * noise.second)]
        np.maximum(corner, 0.9, out=corner)
    if noise.blur:
        probability = 1 / (1 + np.exp(-(6 * (probability - 0.5) + 0.5 * smooth(rng, probability.shape, 1.5))))
        probability[probability < 0.06] = 0.0
    normals = turned(box, window, labels, noise, rng)
    return Maps(
        window, box.width, box.height, probability, cover, crease, normals, np.zeros_like(probability)
    )


def cells(points, window, noise):
    """Pixels of the picture as fine cells of the window."""
    return (points - (window.left, window.top)) / window.side * noise.side * SUPER - 0.5


def reduced(image, noise, sigma):
    if sigma:
        image = cv2.GaussianBlur(image, (0, 0), sigma * SUPER)
    return cv2.resize(image, (noise.side, noise.side), interpolation=cv2.INTER_AREA).astype(float)


def drawn(box, window, noise, rng):
    """Fine labels of the seen faces, from 1, in the order of `box.faces()`; 0 beyond the picture."""
    big = noise.side * SUPER
    labels = np.zeros((big, big), np.uint8)
    for place, (_, _, quad, _) in enumerate(box.faces()):
        corners = np.round(cells(quad, window, noise) * 256).astype(np.int32)
        cv2.fillConvexPoly(labels, corners, place + 1, cv2.LINE_8, 8)
    at = (np.arange(big) + 0.5) / big * window.side
    across = (at + window.left >= 0) & (at + window.left <= box.width)
    down = (at + window.top >= 0) & (at + window.top <= box.height)
    labels *= down[:, None] & across[None]
    if not noise.wobble:
        return labels
    y, x = np.mgrid[0:big, 0:big].astype(np.float32)
    shape = (noise.side, noise.side)
    sway = [enlarged(smooth(rng, shape, 4.0)) * np.float32(noise.wobble * SUPER) for _ in range(2)]
    return cv2.remap(labels, x + sway[0], y + sway[1], cv2.INTER_NEAREST)


def creases(box, window, labels, noise, rng):
    """Where two seen faces meet, as far as it is found, and a seam."""
    inner = np.zeros(labels.shape, np.float32)
    for shift in ((1, 0), (0, 1)):
        other = np.roll(labels, shift, (0, 1))
        inner[(labels != other) & (labels > 0) & (other > 0)] = 1
    if noise.creases < 1:
        keep = enlarged(smooth(rng, (noise.side, noise.side), 5.0))
        inner *= keep > np.quantile(keep, 1 - noise.creases)
    if noise.seam:
        quad = cells(box.faces()[0][2], window, noise)
        ends = (quad[0] + quad[1]) / 2, (quad[2] + quad[3]) / 2
        cv2.line(inner, *(tuple(int(c) for c in end) for end in ends), 1, 1)
    return inner


def turned(box, window, labels, noise, rng):
    """Normals in the window's camera frame; two thirds of their errors' variance is the neighbours' too."""
    n = noise.side
    faces = box.faces()
    middle = np.array([window.left, window.top]) + window.side / 2 - np.array([box.width, box.height]) / 2
    back = onto(np.append(middle, box.focal)).T
    coarse = cv2.resize(labels, (n, n), interpolation=cv2.INTER_NEAREST)
    normals = np.zeros((3, n, n))
    normals[2] = -1
    wrong = int(rng.integers(len(faces))) if noise.wrong else -1
    for place, (true, *_) in enumerate(faces):
        normal = turn(np.radians(noise.bias) * rng.standard_normal(3) / np.sqrt(2)) @ true
        if place == wrong:
            axis = np.cross(normal, rng.standard_normal(3))
            normal = turn(axis / np.linalg.norm(axis) * np.radians(rng.uniform(30, 60))) @ normal
        normals[:, coarse == place + 1] = (back @ normal)[:, None]
    if noise.blur:
        normals = np.stack([cv2.GaussianBlur(part, (0, 0), noise.blur) for part in normals])
    size = np.tan(np.radians(noise.turn)) / np.sqrt(2)
    shared = np.stack([smooth(rng, (n, n), 4.0) for _ in range(3)])
    normals += size * (0.82 * shared + 0.57 * rng.standard_normal((3, n, n)))
    return normals / (np.linalg.norm(normals, axis=0) + 1e-9)


def distance(one, other):
    """Degrees between two orientations modulo the cube's 24 rotations."""
    traces = [np.trace(one.T @ other @ held) for held in CUBE]
    return float(np.degrees(np.arccos(np.clip((max(traces) - 1) / 2, -1, 1))))
