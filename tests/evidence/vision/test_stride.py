from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from evidence.vision.stride import strides

RATE = 30


def steps(count=240, *, seed=1, mean=2.0):
    """Changes as of a hand-held film: they wander, and no two are alike."""
    draw = np.random.default_rng(seed)
    slow = np.convolve(draw.normal(0, 1, count + 40), np.ones(41) / 41, "valid")
    return mean * np.exp(slow + draw.normal(0, 0.15, count))


def found(changes, stamps=None):
    at = [n / RATE for n in range(len(changes))] if stamps is None else stamps
    return [
        (s.start.total_seconds(), s.end.total_seconds(), s.weight)
        for s in strides(changes, lambda place: timedelta(seconds=float(at[place])))
    ]


@pytest.mark.parametrize("seed", range(8))
def test_a_film_that_moves_as_it_likes_takes_no_turns(seed):
    assert all(weight < 17 for *_, weight in found(steps(seed=seed)))


@pytest.mark.parametrize(("small", "weight"), [(0.1, 60), (0.5, 25)], ids=["twice", "every third left out"])
def test_a_stretch_whose_steps_take_turns_is_found_from_end_to_end(small, weight):
    changes = steps()
    changes[90:160:2] *= small
    ((start, end, told),) = found(changes)
    assert start == pytest.approx(3, abs=0.3)
    assert end == pytest.approx(160 / RATE, abs=0.3)
    assert told > weight


def test_a_film_that_was_converted_as_a_whole_says_nothing_by_it():
    changes = steps()
    changes[::2] *= 0.1
    assert found(changes) == []
    changes[100:] = 0.02
    assert found(changes) == []


def test_steps_that_change_by_their_length_say_nothing():
    changes = steps()
    pauses = np.full(len(changes), 1 / RATE)
    pauses[90:160:2] *= 0.5
    changes[90:160:2] *= 0.5
    assert found(changes, np.cumsum(pauses)) == []


def test_what_coding_leaves_of_a_still_scene_takes_no_turns():
    changes = np.full(240, 0.004)
    changes[90:160:2] = 0.02
    assert found(changes) == []


@pytest.mark.parametrize("count", [0, 1, 20])
def test_a_short_film_is_not_judged(count):
    assert found(steps(count) if count else []) == []
