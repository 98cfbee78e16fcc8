"""A drawn world under a camera that turns fast, drifts, or sees its light change."""

from __future__ import annotations

from datetime import timedelta

import cv2
import numpy as np
import pytest

from evidence.vision.motion import Motion
from evidence.vision.whip_pans import WhipPans
from tests.evidence.fakes import HEIGHT, WIDTH, World, film

AROUND = 45
"""Pictures before and after what happens."""


def pans(pictures):
    motion, looking = Motion(), WhipPans()
    for frame in film(pictures):
        plain = motion.see(frame.gray(160))
        looking.see(frame.at, plain, *motion.tone)
    return list(looking.found())


@pytest.fixture(scope="module")
def world():
    return World(3)


@pytest.fixture(scope="module")
def take(world):
    return world.take(2 * AROUND)


def turned(world, steps=12, far=30):
    """Away and back again, smeared by what a picture moves."""
    way = [*range(steps), *range(steps, -1, -1)]
    return [cv2.blur(world.seen(200 + far * i, 120), (far + 1, 1)) for i in way]


def test_a_take_that_drifts_has_none(world, take):
    assert pans(take) == []
    assert pans(world.take(2 * AROUND, speed=4.0)) == []


def test_a_fast_turn_is_found_where_it_is_whether_a_jump_lies_in_it_or_not(world, take):
    turn = turned(world)
    first, last = timedelta(seconds=AROUND / 30), timedelta(seconds=(AROUND + len(turn)) / 30)
    for after in (take[AROUND:], World(5).take(AROUND)):
        (found,) = pans([*take[:AROUND], *turn, *after])
        assert first - timedelta(seconds=0.1) <= found.start <= first + timedelta(seconds=0.1)
        assert last - timedelta(seconds=0.1) <= found.end <= last + timedelta(seconds=0.3)
        assert found.replaced > 1


def test_taking_the_phone_at_the_start_and_at_the_end_hides_nothing(world, take):
    turn = turned(world, steps=6)
    assert pans([*turn, *take, *turn]) == []


def test_light_is_no_turn(take):
    def lit(gains):
        return [np.clip(p * g, 0, 255).astype(np.uint8) for p, g in zip(take, gains, strict=True)]

    slowly = np.interp(np.arange(len(take)), (AROUND, AROUND + 8), (1.0, 0.5))
    assert pans(lit(slowly)) == []
    flash = np.ones(len(take))
    flash[AROUND : AROUND + 2] = 2.5
    assert pans(lit(flash)) == []


def test_a_jump_alone_and_a_thing_that_sweeps_through_are_none(take):
    assert pans([*take[:AROUND], *World(5).take(AROUND)]) == []
    swept = [p.copy() for p in take]
    for i in range(12):
        x = round(i / 12 * WIDTH)
        swept[AROUND + i][HEIGHT // 4 :, x : x + WIDTH // 3] = 40
    assert pans(swept) == []
