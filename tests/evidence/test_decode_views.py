"""What a check sees of a picture: grey and colour at its size, shared, read-only and upright."""

from __future__ import annotations

import numpy as np
import pytest

from tests.evidence.test_decode import (
    encoded,
    flat,
    opened,
    plain,
    quarters,
)


@pytest.mark.parametrize("layout", ["yuv420p", "yuv420p10le", "yuv422p"])
@pytest.mark.parametrize(("level", "seen"), [(16, 0), (235, 255), (126, 128), (60, 51)])
def test_limited_luma_comes_out_full(layout, level, seen):
    codec = "libx265" if layout == "yuv420p10le" else "libx264"
    frames = [flat(level, layout=layout) for _ in range(3)]
    picture = next(opened(encoded(codec, times=(0, 40, 80), frames=frames, layout=layout)).frames())
    assert abs(float(picture.gray(64).mean()) - seen) <= 1.5


@pytest.mark.parametrize("level", [4, 128, 250])
def test_full_luma_stays_as_it_is(level):
    frame = flat(level, layout="yuvj420p")
    film = opened(encoded("mjpeg", "mov", times=(0,), frames=[frame], layout="yuvj420p"))
    assert abs(float(next(film.frames()).gray(64).mean()) - level) <= 1.5
    film = opened(encoded("libx264", "mp4", times=(0,), frames=[flat(level)], color_range=2))
    assert abs(float(next(film.frames()).gray(64).mean()) - level) <= 1.5


@pytest.mark.parametrize(
    ("matrix", "yuv", "seen"),
    [
        (2, (81, 90, 240), (255, 0, 0)),
        (6, (81, 90, 240), (255, 0, 0)),
        (1, (63, 102, 240), (255, 0, 0)),
        (1, (173, 42, 26), (0, 255, 0)),
        (9, (74, 97, 240), (255, 0, 0)),
        (1, (126, 128, 128), (128, 128, 128)),
    ],
)
def test_colours_follow_the_matrix_that_the_film_names(matrix, yuv, seen):
    frame = flat(yuv[0], chroma=yuv[1:])
    film = opened(encoded("libx264", "mp4", times=(0,), frames=[frame], colorspace=matrix))
    colour = next(film.frames()).rgb(64).reshape(-1, 3).mean(axis=0)
    assert np.abs(colour - seen).max() <= 4


def test_a_large_film_that_names_no_matrix_is_taken_for_hd():
    size = (1280, 720)
    film = opened(encoded(times=(0,), size=size, frames=[flat(63, size, chroma=(102, 240))]))
    assert np.abs(next(film.frames()).rgb(64).reshape(-1, 3).mean(axis=0) - (255, 0, 0)).max() <= 4


def test_a_view_is_the_mean_of_what_it_covers():
    frame = flat(16, (640, 480))
    rng = np.random.default_rng(1)
    coarse = rng.integers(40, 220, (24, 32)).astype(np.uint8)
    luma = np.full((480, frame.planes[0].line_size), 16, np.uint8)
    luma[:, :640] = np.kron(coarse, np.ones((20, 20), np.uint8))
    frame.planes[0].update(luma.tobytes())
    data = encoded("libx264", "mp4", times=(0,), frames=[frame], size=(640, 480), bit_rate=20_000_000)
    view = next(opened(data).frames()).gray(32)
    assert view.shape == (24, 32)
    assert np.abs(view - (coarse.astype(float) - 16) * 255 / 219).mean() < 3


def test_views_are_shared_read_only_and_never_larger_than_the_picture():
    picture = next(opened(plain()).frames())
    assert picture.gray(64) is picture.gray(64)
    assert picture.gray(500) is picture.gray(128)
    assert picture.gray(9999).shape == (96, 128)
    assert picture.rgb(64).shape == (48, 64, 3)
    for view in (picture.gray(64), picture.rgb(64)):
        assert not view.flags.writeable
        assert view.flags.c_contiguous


def test_a_picture_keeps_its_views_when_the_film_has_gone_on():
    pictures = list(opened(plain()).frames())
    assert [round(float(p.gray(16).mean())) for p in pictures] == pytest.approx(
        [(40 + 15 * i - 16) * 255 / 219 for i in range(len(pictures))], abs=3
    )


@pytest.mark.parametrize(
    ("turn", "rotation", "top_left"),
    [
        ((0,), 0, (0, 0)),
        ((-90,), 90, (0, 1)),
        ((90,), 270, (1, 0)),
        ((180,), 180, (1, 1)),
        ((0, True, False), 0, (0, 1)),
        ((0, False, True), 180, (1, 0)),
    ],
)
@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_pictures_are_upright(container, turn, rotation, top_left):
    film = opened(encoded("libx264", container, times=(0,), frames=[quarters()], turn=turn))
    picture = next(film.frames())
    assert film.media.rotation == rotation
    assert (film.media.width, film.media.height) == (128, 96)
    shape = (96, 128) if rotation % 180 == 0 else (128, 96)
    assert picture.gray(128).shape == (picture.height, picture.width) == shape
    corner = np.unravel_index(int(picture.gray(8)[1::5, 1::5][:2, :2].argmax()), (2, 2))
    whole = picture.gray(128).astype(int)
    cells = [
        [whole[: shape[0] // 2, : shape[1] // 2].mean(), whole[: shape[0] // 2, shape[1] // 2 :].mean()],
        [whole[shape[0] // 2 :, : shape[1] // 2].mean(), whole[shape[0] // 2 :, shape[1] // 2 :].mean()],
    ]
    assert np.unravel_index(int(np.argmax(cells)), (2, 2)) == top_left, corner
    assert np.array_equal(picture.rgb(128)[..., 0] > 200, picture.gray(128) > 200)
