from __future__ import annotations

import numpy as np
import pytest

from samples.paint import Picture, Texture, area, blend, bounds, hull, polygon, shade, solid, surface


def plain(colour: tuple[int, int, int], width: int = 64, height: int = 64) -> Picture:
    return np.full((height, width, 3), colour, np.uint8)


def corners(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, np.float64)


SQUARE = corners((10, 10), (50, 10), (50, 40), (10, 40))


def test_an_area_is_positive_clockwise_on_screen() -> None:
    assert area(SQUARE) == pytest.approx(1200)
    assert area(SQUARE[::-1]) == pytest.approx(-1200)


def test_a_polygon_outside_the_picture_has_no_bounds() -> None:
    assert bounds(SQUARE + 1000, plain((0, 0, 0))) is None
    assert bounds(SQUARE, plain((0, 0, 0))) == (8, 8, 52, 42)


def test_blending_is_in_proportion() -> None:
    under, mask = plain((0, 0, 0), 3, 1), np.array([[0, 128, 255]], np.uint8)
    blend(under, plain((200, 100, 50), 3, 1), mask)
    assert under[0, 0].tolist() == [0, 0, 0]
    assert under[0, 1].tolist() == pytest.approx([100, 50, 25], abs=1)
    assert under[0, 2].tolist() == [200, 100, 50]


def test_a_surface_fills_its_corners_under_its_light() -> None:
    picture = plain((0, 0, 0), 100, 80)
    surface(picture, Texture(plain((200, 100, 40))), SQUARE, 0.5)
    assert picture[25, 30].tolist() == pytest.approx([100, 50, 20], abs=1)
    assert picture[5, 5].tolist() == [0, 0, 0]
    assert picture[60, 30].tolist() == [0, 0, 0]


def test_a_texture_is_laid_from_its_top_left_clockwise() -> None:
    skin = plain((0, 0, 0))
    skin[:32, :32] = (255, 0, 0)
    picture = plain((9, 9, 9), 100, 80)
    surface(picture, Texture(skin), corners((50, 10), (50, 50), (10, 50), (10, 10)))
    assert picture[15, 45].tolist() == [255, 0, 0]
    assert picture[45, 15].tolist() == [0, 0, 0]


def test_nothing_shines_through_between_the_faces_of_a_body() -> None:
    picture = plain((0, 255, 0), 120, 100)
    left = corners((10.3, 20.6), (60.4, 10.2), (60.4, 80.1), (10.3, 70.7))
    right = corners((60.4, 10.2), (100.2, 22.3), (100.2, 68.8), (60.4, 80.1))
    skin = Texture(plain((200, 0, 200)))
    solid(picture, [(skin, left, 1.0), (skin, right, 1.0)], hull(np.concatenate([left, right])))
    seam = picture[20:70, 55:66]
    assert (seam[:, :, 1] == 0).all()


def test_a_shadow_is_darkest_in_its_middle_and_local() -> None:
    picture = plain((200, 200, 200), 320, 240)
    shade(picture, [corners((100, 80), (220, 80), (220, 160), (100, 160))], 12, 0.5)
    assert picture[120, 160, 0] == pytest.approx(100, abs=6)
    assert picture[5, 5, 0] == 200
    assert 110 < picture[120, 100, 0] < 190


def test_a_mask_is_smooth_at_its_edge() -> None:
    mask = polygon((0, 0, 64, 64), corners((10.5, 10.5), (50.5, 20.2), (30, 55)))
    assert {0, 255} < set(mask.ravel().tolist())
