from __future__ import annotations

from datetime import timedelta

import pytest

from evidence.cue import STRONGEST, TOGETHER, Cue, events


def cue(name, at, strength, *, kind="cut", length=0.0):
    return Cue(name, kind, timedelta(seconds=at), timedelta(seconds=at + length), strength)


def test_cues_at_one_moment_are_one_event_of_the_strongest_ones_kind():
    (event,) = events([cue("hum", 5.05, 0.6, kind="audio"), cue("picture", 5, 0.8)])
    assert (event.kind, event.start) == ("cut", timedelta(seconds=5))
    assert event.strength == pytest.approx(1.4)
    assert event.has("hum")
    assert not event.has("copy", "silence")


def test_cues_further_apart_are_events_of_their_own_in_order_of_time():
    apart = TOGETHER.total_seconds() + 0.01
    found = list(events([cue("picture", 2 + apart, 2), cue("picture", 2, 1)]))
    assert [event.strength for event in found] == [1, 2]


def test_the_same_sign_twice_counts_once():
    (event,) = events([cue("picture", 1, 0.7), cue("picture", 1.04, 0.9)])
    assert event.strength == pytest.approx(0.9)


def test_a_stretch_that_ends_before_it_starts_is_one_event_and_not_the_end_of_us():
    (event,) = events([cue("hum", 5, 1, length=-2)])
    assert event.has("hum")


def test_strength_has_an_end():
    (event,) = events([cue(str(n), 1, 2) for n in range(9)])
    assert event.strength == STRONGEST


def test_a_stretch_takes_in_what_lies_within_it():
    (event,) = events([cue("copy", 3, 2, kind="audio", length=1), cue("picture", 3.5, 0.5)])
    assert {c.name for c in event.cues} == {"copy", "picture"}
