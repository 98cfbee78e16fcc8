"""Photos: of a defect, of a waybill, of what lay in the box; as phones write them, and as they fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, Literal, Protocol, cast

import cv2
import numpy as np
import pillow_heif
from PIL import Image

from samples.box import Parcel
from samples.cases import DAMAGED, TEMU, TMALL, ExampleCase
from samples.damage import Damage, Harm
from samples.footage import scene, temu_scene, waybill
from samples.paint import Picture
from samples.pose import Rig, Shake
from samples.scene import Scene, noisy, plates
from samples.story import lying
from samples.truth import Entry, Truth

Codec = Literal["jpeg", "heic", "png", "webp"]

_ENDINGS: Final[Mapping[Codec, str]] = {"jpeg": "jpg", "heic": "heic", "png": "png", "webp": "webp"}
_SIZE: Final = (1600, 1200)

# What has to be done to an upright picture so that a reader of this EXIF orientation sees it upright again.
_STORED: Final[Mapping[int, Image.Transpose | None]] = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_CLOCKWISE: Final = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}


class _Saving(Protocol):
    def save(self, fp: Path, *, quality: int, enc_params: dict[str, str], **more: bytes) -> None: ...


@dataclass(frozen=True)
class Exposure:
    """How a photo is written."""

    codec: Codec = "jpeg"
    quality: int = 88
    orientation: int = 1
    taken_at: datetime | None = None
    """With a zone; without one the photo carries no EXIF."""
    place: tuple[float, float] | None = (30.2741, 120.1551)
    """Latitude and longitude in degrees."""
    tags: Mapping[int, str] = field(default_factory=dict[int, str])
    """More tags of the main directory."""


def entries() -> Iterator[Entry]:
    """Every photo, in the order of the catalogue."""
    yield from _of_cases()
    yield from _formats()
    yield from _poor()
    yield from _large()


def save(picture: Picture, path: Path, exposure: Exposure) -> Truth:
    """Write an upright picture as a phone would, and say what is true of it."""
    image = Image.fromarray(picture)
    turn = _STORED[exposure.orientation]
    image = image if turn is None else image.transpose(turn)
    exif = _exif(exposure).tobytes() if exposure.taken_at else None
    written: dict[str, bytes] = {"exif": exif} if exif else {}
    if exposure.codec == "heic":
        cast("_Saving", pillow_heif.from_pillow(image)).save(
            path, quality=exposure.quality, enc_params={"preset": "ultrafast"}, **written
        )
    elif exposure.codec == "png":
        image.save(path, "PNG", compress_level=1, **written)
    elif exposure.codec == "webp":
        image.save(path, "WEBP", quality=exposure.quality, method=1, **written)
    else:
        image.save(path, "JPEG", quality=exposure.quality, **written)
    return Truth(
        "",
        "photo",
        "",
        container=exposure.codec,
        width=image.width,
        height=image.height,
        rotation=_CLOCKWISE[exposure.orientation],
        orientation=exposure.orientation,
        recorded_at=exposure.taken_at.isoformat() if exposure.taken_at else None,
    )


def _exif(exposure: Exposure) -> Image.Exif:
    """What a phone notes: device, local time with its offset, and GPS place and time."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Northphone", "NP-12", "NP-12 4.2"
    exif[0x0112] = exposure.orientation
    exif.update(exposure.tags)
    taken = exposure.taken_at
    if taken is None:
        return exif
    local, offset = taken.strftime("%Y:%m:%d %H:%M:%S"), taken.strftime("%z")
    offset = f"{offset[:3]}:{offset[3:5]}"
    exif[0x0132] = local
    detail = exif.get_ifd(0x8769)
    detail.update({0x9003: local, 0x9004: local, 0x9010: offset, 0x9011: offset, 0x9012: offset})
    if exposure.place:
        world = taken.astimezone(UTC)
        latitude, longitude = exposure.place
        exif.get_ifd(0x8825).update(
            {
                1: "N" if latitude >= 0 else "S",
                2: _sexagesimal(latitude),
                3: "E" if longitude >= 0 else "W",
                4: _sexagesimal(longitude),
                7: (float(world.hour), float(world.minute), float(world.second)),
                29: world.strftime("%Y:%m:%d"),
            }
        )
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, rest_of = divmod(abs(degrees), 1)
    minutes, rest_of = divmod(rest_of * 60, 1)
    return whole, minutes, round(rest_of * 60, 2)


