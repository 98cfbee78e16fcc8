from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from samples.glove import Glove
from samples.handling import Step, ends, handled, lying
from samples.pose import Shake
from samples.scene import Look
from samples.stage import Haze, Prop, Stage, brightness, hidden
from samples.story import Grip
from samples.table import Table
from samples.walk import Stop, Walk
from samples.wrap import wrapped

BODY = wrapped("plain", 3)
STILL = Shake(degrees=0, millimetres=0)


@pytest.fixture(scope="module")
def stage() -> Stage:
    story = handled(BODY, lying(BODY), [Step(lying(BODY, yaw=90), 1.0, 1.0)], lead=1.0)
    return Stage(
        Walk(320, 180, shake=STILL),
        ends(story),
        (Prop(BODY, story),),
        Table(clutter=False),
        Glove(),
        Look(noise=0, drift=0),
    )


def covered(stage: Stage, doing: str) -> dict[str, float]:
    grip = Grip(0, 1e6, doing)  # type: ignore[arg-type]
    prop = stage.props[0]
    story = replace(prop.story, grips=(grip,))
    (view,) = replace(stage, props=(replace(prop, story=story),)).views(3.0)
    return {face.face: face.hidden for face in view.faces if face.angle < 60}


def test_hands_hide_what_they_lie_on(stage: Stage) -> None:
    assert max(covered(stage, "hold").values()) < 0.3
    assert min(covered(stage, "cover").values()) > 0.5
    assert min(covered(stage, "veil").values()) > 0.85


def test_what_hides_a_face_is_what_changed_in_the_picture(stage: Stage) -> None:
    bare = replace(stage, glove=None).picture(3.0).astype(int)
    held = stage.picture(3.0).astype(int)
    (view,) = stage.views(3.0)
    corners = np.array(view.corners)
    for face in view.faces:
        if face.angle > 60:
            continue
        points = corners[[n for n, at in enumerate(BODY.corners) if _on(face.face, at)]]
        inside = np.zeros(bare.shape[:2], np.uint8)
        cv2.fillConvexPoly(inside, cv2.convexHull(points.astype(np.float32)).astype(np.int32), (255,))
        changed = np.abs(held - bare).max(axis=2) > 6
        assert changed[inside > 0].mean() == pytest.approx(face.hidden, abs=0.06)


def _on(face: str, corner: np.ndarray) -> bool:
    middle = BODY.corners_of(face).mean(axis=0)
    return float(corner @ middle) / float(middle @ middle) > 0.99


def test_a_nearer_box_hides_a_farther_one(stage: Stage) -> None:
    rest = replace(stage.props[0], story=handled(BODY, lying(BODY, y=-215), [], held=False), box=2)
    behind, before = replace(stage, props=(stage.props[0], rest)).views(0.0)
    assert (behind.box, before.box) == (1, 2)
    assert {f.face: f.hidden for f in behind.faces}["front"] > 0.4
    assert all(face.hidden < 0.1 for face in before.faces if face.angle < 60)


def test_a_body_is_there_only_in_its_time(stage: Stage) -> None:
    left = replace(stage, props=(replace(stage.props[0], leaves=0.5),))
    assert [len(left.views(at)) for at in (0.4, 0.6)] == [1, 0]
    phone = replace(stage, props=(replace(stage.props[0], box=None),))
    assert phone.views(0.4) == ()
    assert (phone.picture(0.4) == stage.picture(0.4)).all()


def test_what_lies_beyond_the_border_is_hidden() -> None:
    square = np.array([(-10.0, 0), (10, 0), (10, 20), (-10, 20)])
    empty = np.zeros((40, 40), np.uint8)
    assert hidden(square, empty) == pytest.approx(0.5, abs=0.05)
    assert hidden(np.subtract(square, (40, 0)), empty) == 1
    within = np.add(square, (10, 0))
    assert hidden(within, empty) == 0
    assert hidden(within, empty + 255) == 1


def test_blur_is_in_the_picture_and_in_the_truth(stage: Stage) -> None:
    def detail(made: Stage) -> float:
        return float(cv2.Laplacian(made.picture(1.5)[:, :, 1], cv2.CV_32F).var())

    clear = detail(stage)
    for smear in (None, 30.0):
        hazy = replace(stage, haze=(Haze(1, 2, 0.014, smear),))
        assert detail(hazy) < 0.5 * clear
        assert [hazy.views(at)[0].sharp for at in (0.5, 1.5, 2.5)] == [True, False, True]
    moving = replace(stage, shutter=0.1)
    assert detail(moving) < clear
    assert moving.views(1.5)[0].sharp


def test_a_hard_light_makes_more_of_the_difference_between_faces() -> None:
    towards, away = np.array((1.0, 0, 0)), np.array((-1.0, 0, 0))
    soft, hard = (Look(key=(0.9, -0.2, 0.4), hardness=hardness) for hardness in (0, 0.8))
    assert brightness(towards, hard) / brightness(away, hard) > brightness(towards, soft) / brightness(
        away, soft
    )


def test_a_walk_goes_round_and_keeps_its_eye_on_the_target() -> None:
    stop = Stop(0, distance=800, elevation=40)
    walk = Walk(320, 180, shake=STILL, stops=(stop, replace(stop, at=4.0, azimuth=360)))
    for at in np.linspace(0, 4, 9):
        camera = walk.camera(float(at))
        assert np.linalg.norm(camera.eye - stop.target) == pytest.approx(800)
        assert camera.project(np.array([stop.target]))[0] == pytest.approx((160, 90))
    assert walk.camera(2.0).eye[1] > 0 > walk.camera(0.0).eye[1]
    assert walk.camera(9.0).eye == pytest.approx(walk.camera(0.0).eye)
