from __future__ import annotations

import numpy as np
import pytest

from evidence.sound.hum import breaches, lapses
from tests.evidence.sound.recorded import RATE, ear, room


def strongest(wave):
    heard = ear(wave)
    found = breaches(heard.swings, heard.levels)
    return max(((b.strength, heard.at(b.tick).total_seconds()) for b in found), default=(0.0, 0.0))


@pytest.mark.parametrize("mains", [50.0, 49.97, 60.02])
def test_a_recording_in_one_piece_hums_in_step(mains):
    assert strongest(room(12, mains=mains))[0] < 4


@pytest.mark.parametrize("missing", [0.305, 1.007, 2.213])
def test_a_piece_taken_out_puts_it_out_of_step(missing):
    wave = room(14)
    cut = np.concatenate((wave[: 5 * RATE], wave[round((5 + missing) * RATE) :]))
    strength, at = strongest(cut)
    assert strength > 20
    assert at == pytest.approx(5, abs=0.15)


def test_whole_periods_taken_out_leave_no_trace():
    wave = room(14)
    assert strongest(np.concatenate((wave[: 5 * RATE], wave[6 * RATE :])))[0] < 4


def test_a_room_without_hum_says_nothing_about_cuts():
    wave = room(14, hum=0)
    assert strongest(np.concatenate((wave[: 5 * RATE], wave[round(6.007 * RATE) :])))[0] < 4


def test_a_knock_does_not_break_the_hum():
    wave = room(12)
    at = np.arange(RATE) / RATE
    wave[6 * RATE : 7 * RATE] += (0.4 * np.exp(-at * 40) * np.sin(2 * np.pi * 140 * at)).astype(np.float32)
    assert strongest(wave)[0] < 9


def test_a_short_recording_is_not_judged():
    heard = ear(room(0.8))
    assert breaches(heard.swings, heard.levels) == []


def faster(wave, start, end, pace):
    """The recording with a stretch (s) played faster or slower."""
    a, b = round(start * RATE), round(end * RATE)
    places = a + np.arange(round((b - a) / pace)) * pace
    quick = np.interp(places, np.arange(len(wave)), wave)
    return np.concatenate((wave[:a], quick, wave[b:])).astype(np.float32)


def missing(wave):
    heard = ear(wave)
    found = lapses(heard.swings, heard.levels)
    return [(heard.at(lapse.first).total_seconds(), heard.at(lapse.last).total_seconds()) for lapse in found]


@pytest.mark.parametrize("pace", [1.5, 2.0, 0.7])
def test_another_speed_takes_the_mains_away_for_that_while(pace):
    found = missing(faster(room(16), 5, 8, pace))
    assert min(start for start, _ in found) == pytest.approx(5, abs=0.5)
    assert max(end for _, end in found) < 5 + 3 / pace + 0.5


@pytest.mark.parametrize("mains", [50.0, 49.97, 60.02])
def test_the_mains_of_a_recording_in_one_piece_do_not_lapse(mains):
    assert missing(room(16, mains=mains)) == []


def test_a_microphone_that_is_muted_takes_the_noise_away_too():
    wave = room(16)
    wave[6 * RATE : 8 * RATE] *= 0.02
    assert missing(wave) == []


def test_a_machine_that_is_switched_off_for_good_is_no_lapse():
    wave = room(16)
    wave[8 * RATE :] = room(8, hum=0, seed=4)
    assert missing(wave) == []
