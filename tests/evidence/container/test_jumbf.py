from __future__ import annotations

import io
import struct
import time
from itertools import pairwise

import pytest

from evidence.container import jumbf


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def sound(data: bytes, *cuts: int) -> bool:
    edges = [0, *cuts, len(data)]
    return jumbf.sound(io.BytesIO(data), list(pairwise(edges)))


RECORD = box(
    b"jumb", box(b"jumd", bytes(20)) + box(b"jumb", box(b"jumd", bytes(9)) + box(b"cbor", bytes(99)))
)


def test_a_superbox_that_adds_up_is_sound_in_one_piece_and_in_several():
    assert sound(RECORD)
    assert sound(RECORD, 10, 60)


def test_wide_sizes_and_a_last_box_without_size_are_followed():
    wide = struct.pack(">I4sQ", 1, b"cbor", 16 + 5) + bytes(5)
    assert sound(box(b"jumb", box(b"jumd", bytes(20)) + wide))
    assert sound(box(b"jumb", box(b"jumd", bytes(20)) + struct.pack(">I4s", 0, b"cbor") + bytes(50)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0",
        box(b"cbor", bytes(9)),
        box(b"jumb", struct.pack(">I4s", 0x7FFFFFFF, b"jumb")),
        box(b"jumb", struct.pack(">I4s", 4, b"jumb")),
        box(b"jumb", struct.pack(">I4sQ", 1, b"jumb", 3)),
        RECORD[:-1],
    ],
)
def test_what_does_not_add_up_is_not_sound(data):
    assert not sound(data)


def test_bombs_are_turned_away_quickly():
    started = time.process_time()
    deep = b""
    for _ in range(5000):
        deep = box(b"jumb", deep)
    assert not sound(deep)
    assert not sound(box(b"jumb", box(b"free") * (jumbf.MAX_BOXES + 1)))
    assert not jumbf.sound(io.BytesIO(b""), [(0, jumbf.MAX_BYTES + 1)])
    assert time.process_time() - started < 2