def _close(
    made: Scene, *, yaw: float, eye: tuple[float, float, float], target: tuple[float, float, float]
) -> Scene:
    """A still of the box on the table from near by."""
    width, height = made.rig.width, made.rig.height
    rig = Rig(width, height, eye, target, shake=Shake(degrees=0, millimetres=0))
    return replace(made, rig=rig, story=lying(made.parcel.height, yaw=yaw), glove=None)


def _of_parcel(parcel: Parcel, size: tuple[int, int] = _SIZE) -> Scene:
    return scene(*size, lying(), parcel=parcel)


def defect(harm: Harm, case: ExampleCase = DAMAGED, size: tuple[int, int] = _SIZE) -> Picture:
    """A harm on the front of the carton, from near by."""
    parcel = Parcel(waybill=waybill(case), damage=(Damage("front", harm, 0.40, 0.48, 0.42),), seed=7)
    view = _close(_of_parcel(parcel, size), yaw=-14, eye=(-70, -400, 330), target=(-30, -60, 72))
    return view.picture(0.0)


@cache
def _label(case: ExampleCase = TMALL) -> Picture:
    parcel = Parcel(waybill=waybill(case), seed=0)
    view = _close(_of_parcel(parcel), yaw=0, eye=(-10, -260, 520), target=(-18, -62, 170))
    return view.picture(0.0)


def photographed(path: Path, case: ExampleCase) -> Truth:
    """The waybill of that case's parcel, as a phone writes it."""
    return save(_label(case), path, _phone(case))


@cache
def _tear() -> Picture:
    return defect("tear")


def _contents() -> Picture:
    made = temu_scene(*_SIZE)
    rig = replace(made.rig, eye=(0, -420, 640), target=(0, 10, 120), shake=Shake(degrees=0, millimetres=0))
    parted = made.story.phases[-1][1] + 0.05
    return replace(made, rig=rig, glove=None).picture(parted)


Draw = Callable[[], Picture]


def _taken(
    name: str,
    draw: Draw,
    exposure: Exposure,
    about_it: str,
    case: ExampleCase | None = None,
    *,
    flaw: str | None = None,
) -> Entry:
    """A photo of the catalogue; `flaw` is the code of the finding that must not pass."""

    def make(path: Path, _: Path) -> Truth:
        truth = replace(save(draw(), path, exposure), expected={flaw: ("fail", "unsure")} if flaw else {})
        if case is None:
            return truth
        return replace(truth, tracking_number=case.tracking_number, order_number=case.order_number)

    return Entry(name, f"{name}.{_ENDINGS[exposure.codec]}", make, about_it)


def _phone(case: ExampleCase, **more: Codec | int) -> Exposure:
    made = Exposure(taken_at=case.filmed_at)
    return replace(made, **more)  # pyright: ignore[reportArgumentType] - the names are checked by the dataclass


def _of_cases() -> Iterator[Entry]:
    damaged, tmall = _phone(DAMAGED), _phone(TMALL)
    yield _taken("defect_tear", _tear, damaged, "A hole in the carton, from a phone.", DAMAGED)
    yield _taken("defect_dent", lambda: defect("dent"), damaged, "A dented side.", DAMAGED)
    yield _taken("defect_wet", lambda: defect("wet"), damaged, "A stain.", DAMAGED)
    yield _taken("damaged_label", lambda: _label(DAMAGED), damaged, "The damaged parcel's waybill.", DAMAGED)
    yield _taken("label_photo", _label, tmall, "The waybill of the hero's parcel.", TMALL)
    yield _taken("temu_contents", _contents, _phone(TEMU), "The opened carton with the lamp.", TEMU)


