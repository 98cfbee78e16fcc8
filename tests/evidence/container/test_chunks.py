from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.container import chunks
from evidence.container.chunks import png, webp


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + bytes(4)


def of_png(*parts: bytes):
    data = b"\x89PNG\r\n\x1a\n" + b"".join(parts)
    return png(io.BytesIO(data), len(data)), data


def riff(kind: bytes, data: bytes = b"") -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def of_webp(*parts: bytes, more: bytes = b""):
    body = b"WEBP" + b"".join(parts)
    data = b"RIFF" + struct.pack("<I", len(body)) + body + more
    return webp(io.BytesIO(data), len(data)), data


def test_a_png_tells_its_chunks_its_software_its_packet_and_its_record():
    made, data = of_png(
        chunk(b"IHDR", bytes(13)),
        chunk(b"tEXt", b"Software\0Adobe ImageReady"),
        chunk(b"tEXt", b"Comment\0hello"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>"),
        chunk(b"caBX", b"record"),
        chunk(b"IDAT", bytes(9)),
        chunk(b"IDAT", bytes(9)),
        chunk(b"IEND"),
        b"appended",
    )
    assert made.order == ("IHDR", "tEXt", "iTXt", "caBX", "IDAT", "IEND")
    assert made.words["writer"] == "Adobe ImageReady"
    assert "hello" in made.words["comment"]
    assert "<x:xmpmeta/>" in made.words["xmp"]
    assert [data[start:end] for start, end in made.manifest] == [b"record"]
    assert made.trailing == len(b"appended")


def test_a_packed_packet_is_left_alone():
    made, _ = of_png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + bytes(50)), chunk(b"IEND"))
    assert made.words == {}


def test_a_webp_tells_its_chunks_its_packet_and_its_record():
    made, data = of_webp(
        riff(b"VP8X", bytes(10)),
        riff(b"VP8 ", bytes(7)),
        riff(b"XMP ", b"<x/>"),
        riff(b"C2PA", b"rec"),
        more=b"zip!!",
    )
    assert made.order == ("VP8X", "VP8 ", "XMP ", "C2PA")
    assert made.words == {"xmp": "<x/>"}
    assert [data[start:end] for start, end in made.manifest] == [b"rec"]
    assert made.trailing == 4


def test_words_are_cut():
    long = b"Comment\0" + b"x" * (chunks.MAX_WORDS + 5)
    made, _ = of_png(*[chunk(b"tEXt", long)] * 3, chunk(b"IEND"))
    assert len(made.words["comment"]) <= chunks.MAX_WORDS


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0xFFFFFFFF])
def test_lying_lengths_end_the_walk(length):
    made, _ = of_png(struct.pack(">I", length) + b"tEXtSoftware\0x", chunk(b"IEND"))
    assert made.order == ()
    made, _ = of_webp(b"XMP " + struct.pack("<I", length) + b"<x/>")
    assert made.order == ()


def test_the_walk_ends_at_its_bound(monkeypatch):
    monkeypatch.setattr(chunks, "MAX_CHUNKS", 5)
    made, _ = of_png(*[chunk(b"IDAT")] * 9, chunk(b"IEND"))
    assert made.order == ("IDAT",)


@given(st.binary(max_size=200))
def test_any_bytes_are_walked(data):
    of_png(data)
    of_webp(data)
