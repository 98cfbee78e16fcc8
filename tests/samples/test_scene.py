from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from samples.box import Cuboid
from samples.footage import scene as sealed
from samples.footage import temu_scene
from samples.opened import draw_body
from samples.paint import Picture
from samples.pose import FACES, Pose, Rig, Shake, about, vector
from samples.scene import Look, Scene
from samples.story import lying, turning, unboxing
from tests.samples.reels import standing_out

PAINTS = {
    "top": (250, 0, 0),
    "front": (0, 250, 0),
    "right": (0, 0, 250),
    "back": (250, 250, 0),
    "left": (250, 0, 250),
    "bottom": (0, 250, 250),
}


class Painted(Cuboid):
    """A body whose faces have a colour each."""

    def skin(self, face: str) -> Picture:
        return np.full((80, 80, 3), PAINTS[face], np.uint8)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(Rig(320, 180, shake=Shake(seed=1)), story=unboxing())


@pytest.mark.parametrize("turn", [0, 100, 200, 300])
def test_the_faces_that_the_truth_names_are_the_ones_in_the_picture(scene: Scene, turn: float) -> None:
    pose = Pose(vector(0, 0, 200), about(vector(1, 2, 0.5), turn))
    camera, body = scene.rig.camera(0), Painted()
    picture = np.zeros((180, 320, 3), np.uint8)
    draw_body(picture, camera, body, pose)
    for face in FACES:
        middle = pose.place(body.corners_of(face)).mean(axis=0)
        x, y = (round(c) for c in camera.project(middle[None])[0])
        seen = picture[y, x].astype(float)
        towards = float((camera.eye - middle) @ (middle - pose.centre))
        if towards > 3000:
            assert seen / seen.max() == pytest.approx(np.array(PAINTS[face]) / 250, abs=0.1)
        elif towards < 0:
            assert seen.max() == 0 or not np.allclose(
                seen / seen.max(), np.array(PAINTS[face]) / 250, atol=0.1
            )


def test_a_view_says_where_the_corners_are_and_how_frontal_the_faces(scene: Scene) -> None:
    view = scene.view(1.8)
    shown = {face.face: face.angle for face in view.faces}
    assert shown["top"] < 15
    assert len(view.corners) == 8
    assert sum(c * c for c in view.rotation) == pytest.approx(1)
    assert view.centre[2] > 0


def test_the_label_is_where_the_truth_says(scene: Scene) -> None:
    still = replace(scene, glove=None, look=Look(noise=0, drift=0))
    picture, view = still.picture(1.8), still.view(1.8)
    corners = np.array(view.corners)[4:]  # the top's
    inside = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, cv2.convexHull(corners.astype(np.float32)).astype(np.int32), (255,))
    white = (picture.min(axis=2) > 150).astype(np.uint8)
    share = float(white[inside > 0].mean())
    paper = 150 * 100 / (scene.parcel.length * scene.parcel.width)
    assert 0.55 * paper < share < paper  # the rest of it is ink


def test_a_picture_depends_on_its_time_and_index_alone(scene: Scene) -> None:
    assert (scene.picture(3.0, index=5) == scene.picture(3.0, index=5)).all()
    assert (scene.picture(3.0, index=5) != scene.picture(3.0, index=6)).any()


def test_the_box_is_shut_until_it_is_opened(scene: Scene) -> None:
    opening = next(start for name, start, _ in scene.story.phases if name == "opening")
    assert scene.view(opening).shut
    assert not scene.view(scene.story.duration - 0.1).shut


def test_the_whole_story_moves_without_a_jump(scene: Scene) -> None:
    quiet = replace(scene, look=Look(noise=0, drift=0))
    times = np.arange(0, scene.story.duration, 1 / 24)
    pictures = [quiet.picture(float(at)).astype(np.int16) for at in times]
    steps = np.array([np.abs(b - a).mean() for a, b in pairwise(pictures)])
    around = np.array([np.median(steps[max(0, n - 3) : n + 4]) for n in range(len(steps))])
    assert (steps < 3 * around + 3).all(), times[np.argmax(steps - 3 * around)]


def test_light_and_dark_looks(scene: Scene) -> None:
    dark = replace(scene, look=Look(exposure=0.1)).picture(0)
    usual = scene.picture(0)
    assert dark.mean() < 20
    assert 80 < usual.mean() < 170


def test_six_faces_are_shown_and_five_without_the_underside() -> None:
    for bottom, count in ((True, 6), (False, 5)):
        made = Scene(Rig(320, 180), story=unboxing(bottom=bottom))
        times = np.arange(0, made.story.duration, 0.05)
        views = [made.view(float(at)) for at in times]
        shown = {f.face for v in views if v.shut for f in v.faces if f.angle < 60}
        assert len(shown) == count


def test_two_pictures_of_opposite_corners_show_all_faces() -> None:
    made = Scene(Rig(320, 180), story=unboxing())
    views = [made.view(float(at)) for at in np.arange(0, made.story.duration, 0.05)]
    threes = {frozenset(f.face for f in v.faces if f.angle < 75) for v in views if v.shut}
    assert any(len(a | b) == 6 for a in threes for b in threes)


def test_a_turning_box_comes_back_to_where_it_began() -> None:
    story = turning(period=9)
    start, end = story.path.pose(0.0), story.path.pose(9.0)
    assert start.centre == pytest.approx(end.centre)
    assert start.rotation == pytest.approx(end.rotation)


def test_a_lying_box_stays() -> None:
    story = lying(duration=2)
    assert story.path.pose(0.0).rotation == pytest.approx(story.path.pose(2.0).rotation)


@pytest.mark.parametrize(
    "film",
    [replace(temu_scene(160, 90), story=unboxing(150, pace=1.3)), sealed(160, 90, unboxing(pace=1.35))],
    ids=["temu", "sealed"],
)
def test_no_step_of_an_untouched_film_stands_out(film: Scene) -> None:
    """A jump makes 1.4 and more: such a film would be called cut, and rightly."""
    at, beyond = standing_out(film, list(np.arange(0, film.duration, 0.04)))
    assert beyond < 1.3, f"at {at:.2f} s"
