from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import numpy as np

from evidence.imprint import distance
from evidence.recurrence import DISTINCT
from evidence.vision.moments import Moments
from tests.evidence.fakes import FakeFrame, World, film


def moments_of(frames) -> list:
    seen = Moments(side=160, most=64, least=6.0)
    for frame in frames:
        seen.see(frame)
    return list(seen.finish())


def views(seed: int, count: int) -> list[np.ndarray]:
    """So many pictures that have nothing to do with each other."""
    world = World(seed, width=160, height=90)
    return [world.seen(16 * (n % 20), 14 * (n // 20), noise=0) for n in range(count)]


def test_the_calmest_picture_of_each_second_is_taken() -> None:
    scenes = views(1, 3)
    moving = views(2, 40)
    frames: list[np.ndarray] = []
    for n, scene in enumerate(scenes):  # a second each: it moves, rests for three looks, and moves on
        frames += [*moving[n * 2 : n * 2 + 1], scene, scene, scene, moving[n * 2 + 1]]
    found = moments_of(film(frames, rate=5))
    assert [moment.at.total_seconds() for moment in found] == [0.4, 1.4, 2.4]
    assert all(moment.change == 0 for moment in found)


def test_what_stands_still_is_taken_once() -> None:
    (scene,) = views(3, 1)
    found = moments_of(film([scene] * 100, rate=5))
    assert [moment.at for moment in found] == [timedelta(0)]


def test_black_flat_and_damaged_pictures_are_passed_over() -> None:
    scene, damaged = views(4, 2)
    dark = np.full_like(scene, 8)
    frames = film([dark] * 5 + [scene] * 5 + [damaged] * 5, rate=5)
    for frame in frames[10:]:
        frame.corrupt = True
    assert [moment.at for moment in moments_of(frames)] == [timedelta(seconds=1.2)]
    assert moments_of(film([dark] * 20, rate=5)) == []
    assert moments_of([]) == []


def test_a_film_of_two_hours_has_no_more_than_64_and_they_are_spread() -> None:
    scenes, draw = views(5, 90), random.Random(5)
    frames = (FakeFrame(draw.choice(scenes), at=timedelta(seconds=at)) for at in range(2 * 3600))
    found = moments_of(frames)
    assert 32 <= len(found) <= 64
    times = [moment.at for moment in found]
    assert times == sorted(times)
    assert max(b - a for a, b in pairwise(times)) <= timedelta(seconds=4 * 128)


def test_neighbours_do_not_look_alike() -> None:
    world = World(6, width=160, height=90)
    drifting = [world.seen(x / 2, 30, noise=1) for x in range(300)]
    found = moments_of(film(drifting, rate=5))
    assert len(found) > 3
    assert all(distance(a.bits, b.bits) >= DISTINCT for a, b in pairwise(found))


def test_time_may_stand_still_or_turn_back() -> None:
    scenes = views(7, 6)
    stamps = [0.0, 0.2, 0.2, -0.4, 1.0, 0.6]
    found = moments_of(film(scenes, stamps=stamps))
    assert all(moment.at >= timedelta(0) for moment in found)


def test_a_picture_of_another_size_is_a_change_of_everything() -> None:
    scene = views(8, 1)[0]
    found = moments_of(film([scene, scene, np.ascontiguousarray(scene.T), scene], stamps=[0, 0.2, 0.4, 0.6]))
    assert found[0].at == timedelta(0)
