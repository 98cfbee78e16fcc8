from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from api.lanes import Strip, strip
from api.reading import read
from api.words import words
from evidence.model import Finding, Measure, Outcome, Report, say
from tests.api import made_reports as made

EN = words("en")


def drawn(report: Report) -> Strip:
    found = strip(report, read(report, EN), EN)
    assert found is not None
    return found


def test_events_stand_where_they_happen() -> None:
    lane = drawn(made.flawed()).lanes[1]
    cut, gap = lane.events
    assert cut.pin
    assert cut.x == pytest.approx(18.4 / 41.2 * 100, abs=0.01)
    assert not gap.pin
    assert gap.width == pytest.approx(2.1 / 41.2 * 100, abs=0.01)
    assert [mark.text for mark in lane.marks] == ["0:18", "0:27"]


def test_what_counts_is_drawn_over_what_is_calm() -> None:
    lane = drawn(made.flawed()).lanes[2]
    assert [event.outcome for event in lane.events] == [Outcome.PASS, Outcome.PASS, Outcome.UNSURE]


def test_a_question_that_nobody_answered_has_its_empty_lane() -> None:
    lanes = drawn(made.review()).lanes
    assert [(lane.title, lane.note) for lane in lanes if lane.outcome is Outcome.SKIPPED] == [
        ("Waybill", "not checked"),
        ("Six faces", "not checked"),
        ("Steps of the unboxing", "not checked"),
    ]


def test_faces_and_steps_have_lanes_of_their_own() -> None:
    face = [
        Finding.of(
            "six_faces.face", Outcome.PASS, say("Seen."), when=made.seconds((n, n + 2)), measures=named
        )
        for n, named in ((3, [Measure(name="face", value="left")]), (6, []))
    ]
    step = [
        Finding.of(f"phases.{name}", Outcome.PASS, say("Seen."), when=made.seconds(span))
        for name, span in (("contents", (30, 41)), ("sealed", (0, 4)))
    ]
    report = made.report(made.answer("six_faces", *face), made.answer("phases", *step))
    lanes = [lane for lane in drawn(report).lanes if lane.outcome is Outcome.PASS]
    assert [(lane.title, lane.head, lane.inner) for lane in lanes] == [
        ("Six faces", True, False),
        ("Left", False, True),
        ("Face 2", False, True),
        ("Steps of the unboxing", True, False),
        ("Sealed", False, True),
        ("Contents", False, True),
    ]


def test_a_photo_and_a_film_of_no_length_have_no_timeline() -> None:
    for media in (made.PHOTO, made.FILM.model_copy(update={"duration": timedelta(0)})):
        report = made.report(*made.GOOD[:2], media=media)
        assert strip(report, read(report, EN), EN) is None


def test_a_film_that_claims_no_length_ends_with_its_last_finding() -> None:
    media = made.FILM.model_copy(update={"duration": None})
    assert drawn(made.report(made.answer("continuity", made.cut()), media=media)).ticks[-1].text == "0:18"


def test_what_lies_outside_the_film_stays_inside_the_drawing() -> None:
    far = Finding.of("continuity.gap", Outcome.FAIL, say("Far."), when=made.seconds((-5, 1), (40, 9000)))
    for event in drawn(made.report(made.answer("continuity", far))).lanes[0].events:
        assert 0 <= event.x <= 100
        assert event.x + event.width <= 100.01


@pytest.mark.parametrize("length", [0.04, 0.9, 3, 17, 41.2, 61, 600, 3599, 7200, 90_000, 10_000_000])
def test_ticks_are_few_and_apart(length: float) -> None:
    media = made.FILM.model_copy(update={"duration": timedelta(seconds=length)})
    ticks = drawn(made.report(*made.GOOD[:1], media=media)).ticks
    assert 2 <= len(ticks) <= 8
    assert ticks[0].x == 0
    assert ticks[-1].x == 100
    assert all(after.x - before.x > 6 for before, after in pairwise(ticks))


def test_a_thousand_times_do_not_run_into_each_other() -> None:
    many = [made.cut().model_copy(update={"when": made.seconds((n / 2, n / 2))}) for n in range(80)]
    lane = drawn(made.report(made.answer("continuity", *many))).lanes[0]
    assert all(after.x - before.x >= 13 for before, after in pairwise(lane.marks))
