from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from evidence.timeline import Span
from evidence.vision.coverage import FACES, Coverage
from evidence.vision.sight import FOCAL
from evidence.vision.sticker_ledger import StickerLedger
from samples.box import Cuboid
from samples.paint import area
from samples.pose import about, vector
from tests.evidence.vision.stuck import (
    HEIGHT,
    ROUND,
    SIDE,
    TO_CAMERA,
    WIDTH,
    Body,
    away,
    labelled,
    on_face,
    posed,
    turned,
)


def seconds(at: float) -> timedelta:
    return timedelta(seconds=at)


def filmed(*scenes, followed=()) -> Coverage:
    """The coverage of a film: of each moment the marks of all bodies in it."""
    ledger = StickerLedger()
    for at, marks in scenes:
        ledger.see(seconds(at), marks)
    found = ledger.conclude(followed)
    assert found is not None
    return found


def shown(body: Body, steps, **where):
    """Of each step its moment and what is read of the body."""
    return [(at, body.marks(rotation, away(**where))) for at, rotation in steps]


def names(found: Coverage) -> list[str]:
    return [one.face for one in found.shown]


def doubts(found: Coverage) -> set[str]:
    return {weak.doubt for weak in found.weak}


def proves(found: Coverage) -> bool:
    return not found.missing and not found.weak


@pytest.mark.parametrize("rate", [30.0, 15.0])
@pytest.mark.parametrize("noise", [0.1, 0.4])
def test_six_faces_are_told_wherever_and_however_the_stickers_are_stuck(rate: float, noise: float) -> None:
    steps = turned(rate=rate)
    found = filmed(*shown(Body(labelled(), noise=noise), steps))
    assert names(found) == list(FACES)
    assert found.weak == ()
    assert (found.start, found.end) == (seconds(steps[0][0]), seconds(steps[-1][0]))
    for one in found.shown:
        assert one.best_angle < 50
        assert one.when.total >= timedelta(seconds=0.3)
    (first, second), *_ = found.corners
    assert first < second


def test_the_faces_corners_are_found_from_their_stickers() -> None:
    steps = turned(rate=30)
    found = filmed(*shown(Body(labelled(), noise=0.05), steps))
    box = Cuboid()
    for one in found.shown:
        rotation = next(r for at, r in steps if seconds(at) == one.best_at)
        there = box.corners_of(one.face) / SIDE @ rotation.T + away()
        truth = there[:, :2] / there[:, 2:] * FOCAL * WIDTH / (WIDTH, HEIGHT) + 0.5
        gaps = np.linalg.norm(one.quad[:, None] - truth[None], axis=2).min(axis=1)
        assert gaps.max() < 0.05
        assert area(one.quad) > 0  # clockwise in a picture


def test_numbers_on_wrong_faces_are_told_by_where_they_are() -> None:
    names_ = dict(enumerate(("top", "front", "back", "right", "left", "bottom"), 1))
    found = filmed(*shown(Body(labelled(names_)), turned()))
    assert proves(found)


def test_a_face_that_is_never_shown_is_missing_by_name() -> None:
    found = filmed(*shown(Body(labelled()), turned(ROUND[:-1])))
    assert found.missing == ("bottom",)
    assert {(weak.doubt, weak.face) for weak in found.weak} == {("ambiguous", "bottom")}


def test_a_face_is_not_counted_when_only_grazed_or_shown_for_a_moment() -> None:
    body = Body(labelled())
    grazing = posed("front", "bottom", yaw=0, pitch=18)  # the bottom lies above, seen at 72 degrees
    steps = turned((*ROUND[:-1], grazing))
    read = [(at, body.marks(rotation, away(), steepest=78)) for at, rotation in steps]
    assert any(mark.number == 6 for _, marks in read for mark in marks)
    assert names(filmed(*read)) == list(FACES[:5])
    steps = turned()
    brief = [(at, rotation) for at, rotation in steps if at < steps[-1][0] - 0.7]
    assert "bottom" not in names(filmed(*shown(body, brief)))


