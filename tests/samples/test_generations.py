from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from samples import generations
from samples.film import read, write
from tests.samples.reels import textured

WAYS = ("recorded", "edited", "messenger", "crushed", "hevc", "rotated")


@pytest.mark.parametrize("way", WAYS)
def test_every_generation_shows_the_same_scene_at_the_same_times(way: str, tmp_path: Path) -> None:
    reel = textured(30)
    made = getattr(generations, way)(reel, sound=False)
    write(tmp_path / "film.mp4", made.reel, made.encoding)
    shots = list(read(tmp_path / "film.mp4"))
    assert [shot.at for shot in shots] == [shot.at for shot in reel]
    for shot, source in zip(shots, reel, strict=True):
        picture = np.rot90(shot.picture, -1) if way == "rotated" else shot.picture
        away = cv2.absdiff(np.ascontiguousarray(picture), cv2.resize(source.picture, picture.shape[1::-1]))
        assert away.mean() < (12 if way in {"crushed", "messenger"} else 5)
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert film.streams.video[0].codec_context.name == ("hevc" if way == "hevc" else "h264")
        (turned,) = {frame.rotation for frame in film.decode(video=0)}
        assert turned == (-90 if way == "rotated" else 0)


def test_a_messenger_makes_it_smaller(tmp_path: Path) -> None:
    reel = textured(50, size=(640, 360), speed=3)
    sizes: list[int] = []
    for way in (generations.recorded, generations.messenger):
        made = way(reel, sound=False)
        write(tmp_path / "film.mp4", made.reel, made.encoding)
        sizes.append((tmp_path / "film.mp4").stat().st_size)
    assert made.reel[0].picture.shape == (270, 480, 3)
    assert sizes[1] < sizes[0] / 1.5


def test_uneven_times_stay_in_order_and_near_their_moments() -> None:
    reel = textured(100)
    made = generations.uneven(reel, sound=False, seed=2).reel
    assert 88 <= len(made) < 100
    steps = [b.at - a.at for a, b in pairwise(made)]
    assert min(steps) > 0
    assert len(set(steps)) > 20
    assert max(abs(float(shot.at) - (shot.scene_at or 0)) for shot in made) < 0.02


def test_sizes_of_sets_are_even_and_bounded() -> None:
    assert generations.small(np.zeros((1080, 1921, 3), np.uint8)).shape == (360, 640, 3)
    assert generations.small(np.zeros((240, 320, 3), np.uint8)).shape == (240, 320, 3)
    like = np.zeros((100, 60, 3), np.uint8)
    (shot,) = generations.as_shots(textured(1), like)
    assert shot.picture.shape == like.shape
    assert shot.at == Fraction(0)
