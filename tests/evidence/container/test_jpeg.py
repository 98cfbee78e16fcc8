from __future__ import annotations

import io
import struct

from hypothesis import given
from hypothesis import strategies as st

from evidence.container import jpeg
from evidence.container.jpeg import walk
from evidence.structure import Structure

XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
SCAN = b"\xff\xda\0\x0c" + bytes(10) + b"\x11\x22\xff\xd9"
DESCRIPTION = struct.pack(">I4s", 40, b"jumd") + jpeg._C2PA + b"\x03c2pa\0" + bytes(10)


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def seen(*parts: bytes) -> Structure:
    data = b"\xff\xd8" + b"".join(parts)
    return walk(io.BytesIO(data), len(data))


def pieces(superbox: bytes, size: int, number: int = 1) -> bytes:
    """A superbox cut into segments; each repeats its header of eight bytes."""
    head, rest = superbox[:8], superbox[8:]
    cut = [rest[i : i + size] for i in range(0, len(rest), size)]
    return b"".join(
        segment(0xEB, b"JP" + struct.pack(">HI", number, i + 1) + head + part) for i, part in enumerate(cut)
    )


def joined(structure: Structure, *parts: bytes) -> bytes:
    data = b"\xff\xd8" + b"".join(parts)
    return b"".join(data[start:end] for start, end in structure.manifest)


def test_the_segments_are_told_in_their_order_and_their_words_are_kept():
    made = seen(
        segment(0xE0, b"JFIF\0" + bytes(9)),
        segment(0xE1, b"Exif\0\0" + bytes(20)),
        segment(0xE1, XMP + b"<x:xmpmeta/>"),
        segment(0xED, b"Photoshop 3.0\0FBMD01000abc"),
        segment(0xFE, "made by 美图".encode()),
        b"\xff",
        SCAN,
    )
    assert made.order == ("JFIF", "Exif", "XMP", "Photoshop", "comment")
    assert made.words == {"xmp": "<x:xmpmeta/>", "resources": "FBMD01000abc", "comment": "made by 美图"}
    assert made.manifest == ()


def test_nothing_after_the_first_scan_is_looked_at():
    assert seen(SCAN, segment(0xFE, b"late")).words == {}


def test_a_record_of_origin_is_put_together_from_its_pieces():
    superbox = struct.pack(">I4s", 8 + len(DESCRIPTION) + 500, b"jumb") + DESCRIPTION + bytes(range(250)) * 2
    parts = (pieces(b"\0\0\0\x20jumb" + bytes(24), 99, number=7), pieces(superbox, 200), SCAN)
    made = seen(*parts)
    assert len(made.manifest) == 3
    assert joined(made, *parts) == superbox


def test_boxes_of_other_kinds_are_no_record():
    assert seen(segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20junk" + bytes(24)), SCAN).manifest == ()
    assert seen(segment(0xEB, b"JP"), segment(0xEB, b"HDR_RI ver=11"), SCAN).manifest == ()


def test_ten_megabytes_of_xmp_are_read_in_part():
    packet = segment(0xE1, XMP + b"x" * 65_000)
    more = segment(0xE1, EXTENSION + bytes(65_000)) * 160
    made = seen(packet, more, packet, SCAN)
    assert len(made.words["xmp"]) == 65_000


def test_the_walk_ends_at_its_bound():
    made = seen(
        segment(0xFE, b"first"), segment(0xE2, b"") * jpeg.MAX_SEGMENTS, segment(0xED, b"Photoshop 3.0\0")
    )
    assert made.order == ("comment",)


def test_lying_lengths_end_the_walk():
    for length in (0, 1, 0xFFFF):
        liar = b"\xff\xe1" + struct.pack(">H", length) + b"Exif\0\0"
        assert seen(liar, segment(0xFE, b"after")).order in {(), ("comment",)}


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=12), st.binary(max_size=40))
def test_any_bytes_are_walked(segments, rest):
    made = seen(*(segment(marker, content) for marker, content in segments), rest)
    for start, end in made.manifest:
        assert start < end
