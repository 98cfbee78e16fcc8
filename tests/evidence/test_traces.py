from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from evidence.bitstream import Packets, Skip
from evidence.traces import off_beat, off_grid, traces

STEP = 40


def table(stamps, *, keys=(), decoding=None):
    packets = Packets(Fraction(1, 1000))
    for row, stamp in enumerate(stamps):
        packets.note(stamp, stamp if decoding is None else decoding[row], 100, key=row in keys)
        packets.shown(stamp, "P")
    return packets


def regular(count, *, every=25):
    return table([STEP * n for n in range(count)], keys=range(0, count, every))


def names(packets):
    return [cue.name for cue in traces(packets)]


def test_a_film_as_an_encoder_writes_it_has_none():
    assert names(regular(250)) == []
    assert names(Packets()) == []


def test_film_left_out_by_an_edit_list_is_certain():
    packets = regular(100)
    packets.skips = (Skip(timedelta(seconds=2), timedelta(seconds=1.5)),)
    (cue,) = traces(packets)
    assert (cue.name, cue.start) == ("edit_list", timedelta(seconds=2))
    assert cue.strength > 2
    assert "leaves out 1.5 s" in str(cue.says)


def test_film_shown_twice_by_an_edit_list_is_said_so():
    packets = regular(100)
    packets.skips = (Skip(timedelta(seconds=2), timedelta(seconds=-1)),)
    (cue,) = traces(packets)
    assert "a second time" in str(cue.says)


def test_a_rounded_edit_list_says_nothing():
    packets = regular(100)
    packets.skips = (Skip(timedelta(seconds=2), timedelta(seconds=0.02)),)
    assert names(packets) == []


def changed(count, *rows, what="note"):
    packets = Packets(Fraction(1, 1000))
    for row in range(count):
        packets.note(STEP * row, STEP * row, 100, key=row % 25 == 0)
        packets.shown(STEP * row, "P")
        if row in rows:
            packets.change(what)
    return packets


@pytest.mark.parametrize("what", ["sets", "header", "note"])
def test_a_second_run_of_an_encoder_is_told_by_its_settings(what):
    (cue,) = traces(changed(250, 125, what=what))
    assert cue.start == timedelta(seconds=5)


def test_a_note_with_every_key_frame_is_a_habit():
    assert names(changed(100, 25, 50, 75)) == []


def test_a_stamp_beside_the_grid_is_found_and_dropped_pictures_are_not():
    times = [timedelta(milliseconds=STEP * n + (17 if n >= 60 else 0)) for n in range(120)]
    assert list(off_grid(times)) == [(times[59], times[60])]
    dropped = [timedelta(milliseconds=STEP * n) for n in range(120) if n not in {50, 51}]
    assert list(off_grid(dropped)) == []


def test_a_film_without_a_grid_has_no_stamp_beside_it():
    times = [timedelta(milliseconds=STEP * n + n % 7 * 3) for n in range(120)]
    assert list(off_grid(times)) == []


def test_a_key_frame_before_its_time_breaks_the_beat():
    keys = [n % 30 == 0 for n in range(150)] + [n % 30 == 0 for n in range(150)]
    early = keys[:130] + keys[150:]
    assert list(off_beat(keys)) == []
    assert list(off_beat(early)) == [130]


def test_key_frames_at_any_distance_keep_no_beat():
    keys = [n in {0, 13, 40, 88, 97, 160, 201} for n in range(240)]
    assert list(off_beat(keys)) == []
