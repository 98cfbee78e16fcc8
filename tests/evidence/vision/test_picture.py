from __future__ import annotations

import av
import numpy as np
import pytest

from evidence.vision.picture import Scaler

LAYOUTS = (
    "yuv420p",
    "yuvj420p",
    "yuv422p",
    "yuvj422p",
    "yuv444p",
    "yuv440p",
    "yuv411p",
    "yuv420p10le",
    "yuv422p10le",
    "yuv444p10le",
    "yuv420p12le",
    "yuv444p12le",
    "gray",
    "gray10le",
    "gray12le",
    "gbrp",
    "gbrp10le",
    "gbrp12le",
    "yuva420p",
    "nv12",
    "p010le",
    "rgb24",
    "pal8",
)


def black(layout: str, size: tuple[int, int] = (66, 50)):
    frame = av.VideoFrame(*size, layout)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_that_a_decoder_may_give_has_its_views(layout):
    scaler = Scaler()
    for size in ((16, 12), (66, 50)):
        gray = scaler.render(black(layout), *size, "gray")
        assert gray.shape == size[::-1]
        assert gray.max() <= 1
        assert scaler.render(black(layout), *size, "rgb24").shape == (*size[::-1], 3)


@pytest.mark.parametrize("number", range(18))
def test_colour_marks_that_make_no_sense_do_no_harm(number):
    frame = black("yuv420p")
    frame.colorspace = frame.color_trc = frame.color_primaries = number
    frame.color_range = number % 4
    assert Scaler().render(frame, 16, 12, "rgb24").dtype == np.uint8


def test_a_converter_serves_films_that_change_their_size():
    scaler = Scaler()
    for size in ((66, 50), (128, 96), (66, 50)):
        assert scaler.render(black("yuv420p", size), 32, 24, "gray").shape == (24, 32)
