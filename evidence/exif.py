"""EXIF as text: the few tags that tell when, where and with what a photo was taken.

The names are those of EXIF 2.32; numbers become plain text. What is broken is left out.
"""

from __future__ import annotations

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
        tags = tidy("exif", _named(main, _MAIN) | _named(photo, _PHOTO)) | tidy("gps", _named(place, _GPS))
    turn = _text(_ORIENTATION, main.get(_ORIENTATION, 1))
    return (int(turn) if turn in {"1", "2", "3", "4", "5", "6", "7", "8"} else 1), tags


def _named(found: Mapping[int, Any], names: Mapping[int, str]) -> dict[str, str]:
    return {name: _text(tag, found[tag]) for tag, name in names.items() if tag in found}


def _text(tag: int, value: object) -> str:
    try:
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace").strip("\0 ")
        if isinstance(value, tuple):
            numbers = [_number(part) for part in cast("Iterable[Any]", value)][:8]
            return ":".join(n.zfill(2) for n in numbers) if tag == _TIME else " ".join(numbers)
        return value.strip("\0 ") if isinstance(value, str) else _number(value)
    except _BROKEN:
        return ""


def _number(value: Any) -> str:  # noqa: ANN401 - whatever number Pillow makes of it
    return f"{float(value):.9g}"