def _formats() -> Iterator[Entry]:
    for orientation in range(1, 9):
        yield _taken(
            f"orientation_{orientation}",
            lambda: cast("Picture", cv2.resize(_label(), (640, 480), interpolation=cv2.INTER_AREA)),
            _phone(TMALL, orientation=orientation),
            f"Stored so that EXIF orientation {orientation} makes it upright.",
        )
    codecs: tuple[Codec, ...] = ("heic", "png", "webp")
    for codec in codecs:
        yield _taken(
            f"photo_{codec}", _tear, _phone(DAMAGED, codec=codec), f"The torn carton as {codec.upper()}."
        )
    yield _taken(
        "photo_bare",
        _tear,
        Exposure(),
        "A JPEG without any metadata, as a messenger leaves it.",
        flaw="clock.recorded",
    )
    edited = replace(_phone(DAMAGED), tags={0x0131: "Pixel Editor 3"})
    yield _taken("photo_edited", _tear, edited, "Its Software tag names an editor.", flaw="edited.software")
    script = replace(_phone(DAMAGED), tags={0x010E: "<script>alert('sixface')</script>", 0x010F: "{0}\u202e"})
    yield _taken("photo_script", _tear, script, "Markup in its tags.")


def _poor() -> Iterator[Entry]:
    for name, (change, code, about_it) in _POOR.items():
        yield _taken(name, lambda change=change: change(_tear()), _phone(DAMAGED), about_it, flaw=code)


def _blurred(picture: Picture) -> Picture:
    return _grainy(cast("Picture", cv2.GaussianBlur(picture, (0, 0), 9)))


def _dark(picture: Picture) -> Picture:
    return _grainy(cast("Picture", cv2.convertScaleAbs(picture, alpha=0.09)))


def _bright(picture: Picture) -> Picture:
    return cast("Picture", cv2.convertScaleAbs(picture, alpha=2.6, beta=70))


def _tiny(picture: Picture) -> Picture:
    return cast("Picture", cv2.resize(picture, (160, 120), interpolation=cv2.INTER_AREA))


def _flat(picture: Picture) -> Picture:
    return np.full_like(picture, 128)


def _grainy(picture: Picture) -> Picture:
    return noisy(picture, plates(*_SIZE, 2.4, 8), 1)


def _shaken(picture: Picture) -> Picture:
    kernel = np.zeros((71, 71), np.float32)
    cv2.line(kernel, (4, 52), (66, 18), (1.0,), 1, cv2.LINE_AA)
    return cast("Picture", cv2.filter2D(picture, -1, kernel / kernel.sum()))


def _glaring(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    far = ((x - width * 0.45) / (width * 0.29)) ** 2 + ((y - height * 0.5) / (height * 0.36)) ** 2
    light = 340 * np.exp(-(far**1.4))
    return np.clip(picture + light[:, :, None], 0, 255).astype(np.uint8)


_POOR: Final[Mapping[str, tuple[Callable[[Picture], Picture], str, str]]] = {
    "photo_blurred": (_blurred, "sharpness.blur", "Out of focus."),
    "photo_shaken": (_shaken, "sharpness.blur", "Moved while it was taken."),
    "photo_dark": (_dark, "sharpness.exposure", "Taken almost without light."),
    "photo_bright": (_bright, "sharpness.exposure", "Blown out."),
    "photo_glare": (_glaring, "sharpness.glare", "A lamp mirrors in the tape."),
    "photo_tiny": (_tiny, "sharpness.size", "160 x 120 pixels."),
    "photo_flat": (_flat, "sharpness.exposure", "One grey, as with the lens cap on in the light."),
}


def _large() -> Iterator[Entry]:
    """12 and 108 megapixels, enlarged from the small one with fresh noise."""
    for name, size in (("photo_12mp", (4032, 3024)), ("photo_108mp", (12_000, 9000))):
        yield _taken(
            name,
            lambda size=size: _enlarged(_tear(), size),
            _phone(DAMAGED, quality=80),
            f"{size[0] * size[1] / 1e6:.0f} megapixels.",
        )


def _enlarged(picture: Picture, size: tuple[int, int]) -> Picture:
    """The picture at a larger size, grainy as a sensor; the grain repeats, to stay cheap."""
    wide, high = size
    large = cast("Picture", cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR))
    (sheet,) = plates(2016, 1512, 2.0, 3)[:1]
    for top in range(0, high, sheet.shape[0]):
        for left in range(0, wide, sheet.shape[1]):
            here = large[top : top + sheet.shape[0], left : left + sheet.shape[1]]
            cv2.add(here, sheet[: here.shape[0], : here.shape[1]], dst=here, dtype=cv2.CV_8U)
    return large
