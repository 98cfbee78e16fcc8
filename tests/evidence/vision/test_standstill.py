from __future__ import annotations

from datetime import timedelta

import pytest

from evidence.vision.standstill import standstills

RATE = 30


def found(changes, keys=None):
    return list(
        standstills(
            [9.0, *changes],
            keys or [0] * (len(changes) + 1),
            lambda position: timedelta(seconds=position / RATE),
            least=timedelta(seconds=1),
            quiet=0.05,
            quiet_share=0.05,
        )
    )


def test_a_stretch_without_change_in_a_live_film_is_certain():
    (still,) = found([2.0] * 60 + [0.0] * 45 + [2.0] * 60)
    assert still.start == timedelta(seconds=2)
    assert still.length.total_seconds() == pytest.approx(1.5)
    assert still.certain
    assert still.elsewhere == 0


def test_a_key_frame_that_codes_the_same_picture_afresh_does_not_end_it():
    changes = [2.0] * 60 + [0.0] * 20 + [0.3] + [0.0] * 24 + [2.0] * 60
    assert found(changes) == []
    keys = [0] * (len(changes) + 1)
    keys[81] = 1
    assert [still.length for still in found(changes, keys)] == [timedelta(seconds=1.5)]


def test_in_a_film_that_stands_still_all_the_time_one_more_is_nothing():
    assert found(([0.2] + [0.0] * 40) * 6) == []


def test_one_standstill_much_longer_than_the_others_is_said_but_not_certain():
    (still,) = found(([0.2] + [0.0] * 8) * 20 + [0.2] + [0.0] * 60)
    assert not still.certain


def test_nothing_and_one_picture_have_none():
    assert list(standstills([], [], lambda _: timedelta(0), least=timedelta(0), quiet=1, quiet_share=0)) == []
    assert found([]) == []
