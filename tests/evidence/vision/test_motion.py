from __future__ import annotations

import cv2
import numpy as np
import pytest

from evidence.vision.motion import RECENT, Motion
from tests.evidence.fakes import World


def small(picture):
    return cv2.resize(picture, (160, 90), interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def world():
    return World(3)


def seen(*pictures):
    motion = Motion()
    return motion, [motion.see(small(picture)) for picture in pictures]


def test_the_first_picture_changes_nothing_that_is_known(world):
    _, (first, second) = seen(world.seen(200, 120), world.seen(200, 120))
    assert first is None
    assert second.shape == (9, 16)
    assert second.mean() < 1


def test_movement_is_taken_out_and_a_thing_that_was_not_there_is_not(world):
    motion, (_, plain) = seen(world.seen(200, 120), world.seen(206, 123))
    residual, signed = motion.residuals(0)
    assert residual.mean() < 0.4 * plain.mean()
    assert signed.mean() <= residual.mean()
    other = world.seen(206, 123)
    cv2.circle(other, (60, 60), 40, 250, -1)
    motion, _ = seen(world.seen(200, 120), other)
    assert motion.residuals(0)[0][2:4, 2:4].mean() > 10 * residual.mean()


def test_light_that_changes_leaves_little(world):
    motion, (_, plain) = seen(world.seen(200, 120), world.seen(200, 120, gain=0.7))
    assert motion.residuals(0)[0].mean() < 0.2 * plain.mean()


def test_a_lamp_is_told_from_another_scene(world):
    before = world.seen(200, 120)
    lamp = np.clip((before / 255.0) ** 0.6 * 255, 0, 255).astype(np.uint8)
    assert seen(before, lamp)[0].lit(1, 0)[0] < 0.2
    assert seen(before, world.seen(420, 250))[0].lit(1, 0)[0] > 0.5


def test_what_light_or_movement_explains_is_taken_out_of_a_difference(world):
    there, moved = world.seen(200, 120), world.seen(206, 123)
    assert seen(there, world.seen(200, 120, gain=0.7))[0].unlit(1, 0).mean() < 3
    motion, _ = seen(there, moved)
    assert motion.unlit(1, 0, moved=True).mean() < 0.5 * motion.unlit(1, 0).mean()


def test_the_liveliest_of_the_steps_before_counts(world):
    motion, _ = seen(world.seen(200, 120), world.seen(230, 120), world.seen(230, 120))
    assert motion.liveliest(0, 1) < 0.5 * motion.liveliest(1, 1)
    assert motion.liveliest(0, 4) == motion.liveliest(1, 1)


def test_pictures_are_compared_by_how_many_came_after_them(world):
    motion, _ = seen(world.seen(200, 120), world.seen(420, 250), world.seen(200, 120))
    assert motion.difference(2, 0) < 0.2 * motion.difference(1, 0)
    assert motion.difference(3, 0) is None
    assert motion.residuals(2) is None


def test_what_is_long_past_is_gone(world):
    motion, _ = seen(*[world.seen(200, 120)] * (RECENT + 5))
    assert motion.difference(RECENT, 0) is None
    assert motion.lit(RECENT, 0) == (1, 255)
    assert motion.soft(RECENT) is None
    with pytest.raises(LookupError):
        motion.unlit(RECENT, 0)


def test_another_size_starts_anew(world):
    motion = Motion()
    motion.see(small(world.seen(200, 120)))
    assert motion.see(np.zeros((60, 80), np.uint8)) is None
    assert motion.difference(1, 0) is None


def test_a_picture_too_small_for_flow_is_compared_as_it_is():
    motion = Motion()
    motion.see(np.zeros((12, 16), np.uint8))
    assert motion.see(np.full((12, 16), 40, np.uint8)).mean() == pytest.approx(40)
    assert motion.residuals(0)[0].shape == (12, 16)
