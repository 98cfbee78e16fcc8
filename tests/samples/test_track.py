from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from samples import forge, track
from samples.film import Encoding, write
from samples.forge import Span
from samples.track import RATE, Track
from tests.samples.reels import textured

SOFT = 0.01
"""Seconds around a join that are not compared."""


def ramp(seconds: float = 6.0) -> Track:
    """A sound whose every value tells its time."""
    return Track(np.linspace(0, seconds / 10, round(seconds * RATE), dtype=np.float32))


def told(sound: Track, at: float) -> float:
    """The moment that is heard at a time."""
    return float(sound.wave[round(at * RATE)]) * 10


def test_a_cut_of_the_pictures_cuts_the_sound() -> None:
    made, event = forge.cut(textured(150), Span(2, 3))
    sound = track.follow(ramp(), made)
    assert sound.seconds == pytest.approx(5, abs=0.01)
    assert told(sound, event.end - SOFT) == pytest.approx(2 - SOFT, abs=0.01)
    assert told(sound, event.end + SOFT) == pytest.approx(3 + SOFT, abs=0.01)
    assert told(sound, 4.5) == pytest.approx(5.5, abs=0.01)


def test_sound_goes_on_under_a_freeze_and_missing_pictures() -> None:
    for made, _ in (forge.freeze(textured(150), Span(2, 3)), forge.drop(textured(150), Span(2, 3))):
        sound = track.follow(ramp(), made)
        assert [told(sound, at) for at in (1.5, 2.5, 4)] == pytest.approx([1.5, 2.5, 4], abs=0.01)


def test_sound_runs_backwards_quicker_and_slower_with_its_pictures() -> None:
    turned = track.follow(ramp(), forge.reverse(textured(150), Span(2, 3))[0])
    assert [told(turned, at) for at in (2.3, 2.7, 3.5)] == pytest.approx([2.7, 2.3, 3.5], abs=0.06)
    for factor in (0.5, 1.5, 2):
        made, event = forge.speed(textured(150), Span(2, 4), factor)
        sound = track.follow(ramp(), made)
        middle = (event.start + event.end) / 2
        assert told(sound, middle) == pytest.approx(2 + (middle - event.start) * factor, abs=0.06)
        assert told(sound, event.end + 0.5) == pytest.approx(4.5, abs=0.06)


def test_what_is_put_in_has_its_own_sound() -> None:
    made, event = forge.insert(textured(100), 2, textured(25))
    sound = track.follow(ramp(), made, Track(np.full(RATE * 2, -0.5, np.float32)))
    assert sound.wave[round((event.start + 0.5) * RATE)] == pytest.approx(-0.5)
    assert told(sound, event.end + 0.5) == pytest.approx(2.5, abs=0.01)


def test_a_soft_join_mixes_both_sides() -> None:
    made, event = forge.cut(textured(150), Span(2, 4))
    sound = track.follow(ramp(), made, soft=0.3)
    assert told(sound, event.end + 0.15) == pytest.approx((2.15 + 4.15) / 2, abs=0.05)


def test_what_is_done_to_the_sound_alone_keeps_its_length() -> None:
    sound = ramp()
    shorter = track.shortened(sound, 2, 1)
    assert [told(shorter, at) for at in (1.9, 2.1, 4)] == pytest.approx([1.9, 3.1, 5], abs=0.01)
    silent = track.muted(sound, Span(2, 3))
    assert [told(silent, at) for at in (1.9, 2.5, 3.1)] == pytest.approx([1.9, 0, 3.1], abs=0.01)
    other = track.pasted(sound, Span(2, 3), 4)
    assert [told(other, at) for at in (1.9, 2.5, 3.1)] == pytest.approx([1.9, 4.5, 3.1], abs=0.01)
    assert {made.seconds for made in (shorter, silent, other)} == {sound.seconds}


def test_a_fan_that_stops_leaves_less_noise() -> None:
    heard = track.room(6, 3)
    made = track.fanned(heard, 3, 1)
    assert np.array_equal(made.wave[4 * RATE + 1 :], heard.wave[4 * RATE + 1 :])
    fan = (made.wave - heard.wave)[: 4 * RATE].reshape(8, -1).std(axis=1)
    assert fan[:6] == pytest.approx(np.full(6, fan[0]), rel=0.05)
    assert fan[0] > 0.004
    assert fan[0] > fan[6] > fan[7]


def test_rooms_differ_and_are_made_again_alike() -> None:
    assert np.array_equal(track.room(2, 3).wave, track.room(2, 3).wave)
    assert not np.array_equal(track.room(2, 3).wave, track.room(2, 4).wave)
    assert np.abs(track.room(4, 3).wave).max() <= 1


def test_a_written_sound_is_read_again(tmp_path: Path) -> None:
    at = np.arange(3 * RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 440 * at) * (at > 1)).astype(np.float32)
    write(tmp_path / "tone.mp4", textured(75), Encoding(rate=Fraction(25)), tone)
    heard = track.own(tmp_path / "tone.mp4")
    assert heard is not None
    assert heard.seconds == pytest.approx(3, abs=0.1)
    loud = np.abs(heard.wave) > 0.1
    assert int(np.argmax(loud)) / RATE == pytest.approx(1, abs=0.06)
    assert track.own(silent(tmp_path / "silent.mp4")) is None


def silent(path: Path) -> Path:
    write(path, textured(10), Encoding(rate=Fraction(25), sound=None))
    return path
