from __future__ import annotations

import gzip
import io
import random
import struct
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from evidence import gate
from evidence.check import RefusedError
from evidence.gate import Sniffed, sniff

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not here")


def box(kind: str, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), kind.encode("latin-1")) + body


def ftyp(*brands: str) -> bytes:
    return box("ftyp", brands[0].encode(), bytes(4), *[b.encode() for b in brands])


def moov(handler: bytes = b"vide") -> bytes:
    return box("moov", box("trak", box("mdia", box("hdlr", bytes(8), handler, bytes(13)))))


def element(name: int, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    length = (1 << 28 | len(body)).to_bytes(4, "big")
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + length + body


def matroska(doctype: bytes, kind: int = 1) -> bytes:
    header = element(0x1A45DFA3, element(0x4282, doctype))
    track = element(0xAE, element(0x83, bytes([kind])), element(0x86, b"V_VP8"))
    return header + element(0x18538067, element(0x1654AE6B, track), element(0x1F43B675, element(0xE7, b"\0")))


def told(data: bytes) -> Sniffed:
    file = io.BytesIO(data)
    sniffed = sniff(file)
    assert file.tell() == 0
    return sniffed


def refused(data: bytes) -> RefusedError:
    file = io.BytesIO(data)
    with pytest.raises(RefusedError) as caught:
        sniff(file)
    assert file.tell() == 0
    assert str(caught.value).endswith(".")
    return caught.value


@pytest.mark.parametrize(
    ("data", "kind", "container"),
    [
        (ftyp("qt  ") + moov() + box("mdat"), "video", "mov"),
        (ftyp("isom", "mp41") + moov() + box("mdat"), "video", "mp4"),
        (ftyp("mp42") + moov() + box("moof") + box("mdat"), "video", "mp4"),
        (ftyp("unknown"[:4]) + moov() + box("mdat"), "video", "mp4"),
        (ftyp("3gp4") + moov() + box("mdat"), "video", "3gp"),
        (ftyp("3g2a") + moov() + box("mdat"), "video", "3gp"),
        (box("wide") + box("mdat", bytes(9)) + moov(), "video", "mov"),
        (moov() + box("mdat", bytes(9)), "video", "mov"),
        (matroska(b"webm"), "video", "webm"),
        (matroska(b"matroska"), "video", "mkv"),
        (ftyp("heic", "mif1") + box("meta") + box("mdat"), "photo", "heic"),
        (ftyp("mif1", "heic") + box("meta"), "photo", "heic"),
        (b"\xff\xd8\xff\xe1" + bytes(30), "photo", "jpeg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "photo", "png"),
        (b"RIFF" + struct.pack("<I", 32) + b"WEBPVP8 " + bytes(24), "photo", "webp"),
    ],
)
def test_what_is_accepted_is_told_by_its_bytes(data, kind, container):
    assert (told(data).kind, told(data).container) == (kind, container)


def test_notes_are_kept():
    sniffed = told(ftyp("mp42", "isom") + moov() + box("moof") + box("mdat", bytes(64))[:-20])
    assert sniffed.missing == 20
    made = sniffed.structure
    assert made.brands == ("mp42", "isom")
    assert made.order == ("ftyp", "moov", "moof", "mdat")
    assert made.fragments == 1
    assert made.fragmented
    assert made.tracks[0].handler == "vide"


def packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("film.mp4", b"x" * 100)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "refused.empty", "empty"),
        (b"\0\0\0\x18ftyp", "refused.truncated", "8 bytes"),
        (b"#EXTM3U\n#EXTINF:10,\n/etc/passwd\n", "refused.playlist", "playlist"),
        (b"\xef\xbb\xbf\n#EXTM3U\nfile:///home/other/film.mp4\n", "refused.playlist", "playlist"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "refused.playlist", "playlist"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\n", "refused.playlist", "playlist"),
        (
            b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
            "refused.playlist",
            "playlist",
        ),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "refused.not_media", "SVG"),
        (b"<!DOCTYPE html><html><body>film</body></html>", "refused.not_media", "HTML"),
        (b'<?xml version="1.0"?><note>hello</note>', "refused.not_media", "XML"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(20), "refused.not_media", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n" + b"x" * 20, "refused.not_media", "PostScript"),
        (b"\xc5\xd0\xd3\xc6" + bytes(30), "refused.not_media", "EPS"),
        (packed(), "refused.not_media", "ZIP"),
        (gzip.compress(b"x" * 100, mtime=0), "refused.not_media", "gzip"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(30), "refused.not_media", "RAR"),
        (b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(30), "refused.not_media", "AVI"),
        (b"RIFF\x00\x10\x00\x00WAVEfmt " + bytes(30), "refused.no_pictures", "WAV"),
        ((b"\x47" + bytes(187)) * 4, "refused.not_media", "MPEG-TS"),
        ((bytes(4) + b"\x47" + bytes(187)) * 4, "refused.not_media", "MPEG-TS"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(30), "refused.not_media", "WMV"),
        (b"FLV\x01\x05" + bytes(30), "refused.not_media", "FLV"),
        (b"GIF89a" + bytes(30), "refused.not_media", "GIF"),
        (b"BM" + bytes(30), "refused.not_media", "BMP"),
        (b"II*\x00" + bytes(30), "refused.not_media", "TIFF"),
        (ftyp("avif", "mif1") + box("meta"), "refused.not_media", "AVIF"),
        (ftyp("mif1", "avif") + box("meta"), "refused.not_media", "AVIF"),
        (b"ID3\x04" + bytes(30), "refused.no_pictures", "MP3"),
        (b"#!AMR\n" + bytes(30), "refused.no_pictures", "AMR"),
        (b"OggS" + bytes(30) + b"OpusHead", "refused.no_pictures", "Ogg"),
        (ftyp("M4A ") + moov(b"soun") + box("mdat"), "refused.no_pictures", "sound"),
        (matroska(b"webm", kind=2), "refused.no_pictures", "sound"),
        (matroska(b"other"), "refused.not_media", "EBML"),
        ("这是一个文本文件\n".encode() * 9, "refused.not_media", "text"),
        (b"just a renamed text file, nothing more", "refused.not_media", "text"),
        (bytes(range(1, 200)), "refused.not_media", "no film or photo"),
        (bytes(4096), "refused.not_media", "no film or photo"),
        (ftyp("isom") + box("mdat", bytes(500)), "refused.truncated", "breaks off"),
        (ftyp("isom") + moov(), "refused.truncated", "breaks off"),
        (ftyp("isom") + struct.pack(">I", 3) + bytes(30), "refused.structure", "byte"),
        (element(0x1A45DFA3, element(0x4282, b"webm")), "refused.truncated", "breaks off"),
    ],
)
def test_what_is_not_accepted_is_named(data, code, word):
    error = refused(data)
    assert error.code == code
    assert word in str(error)


