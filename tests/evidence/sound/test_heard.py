from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from evidence.sound.heard import heard
from tests.evidence.sound.recorded import RATE, ear, room


def cues(wave, until=None):
    seconds = len(wave) / RATE if until is None else until
    return list(heard(ear(wave), timedelta(seconds=seconds)))


def strong(wave, **more):
    return {cue.name: cue for cue in cues(wave, **more) if cue.strength >= 1}


def test_a_recording_in_one_piece_gives_none_that_counts():
    assert strong(room(12)) == {}


def test_a_piece_taken_out_is_told_by_the_hum_and_alone_is_not_certain():
    wave = room(14)
    found = strong(np.concatenate((wave[: 5 * RATE], wave[round(6.007 * RATE) :])))
    assert set(found) == {"hum"}
    assert found["hum"].start < timedelta(seconds=5) < found["hum"].end
    assert found["hum"].strength < 2


def test_a_copied_stretch_names_both_places():
    wave = room(12)
    wave[6 * RATE : 8 * RATE] = wave[2 * RATE : 4 * RATE]
    copy = strong(wave)["copy"]
    assert copy.start.total_seconds() == pytest.approx(6, abs=0.4)
    assert copy.also[0].total_seconds() == pytest.approx(2, abs=0.4)


def test_silence_to_the_last_bit_in_a_living_recording_counts():
    wave = room(12)
    wave[5 * RATE : 6 * RATE] = 0
    silence = strong(wave)["silence"]
    assert silence.start.total_seconds() == pytest.approx(5, abs=0.05)
    assert silence.end.total_seconds() == pytest.approx(6, abs=0.05)


def test_a_film_that_is_mostly_silent_says_nothing_by_it():
    wave = room(12, hum=0)
    wave[2 * RATE : 10 * RATE] = 0
    assert "silence" not in strong(wave)


def test_sound_that_ends_before_the_picture_is_told():
    assert set(strong(room(12), until=15)) == {"end"}
    assert strong(room(12), until=12.5) == {}


def test_no_sound_gives_none():
    assert cues(np.zeros(0, np.float32), until=10) == []


def test_a_stretch_at_another_speed_is_told_by_the_hum_that_is_gone():
    wave = room(16)
    places = 5 * RATE + np.arange(2 * RATE) * 1.5
    quick = np.interp(places, np.arange(len(wave)), wave)
    pitch = strong(np.concatenate((wave[: 5 * RATE], quick, wave[8 * RATE :])))["pitch"]
    assert pitch.kind == "speed"
    assert pitch.start.total_seconds() == pytest.approx(5, abs=0.5)
    assert pitch.end < timedelta(seconds=7.5)
    assert pitch.strength < 2
