from __future__ import annotations

import cv2
import numpy as np
import pytest

from evidence.vision import focus


def drawing(width, height, seed=1):
    """A picture of hard edges in all directions, four times too large in each."""
    random = np.random.default_rng(seed)
    made = np.full((height * 4, width * 4), 120, np.uint8)
    for _ in range(60):
        centre = random.uniform(0, 1, 2) * (width * 4, height * 4)
        angles = np.sort(random.uniform(0, 2 * np.pi, 5))
        radius = random.uniform(0.03, 0.12) * width * 4
        corners = centre + radius * np.c_[np.cos(angles), np.sin(angles)]
        cv2.fillPoly(made, [corners.astype(np.int32)], int(random.integers(10, 245)))
    return made


def seen(drawn, blur=0.0, noise=0.0):
    """The drawing at its size, blurred by so many of its pixels, with noise."""
    soft = cv2.GaussianBlur(drawn, (0, 0), blur * 4) if blur else drawn
    small = cv2.resize(soft, (drawn.shape[1] // 4, drawn.shape[0] // 4), interpolation=cv2.INTER_AREA)
    shaken = small + np.random.default_rng(2).normal(0, noise, small.shape)
    return np.clip(shaken, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def drawn():
    return drawing(800, 600)


def pixels(picture):
    width = focus.blur(picture)
    assert width is not None
    return width * max(picture.shape) / 1000


@pytest.mark.parametrize("truth", [1, 1.5, 2, 3, 5, 8])
def test_the_width_of_a_known_blur_is_measured(drawn, truth):
    assert pixels(seen(drawn, truth)) == pytest.approx(truth, rel=0.15)


def test_a_sharp_picture_is_sharp(drawn):
    assert pixels(seen(drawn)) < 0.5


def test_contrast_and_brightness_do_not_matter(drawn):
    soft = seen(drawn, 2)
    assert pixels((soft * 0.3).astype(np.uint8)) == pytest.approx(2, rel=0.2)


@pytest.mark.parametrize("noise", [4, 8])
def test_noise_is_no_sharpness(drawn, noise):
    assert pixels(seen(drawn, 3, noise)) > 2


def test_movement_is_blur_although_edges_along_it_stay_sharp(drawn):
    kernel = np.full((1, 17), 1 / 17, np.float32)
    assert pixels(cv2.filter2D(seen(drawn), -1, kernel)) > 2


def test_a_soft_background_is_no_fault(drawn):
    picture = seen(drawn, 6)
    picture[150:450, 200:600] = seen(drawn)[150:450, 200:600]
    assert pixels(picture) < 1


@pytest.mark.parametrize("shape", [(600, 800), (20, 30), (1, 1), (7, 900), (900, 7)])
def test_a_plain_picture_tells_nothing(shape):
    assert focus.blur(np.full(shape, 128, np.uint8)) is None


def test_noise_alone_tells_nothing():
    noise = np.random.default_rng(5).normal(128, 10, (300, 400))
    width = focus.blur(noise.astype(np.uint8))
    assert width is None