def test_four_gigabytes_are_told_in_milliseconds(tmp_path):
    path = tmp_path / "film"
    size = 4 << 30
    with path.open("wb") as file:
        file.write(ftyp("isom") + struct.pack(">I4sQ", 1, b"mdat", size))
        file.seek(size - 16, io.SEEK_CUR)
        file.write(moov())
    with path.open("rb") as file:
        start = time.perf_counter()
        assert sniff(file).missing == 0
        assert time.perf_counter() - start < 0.1


@pytest.mark.parametrize("seed", range(60))
def test_rubble_gives_an_answer_quickly(seed):
    rng = random.Random(seed)
    data = bytearray(ftyp("isom", "mp42") + moov() * 2 + box("moof", bytes(50)) + box("mdat", bytes(300)))
    if seed % 3 == 0:
        data = bytearray(matroska(b"webm") * 2)
    for _ in range(rng.randrange(1, 12)):
        data[rng.randrange(len(data))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    del data[rng.randrange(len(data)) :]
    start = time.perf_counter()
    with suppress(RefusedError):
        assert sniff(io.BytesIO(bytes(data))).container
    assert time.perf_counter() - start < 0.5


@needs_shared
@pytest.mark.parametrize("folder", ["video", "photos", "labels", "provenance", "textures"])
def test_every_real_file_passes(folder):
    media = [p for p in (SHARED / folder).rglob("*") if p.suffix in {".mov", ".mp4", ".jpg", ".png", ".webp"}]
    assert media
    for path in media:
        with path.open("rb") as file:
            sniffed = sniff(file)
        assert sniffed.container == {"jpg": "jpeg"}.get(path.suffix[1:], path.suffix[1:])
        assert (sniffed.missing, sniffed.damaged) == (0, False)
        assert gate.HEAD >= 512
