"""Hostile files that no mutation finds: lists that name others, references outwards, bombs, polyglots."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image

from tests.hostile.mutations import boxed, boxes, with_inside


@dataclass(frozen=True)
class Bait:
    """What a hostile file may reach for: nothing of it may ever be read."""

    secret: str
    """The path of a text whose words nobody may see."""
    film: str
    """The path of somebody else's film."""
    url: str
    """A server that nobody may call."""


Invention = Callable[[Random, bytes, Bait], bytes]

_DASH: Final = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>"
)
_SCRIPT: Final = b"<script>alert(document.domain)</script><?php system('id'); ?>"
FTYP: Final = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp41")
MAGICS: Final = (
    b"",
    b"\xef\xbb\xbf",
    b"\n\n  ",
    FTYP,
    boxed(b"free", b"\0" * 8),
    b"\x1aE\xdf\xa3",
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\xff\0\0\0WEBP",
    b"ID3\x04\0\0\0\0\0\0",
)
"""What a list may pretend to begin with."""


def lists(bait: Bait) -> tuple[str, ...]:
    """Playlists, manifests, descriptions and drawings that name the bait."""
    path, film, url = bait.secret, bait.film, bait.url
    names = (
        path,
        film,
        f"file:{film}",
        f"file://{path}",
        url,
        f"{url}/a.ts",
        f"concat:{film}|{path}",
        "/etc/passwd",
    )
    hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXT-X-MEDIA-SEQUENCE:0\n"
    found: list[str] = []
    for name in names:
        found += [
            f"{hls}#EXTINF:2.5,\n{name}\n#EXT-X-ENDLIST\n",
            f'{hls}#EXT-X-KEY:METHOD=AES-128,URI="{name}",IV=0x0\n#EXTINF:2,\n{film}\n#EXT-X-ENDLIST\n',
            f'{hls}#EXT-X-MAP:URI="{name}"\n#EXTINF:2,\n{film}\n',
            f"ffconcat version 1.0\nfile '{name}'\nduration 2\n",
            f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nu={name}\nt=0 0\nm=video 5004 RTP/AVP 96\n",
            f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{name}" width="9" height="9"/></svg>',
            f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "{name}">]><svg>&b;</svg>',
            f"%!PS-Adobe-3.0 EPSF-3.0\n({name}) (r) file 99 string readstring pop =\nshowpage\n",
            f"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 '{name}'\npop graphic-context\n",
            f'<asx version="3.0"><entry><ref href="{name}"/></entry></asx>',
            f"[playlist]\nFile1={name}\nNumberOfEntries=1\nVersion=2\n",
            f'<smil><body><video src="{name}"/></body></smil>',
            f"[Reference]\nRef1={name}\n",
            _DASH.format(name),
        ]
    return tuple(found)


def listed(chance: Random, data: bytes, bait: Bait) -> bytes:
    """A list that names the bait, alone, behind a magic, or behind a whole film."""
    magic = chance.choice((*MAGICS, b"", b"", data))
    return magic + chance.choice(lists(bait)).encode()


def referring(chance: Random, data: bytes, bait: Bait) -> bytes:
    """A film whose pictures lie in another file: by `dref`, by an alias, or as a reference movie."""
    name = chance.choice((bait.film, bait.secret, bait.url, f"file://{bait.film}", "/etc/passwd")).encode()
    url = boxed(b"url ", bytes(4) + name + b"\0")
    alias = bytes(4) + struct.pack(">IHH", 0, 150 + len(name), 2) + bytes(142) + name
    alias += (
        struct.pack(">hH", 2, len(name))
        + name
        + struct.pack(">hH", 18, len(name))
        + name
        + struct.pack(">hH", -1, 0)
    )
    one = chance.choice(
        (url, boxed(b"alis", alias), boxed(b"rsrc", bytes(4) + name), boxed(b"urn ", bytes(4) + name))
    )
    what = chance.randrange(3)
    if what == 0:
        movie = boxed(b"rdrf", bytes(4) + b"url " + struct.pack(">I", len(name)) + name)
        return (
            FTYP.replace(b"isom", b"qt  ") + boxed(b"moov", boxed(b"rmra", boxed(b"rmda", movie))) + data[24:]
        )
    dref = next((box for box in boxes(data) if box.kind == b"dref"), None)
    if dref is None:
        return with_inside(data, b"moov", boxed(b"dref", bytes(4) + struct.pack(">I", 1) + one))
    made = boxed(b"dref", bytes(4) + struct.pack(">I", 1) + one)
    # The old table becomes free space; the new one goes to the end of what held it.
    old = data[: dref.start + 4] + b"free" + data[dref.start + 8 :]
    return with_inside(old, b"dinf", made)


def streams(chance: Random, data: bytes, bait: Bait) -> bytes:
    """Many tracks."""
    del bait
    trak = next((data[b.start : b.end] for b in boxes(data) if b.kind == b"trak"), None)
    if trak is None:
        return data + data * chance.choice((1, 30))
    return with_inside(data, b"moov", trak * chance.choice((1, 15, 16, 200, 1500)))


