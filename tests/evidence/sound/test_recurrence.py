from __future__ import annotations

import numpy as np
import pytest

from evidence.sound.recurrence import copies
from tests.evidence.sound.recorded import RATE, ear, room


def found(wave, least=0.78):
    heard = ear(wave)
    return list(copies(heard.levels, heard.silent, least=least))


def test_chance_does_not_come_twice():
    assert found(room(20)) == []


@pytest.mark.parametrize("shift", [0, 12])
def test_a_stretch_put_in_again_is_found_at_both_its_places(shift):
    wave = room(12)
    start = 6 * RATE + shift
    wave[start : start + 3 * RATE // 2] = wave[2 * RATE : 2 * RATE + 3 * RATE // 2]
    (copy,) = found(wave)
    assert copy.first / 100 == pytest.approx(2, abs=0.4)
    assert copy.again / 100 == pytest.approx(6, abs=0.4)
    assert copy.length / 100 == pytest.approx(1.5, abs=0.5)
    assert copy.likeness > 0.8


def test_what_lies_on_both_sides_of_a_block_is_held_against_each_other():
    wave = room(40)
    wave[33 * RATE : 35 * RATE] = wave[28 * RATE : 30 * RATE]
    (copy,) = found(wave)
    assert copy.first / 100 == pytest.approx(28, abs=0.4)
    assert copy.again / 100 == pytest.approx(33, abs=0.4)


def test_silence_is_like_silence_and_no_copy():
    wave = room(12)
    wave[2 * RATE : 4 * RATE] = 0
    wave[6 * RATE : 8 * RATE] = 0
    assert found(wave) == []


def test_too_little_sound_has_none():
    assert found(room(0.5)) == []
    assert found(np.zeros(0, np.float32)) == []
