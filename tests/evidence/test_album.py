from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import cv2
import numpy as np
import pytest
from PIL import Image

from evidence import album
from evidence.album import Stills
from evidence.check import Album
from samples.pose import Rig, Shake
from samples.scene import Scene
from samples.story import lying


class Drawn:
    """A frame of one colour."""

    def __init__(self, level: int, seconds: float, size: tuple[int, int] = (64, 48)) -> None:
        self.index, self.key, self.corrupt = 0, True, False
        self.at = timedelta(seconds=seconds)
        self.width, self.height = size
        self._level = level

    def gray(self, side: int):
        return self.rgb(side)[..., 0]

    def rgb(self, side: int):
        share = min(1, side / max(self.width, self.height))
        shape = (round(self.height * share), round(self.width * share), 3)
        return np.full(shape, self._level, np.uint8)


class Surface(Drawn):
    """A frame that shows an RGB array."""

    def __init__(self, picture: np.ndarray) -> None:
        super().__init__(0, 0, size=(picture.shape[1], picture.shape[0]))
        self.picture = picture

    def rgb(self, side: int):
        share = min(1, side / max(self.width, self.height))
        size = (round(self.width * share), round(self.height * share))
        return cv2.resize(self.picture, size, interpolation=cv2.INTER_AREA)


def test_only_what_is_wanted_is_written_named_in_order_of_time(tmp_path):
    stills: Album = Stills(tmp_path)
    late = stills.keep(Drawn(10, 9), "face", face=2)
    early = stills.keep(Drawn(20, 3), "face", face=1)
    cut = stills.keep(Drawn(30, 5), "cut")
    stills.keep(Drawn(40, 1), "face")
    kept = stills.close({late, early, cut})
    assert [(s.path, s.digest, s.what, s.face, s.at.total_seconds()) for s in kept] == [
        ("stills/face-1.jpg", early, "face", 1, 3),
        ("stills/cut-1.jpg", cut, "cut", None, 5),
        ("stills/face-2.jpg", late, "face", 2, 9),
    ]
    assert sorted(p.name for p in (tmp_path / "stills").iterdir()) == [
        "cut-1.jpg",
        "face-1.jpg",
        "face-2.jpg",
    ]


def test_a_still_is_what_its_digest_says_and_carries_no_metadata(tmp_path):
    stills = Stills(tmp_path)
    digest = stills.keep(Drawn(200, 0, size=(2560, 1440)), "face")
    (still,) = stills.close({digest})
    data = (tmp_path / still.path).read_bytes()
    assert still.digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (1280, 720)
        assert abs(np.asarray(image).mean() - 200) < 2
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_nothing_wanted_writes_nothing(tmp_path):
    stills = Stills(tmp_path)
    stills.keep(Drawn(1, 0), "face")
    assert stills.close(set()) == ()
    assert list(tmp_path.iterdir()) == []


def test_the_same_picture_is_kept_once(tmp_path):
    stills = Stills(tmp_path)
    first, second = stills.keep(Drawn(5, 1), "face"), stills.keep(Drawn(5, 2), "cut")
    assert first == second
    assert [s.path for s in stills.close({first})] == ["stills/face-1.jpg"]


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("../../etc/passwd", "etc-passwd-1.jpg"),
        ("包裹", "still-1.jpg"),
        ("Face One", "face-one-1.jpg"),
        ("", "still-1.jpg"),
        ("x" * 500, "x" * 32 + "-1.jpg"),
    ],
)
def test_names_are_plain(tmp_path, what, name):
    stills = Stills(tmp_path)
    (still,) = stills.close({stills.keep(Drawn(7, 0), what)})
    assert still.path == f"stills/{name}"
    assert (tmp_path / still.path).is_file()


def test_a_busy_check_does_not_crowd_out_the_others(tmp_path):
    stills = Stills(tmp_path)
    busy = {stills.keep(Drawn(i, i), "cut") for i in range(album.MAX_OF_ONE_KIND + 30)}
    face = stills.keep(Drawn(250, 500), "face")
    kept = stills.close({*busy, face})
    assert len(kept) == album.MAX_OF_ONE_KIND + 1
    assert kept[-1].digest == face


def test_bytes_and_stills_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(album, "MAX_BYTES", 3000)
    stills = Stills(tmp_path)
    wanted = {stills.keep(Drawn(i, i), f"kind{i}") for i in range(30)}
    kept = stills.close(wanted)
    assert 0 < len(kept) < 30
    assert sum((tmp_path / s.path).stat().st_size for s in kept) <= 3000
    monkeypatch.setattr(album, "MAX_BYTES", 10**9)
    stills = Stills(tmp_path)
    wanted = {stills.keep(Drawn(i, i), f"kind{i}") for i in range(album.MAX_WRITTEN + 9)}
    assert [s.at.total_seconds() for s in stills.close(wanted)] == list(range(album.MAX_WRITTEN))


