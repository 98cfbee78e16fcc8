from __future__ import annotations

import cv2
import numpy as np
import pytest

from evidence.vision.moire import lattice
from tests.evidence.fakes import World

WIDE, HIGH = 1100, 900
LIMIT = 5.5


@pytest.fixture(scope="module")
def scene():
    return World(5, width=WIDE, height=HIGH).seen(300, 200, noise=2.0)


def on_a_screen(scene, pitch, degrees):
    """The scene behind the dark grid of a screen's pixels, `pitch` pixels wide, turned."""
    y, x = np.mgrid[0:HIGH, 0:WIDE].astype(np.float32)
    turn = np.deg2rad(degrees)
    across, down = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    grid = (1 + np.cos(2 * np.pi * across / pitch)) * (1 + np.cos(2 * np.pi * down / pitch)) / 4
    seen = scene * (0.75 + 0.25 * grid) + np.random.default_rng(1).normal(0, 2, scene.shape)
    _, jpeg = cv2.imencode(".jpg", np.clip(seen, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 88])
    return cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)


@pytest.mark.parametrize("pitch", [2.7, 3.6, 6.3])
@pytest.mark.parametrize("degrees", [5, 14])
def test_the_lattice_of_a_screen_stands_out(scene, pitch, degrees):
    assert lattice(on_a_screen(scene, pitch, degrees)).strength > LIMIT


def test_a_scene_has_none(scene):
    assert lattice(scene).strength < LIMIT


def test_bars_in_one_direction_are_no_lattice(scene):
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    bars = 0.75 + 0.25 * np.cos(2 * np.pi * (x * 0.9 + y * 0.4) / 7)
    barred = (scene * bars).astype(np.uint8)
    assert lattice(barred).strength < LIMIT


def test_a_small_picture_says_nothing(scene):
    assert lattice(scene[:300, :300]).strength == 0


@pytest.mark.parametrize(("pitch", "degrees"), [(2.7, 5), (6.3, 14), (2.3, 5), (40, 5)])
def test_stopping_early_never_changes_the_answer(scene, pitch, degrees):
    screen = on_a_screen(scene, pitch, degrees)
    assert (lattice(screen, enough=LIMIT).strength < LIMIT) == (lattice(screen).strength < LIMIT)
