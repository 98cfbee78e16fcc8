from __future__ import annotations

import io
import struct
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from evidence import exif, gate
from evidence.checks.thumbnail import Thumbnail
from evidence.model import Expectation
from evidence.photo import open_photo
from evidence.profile import load
from tests.evidence.fakes import World, watched

CONTENT = "8A2B0C1E-1234-4000-8000-1234567890AB"


def small_jpeg(picture):
    buffer = io.BytesIO()
    Image.fromarray(picture).resize((160, 120)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def tiff(thumbnail, orientation):
    """EXIF of two directories by hand: orientation, then the thumbnail's place."""
    ifd0 = struct.pack("<HHHII", 1, 0x0112, 3, 1, orientation) + struct.pack("<I", 26)
    at = 8 + len(ifd0) + 2 + 24 + 4
    ifd1 = struct.pack("<H", 2)
    ifd1 += struct.pack("<HHII", 0x0201, 4, 1, at) + struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
    return b"Exif\0\0II*\0\x08\0\0\0" + ifd0 + ifd1 + struct.pack("<I", 0) + thumbnail


def opened(picture, thumbnail, orientation=1):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=90, exif=tiff(thumbnail, orientation))
    return open_photo(
        file,
        gate.sniff(file),
        limits=load("defect_photo").limits,
        expected=Expectation(),
        now=datetime(2026, 11, 27, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def scene():
    return World(3, width=640, height=480).seen(200, 120)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_thumbnail_is_turned_as_its_photo_is(scene, orientation):
    photo = opened(scene, small_jpeg(scene), orientation)
    (frame,) = photo.frames()
    assert photo.media.thumbnail is not None
    assert (photo.media.thumbnail.shape[1] > 130) == (frame.width > frame.height)
    (finding,) = watched(Thumbnail(), [frame], media=photo.media)
    assert finding.outcome == "pass"
    assert "turned" not in finding.says


def test_another_thumbnail_is_told(scene):
    other = World(4, width=640, height=480).seen(20, 300)
    photo = opened(scene, small_jpeg(other))
    (finding,) = watched(Thumbnail(), list(photo.frames()), media=photo.media)
    assert finding.outcome == "unsure"


@pytest.mark.parametrize("broken", [b"", b"\xff\xd8", b"\xff\xd8" + b"\0" * 400, b"no picture"])
def test_a_broken_thumbnail_is_none(scene, broken):
    assert opened(scene, broken).media.thumbnail is None


def test_a_thumbnail_as_large_as_a_photo_is_none(scene):
    large = io.BytesIO()
    Image.fromarray(np.zeros((1100, 1100), np.uint8)).save(large, "JPEG", quality=10)
    assert opened(scene, large.getvalue()).media.thumbnail is None


def note(entries, tail=b""):
    head = b"Apple iOS\0\0\1MM" + struct.pack(">H", len(entries))
    return head + b"".join(struct.pack(">HHII", *entry) for entry in entries) + tail


def test_the_id_of_a_live_photo_is_read():
    place = 14 + 2 + 12
    made = note([(0x0011, 2, 37, place)], CONTENT.encode() + b"\0")
    assert exif._paired(made) == {"ContentIdentifier": CONTENT}


@pytest.mark.parametrize(
    "made",
    [b"", b"Apple iOS\0\0\1MM", note([(0x0011, 2, 37, 2**31)]), b"Apple iOS\0\0\1MM\xff\xff", b"Nikon", None],
)
def test_a_broken_note_gives_nothing(made):
    assert exif._paired(made) == {}
