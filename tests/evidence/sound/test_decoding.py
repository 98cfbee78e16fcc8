"""Sound on its way to those who listen, from packets that are made up: each decodes to one frame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest

from evidence.sound.decoding import BATCH, RATE, Hearing

SOURCE = 48_000
PIECE = 1024


@dataclass
class FakePacket:
    at: float
    samples: np.ndarray
    layout: str = "mono"
    size: int = 1

    def decode(self):
        frame = av.AudioFrame.from_ndarray(self.samples, format="fltp", layout=self.layout)
        frame.sample_rate = SOURCE
        frame.pts, frame.time_base = round(self.at * SOURCE), Fraction(1, SOURCE)
        return [frame]


def packets(seconds, *, start=0.0, layout="mono", jitter=0.0):
    count = round(seconds * SOURCE / PIECE)
    tone = np.sin(2 * np.pi * 440 * np.arange(count * PIECE) / SOURCE).astype(np.float32)
    draw = np.random.default_rng(1)
    for n in range(count):
        part = tone[None, n * PIECE : (n + 1) * PIECE].repeat(2 if layout == "stereo" else 1, axis=0)
        yield FakePacket(start + n * PIECE / SOURCE + draw.uniform(-jitter, jitter), part, layout)


def heard(*given):
    hearing = Hearing(object(), timedelta(minutes=1))
    hearing.listen()
    for packet in given:
        hearing.take(packet)
    hearing.finish()
    return list(hearing.heard(Fraction(0)))


def joined(pieces):
    return np.concatenate([piece.samples for piece in pieces])


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_all_of_it_comes_in_batches_that_follow_each_other(layout):
    pieces = heard(*packets(4, layout=layout))
    assert len(joined(pieces)) == pytest.approx(4 * RATE, abs=0.01 * RATE)
    assert all(len(piece.samples) <= 1.1 * BATCH * RATE for piece in pieces)
    for one, following in pairwise(pieces):
        end = one.at + timedelta(seconds=len(one.samples) / RATE)
        assert abs(following.at - end) < timedelta(milliseconds=4)


def test_what_comes_out_is_what_went_in():
    spectrum = np.abs(np.fft.rfft(joined(heard(*packets(3)))[: 2 * RATE]))
    assert spectrum.argmax() / 2 == 440


def test_stamps_that_are_rounded_begin_nothing_anew():
    assert len(heard(*packets(4, jitter=0.0005))) == len(heard(*packets(4)))


def test_a_jump_of_its_clock_begins_a_piece():
    pieces = heard(*packets(0.3), *packets(0.3, start=2.0))
    assert [piece.at.total_seconds() for piece in pieces] == pytest.approx([0, 2.0], abs=1e-4)


def test_a_track_that_changes_its_shape_goes_on():
    pieces = heard(*packets(1), *packets(1, start=1, layout="stereo"))
    assert len(joined(pieces)) == pytest.approx(2 * RATE, abs=0.05 * RATE)


def test_what_is_decoded_before_somebody_listens_is_made_good():
    hearing = Hearing(object(), timedelta(minutes=1))
    given = list(packets(1))
    for packet in given[:10]:
        hearing.take(packet)
    assert list(hearing.heard(Fraction(0))) == []
    hearing.listen()
    for packet in given[10:]:
        hearing.take(packet)
    hearing.finish()
    assert len(joined(list(hearing.heard(Fraction(0))))) == pytest.approx(RATE, abs=0.03 * RATE)
