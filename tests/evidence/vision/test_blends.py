from __future__ import annotations

from datetime import timedelta

import cv2
import numpy as np
import pytest

from evidence.vision.blends import Blends
from evidence.vision.motion import Motion
from tests.evidence.fakes import World, film


def blends(pictures):
    motion = Motion()
    looking = Blends(motion)
    for frame in film(pictures):
        motion.see(frame.gray(160))
        looking.see(frame.at)
    return list(looking.found())


@pytest.fixture(scope="module")
def take():
    return World(3).take(90)


def faded(one, other, count):
    """One take into another, both moving on."""
    mixed = [cv2.addWeighted(a, 1 - n / (count + 1), b, n / (count + 1), 0)
             for n, (a, b) in enumerate(zip(one[40:], other, strict=False), 1)][:count]  # fmt: skip
    return one[:40] + mixed + other[count : count + 40]


def test_a_take_has_none(take):
    assert blends(take) == []


@pytest.mark.parametrize("count", [9, 12, 15])
def test_a_fade_is_found_where_it_is(take, count):
    (blend,) = blends(faded(take, World(5).take(80), count))
    assert timedelta(seconds=39 / 30) <= blend.end <= timedelta(seconds=(41 + count + 4) / 30)
    assert blend.start < blend.end


def test_a_jump_is_none(take):
    assert blends(take[:40] + World(5).take(40)) == []


def test_light_that_changes_slowly_is_none(take):
    dimmed = [np.clip(p * (1 - 0.5 * min(1, max(0, (i - 40) / 12))), 0, 255).astype(np.uint8)
              for i, p in enumerate(take)]  # fmt: skip
    assert blends(dimmed) == []


def test_too_few_pictures_say_nothing(take):
    assert blends(take[:6]) == []
