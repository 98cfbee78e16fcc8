"""EXIF as text: the few tags that tell when, where and with what a photo was taken.

The names are those of EXIF 2.32; numbers become plain text. What is broken is left out.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from evidence.metadata import tidy

if TYPE_CHECKING:
    from PIL.Image import Image

_MAIN: Final = {
    0x0112: "Orientation",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x0132: "DateTime",
    0x000B: "ProcessingSoftware",
    0x013C: "HostComputer",
}
_PHOTO: Final = {
    0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized",
    0x9010: "OffsetTime",
    0x9011: "OffsetTimeOriginal",
    0x9012: "OffsetTimeDigitized",
    0x9290: "SubSecTime",
    0x9291: "SubSecTimeOriginal",
    0x9292: "SubSecTimeDigitized",
    0x9000: "ExifVersion",
    0xA002: "PixelXDimension",
    0xA003: "PixelYDimension",
    0xA434: "LensModel",
    0x9286: "UserComment",
    0xA420: "ImageUniqueID",
}
_GPS: Final = {
    1: "GPSLatitudeRef",
    2: "GPSLatitude",
    3: "GPSLongitudeRef",
    4: "GPSLongitude",
    6: "GPSAltitude",
    7: "GPSTimeStamp",
    29: "GPSDateStamp",
}
_PHOTO_IFD: Final = 0x8769
_SMALL_IFD: Final = -1
"""Pillow's number of the directory that describes the thumbnail."""
_SMALL_AT, _SMALL_LONG = 0x0201, 0x0202
_MAKER_NOTE: Final = 0x927C
_APPLE: Final = b"Apple iOS\0\0\1MM"
_CONTENT: Final = 0x0011
"""Apple's tag for the id that a Live Photo shares with its film."""
_ID: Final = re.compile(rb"[0-9A-Fa-f-]{36}")
_CHARSETS: Final = (b"ASCII\0\0\0", b"UNICODE\0", b"\0\0\0\0\0\0\0\0")
"""How a comment begins (EXIF 2.32, 4.6.5)."""
_PREFIX: Final = b"Exif\0\0"
MOST_THUMBNAIL: Final = 256 * 1024
"""Bytes; in a JPEG it shares a segment of 64 kB with all of EXIF, in HEIC it may be larger."""
_GPS_IFD: Final = 0x8825
_ORIENTATION: Final = 0x0112
_TIME: Final = 7
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    ArithmeticError,
    AttributeError,
    struct.error,
)
"""What Pillow raises over broken EXIF."""


def read(image: Image) -> tuple[int, dict[str, str]]:
    """The orientation, 1 to 8, and the tags as `exif:name` and `gps:name` -> text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of broken EXIF; here it is only left out
        try:
            exif = image.getexif()
            main = cast("Mapping[int, Any]", exif)
            photo = cast("Mapping[int, Any]", exif.get_ifd(_PHOTO_IFD))
            place = cast("Mapping[int, Any]", exif.get_ifd(_GPS_IFD))
        except _BROKEN:
            return 1, {}
        named = _named(main, _MAIN) | _named(photo, _PHOTO) | _paired(photo.get(_MAKER_NOTE))
        tags = tidy("exif", named) | tidy("gps", _named(place, _GPS))
    turn = _text(_ORIENTATION, main.get(_ORIENTATION, 1))
    return (int(turn) if turn in {"1", "2", "3", "4", "5", "6", "7", "8"} else 1), tags


def thumbnail(image: Image) -> bytes:
    """The JPEG that EXIF carries of the photo, as it stands there; empty without one."""
    raw = image.info.get("exif", b"")
    if not isinstance(raw, bytes):
        return b""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in `read`
        try:
            small = cast("Mapping[int, Any]", image.getexif().get_ifd(_SMALL_IFD))
            start, length = int(small.get(_SMALL_AT, 0)), int(small.get(_SMALL_LONG, 0))
        except _BROKEN:
            return b""
    start += len(_PREFIX) if raw.startswith(_PREFIX) else 0
    jpeg = raw[start : start + length] if 0 < start < len(raw) and 0 < length <= MOST_THUMBNAIL else b""
    return jpeg if jpeg.startswith(b"\xff\xd8") else b""


def _paired(note: object) -> dict[str, str]:
    """The id that a Live Photo shares with its film, from Apple's note."""
    if not isinstance(note, bytes) or not note.startswith(_APPLE):
        return {}
    start = len(_APPLE) + 2
    count = min(int.from_bytes(note[start - 2 : start]), 128)
    for entry in range(start, start + 12 * count, 12):
        tag, _, length, place = struct.unpack(">HHII", note[entry : entry + 12].ljust(12, b"\0"))
        if tag == _CONTENT:
            found = _ID.match(note[place : place + min(length, 64)])
            return {"ContentIdentifier": found[0].decode()} if found else {}
    return {}


def _named(found: Mapping[int, Any], names: Mapping[int, str]) -> dict[str, str]:
    return {name: _text(tag, found[tag]) for tag, name in names.items() if tag in found}


def _text(tag: int, value: object) -> str:
    try:
        if isinstance(value, bytes):
            charset = next((begin for begin in _CHARSETS if value.startswith(begin)), b"")
            value = value[len(charset) :]
            return value.decode("utf-8", "replace").strip("\0 ")
        if isinstance(value, tuple):
            numbers = [_number(part) for part in cast("Iterable[Any]", value)][:8]
            return ":".join(n.zfill(2) for n in numbers) if tag == _TIME else " ".join(numbers)
        return value.strip("\0 ") if isinstance(value, str) else _number(value)
    except _BROKEN:
        return ""


def _number(value: Any) -> str:  # noqa: ANN401 - whatever number Pillow makes of it
    return f"{float(value):.9g}"
