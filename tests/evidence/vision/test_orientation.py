from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image, ImageOps

from evidence.vision.orientation import Orientation, fit

PICTURE = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.mark.parametrize("tag", range(1, 9))
def test_each_exif_orientation_comes_out_as_pillow_turns_it(tag):
    image = Image.fromarray(PICTURE)
    image.getexif()[0x0112] = tag
    truth = np.asarray(ImageOps.exif_transpose(image))
    upright = Orientation.of_exif(tag).upright(PICTURE)
    np.testing.assert_array_equal(upright, truth)
    assert Orientation.of_exif(tag).upright_size(4, 3) == truth.shape[::-1]


@pytest.mark.parametrize("tag", [0, 9, -1, 10**9])
def test_an_orientation_that_is_none_counts_as_upright(tag):
    assert Orientation.of_exif(tag) == Orientation()


ONE = 1 << 16


@pytest.mark.parametrize(
    ("matrix", "upright"),
    [
        ((ONE, 0, 0, ONE), Orientation(0)),
        ((0, ONE, -ONE, 0), Orientation(90)),
        ((-ONE, 0, 0, -ONE), Orientation(180)),
        ((0, -ONE, ONE, 0), Orientation(270)),
        ((-ONE, 0, 0, ONE), Orientation(0, mirrored=True)),
        ((ONE, 0, 0, -ONE), Orientation(180, mirrored=True)),
        ((0, -ONE, -ONE, 0), Orientation(90, mirrored=True)),
        ((0, ONE, ONE, 0), Orientation(270, mirrored=True)),
        ((0, 0, 0, 0), Orientation(0)),
        ((65000, 3000, -3000, 65000), Orientation(0)),
    ],
)
def test_a_display_matrix_is_read(matrix, upright):
    a, b, c, d = matrix
    raw = struct.pack("=9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    assert Orientation.of_matrix(raw) == upright
    assert Orientation.of_matrix(raw[:20]) == Orientation()


@pytest.mark.parametrize(
    ("a", "b", "c", "d"),
    [
        (0, 1, -1, 0),
        (0, -1, 1, 0),
        (-1, 0, 0, 1),
        (0, 1, 1, 0),
        (0, -1, -1, 0),
        (1, 0, 0, -1),
        (-1, 0, 0, -1),
    ],
)
def test_points_land_where_the_matrix_sends_them(a, b, c, d):
    raw = struct.pack("=9i", a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30)
    upright = Orientation.of_matrix(raw).upright(PICTURE)
    height, width = PICTURE.shape
    corners = [(a * p + c * q, b * p + d * q) for p in (0, width - 1) for q in (0, height - 1)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    for q in range(height):
        for p in range(width):
            assert upright[b * p + d * q - top, a * p + c * q - left] == PICTURE[q, p]


def test_what_comes_out_is_a_read_only_copy():
    source = PICTURE.copy()
    upright = Orientation().upright(source)
    source[:] = 0
    assert upright[2, 3] == 11
    assert upright.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        upright[0, 0] = 1


@pytest.mark.parametrize(
    ("size", "side", "fitted"),
    [
        ((1920, 1080), 96, (96, 54)),
        ((1080, 1920), 96, (54, 96)),
        ((640, 480), 640, (640, 480)),
        ((640, 480), 9999, (640, 480)),
        ((10_000, 3), 100, (100, 1)),
    ],
)
def test_the_long_side_shrinks_and_never_grows(size, side, fitted):
    assert fit(*size, side) == fitted
