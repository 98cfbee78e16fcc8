"""One film has one pair of eyes: what one check looked at, the next need not look at again."""

from __future__ import annotations

import gc
from datetime import timedelta

import numpy as np

from evidence.vision import eyes, notes
from tests.evidence.fakes import FakeFrame, described


class Coloured(FakeFrame):
    def rgb(self, side):
        return np.repeat(self.picture[..., None], 3, axis=2)


def frame(at: float) -> Coloured:
    return Coloured(np.full((90, 160), 90, np.uint8), index=round(at * 30), at=timedelta(seconds=at))


def test_all_checks_of_a_film_share_their_eyes() -> None:
    one, other = described(), described()
    assert eyes.eyes_of(one) is eyes.eyes_of(one)
    assert eyes.eyes_of(one) is not eyes.eyes_of(other)


def test_eyes_go_when_the_film_does() -> None:
    media = described()
    eyes.eyes_of(media)
    held = len(notes._OF)
    del media
    gc.collect()
    assert len(notes._OF) == held - 1


def test_a_look_that_is_young_enough_is_given_again() -> None:
    network = eyes.Network()
    first = network.look(frame(1.0))
    assert network.look(frame(1.1), within=timedelta(seconds=0.1)) is first
    assert network.look(frame(1.2), within=timedelta(seconds=0.1)).at == timedelta(seconds=1.2)


def test_time_that_runs_back_is_looked_at() -> None:
    network = eyes.Network()
    first = network.look(frame(1.0))
    assert network.look(frame(0.95), within=timedelta(seconds=0.1)) is not first
