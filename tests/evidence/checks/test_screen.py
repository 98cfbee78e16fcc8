from __future__ import annotations

import numpy as np
import pytest

from evidence.checks.screen import Screen
from tests.evidence.fakes import World, described, film, outcomes, watched


@pytest.fixture(scope="module")
def scene():
    return World(6, width=1200, height=900).seen(300, 200, noise=2.0)


def judged(picture, **facts):
    size = {"width": picture.shape[1], "height": picture.shape[0]}
    return outcomes(watched(Screen(), film([picture]), media=described("photo", **{**size, **facts})))


def page():
    """A chat as a phone draws it."""
    picture = np.full((2400, 1080), 238, np.uint8)
    for top in range(100, 2200, 260):
        picture[top : top + 180, 80:900] = 255
    return picture


def test_a_photo_shows_no_sign(scene):
    assert judged(scene) == {"screen.shot": "pass", "screen.lattice": "pass"}


def test_a_drawn_page_in_the_shape_of_a_phone_is_unsure():
    assert judged(page())["screen.shot"] == "unsure"


def test_a_camera_that_names_itself_is_believed():
    assert judged(page(), tags={"exif:Make": "Northphone"})["screen.shot"] == "pass"


def test_a_tall_photo_without_tags_is_no_screenshot():
    tall = World(6, width=500, height=1080).seen(300, 200, noise=2.0)
    assert judged(tall)["screen.shot"] == "pass"


def test_a_file_that_calls_itself_one_is_unsure(scene):
    assert judged(scene, tags={"exif:UserComment": "Screenshot"})["screen.shot"] == "unsure"


def test_a_small_picture_is_not_asked_for_a_lattice(scene):
    assert judged(scene[:400, :600])["screen.lattice"] == "skipped"


def test_a_photographed_screen_is_unsure_and_never_fails(scene):
    y, x = np.mgrid[0:900, 0:1200].astype(np.float32)
    across, down = x * 0.995 + y * 0.0998, y * 0.995 - x * 0.0998
    grid = (1 + np.cos(2 * np.pi * across / 3.3)) * (1 + np.cos(2 * np.pi * down / 3.3)) / 4
    assert judged((scene * (0.7 + 0.3 * grid)).astype(np.uint8))["screen.lattice"] == "unsure"
