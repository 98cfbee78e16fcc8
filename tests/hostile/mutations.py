"""What is done to a sound file: bytes spoiled anywhere, and boxes, elements and markers that lie.

Each mutation takes a generator of chance and a seed's bytes, and gives other bytes.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image

Mutation = Callable[[Random, bytes], bytes]

LIES: Final = (0, 1, 7, 8, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFFE, 0x0001_0000)
_PARENTS: Final = frozenset(
    b"moov trak mdia minf stbl edts udta dinf moof traf mvex meta iprp ipco iref".split()
)


@dataclass(frozen=True)
class Box:
    """Where a box lies, its header included."""

    kind: bytes
    start: int
    end: int
    depth: int


def boxes(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Iterator[Box]:
    """The boxes of a sound file, those inside others too."""
    at, stop = start, len(data) if end is None else end
    while at + 8 <= stop:
        size, kind = struct.unpack_from(">I4s", data, at)
        found = Box(kind, at, min(stop, at + size) if size >= 8 else stop, depth)
        yield found
        if kind in _PARENTS:
            yield from boxes(data, at + (12 if kind == b"meta" else 8), found.end, depth + 1)
        at = found.end


def boxed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def with_inside(data: bytes, kind: bytes, more: bytes) -> bytes:
    """`data` with bytes appended to the first box of that kind, and all boxes around it as much longer."""
    target = next((box for box in boxes(data) if box.kind == kind), None)
    if target is None:
        return data + more
    made = bytearray(data)
    for box in boxes(data):
        if box.start <= target.start and box.end >= target.end:
            struct.pack_into(">I", made, box.start, box.end - box.start + len(more))
    return bytes(made[: target.end]) + more + bytes(made[target.end :])


# Anywhere


def flipped(chance: Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 2, 4, 16, 64, 256))):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def head_flipped(chance: Random, data: bytes) -> bytes:
    return flipped(chance, data[:1024]) + data[1024:]


def cut(chance: Random, data: bytes) -> bytes:
    return data[: chance.choice((chance.randrange(len(data)), chance.randrange(64), len(data) - 1))]


def spliced(chance: Random, data: bytes) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((1, 3, 17, 400, 5000))
    filling = chance.choice((b"", bytes(size), b"\xff" * size, chance.randbytes(size), data[:size]))
    return data[:at] + filling + data[at + chance.choice((0, size)) :]


def shuffled(chance: Random, data: bytes) -> bytes:
    size = chance.choice((16, 256, 2048))
    pieces = [data[at : at + size] for at in range(size, len(data), size)]
    chance.shuffle(pieces)
    return data[:size] + b"".join(pieces)


def numbers_changed(chance: Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        order = chance.choice((">I", "<I", ">H", "<H"))
        value = chance.choice(LIES) & (0xFFFF if order[1] == "H" else 0xFFFF_FFFF)
        struct.pack_into(order, made, chance.randrange(len(made) - 4), value)
    return bytes(made)


# Boxes (ISO/IEC 14496-12)


def box_lies(chance: Random, data: bytes) -> bytes:
    made = bytearray(data)
    for box in chance.sample(list(boxes(data)), k=chance.choice((1, 1, 2))):
        size = chance.choice((*LIES, box.end - box.start - 1, box.end - box.start + 1, len(data)))
        struct.pack_into(">I", made, box.start, size)
        if size == 1 and chance.random() < 0.7:
            wide = chance.choice((0, 1, 15, 16, 1 << 31, 1 << 32, 1 << 60, (1 << 64) - 1))
            struct.pack_into(">Q", made, min(box.start + 8, len(made) - 8), wide)
    return bytes(made)


def boxes_swapped(chance: Random, data: bytes) -> bytes:
    outer = chance.choice([b for b in boxes(data) if b.kind in _PARENTS] or [Box(b"", -8, len(data), 0)])
    start = outer.start + (12 if outer.kind == b"meta" else 8)
    inner = [b for b in boxes(data, start, outer.end) if b.depth == 0]
    pieces = [data[b.start : b.end] for b in inner]
    chance.shuffle(pieces)
    return data[:start] + b"".join(pieces) + data[start + sum(map(len, pieces)) :]


def box_doubled(chance: Random, data: bytes) -> bytes:
    box = chance.choice(list(boxes(data)))
    copies = data[box.start : box.end] * chance.choice((1, 2, 20, 300))
    owners = [b for b in boxes(data) if b.start < box.start and b.end >= box.end]
    if not owners:
        return data[: box.end] + copies + data[box.end :]
    return with_inside(data, owners[-1].kind, copies[: 1 << 21])


def box_nested(chance: Random, data: bytes) -> bytes:
    kind = chance.choice((b"moov", b"trak", b"udta", b"meta", b"stsd", b"ilst"))
    depth = chance.choice((2, 9, 40, 1000))
    body = chance.choice((b"", data[:200]))
    for _ in range(depth):
        body = boxed(kind, body)
    return with_inside(data, chance.choice((b"moov", b"udta", b"none", b"stbl")), body)


def box_renamed(chance: Random, data: bytes) -> bytes:
    made = bytearray(data)
    every = list(boxes(data))
    box = chance.choice(every)
    kind = chance.choice((chance.randbytes(4), chance.choice(every).kind, b"moov", b"uuid", b"cmov", b"rmra"))
    made[box.start + 4 : box.start + 8] = kind
    return bytes(made)


def box_emptied(chance: Random, data: bytes) -> bytes:
    box = chance.choice(list(boxes(data)))
    made = bytearray(data)
    filling = chance.choice((bytes, lambda size: b"\xff" * size, chance.randbytes))
    made[box.start + 8 : box.end] = filling(max(0, box.end - box.start - 8))
    return bytes(made)


def table_lies(chance: Random, data: bytes) -> bytes:
    """A count or an entry of a table of samples, or a length, is another."""
    made = bytearray(data)
    tables = (
        b"stts ctts stsc stsz stco co64 stss elst tkhd mvhd mdhd stsd dref trun tfhd tfdt trex iloc iinf ispe"
    )
    kinds = frozenset(tables.split())
    found = [b for b in boxes(data) if b.kind in kinds and b.end - b.start > 20]
    for _ in range(chance.choice((1, 2, 4))):
        box = chance.choice(found)
        at = chance.randrange(box.start + 12, box.end - 4)
        struct.pack_into(">I", made, at - at % 4 + box.start % 4, chance.choice(LIES))
    return bytes(made)


def giant(chance: Random, data: bytes) -> bytes:
    """Dimensions that nobody has memory for, wherever this kind of file keeps them."""
    side = chance.choice((0, 1, 16_383, 32_767, 65_535))
    made = bytearray(data)
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        wide = chance.choice((side, 2_147_483_647, 4_294_967_295))
        struct.pack_into(">II", made, 16, wide, wide)
        struct.pack_into(">I", made, 29, zlib.crc32(made[12:29]))
    elif data[:2] == b"\xff\xd8":
        at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
        struct.pack_into(">HH", made, at + 5, side, side)
    elif data[:4] == b"RIFF":
        made[20:30] = chance.randbytes(4) + b"\xff" * 6
    else:
        for box in boxes(data):
            if box.kind == b"ispe":
                struct.pack_into(">II", made, box.start + 12, side << 8, side << 8)
            elif box.kind == b"stsd":
                struct.pack_into(">HH", made, box.start + 48, side, side)
            elif box.kind == b"tkhd":
                struct.pack_into(">II", made, box.end - 8, side << 16, side << 16)
    return bytes(made)


def codec_changed(chance: Random, data: bytes) -> bytes:
    made = bytearray(data)
    for box in boxes(data):
        if box.kind == b"stsd":
            names = (b"rle ", b"qdrw", b"png ", b"mjp2", b"Hap1", b"cvid", b"SVQ3", b"drac", b"8BPS", b"hev1")
            made[box.start + 20 : box.start + 24] = chance.choice(
                (*names, b"encv", b"vp09", b"av01", b"mp4v")
            )
    return bytes(made)


# Matroska (RFC 8794)


def element_lies(chance: Random, data: bytes) -> bytes:
    """The length of an element is another; unknown, zero, or beyond the file."""
    made = bytearray(data)
    names = [
        b"\x1a\x45\xdf\xa3",
        b"\x18\x53\x80\x67",
        b"\x16\x54\xae\x6b",
        b"\x1f\x43\xb6\x75",
        b"\xae",
        b"\xa3",
    ]
    name = chance.choice(names)
    at = data.find(name)
    if at >= 0:
        lie = chance.choice(
            (b"\xff", b"\x80", b"\x01" + b"\xff" * 7, b"\x01" + bytes(6) + b"\x01", b"\x00" * 8)
        )
        made[at + len(name) : at + len(name) + len(lie)] = lie
    return bytes(made)


def element_doubled(chance: Random, data: bytes) -> bytes:
    start, size = chance.randrange(len(data) // 2), chance.choice((40, 500, 4000))
    return (
        data[: start + size] + data[start : start + size] * chance.choice((1, 8, 200)) + data[start + size :]
    )


# JPEG, PNG and WebP


def marker_lies(chance: Random, data: bytes) -> bytes:
    made = bytearray(data)
    marks = [at for at in range(2, len(data) - 4) if data[at] == 0xFF and 0xC0 <= data[at + 1] <= 0xFE]
    at = chance.choice(marks)
    if chance.random() < 0.5:
        struct.pack_into(">H", made, at + 2, chance.choice((0, 1, 2, 0xFFFF)))
    else:
        made[at + 1] = chance.choice((0xC1, 0xC3, 0xC9, 0xD8, 0xD9, 0xDA, 0xDD, 0xE1, 0xFE))
    return bytes(made)


def scans_repeated(chance: Random, data: bytes) -> bytes:
    del data
    room = io.BytesIO()
    side = chance.choice((64, 600, 2000))
    Image.new("L", (side, side), 128).save(room, "JPEG", quality=50, progressive=True)
    flat = room.getvalue()
    last = flat.rindex(b"\xff\xda")
    return flat[:last] + flat[last:-2] * chance.choice((3, 50, 100)) + flat[-2:]


def chunk_lies(chance: Random, data: bytes) -> bytes:
    """A chunk's length, name or check sum is wrong, or a chunk comes many times."""
    made = bytearray(data)
    png = data[:4] == b"\x89PNG"
    found: list[tuple[int, int]] = []
    at = 8 if png else 12
    while at + 8 <= len(data):
        (size,) = struct.unpack_from(">I" if png else "<I", data, at if png else at + 4)
        end = at + 12 + size if png else at + 8 + size + size % 2
        found.append((at, end))
        at = end
    start, end = chance.choice(found)
    what = chance.randrange(4)
    if what == 0:
        struct.pack_into(">I" if png else "<I", made, start if png else start + 4, chance.choice(LIES))
    elif what == 1:
        made[start + 4 if png else start : start + 8 if png else start + 4] = chance.randbytes(4)
    elif what == 2:
        return data[:end] + (data[start:end] * chance.choice((1, 30, 3000)))[: 1 << 21] + data[end:]
    else:
        made[max(start, end - 4) : end] = bytes(min(4, end - start))
    return bytes(made)
