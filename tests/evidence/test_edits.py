from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from evidence.edits import LONGEST, LeftOut, left_out
from evidence.structure import EMPTY_EDIT, Edit, Track

TEN_SECONDS = Track("vide", timescale=30_000, length=300_000)
SCALE = 600


def edit(start: float, length: float, rate: float = 1.0) -> Edit:
    """Both in seconds."""
    return Edit(round(length * SCALE), round(start * TEN_SECONDS.timescale), rate)


def of(*edits: Edit, **facts) -> LeftOut:
    return left_out(replace(TEN_SECONDS, edits=edits, **facts), SCALE)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_a_camera_that_shows_all_it_took_leaves_out_nothing():
    assert of(edit(0, 10)) == LeftOut()
    assert of() == LeftOut()


def test_the_lead_of_pictures_stored_out_of_order_is_no_trim():
    assert of(edit(0.1, 10), lead=3000) == LeftOut()


def test_an_empty_edit_only_delays_the_start():
    assert of(Edit(300, EMPTY_EDIT), edit(0, 10)) == LeftOut()


def test_a_trim_is_told_at_both_ends():
    assert of(edit(2, 5)) == LeftOut(before=seconds(2), after=seconds(3))


def test_what_is_left_out_inside_is_told_by_its_length():
    assert of(edit(0, 4), edit(6.5, 3.5)).jumps == (seconds(2.5),)
    assert of(edit(0, 3), edit(4, 3), edit(9, 1)).jumps == (seconds(1), seconds(2))


def test_lines_that_go_on_where_they_stopped_leave_out_nothing():
    assert of(edit(0, 4), edit(4, 6)) == LeftOut(jumps=(timedelta(),))


def test_going_back_is_told_below_zero():
    assert of(edit(0, 6), edit(4, 6)).jumps == (seconds(-2),)


def test_a_line_without_a_length_goes_to_the_end():
    assert of(Edit(0, 0)) == LeftOut()


def test_a_stream_that_claims_no_length_has_no_end_to_trim():
    assert of(edit(0, 5), length=0).after == timedelta()


def test_other_speeds_and_held_pictures_are_counted():
    assert of(edit(0, 5, 0.0), edit(5, 5, 2.0)).bent == 2


def test_without_a_clock_nothing_is_said():
    assert left_out(replace(TEN_SECONDS, edits=(edit(5, 1),)), 0) == LeftOut()
    assert of(edit(5, 1), timescale=0) == LeftOut()


numbers = st.integers(-(2**63), 2**64)
lists = st.lists(st.builds(Edit, numbers, numbers, st.floats(-4, 4)), max_size=64).map(tuple)


@given(lists, numbers, numbers, numbers, numbers)
def test_no_list_breaks_it_and_no_answer_is_longer_than_a_day(edits, scale, ticks, length, lead):
    told = left_out(Track("vide", edits=edits, timescale=ticks, length=length, lead=lead), scale)
    for time in (told.before, told.after, *told.jumps):
        assert abs(time) <= LONGEST
