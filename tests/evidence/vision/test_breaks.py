from __future__ import annotations

import gc
import weakref

import cv2
import numpy as np
import pytest

from evidence.vision.breaks import AROUND, FEWEST, HELD, MOST, Breaks
from evidence.vision.motion import Motion
from tests.evidence.fakes import World, film


def judged(pictures, *, least=0.0, keys=0):
    motion, last, found = Motion(), None, []
    breaks = Breaks(motion, least=least)
    for frame in film(pictures, keys=keys):
        plain = motion.see(frame.gray(160))
        if last and (hit := breaks.see(last, frame, plain)):
            found.append(hit)
        last = frame
    return breaks, [*found, *breaks.finish()]


@pytest.fixture(scope="module")
def take():
    return World(3).take(60)


@pytest.mark.parametrize("position", [FEWEST + 1, 20, 60 - AROUND, 60 - FEWEST - 1])
def test_a_join_is_found_wherever_there_is_enough_on_both_sides(take, position):
    other = World(5).take(60)
    breaks, found = judged(take[:position] + other[position:])
    ((join, before, after),) = found
    assert (before.index, after.index) == (position - 1, position)
    assert (join.start, join.end) == (before.at, after.at)
    assert breaks.found() == [join]
    assert join.share > 0.4
    assert join.height > 10


def test_the_score_grows_with_what_changes(take):
    other = World(5).take(60)
    _, ((strong, _, _),) = judged(take[:30] + other[30:])
    faint = [(0.6 * a + 0.4 * b).astype(np.uint8) for a, b in zip(take[30:], other[30:], strict=True)]
    _, ((weak, _, _),) = judged(take[:30] + faint)
    assert strong.score > weak.score > 0


def test_a_film_that_moves_as_fast_everywhere_has_none():
    fast = World(3).take(60, speed=8)
    assert judged(fast)[1] == []


def pulsing(height):
    """A still scene that every twelfth picture shows in another texture of its own."""
    still = World(3).seen(200, 120, noise=0).astype(np.int16)
    texture = np.random.default_rng(1).normal(0, height, still.shape)
    texture = cv2.GaussianBlur(texture, (0, 0), 4) * 8
    return [np.clip(still + (texture if i // 12 % 2 else 0), 0, 255).astype(np.uint8) for i in range(12 * 14)]


def test_a_key_frame_is_held_against_what_the_other_key_frames_change():
    pictures = pulsing(9)
    assert len(judged(pictures)[0].found()) > 10
    assert judged(pictures, keys=12)[0].found() == []


def test_a_join_at_a_key_frame_stands_out_from_their_pulse():
    pictures = pulsing(9)[: 12 * 7] + World(5).take(12 * 7)
    (join,) = judged(pictures, keys=12, least=2.0)[0].found()
    assert join.end.total_seconds() == pytest.approx(12 * 7 / 30)


def test_few_pictures_are_held_at_a_time():
    motion = Motion()
    breaks = Breaks(motion, least=0.0)
    frames = film(World(6).take(60) + World(7).take(60))
    alive = [weakref.ref(frame) for frame in frames]
    last = frames.pop(0)
    motion.see(last.gray(160))
    while frames:
        frame = frames.pop(0)
        breaks.see(last, frame, motion.see(frame.gray(160)))
        last = frame
    del frame, last
    gc.collect()
    assert sum(ref() is not None for ref in alive) <= 2 * HELD


def test_a_film_of_nothing_but_breaks_is_remembered_in_part():
    worlds = [World(seed, width=48, height=32) for seed in range(3)]
    breaks, _ = judged([worlds[i // 9 % 3].seen(30, 20) for i in range(9 * (MOST + 40))])
    assert len(breaks.found()) == MOST