def flat(sheet: int = 3) -> Body:
    """Six stickers on one sheet of paper."""
    paper = {
        number: (np.eye(3), vector((number - 1) % 2 * 1.4, -((number - 1) // 2) * 1.4, 0))
        for number in range(1, 7)
    }
    return Body(paper, sheet)


def test_a_flat_sheet_or_a_screen_that_is_turned_about_proves_nothing() -> None:
    faced = about(vector(1, 0, 0), 180)
    poses = [
        about(vector(0, 1, 0), yaw) @ about(vector(1, 0, 0), tilt) @ faced
        for yaw, tilt in ((-50, 0), (50, 10), (0, 45), (10, -45), (-30, 30))
    ]
    found = filmed(*shown(flat(), turned(poses), distance=12))
    assert found.shown == ()
    assert "contradiction" in doubts(found)


def test_six_stickers_on_one_face_prove_nothing() -> None:
    crowded = {
        number: on_face(
            "top", turn=20 * number, shift=((number - 1) % 3 * 90 - 90, (number - 1) // 3 * 90 - 45)
        )
        for number in range(1, 7)
    }
    found = filmed(*shown(Body(crowded), turned()))
    assert not found.shown
    assert doubts(found) >= {"contradiction"}


def test_three_stickers_on_each_of_two_boxes_do_not_add_up() -> None:
    whole = labelled()
    first, second = ({n: whole[n] for n in some} for some in ((1, 2, 3), (4, 5, 6)))
    begin = turned(ROUND[:3])
    rest = turned(ROUND[3:], start=begin[-1][0] + 1.0)
    apart = filmed(*shown(Body(first), begin), *shown(Body(second), rest))
    assert len(apart.shown) <= 3
    assert not proves(apart)


def test_a_box_that_was_followed_may_be_without_a_sticker_in_sight_for_long() -> None:
    body = Body(labelled())
    begin = turned(ROUND[:4])
    rest = turned(ROUND[3:], start=begin[-1][0] + 1.5)
    scenes = [*shown(body, begin), *shown(body, rest)]
    whole = Span(start=seconds(0), end=seconds(rest[-1][0]))
    assert not proves(filmed(*scenes))
    assert proves(filmed(*scenes, followed=[whole]))
    early = Span(start=seconds(0), end=seconds(begin[-1][0] + 0.5))
    assert not proves(filmed(*scenes, followed=[early]))


def test_small_stickers_that_have_two_poses_still_tell_how_they_lie_to_one_another() -> None:
    steps = turned(rate=30)
    read = [(at, Body(labelled(), noise=0.35).marks(rotation, away(30))) for at, rotation in steps]
    marks = [mark for _, some in read for mark in some]
    assert sum(mark.sure for mark in marks) < 0.6 * len(marks)
    assert proves(filmed(*read))


def test_two_boxes_side_by_side_that_move_on_their_own_do_not_add_up() -> None:
    whole = labelled()
    one, two = (Body({n: whole[n] for n in some}) for some in ((1, 2, 3), (4, 5, 6)))
    steps = turned()
    other = [rotation @ about(vector(0, 0, 1), 40 + 60 * at) for at, rotation in steps]
    both = [
        (at, one.marks(rotation, away(side=-4)) + two.marks(beside, away(side=4)))
        for (at, rotation), beside in zip(steps, other, strict=True)
    ]
    assert not proves(filmed(*both))


def test_twins_that_carry_the_same_sheet_do_not_add_up() -> None:
    twin = Body(labelled())
    begin = turned(ROUND[:3])
    rest = turned(ROUND[3:], start=begin[-1][0] + 0.6)
    assert not proves(filmed(*shown(twin, begin), *shown(twin, rest)))
    at_once = [(at, twin.marks(r, away(side=-4)) + twin.marks(r, away(side=4))) for at, r in turned()]
    assert "second_box" in doubts(filmed(*at_once))


def test_another_sheet_is_another_box() -> None:
    strange = Body(labelled(), sheet=9)
    lying = TO_CAMERA @ about(vector(1, 0, 0), 35)
    steps = turned()
    both = [(at, m + strange.marks(lying, away(side=5))) for at, m in shown(Body(labelled()), steps)]
    found = filmed(*both)
    assert "second_box" in doubts(found)


def test_a_sticker_that_is_peeled_off_and_stuck_elsewhere_is_noticed() -> None:
    before, after = labelled(), labelled()
    after[2] = on_face("front", turn=75, shift=(40, 10))
    begin = turned(ROUND[:3])
    rest = turned((ROUND[1], *ROUND[3:], ROUND[0], ROUND[1]), start=begin[-1][0] + 0.2)
    found = filmed(*shown(Body(before), begin), *shown(Body(after), rest))
    assert not proves(found)
    assert "contradiction" in doubts(found)
    assert all(weak.at > seconds(begin[-1][0]) for weak in found.weak if weak.doubt == "contradiction")


def test_what_was_proven_before_the_box_was_opened_stays_proven() -> None:
    whole = labelled()
    opened = dict(whole)
    opened[1] = (about(vector(1, 0, 0), 110) @ whole[1][0], whole[1][1] + vector(0, 2, 1))
    begin = turned()
    rest = turned((ROUND[0], ROUND[1]), start=begin[-1][0] + 0.2)
    found = filmed(*shown(Body(whole), begin), *shown(Body(opened), rest))
    assert proves(found)


def test_a_film_without_stickers_says_nothing() -> None:
    ledger = StickerLedger()
    for n in range(30):
        ledger.see(seconds(n / 15), ())
    assert ledger.conclude() is None


def test_a_box_that_is_suddenly_elsewhere_is_lost() -> None:
    body = Body(labelled())
    begin = turned(ROUND[:3])
    rest = turned(ROUND[2:], start=begin[-1][0] + 1 / 15)
    found = filmed(*shown(body, begin, side=-4.5), *shown(body, rest, side=4.5))
    assert "lost_at" in doubts(found)