def frames(chance: Random, data: bytes, bait: Bait) -> bytes:
    """Tables that tell of very many samples of no size, at no time."""
    del bait
    count = chance.choice((10_000, 100_000, 400_000))
    made = data
    for kind, entry in ((b"stsz", struct.pack(">II", 1, count)), (b"stts", struct.pack(">III", 1, count, 1))):
        box = next((b for b in boxes(made) if b.kind == kind), None)
        if box is not None:
            fresh = bytearray(made)
            fresh[box.start + 12 : box.start + 12 + len(entry)] = entry
            made = bytes(fresh[: len(made)])
    return made


def metadata(chance: Random, data: bytes, bait: Bait) -> bytes:
    """More words than any camera writes, or words that grow when they are unpacked."""
    del bait
    text = chance.choice((_SCRIPT, b"A", b"\0", "\u202e😀".encode(), b"{0.__class__}%n%s"))
    size = chance.choice((2_000, 70_000, 1_500_000))
    words = (text * (size // len(text) + 1))[:size]
    if data[:4] == b"\x89PNG":
        packed = zlib.compress(bytes(chance.choice((1 << 16, 1 << 25))), 9)
        kind, body = chance.choice(
            (
                (b"zTXt", b"Comment\0\0" + packed),
                (b"iCCP", b"a\0\0" + packed),
                (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed),
                (b"tEXt", b"Comment\0" + words),
                (b"eXIf", words),
            )
        )
        chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        return data[:33] + chunk * chance.choice((1, 3)) + data[33:]
    if data[:2] == b"\xff\xd8":
        body = chance.choice(
            (
                b"Exif\0\0",
                b"Exif\0\0MM\0*\0\0\0\x08",
                b"http://ns.adobe.com/xap/1.0/\0",
                b"ICC_PROFILE\0\1\1",
                b"",
            )
        )
        body = (body + words)[:65_000]
        mark = chance.choice((b"\xff\xe1", b"\xff\xe2", b"\xff\xfe", b"\xff\xeb"))
        return data[:2] + (mark + struct.pack(">H", len(body) + 2) + body) * chance.choice((1, 20)) + data[2:]
    if data[:4] in {b"RIFF", b"\x1aE\xdf\xa3"}:
        return data + chance.choice((b"EXIF", b"XMP ", b"ICCP")) + struct.pack("<I", size) + words
    tag = boxed(b"\xa9nam", struct.pack(">HH", len(words) & 0xFFFF, 0) + words)
    return with_inside(data, chance.choice((b"udta", b"moov", b"meta")), tag * chance.choice((1, 2)))


def polyglot(chance: Random, data: bytes, bait: Bait) -> bytes:
    """A file that is something else as well."""
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr(zipfile.ZipInfo("../../../tmp/escaped.html", (2026, 1, 1, 0, 0, 0)), _SCRIPT)
    gif = b"GIF89a/*" + data + b"*/=1;alert(1)"
    html = b"<html><body>" + _SCRIPT + b'<img src="' + bait.url.encode() + b'"></body></html>'
    pdf = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
    return chance.choice(
        (
            data + other.getvalue(),
            data + html,
            html + data,
            pdf + data,
            gif,
            data[:32] + html + data[32:],
            b"#!/bin/sh\ntouch /tmp/escaped\n" + data,
            data + data,
            data[: len(data) // 2] + other.getvalue() + data[len(data) // 2 :],
            b"\xff\xd8\xff\xfe" + struct.pack(">H", len(html) + 2) + html + data,
        )
    )


def archive(chance: Random, data: bytes, bait: Bait) -> bytes:
    """The film in a wrapping, an archive that climbs, or one that grows."""
    room = io.BytesIO()
    what = chance.randrange(5)
    if what == 0:
        return gzip.compress(data, mtime=0)
    if what == 1:
        return gzip.compress(bytes(1 << 24), mtime=0)
    if what == 2:
        with tarfile.open(fileobj=room, mode="w") as packed:
            link = tarfile.TarInfo("film.mp4")
            link.type, link.linkname = tarfile.SYMTYPE, bait.secret
            packed.addfile(link)
        return room.getvalue()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as zipped:
        name = chance.choice(("../../etc/cron.d/x", "film.mp4", "/etc/passwd", "..\\..\\x"))
        zipped.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data if what == 3 else bytes(1 << 22))
    return room.getvalue()


def noise(chance: Random, data: bytes, bait: Bait) -> bytes:
    """Nothing at all, or chance behind a magic."""
    del data, bait
    size = chance.choice((0, 1, 15, 16, 300, 20_000))
    return chance.choice(MAGICS) + chance.choice((bytes(size), chance.randbytes(size)))


def halves(chance: Random, data: bytes, bait: Bait) -> bytes:
    """A photo that is huge in truth, or a small one that says so."""
    del data, bait
    side = chance.choice((2_000, 5_000))
    room = io.BytesIO()
    kind = chance.choice(("PNG", "JPEG", "WEBP"))
    Image.new(chance.choice(("L", "RGB")), (side, side), 77).save(room, kind)
    made = room.getvalue()
    return made[: chance.choice((len(made), len(made) // 2, len(made) - 3))]
