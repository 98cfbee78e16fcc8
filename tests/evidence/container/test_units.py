from __future__ import annotations

import struct

import pytest

from evidence.container.units import MAX_UNITS, Settings, Units

AVCC = b"\1\x64\0\x1f\xff\xe1\0\0"
HVCC = bytes(21) + b"\xff" + bytes(2)
SPS, PPS, SLICE = b"\x67sps", b"\x68pps", b"\x65slice"
NOTE = b"\x06\x05\x20" + b"0123456789abcdef" + b"made by an encoder\x80"


def with_lengths(*units: bytes) -> memoryview:
    return memoryview(b"".join(struct.pack(">I", len(unit)) + unit for unit in units))


def with_codes(*units: bytes) -> memoryview:
    return memoryview(b"".join(b"\0\0\0\1" + unit for unit in units))


def test_sets_are_told_apart_and_slices_do_not_matter():
    units = Units("h264", AVCC)
    one = units.settings(with_lengths(SPS, PPS, SLICE))
    assert one.sets
    assert one.sets == units.settings(with_lengths(SPS, PPS, SLICE + b"other")).sets
    assert one.sets != units.settings(with_lengths(SPS + b"2", PPS, SLICE)).sets
    assert not units.settings(with_lengths(SLICE))


def test_start_codes_separate_units_where_the_stream_has_no_header():
    found = Units("h264", b"").settings(with_codes(SPS, PPS, NOTE, SLICE))
    assert found.sets
    assert found.note


def test_an_encoders_note_is_told_and_a_timing_message_is_not():
    units = Units("h264", AVCC)
    assert units.settings(with_lengths(NOTE, SLICE)).note
    assert not units.settings(with_lengths(b"\x06\x01\x20" + bytes(40), SLICE)).note


def test_hevc_has_its_own_numbers():
    units = Units("hevc", HVCC)
    vps, note = bytes([32 << 1, 1]) + b"vps", bytes([39 << 1, 1]) + NOTE[1:]
    found = units.settings(with_lengths(vps, note))
    assert found.sets
    assert found.note


@pytest.mark.parametrize("codec", ["vp9", "av1", "mjpeg", ""])
def test_other_codecs_have_no_units(codec):
    assert Units(codec, b"").settings(with_codes(SPS)) == Settings()


def test_hostile_lengths_end_the_walk():
    units = Units("h264", AVCC)
    assert not units.settings(memoryview(b"\xff\xff\xff\xff" + SPS))
    assert not units.settings(memoryview(bytes(10_000)))
    assert not units.settings(with_lengths(*[SLICE] * MAX_UNITS, SPS))
