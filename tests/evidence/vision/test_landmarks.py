"""Stickers on a box that is followed: they choose between readings, and hold a face to its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from evidence.vision.landmarks import Landmarks
from evidence.vision.ledger import conclude
from evidence.vision.sight import Mark
from evidence.vision.tally import Counting, Tally, facts_of, tally
from evidence.vision.tracker import Track, Tracker
from samples.pose import NORMALS, Rig, Shake
from tests.evidence.vision.simulated import BOXES, Flaws, Scene, perceived, tour

SOME = Flaws(noise=5, tilt=8, outliers=0.01, flips=0.02, drops=0.03, bursts=0)
ROUND = ("front", "right", "back", "left", "front", "top", "front", "bottom")
NUMBERS = {face: number for number, face in enumerate(("top", "front", "right", "back", "left", "bottom"), 1)}


def stuck(of: Scene, numbers: dict[str, int], *, sheet: int = 1, seed: int = 0) -> Track:
    """A box that is followed, with a sticker read in the middle of each of its faces."""
    tracker = Tracker()
    for at, sight in perceived(of, SOME, seed):
        if sight is not None:
            turned = of.rig.camera(at).rotation @ of.path.pose(at).rotation
            marks = []
            for face, number in numbers.items():
                normal = turned @ np.array(NORMALS[face], float)
                on = [side for side in sight.sides if side.normal @ normal > 0.8]
                if on and on[0].angle < 70:
                    marks.append(mark(on[0], number, sheet, normal))
            sight = replace(sight, marks=tuple(marks))  # noqa: PLW2901
        tracker.see(timedelta(seconds=at), sight)
    return max(tracker.conclude(), key=lambda track: len(track.sights))


def mark(side, number: int, sheet: int, normal: np.ndarray) -> Mark:
    across = np.cross(normal, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across)
    middle = side.quad.mean(axis=0)
    return Mark(
        sheet=sheet,
        number=number,
        rotation=np.stack([across, np.cross(normal, across), normal], axis=1),
        centre=np.array([0.0, 0.0, 10.0]),
        quad=middle + np.array([[-0.01, -0.01], [0.01, -0.01], [0.01, 0.01], [-0.01, 0.01]]),
        angle=side.angle,
    )


def scene(*faces: str) -> Scene:
    return Scene(tour(faces, 0), BOXES[0](), Rig(1280, 720, shake=Shake(seed=0)))


def readings(track: Track) -> tuple[Landmarks, list[Tally]]:
    landmarks = Landmarks(track.sights)
    facts = facts_of(track.sights, Counting(), landmarks.angles())
    return landmarks, [tally(facts, reading.choices, Counting()) for reading in track.readings]


def turned_halfway(one: Tally) -> Tally:
    """A reading that takes right for left, and front for back, from the middle of the track on."""
    side = one.side.copy()
    middle = side.shape[1] // 2
    side[:, middle:] = side[[0, 3, 4, 1, 2, 5], middle:]
    return replace(one, side=side)


def test_the_true_reading_keeps_every_number_on_its_face() -> None:
    landmarks, (best, *_) = readings(stuck(scene(*ROUND), NUMBERS))
    assert landmarks.against(best) <= 2


def test_a_reading_that_swaps_faces_is_refuted_by_their_numbers() -> None:
    landmarks, (best, *_) = readings(stuck(scene(*ROUND), NUMBERS))
    assert landmarks.against(turned_halfway(best)) > 10
    assert landmarks.borne_out([turned_halfway(best), best]) == [1]


def test_without_stickers_no_reading_is_refuted() -> None:
    landmarks, (best, *_) = readings(stuck(scene(*ROUND), {}))
    assert landmarks.borne_out([turned_halfway(best), best]) == [0, 1]
    assert not landmarks.hold(best, len(best.side[0]) // 2)
    assert not landmarks.own(best, 0)
    assert np.isnan(landmarks.angles()).all()


def test_two_numbers_that_are_read_before_and_after_a_moment_hold_over_it() -> None:
    track = stuck(scene("front", "right", "front", "right", "front"), NUMBERS)
    landmarks, (best, *_) = readings(track)
    assert landmarks.hold(best, len(track.sights) // 2)
    assert not landmarks.hold(best, 0)
    assert not landmarks.hold(best, len(track.sights))


def test_numbers_of_which_one_half_is_on_another_box_hold_over_nothing() -> None:
    """Three stickers on each of two boxes: no number is read before the exchange and after it."""
    track = stuck(scene(*ROUND), NUMBERS)
    half = len(track.sights) // 2
    sights = [
        replace(sight, marks=tuple(one for one in sight.marks if (one.number <= 3) == (place < half)))
        for place, sight in enumerate(track.sights)
    ]
    landmarks, (best, *_) = readings(replace(track, sights=tuple(sights)))
    assert not landmarks.hold(best, half)


def test_two_faces_under_one_number_are_one_face_to_it() -> None:
    """A sticker moved from one face to the other is no proof of both."""
    landmarks, (best, *_) = readings(stuck(scene(*ROUND), {**NUMBERS, "back": 2}))
    assert landmarks.against(best) > 3
    assert not landmarks.own(best, 3)


def test_a_sticker_tells_the_tilt_of_its_face_better_than_the_fit() -> None:
    track = stuck(scene(*ROUND), NUMBERS)
    steep = [
        replace(
            sight,
            marks=tuple(
                replace(one, angle=80.0) if one.number == NUMBERS["bottom"] else one for one in sight.marks
            ),
        )
        for sight in track.sights
    ]
    assert "bottom" not in conclude(track).missing
    assert "bottom" in conclude(replace(track, sights=tuple(steep))).missing
