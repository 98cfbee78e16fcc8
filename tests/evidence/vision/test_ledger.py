from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from evidence.vision.coverage import Coverage
from evidence.vision.ledger import conclude
from evidence.vision.tracker import Tracker
from samples.pose import NORMALS, Key, Path, Rig, Shake
from samples.story import held
from tests.evidence.vision.simulated import BOXES, Flaws, Scene, perceived, tour, truth

SOME = Flaws(noise=5, tilt=8, outliers=0.01, flips=0.02, drops=0.03, bursts=0)
ROUND = ("front", "right", "back", "left", "front", "top", "front", "bottom")


def covered(seen) -> list[Coverage]:
    tracker = Tracker()
    for at, sight in seen:
        tracker.see(timedelta(seconds=at), sight)
    return [conclude(track) for track in tracker.conclude()]


def whole(coverages) -> bool:
    return any(not one.missing and not one.weak for one in coverages)


def scene(seed: int, *faces: str, box: int = 0, **how) -> Scene:
    return Scene(tour(faces, seed, **how), BOXES[box](), Rig(1280, 720, shake=Shake(seed=seed)))


def test_a_tour_of_all_faces_shows_all_faces_at_their_times() -> None:
    of = scene(0, *ROUND)
    (one,) = covered(perceived(of, SOME, 0))
    assert one.missing == ()
    assert one.weak == ()
    assert [shown.face for shown in one.shown] == ["top", "front", "right", "back", "left", "bottom"]
    for shown in one.shown:
        assert any(span.start <= shown.best_at <= span.end for span in shown.when.spans)
        assert shown.best_angle < 45
        assert shown.quad.shape == (4, 2)


@pytest.mark.parametrize("missing", ["back", "bottom"])
def test_a_face_that_is_never_shown_is_missing_by_its_name(missing: str) -> None:
    of = scene(1, *(face for face in ROUND if face != missing), yaws=15)
    (one,) = covered(perceived(of, SOME, 1))
    assert one.missing == (missing,)
    assert one.weak == ()


@pytest.mark.parametrize("seed", [0, 1])
def test_turning_back_and_forth_shows_no_more_than_it_shows(seed: int) -> None:
    of = scene(seed, "front", "right", "front", "right", "front", box=1)
    for one in covered(perceived(of, replace(SOME, noise=8, tilt=20), seed)):
        assert {shown.face for shown in one.shown} <= truth(of, within=66)


def test_two_opposite_corners_are_found() -> None:
    poses = [
        held("top", "back", yaw=-30, pitch=-32),
        held("front", "top"),
        held("bottom", "front", yaw=30, pitch=-32),
    ]
    keys = [
        Key(at, pose) for pose, times in zip(poses, [(0, 1), (2.5, 3), (5, 6)], strict=True) for at in times
    ]
    of = Scene(Path(tuple(keys)), BOXES[0](), Rig(1280, 720))
    (one,) = covered(perceived(of, SOME, 0))
    earlier, later = one.corners[0]
    seen = {}
    for at in (earlier, later):
        axes = of.rig.camera(0).rotation @ of.path.pose(at.total_seconds()).rotation
        seen[at] = {face for face, normal in NORMALS.items() if (axes @ normal)[2] < -0.05}
    assert seen[earlier] | seen[later] == set(NORMALS)


def test_two_boxes_with_three_faces_each_never_make_six() -> None:
    first = perceived(scene(0, "front", "right", "top", lying=False), SOME, 0)
    later = first[-1][0] + 0.8
    second = [
        (at + later, sight and replace(sight, at=sight.at + timedelta(seconds=later)))
        for at, sight in perceived(scene(9, "back", "left", "bottom", lying=False), SOME, 9)
    ]
    coverages = covered(first + second)
    assert len(coverages) == 2
    assert not whole(coverages)


def test_a_box_of_another_shape_behind_a_hand_is_another_box() -> None:
    first = perceived(scene(0, "front", "right", "top", lying=False), SOME, 0)
    later = first[-1][0] + 0.25
    second = [
        (at + later, sight and replace(sight, at=sight.at + timedelta(seconds=later)))
        for at, sight in perceived(scene(9, "back", "left", "bottom", lying=False, box=3), SOME, 9)
    ]
    assert not whole(covered(first + second))


def spoilt(seen, face: str, of: Scene, **change):
    """The sights with one face changed wherever it is seen."""
    normal = {"bottom": np.array([0.0, 0, -1]), "back": np.array([0.0, 1, 0])}[face]
    made = []
    for at, sight in seen:
        if sight is not None:
            true = of.rig.camera(at).rotation @ of.path.pose(at).rotation @ normal
            sides = tuple(
                replace(side, **change) if side.normal @ true > 0.75 else side for side in sight.sides
            )
            sight = replace(sight, sides=sides)  # noqa: PLW2901
        made.append((at, sight))
    return made


@pytest.mark.parametrize(
    ("change", "doubt"),
    [({"covered": 0.7}, "covered"), ({"share": 0.001}, "too_small"), ({"angle": 70.0}, None)],
)
def test_a_face_that_is_shown_badly_does_not_count_and_says_why(change, doubt) -> None:
    of = scene(0, *ROUND)
    (one,) = covered(spoilt(perceived(of, SOME, 0), "bottom", of, **change))
    assert one.missing == ("bottom",)
    if doubt:
        assert [(weakness.doubt, weakness.face) for weakness in one.weak] == [(doubt, "bottom")]


def test_views_are_chosen_among_the_pictures_that_are_held() -> None:
    of = scene(0, *ROUND)
    tracker = Tracker()
    for at, sight in perceived(of, SOME, 0):
        tracker.see(timedelta(seconds=at), sight)
    (track,) = tracker.conclude()
    kept = {sight.at for sight in track.sights[::4]}
    assert all(shown.best_at in kept for shown in conclude(track, pictured=kept).shown)