def shown(scene: Scene, at: float, face: str) -> tuple[Surface, np.ndarray]:
    """A rendered picture, and the corners of a face in it as shares."""
    rig, parcel = scene.rig, scene.parcel
    corners = rig.camera(at).project(scene.story.path.pose(at).place(parcel.corners_of(face)))
    return Surface(scene.picture(at)), corners / (rig.width, rig.height)


def kept(tmp_path, frame, quad, *, side: int = 1280) -> np.ndarray:
    stills = Stills(tmp_path)
    (still,) = stills.close({stills.keep(frame, "face", side=side, quad=quad)})
    with Image.open(tmp_path / still.path) as image:
        return np.asarray(image)


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two pictures in grey, small and a little smoothed."""
    a, b = (cv2.resize(p, (160, 120), interpolation=cv2.INTER_AREA).mean(axis=2) for p in (a, b))
    a, b = cv2.blur(a, (3, 3)), cv2.blur(b, (3, 3))
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


@pytest.fixture(scope="module")
def lying_box() -> Scene:
    return Scene(Rig(960, 540, shake=Shake(seed=2)), story=lying(yaw=-20), glove=None)


@pytest.mark.parametrize("face", ["top", "front"])
def test_a_quad_is_kept_head_on_and_in_shape(tmp_path, lying_box, face) -> None:
    frame, quad = shown(lying_box, 1.0, face)
    picture, truth = kept(tmp_path, frame, quad), lying_box.parcel.skin(face)
    assert likeness(picture, truth) > 0.9
    ratio = truth.shape[1] / truth.shape[0]
    assert picture.shape[1] / picture.shape[0] == pytest.approx(ratio, rel=0.04)
    turned = kept(tmp_path, frame, np.roll(quad, -1, axis=0))
    assert likeness(np.rot90(turned, -1), truth) > 0.9
    assert likeness(np.rot90(turned, 1), truth) < 0.6


def test_a_surface_is_never_larger_than_asked_and_hardly_larger_than_seen(tmp_path, lying_box) -> None:
    frame, quad = shown(lying_box, 1.0, "top")
    assert max(kept(tmp_path, frame, quad, side=100).shape) == 100
    edges = np.linalg.norm((np.roll(quad, -1, axis=0) - quad) * (frame.width, frame.height), axis=1)
    high, wide, _ = kept(tmp_path, frame, quad).shape
    assert wide <= 1.5 * max(edges[0], edges[2]) + 1
    assert high <= 1.5 * max(edges[1], edges[3]) + 1


def test_a_surface_may_reach_a_little_beyond_the_picture(tmp_path) -> None:
    rng = np.random.default_rng(3)
    frame = Surface(cv2.resize(rng.integers(0, 255, (12, 16, 3), np.uint8), (320, 240)))
    beyond = np.array([(-0.1, 0.1), (0.5, 0.1), (0.5, 0.9), (-0.1, 0.9)])
    picture = kept(tmp_path, frame, beyond)
    assert picture.shape[:2] == (192, 192)
    left, right = picture[:, : 192 // 6 - 2].astype(int), picture[:, 192 // 6 :].astype(int)
    assert np.abs(np.diff(left, axis=1)).mean() < 2
    assert np.abs(right - frame.picture[24:216, :160]).mean() < 8


@pytest.mark.parametrize(
    ("quad", "size"),
    [
        ([(0.2, 0.2), (0.8, 0.8), (0.8, 0.2), (0.2, 0.8)], (160, 224)),  # crossed
        ([(0.2, 0.2), (0.2, 0.8), (0.8, 0.8), (0.8, 0.2)], (160, 224)),  # seen from inside
        ([(0.2, 0.2), (0.5, 0.2), (0.8, 0.2), (0.8, 0.8)], (160, 224)),  # three corners
        ([(0.5, 0.5)] * 4, (240, 320)),
        ([(float("nan"), 0)] * 4, (240, 320)),
        ([(-5, -5), (9, -5), (9, 9), (-5, 9)], (240, 320)),
    ],
)
def test_what_is_no_surface_is_kept_as_it_was_filmed(tmp_path, quad, size) -> None:
    frame = Surface(np.full((240, 320, 3), 90, np.uint8))
    high, wide, _ = kept(tmp_path, frame, np.array(quad, np.float64)).shape
    assert (high, wide) == pytest.approx(size, abs=16)
