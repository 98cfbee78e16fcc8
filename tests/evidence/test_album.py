from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image

from evidence import album
from evidence.album import Stills
from evidence.check import Album


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
