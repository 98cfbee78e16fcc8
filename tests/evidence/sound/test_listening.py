from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from evidence.check import Sound
from evidence.sound.listening import BEAT, MOST_JUMPS, TICK, TONES, Ear
from tests.evidence.sound.recorded import RATE, ear, room


def test_a_second_of_sound_is_a_hundred_ticks_however_it_comes():
    wave = room(4)
    for piece in (100, 1024, 50_000):
        heard = ear(wave, piece=piece)
        assert len(heard) == 4 * RATE // TICK
        assert heard.levels.shape == (len(heard), 8)
        assert heard.swings.shape == (len(heard) // BEAT, len(TONES))
        assert heard.end == timedelta(seconds=4)


def test_levels_are_the_same_however_it_comes():
    wave = room(3)
    assert np.allclose(ear(wave, piece=300).levels, ear(wave, piece=20_000).levels, atol=1e-3)


def test_a_tone_swings_with_its_own_strength_and_in_one_phase():
    at = np.arange(4 * RATE) / RATE
    swings = ear((0.2 * np.sin(2 * np.pi * 100 * at)).astype(np.float32)).swings
    tone = swings[:, TONES.index(100.0)]
    assert np.abs(tone) == pytest.approx(0.1, rel=0.01)
    assert np.ptp(np.angle(tone)) < 0.01
    assert np.abs(swings[:, TONES.index(150.0)]).max() < 0.001


def test_silence_to_the_last_bit_is_told_from_a_quiet_room():
    wave = room(3, hum=0)
    wave[RATE : 2 * RATE] = 0
    silent = ear(wave).silent
    assert silent[100:200].all()
    assert not silent[:100].any()


def test_ticks_are_put_to_the_files_own_time_across_a_hole():
    listening = Ear()
    wave = room(2)
    listening.hear(Sound(timedelta(seconds=0.5), RATE, wave[:RATE]))
    listening.hear(Sound(timedelta(seconds=2), RATE, wave[RATE:]))
    listening.finish()
    assert listening.at(0) == timedelta(seconds=0.5)
    assert listening.at(150) == timedelta(seconds=2.5)
    (jump,) = listening.jumps
    assert (jump.tick, jump.missing) == (100, timedelta(seconds=0.5))


def test_a_clock_that_jumps_all_the_time_is_noted_in_part():
    listening = Ear()
    for n in range(3 * MOST_JUMPS):
        listening.hear(Sound(timedelta(seconds=n), RATE, room(0.1)))
    assert len(listening.jumps) <= MOST_JUMPS


def test_nothing_heard_is_nothing():
    listening = Ear()
    listening.finish()
    assert (len(listening), listening.end) == (0, None)
