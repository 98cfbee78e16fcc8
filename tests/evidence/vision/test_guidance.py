from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pytest

from evidence.model import FACES, Prompt
from evidence.vision.coverage import Coverage
from evidence.vision.guidance import Guiding, guided
from evidence.vision.ledger import conclude
from evidence.vision.rotations import CUBE
from evidence.vision.tally import AXES, Tally
from evidence.vision.tracker import Reading, Track, Tracker
from samples.pose import Rig, Shake
from tests.evidence.vision.simulated import BOXES, Flaws, Scene, perceived, tour, truth

ASKED = ("front", "right", "back", "left", "top", "bottom")
STEP = 3.0
"""Seconds between two prompts."""


def prompted(faces, step: float = STEP, start: float = 0.0) -> list[Prompt]:
    return [
        Prompt(face=face, at=timedelta(seconds=start + number * step)) for number, face in enumerate(faces)
    ]


def turned(face: str, number: int = 0) -> str:
    axis, sign = AXES[face]
    normal = sign * CUBE[number][:, axis]
    return next(name for name in FACES if normal[AXES[name][0]] == AXES[name][1])


def mirrored(face: str) -> str:
    return {"left": "right", "right": "left"}.get(face, face)


AT = np.arange(0.0, STEP * len(ASKED), 0.1)


