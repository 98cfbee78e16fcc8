"""The scorer, judged on answers made up for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from evidence.model import Answer, Finding, Measure, Outcome, say
from evidence.timeline import Timeline
from samples.pose import FACES
from samples.truth import FaceTruth, Truth
from tests.faces.score import Score, doubts, judged, table, totals, turns

WHEN = {face: (float(n), n + 0.8) for n, face in enumerate(FACES)}


def truth(*faces: str, box: int = 1, more: Sequence[FaceTruth] = ()) -> Truth:
    mine = tuple(FaceTruth(f, FACES.index(f) + 1, (WHEN[f],), WHEN[f][0], 5.0, box) for f in faces)
    return Truth("film", "video", "", pts=(0,), last=90_000, faces=(*mine, *more), motion="held", light="day")


def answer(outcome: str, when: Mapping[str, tuple[float, float]], *, missing: Sequence[str] = ()) -> Answer:
    """What a check says that saw these faces, and perhaps names the missing ones."""
    count = Finding.of(
        "six_faces.count",
        Outcome(outcome),
        say("made up"),
        measures=[Measure(name="faces_shown", value=len(when)), Measure(name="doubt", value="lost_at")],
    )
    faces = [
        Finding.of(
            "six_faces.face",
            Outcome.PASS,
            say("shown"),
            measures=[Measure(name="face", value=face)],
            when=Timeline.of((timedelta(seconds=start), timedelta(seconds=end))),
        )
        for face, (start, end) in when.items()
    ]
    lacking = [
        Finding.of(
            "six_faces.missing", Outcome.FAIL, say("never"), measures=[Measure(name="face", value=face)]
        )
        for face in missing
    ]
    return Answer(check="six_faces", version=1, findings=(count, *faces, *lacking))


def seen(*faces: str) -> dict[str, tuple[float, float]]:
    return {face: WHEN[face] for face in faces}


def test_a_right_pass() -> None:
    found = judged("film", truth(*FACES), answer("pass", seen(*FACES)))
    assert (found.shown, found.said, found.error, found.outcome) == (6, 6, 0, "pass")
    assert (found.intervals, found.right) == (6, 6)
    assert not found.false_pass
    assert not found.wrong_fail


def test_a_false_pass_is_found_whatever_else_is_right() -> None:
    found = judged("film", truth(*FACES[:5]), answer("pass", seen(*FACES)))
    assert found.false_pass
    assert (found.error, found.intervals, found.right) == (1, 6, 5)


def test_two_boxes_never_make_six() -> None:
    rest = truth("back", "left", "bottom", box=2).faces
    two = truth("top", "front", "right", more=rest)
    assert two.shown == 3
    assert judged("film", two, answer("pass", seen(*FACES))).false_pass
    # A face of the second box is a face that was shown, by whatever name.
    told = judged("film", two, answer("unsure", {"top": WHEN["bottom"]}))
    assert (told.intervals, told.right) == (1, 1)


def test_a_fail_counts_as_named_only_with_the_right_side() -> None:
    five = truth(*FACES[:5])
    right = judged("film", five, answer("fail", seen(*FACES[:5])))
    assert right.named
    assert judged("film", five, answer("fail", seen(*FACES[:5]), missing=["bottom"])).named
    assert not judged("film", five, answer("fail", seen(*FACES[:4]))).named
    assert not judged("film", five, answer("fail", seen(*FACES[:5]), missing=["left"])).named
    assert not judged("film", five, answer("unsure", seen(*FACES[:5]))).named


def test_a_face_that_was_only_nearly_seen_is_not_reported() -> None:
    nearly = Finding.of(
        "six_faces.face",
        Outcome.UNSURE,
        say("only at a slant"),
        when=Timeline.of((timedelta(seconds=7), timedelta(seconds=8))),
        measures=[Measure(name="face", value="bottom")],
    )
    given = answer("unsure", seen(*FACES[:5]))
    told = given.model_copy(update={"findings": (*given.findings, nearly)})
    assert judged("film", truth(*FACES[:5]), told).intervals == 5


def test_reasons_are_counted() -> None:
    scores = [judged("film", truth(*FACES), answer("unsure", {}))] * 2
    assert doubts(scores)[2:] == ["| lost_at | 2 | 0 |"]


def test_a_wrong_fail() -> None:
    assert judged("film", truth(*FACES), answer("fail", seen(*FACES[:5]))).wrong_fail


def test_names_of_a_box_that_was_turned_are_told_apart_from_wrong_faces() -> None:
    turned = {"front": "right", "right": "back", "back": "left", "left": "front"}
    renamed = {turned.get(face, face): WHEN[face] for face in FACES}
    found = judged("film", truth(*FACES), answer("pass", renamed))
    assert (found.right, found.turned) == (2, 6)
    swapped = {**seen(*FACES), "top": WHEN["bottom"], "bottom": WHEN["top"]}
    mirrored = judged("film", truth(*FACES), answer("pass", swapped))
    assert (mirrored.right, mirrored.turned) == (4, 4)


def test_an_interval_beside_its_truth_is_wrong() -> None:
    late = {"top": (WHEN["top"][1] + 0.1, WHEN["top"][1] + 0.15)}
    assert judged("film", truth("top"), answer("unsure", late)).right == 0


def test_no_answer_and_a_broken_check_are_unsure() -> None:
    assert judged("film", truth(*FACES), None).outcome == "unsure"
    broken = Finding.of("six_faces.broken", Outcome.UNSURE, say("it broke"))
    found = judged("film", truth(*FACES), Answer(check="six_faces", version=1, findings=(broken,)))
    assert (found.outcome, found.said, found.says) == ("unsure", 0, "it broke")


def test_a_face_shown_for_a_moment_does_not_count() -> None:
    brief = FaceTruth("bottom", 6, ((7.0, 7.1), (8.0, 8.1)), 7.0, 20.0)
    assert truth(*FACES[:5], more=(brief,)).shown == 5


def test_there_are_24_turns_and_each_keeps_opposites_apart() -> None:
    assert len({tuple(turn.items()) for turn in turns()}) == 24
    opposite = {"top": "bottom", "front": "back", "right": "left"}
    for turn in turns():
        assert sorted(turn.values()) == sorted(FACES)
        for one, other in opposite.items():
            assert {turn[one], turn[other]} in [set(pair) for pair in opposite.items()]


def test_the_bars() -> None:
    def bars(scores: list[Score], *, stickers: bool = False) -> dict[str, bool]:
        return {what: met for what, _, _, met in totals(scores, stickers=stickers)}

    good = [judged("six", truth(*FACES), answer("pass", seen(*FACES)))] * 3
    lazy = [judged("six", truth(*FACES), answer("unsure", {}))] * 2
    five = [judged("five", truth(*FACES[:5]), answer("fail", seen(*FACES[:5])))]
    assert all(bars([*good, *lazy, *five]).values())
    assert not bars([*good, *lazy, *five], stickers=True)["films of six faces passed"]
    wrong = [judged("five", truth(*FACES[:5]), answer("pass", seen(*FACES)))]
    assert not bars([*good, *wrong])["false passes"]
    assert not bars([*good, *five, *lazy * 4])["films of six faces passed"]


def test_the_table_has_a_line_for_each_word() -> None:
    scores = [judged("six", truth(*FACES), answer("pass", seen(*FACES)))]
    assert table(scores, "motion")[2:] == ["| held | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0.0 | 6/6 |"]


@pytest.mark.parametrize("by", ["motion", "appearance", "light"])
def test_every_table_has_as_many_cells_as_its_head(by: str) -> None:
    lines = table([judged("six", truth(*FACES), answer("pass", seen(*FACES)))], by)
    assert len({line.count("|") for line in lines}) == 1
