from __future__ import annotations

from datetime import timedelta

import cv2
import numpy as np
import pytest

from evidence.timeline import ZERO
from evidence.vision.breaks import Break
from evidence.vision.innocence import innocent
from evidence.vision.motion import Motion
from tests.evidence.fakes import World, film

AFTER = 6
"""Pictures after a break."""


@pytest.fixture(scope="module")
def still():
    """A camera on a tripod: only noise."""
    world = World(3)
    return [world.seen(200, 120) for _ in range(12 + AFTER)]


def acquitted(pictures):
    """Whether a break before the last `AFTER` pictures is."""
    motion = Motion()
    for frame in film(pictures):
        motion.see(frame.gray(160))
    found = Break(ZERO, timedelta(seconds=1), 5.0, 0.5, 20.0, key=False, ago=AFTER - 1)
    return innocent(found, motion)


def lit(picture, more=40):
    return np.clip(picture.astype(np.float32) + more, 0, 255).astype(np.uint8)


def test_a_lamp_is(still):
    assert acquitted(still[:12] + [lit(p) for p in still[12:]])


def test_what_blinks_is(still):
    assert acquitted([*still[:12], lit(255 - still[12]), lit(255 - still[13]), *still[14:]])


def test_another_scene_is_not(still):
    world = World(5)
    assert not acquitted(still[:12] + [world.seen(420, 250) for _ in range(AFTER)])


def test_a_scene_in_which_something_was_swapped_under_another_light_is_not(still):
    """Other tones explain most of what changes, and yet more is left than a still film ever moves."""
    later = [lit(p) for p in still[12:]]
    for picture in later:
        cv2.circle(picture, (160, 90), 32, 30, -1)
    assert not acquitted(still[:12] + later)