def reading(*faces: str, late: float = 1.0) -> Tally:
    """What a reading shows that holds one face after the other to the camera, `late` after the prompts."""
    angle = np.full((6, len(AT)), 80.0)
    for place, at in enumerate(AT):
        angle[FACES.index(faces[max(0, int((at - late) // STEP))]), place] = 20.0
    empty = np.zeros((6, len(AT)))
    return Tally(empty > 0, {}, empty.astype(np.int64), angle, np.zeros((len(AT), 3)), np.zeros((3, 3)))


@pytest.mark.parametrize("number", range(24))
def test_a_box_may_be_named_otherwise_but_not_mirrored(number: int) -> None:
    named = reading(*(turned(face, number) for face in ASKED))
    told = guided([named], [0.0], AT, prompted(ASKED))
    assert told is not None
    assert told.prompts == 6
    other = reading(*(turned(mirrored(face), number) for face in ASKED))
    assert guided([other], [0.0], AT, prompted(ASKED)) is None


def test_a_reading_that_does_not_agree_is_set_aside() -> None:
    right, wrong = reading(*ASKED), reading("front", "right", "front", "left", "top", "bottom")
    told = guided([right, wrong, right], [0.0, 3.0, 4.0], AT, prompted(ASKED))
    assert told is not None
    assert told.tallies == (right, right)


@pytest.mark.parametrize("costs", [(0.0, 5.0), (0.0, Guiding().lead - 0.1)])
def test_prompts_never_speak_against_what_was_measured(costs) -> None:
    right, wrong = reading(*ASKED), reading("front", "right", "front", "left", "top", "bottom")
    assert guided([wrong, right], costs, AT, prompted(ASKED)) is None
    if costs[1] < Guiding().lead:
        assert guided([right, wrong], costs, AT, prompted(ASKED)) is None


def test_late_early_or_few_prompts_tell_nothing() -> None:
    right = reading(*ASKED)
    assert guided([right], [0.0], AT, prompted(ASKED)) is not None
    assert guided([right], [0.0], AT, prompted(ASKED, start=1.4 * STEP)) is None
    assert guided([right], [0.0], AT + 60, prompted(ASKED)) is None
    assert guided([right], [0.0], AT, prompted(ASKED)[:4]) is None
    assert guided([right], [0.0], AT, []) is None
    assert guided([reading(*ASKED, late=2.7)], [0.0], AT, prompted(ASKED)) is None


SOME = Flaws(noise=5, tilt=8, outliers=0.01, flips=0.02, drops=0.03, bursts=0)
HEEDED = Guiding().lead + 0.5


def filmed(seed: int, shown, flaws: Flaws = SOME, **how) -> tuple[Scene, Track, list[Prompt]]:
    """A film of `shown` by somebody who was asked for all six faces."""
    of = Scene(tour(shown, seed, hold=(0.9, 1.2), **how), BOXES[0](), Rig(1280, 720, shake=Shake(seed=seed)))
    tracker = Tracker()
    for at, sight in perceived(of, flaws, seed):
        tracker.see(timedelta(seconds=at), sight)
    asked = [
        Prompt(face=face, at=timedelta(seconds=of.path.keys[1 + 2 * number].at - 0.3))
        for number, face in enumerate(ASKED)
    ]
    return of, max(tracker.conclude(), key=lambda track: len(track.sights)), asked


def misread(track: Track, at: float, number: int) -> npt.NDArray[np.int8]:
    """The best reading, but for a turn around `at` that is read otherwise."""
    choices = track.readings[0].choices.copy()
    later = (choices >= 0) & np.array([sight.at.total_seconds() >= at for sight in track.sights])
    turned_on = CUBE[choices[later]] @ CUBE[number]
    choices[later] = np.einsum("nij,gij->ng", turned_on, CUBE).argmax(axis=1)
    return choices


def in_doubt(track: Track, *others) -> Track:
    """The track with its best reading and `others`, each with its cost."""
    return replace(track, readings=(track.readings[0], *(Reading(cost, how) for cost, how in others)))


def clean(one: Coverage) -> bool:
    return not one.missing and not one.weak


def test_prompts_end_the_doubt_between_readings_and_nothing_else() -> None:
    of, track, asked = filmed(0, ASKED)
    fourth = of.path.keys[7].at + 0.2
    doubtful = [in_doubt(track, (HEEDED, misread(track, fourth, number))) for number in range(1, 24, 3)]
    doubtful = [one for one in doubtful if not clean(conclude(one))]
    assert len(doubtful) >= 3
    for one in doubtful:
        before = conclude(one)
        assert {weakness.doubt for weakness in before.weak} == {"ambiguous"}
        told = conclude(one, prompts=asked)
        assert clean(told)
        assert told.guided == 6
        for wrong in (
            asked[:4],
            [prompt.model_copy(update={"face": mirrored(prompt.face)}) for prompt in asked],
            [prompt.model_copy(update={"at": prompt.at + timedelta(seconds=3.5)}) for prompt in asked],
            [
                prompt.model_copy(update={"face": face})
                for prompt, face in zip(
                    asked, ("front", "back", "left", "top", "right", "bottom"), strict=True
                )
            ],
        ):
            assert same(conclude(one, prompts=wrong), before)
    half = len(track.sights) // 2
    swapped = [
        replace(sight, extents=sight.extents * (np.abs(CUBE[choice]) @ np.array([1.0, 1.0, 0.4])))
        for sight, choice in zip(track.sights[half:], doubtful[0].readings[0].choices[half:], strict=True)
    ]
    other = replace(doubtful[0], sights=(*track.sights[:half], *swapped))
    assert "second_box" in {weakness.doubt for weakness in conclude(other).weak}
    assert same(conclude(other, prompts=asked), conclude(other))


def same(one: Coverage, other: Coverage) -> bool:
    return (one.missing, one.weak, one.guided) == (other.missing, other.weak, other.guided) and (
        one.start,
        one.end,
    ) == (other.start, other.end)


def test_prompts_change_nothing_where_nothing_is_in_doubt() -> None:
    _, track, asked = filmed(0, ASKED)
    sure = replace(track, readings=track.readings[:1])
    assert clean(conclude(sure))
    assert same(conclude(sure, prompts=asked), conclude(sure))


@pytest.mark.parametrize(("kept", "instead"), [(1, "front"), (5, "left")])
def test_a_face_that_was_asked_for_but_not_shown_is_not_made_by_prompts(kept: int, instead: str) -> None:
    shown = [*ASKED[:kept], instead, *ASKED[kept + 1 :]]
    of, track, asked = filmed(kept, shown, yaws=15)
    assert len(truth(of, within=66)) < 6
    turn = of.path.keys[1 + 2 * kept].at + 0.2
    six = 0
    for number in range(1, 24):
        for cost in (0.5, HEEDED):
            one = in_doubt(track, (cost, misread(track, turn, number)))
            told = conclude(one, prompts=asked)
            assert not clean(told)
            assert not told.guided
        six += clean(conclude(replace(one, readings=(replace(one.readings[1], cost=0.0),))))
    assert six or kept < 5


@pytest.mark.parametrize("seed", [0, 2])
def test_fast_films_of_five_faces_do_not_pass_with_prompts(seed: int) -> None:
    shown = list(ASKED)
    shown[1 + seed] = shown[max(0, seed - 1)]
    of, track, asked = filmed(seed, shown, Flaws(), speed=(110, 190), head_on=1.0)
    assert len(truth(of, within=66)) < 6
    assert not clean(conclude(track, prompts=asked))
