"""Films that break off, rot or are rubble: each ends in an answer."""

from __future__ import annotations

import functools
import io
from contextlib import suppress

import av
import numpy as np
import pytest

from evidence.check import RefusedError
from tests.evidence.test_decode import (
    FRAGMENTED,
    encoded,
    flat,
    opened,
    plain,
    refused,
    walked,
)


def front(data_codec="libx264", times=tuple(range(0, 2000, 40))) -> bytes:
    frames = [noisy(i) for i in range(len(times))]
    return encoded(data_codec, "mp4", times=times, frames=frames, muxing={"movflags": "faststart"})


def noisy(seed: int):
    frame = flat(128)
    rng = np.random.default_rng(seed)
    frame.planes[0].update(rng.integers(30, 220, frame.planes[0].buffer_size, dtype=np.uint8).tobytes())
    return frame


NOISY = functools.cache(front)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.995])
def test_a_film_that_breaks_off_is_shown_as_far_as_it_goes_and_is_not_whole(share):
    data = NOISY()
    film = opened(data[: int(len(data) * share)])
    times = walked(film)
    assert len(times) >= int(50 * share) - 2
    assert times == list(range(0, 40 * len(times), 40))
    assert not film.ending.complete
    assert film.ending.error


@pytest.mark.parametrize(
    ("codec", "container", "muxing"),
    [
        ("libx264", "mp4", FRAGMENTED),
        ("libvpx", "webm", None),
        ("libvpx", "webm", {"live": "1"}),
        ("libx264", "matroska", None),
    ],
)
def test_so_is_one_of_any_other_kind(codec, container, muxing):
    frames = [noisy(i) for i in range(20)]
    data = encoded(codec, container, times=tuple(range(0, 800, 40)), frames=frames, muxing=muxing)
    film = opened(data[: int(len(data) * 0.6)])
    assert 5 <= len(walked(film)) <= 14
    assert not film.ending.complete


def test_bad_packets_cost_themselves_and_not_the_film():
    data = bytearray(NOISY())
    with av.open(io.BytesIO(bytes(data))) as film:
        packets = [(p.pos, p.size) for p in film.demux(video=0) if p.size and not p.is_keyframe]
    for position, size in packets[10:12]:
        data[position : position + size] = bytes([0xFF]) * size
    film = opened(bytes(data))
    times = walked(film)
    assert len(times) >= 46
    assert times[-1] == 1960
    assert not film.ending.complete or film.ending.corrupt


def test_rubble_in_the_pictures_is_counted():
    data = bytearray(NOISY())
    start = data.index(b"mdat") + len(data) // 4
    rng = np.random.default_rng(3)
    for position in rng.integers(start, len(data), 200):
        data[position] ^= 0x55
    film = opened(bytes(data))
    walked(film)
    assert film.ending.corrupt or not film.ending.complete


def test_a_film_of_which_no_picture_can_be_decoded_is_refused():
    data = bytearray(plain())
    start = data.index(b"mdat") + 4
    length = int.from_bytes(data[start - 8 : start - 4], "big") - 8
    data[start : start + length] = bytes([0xFF]) * length
    assert refused(bytes(data)).code == "refused.no_pictures"


@pytest.mark.parametrize("seed", range(25))
def test_whatever_is_broken_ends_in_an_answer(seed):
    rng = np.random.default_rng(seed)
    sources = (plain(), plain("libvpx", "webm"), plain("mpeg4"), NOISY())
    data = bytearray(sources[seed % 4])
    for position in rng.integers(0, len(data), rng.integers(1, 60)):
        data[position] = rng.integers(0, 256)
    with suppress(RefusedError):
        film = opened(bytes(data))
        walked(film)
        assert film.ending.frames
