from __future__ import annotations

import functools
import io
import struct
import time
import tracemalloc
import zlib
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from evidence.check import RefusedError
from evidence.examination import Source
from evidence.gate import sniff
from evidence.model import Expectation
from evidence.photo import Photo, open_photo
from evidence.profile import load

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not here")

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIMITS = load("defect_photo").limits


def quarters(size: tuple[int, int] = (128, 96)) -> Image.Image:
    """White at the top left, red at the top right, black below."""
    image = Image.new("RGB", size, "black")
    image.paste("white", (0, 0, size[0] // 2, size[1] // 2))
    image.paste("red", (size[0] // 2, 0, size[0], size[1] // 2))
    return image


def saved(image: Image.Image, kind: str, **settings) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **settings)
    return buffer.getvalue()


def heic(image: Image.Image, **settings) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=90, **settings)
    return buffer.getvalue()


@functools.cache
def noise(size: tuple[int, int] = (640, 480)) -> Image.Image:
    levels = np.random.default_rng(5).integers(0, 256, (size[1] // 4, size[0] // 4, 3), dtype=np.uint8)
    return Image.fromarray(levels).resize(size, Image.Resampling.BICUBIC)


def opened(data: bytes, **changes) -> Photo:
    file = io.BytesIO(data)
    limits = LIMITS.model_copy(update=changes)
    return open_photo(file, sniff(file), limits=limits, expected=Expectation(), now=NOW)


def refused(data: bytes, **changes) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        opened(data, **changes)
    assert str(caught.value).endswith(".")
    return caught.value


def corner(view: np.ndarray, down: int, right: int) -> list[float]:
    height, width = view.shape[:2]
    cell = view[down * height // 2 :, right * width // 2 :][2 : height // 2 - 2, 2 : width // 2 - 2]
    return cell.reshape(-1, *view.shape[2:]).mean(axis=0).tolist()


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (saved(quarters(), "JPEG", quality=95), "jpeg"),
        (saved(quarters(), "JPEG", quality=95, progressive=True), "jpeg"),
        (saved(quarters(), "PNG"), "png"),
        (saved(quarters(), "WEBP", lossless=True), "webp"),
        (saved(quarters(), "WEBP", quality=95), "webp"),
        (heic(quarters()), "heic"),
    ],
)
def test_every_kind_is_one_picture_of_the_right_colours(data, container):
    photo: Source = opened(data)
    (shot,) = photo.frames()
    assert (photo.media.kind, photo.media.container) == ("photo", container)
    assert (photo.media.width, photo.media.height, photo.media.rotation) == (128, 96, 0)
    assert (shot.width, shot.height, shot.corrupt, shot.index) == (128, 96, False, 0)
    view = shot.rgb(9999)
    assert view.shape == (96, 128, 3)
    assert np.abs(np.subtract(corner(view, 0, 0), (255, 255, 255))).max() < 6
    assert np.abs(np.subtract(corner(view, 0, 1), (255, 0, 0))).max() < 12
    assert np.abs(np.subtract(corner(view, 1, 0), (0, 0, 0))).max() < 6
    assert shot.gray(64).shape == (48, 64)
    assert abs(corner(shot.gray(64), 0, 1) - 76) < 6
    assert photo.ending.complete
    assert photo.ending.frames == 1


def test_views_are_shared_read_only_and_never_larger_than_the_picture():
    (shot,) = opened(saved(noise(), "JPEG")).frames()
    assert shot.gray(100) is shot.gray(100)
    assert shot.gray(640) is shot.gray(99_999)
    assert shot.gray(99_999).shape == (480, 640)
    assert not shot.gray(100).flags.writeable
    assert not shot.rgb(100).flags.writeable


def test_a_small_view_asked_for_first_does_not_blur_a_large_one():
    image = noise((4000, 3000))
    data = saved(image, "JPEG", quality=95)
    truth = np.asarray(image.convert("L"), dtype=float)
    (shot,) = opened(data).frames()
    shot.gray(100)
    assert np.abs(shot.gray(4000) - truth).mean() < 3
    half = truth.reshape(1500, 2, 2000, 2).mean(axis=(1, 3))
    assert np.abs(shot.gray(2000) - half).mean() < 3


def test_a_view_of_another_scale_takes_each_pixel_by_its_share():
    image = noise((600, 300))
    (shot,) = opened(saved(image, "PNG")).frames()
    # Two pixels of the view for every three of the picture: each twice over, then three in one.
    twice = np.asarray(image.convert("L"), dtype=float).repeat(2, axis=0).repeat(2, axis=1)
    truth = twice.reshape(200, 3, 400, 3).mean(axis=(1, 3))
    assert np.abs(shot.gray(400) - truth).max() <= 1


def turned(turn: int) -> tuple[Image.Image, Image.Exif]:
    """The quarters as a camera codes them that writes this orientation."""
    exif = Image.Exif()
    exif[0x0112] = turn
    inverse = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turn]
    return (quarters() if inverse is None else quarters().transpose(inverse)), exif


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_orientation_comes_out_upright(kind, turn):
    coded, exif = turned(turn)
    photo = opened(saved(coded, kind, exif=exif))
    (shot,) = photo.frames()
    assert (shot.width, shot.height) == (128, 96)
    assert (photo.media.width, photo.media.height) == coded.size
    assert photo.media.rotation == {3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}.get(turn, 0)
    assert corner(shot.gray(128), 0, 0) > 245
    assert corner(shot.gray(128), 1, 0) < 10
    assert corner(shot.rgb(64), 0, 1)[0] > 230
    assert corner(shot.rgb(64), 0, 1)[2] < 40


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_heic_that_the_camera_turned_is_upright(turn):
    coded, exif = turned(turn)
    (shot,) = opened(heic(coded, exif=exif.tobytes())).frames()
    assert (shot.width, shot.height) == (128, 96)
    assert corner(shot.gray(128), 0, 0) > 240
    assert corner(shot.gray(128), 1, 0) < 16
    assert corner(shot.rgb(64), 0, 1)[0] > 220
    assert corner(shot.rgb(64), 0, 1)[2] < 50


# Kinds of pixels


def png16() -> bytes:
    levels = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1))
    return saved(Image.fromarray(levels), "PNG")


def test_sixteen_bits_become_eight():
    gray = next(opened(png16()).frames()).gray(64)
    assert np.abs(gray[5].astype(float) - np.linspace(0, 255, 64)).max() <= 1


def test_transparent_parts_are_shown_on_white():
    clear = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (32, 0, 64, 48))
    for data in (saved(clear, "PNG"), saved(clear, "WEBP", lossless=True)):
        view = next(opened(data).frames()).rgb(64)
        assert view[:, :30].min() > 250
        assert view[:, 34:].max() < 5


@pytest.mark.parametrize(
    "data",
    [
        saved(quarters().convert("P"), "PNG"),
        saved(quarters().convert("P"), "PNG", transparency=255),
        saved(quarters().convert("L"), "PNG"),
        saved(quarters().convert("L"), "JPEG", quality=95),
        saved(quarters().convert("LA"), "PNG"),
        saved(quarters().convert("1"), "PNG"),
        saved(quarters().convert("CMYK"), "JPEG", quality=95),
    ],
    ids=["palette", "palette with clear", "grey", "grey JPEG", "grey with alpha", "bits", "CMYK"],
)
def test_every_mode_is_shown(data):
    (shot,) = opened(data).frames()
    assert corner(shot.gray(128), 0, 0) > 240
    assert corner(shot.gray(128), 1, 1) < 16
    assert corner(shot.rgb(128), 0, 0)[2] > 240


def test_of_a_moving_picture_the_first_is_examined_and_said_so():
    frames = [Image.new("RGB", (64, 48), c) for c in ("white", "black", "red")]
    for kind, settings in (("PNG", {}), ("WEBP", {"lossless": True})):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], **settings)
        photo = opened(data)
        assert next(photo.frames()).gray(64).min() > 250
        assert photo.media.tags["container:pictures"] == "3"
        assert photo.ending.complete


# What is broken


@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_that_breaks_off_is_shown_as_far_as_it_goes(kind, share):
    data = saved(noise(), kind)
    photo = opened(data[: int(len(data) * share)])
    (shot,) = photo.frames()
    truth = np.asarray(noise().convert("L"), dtype=float)
    rows = int(480 * share * 0.8)
    assert np.abs(shot.gray(640)[:rows] - truth[:rows]).mean() < 8
    assert shot.rgb(640).shape == (480, 640, 3)
    assert shot.corrupt
    ending = photo.ending
    assert (ending.complete, ending.corrupt, ending.frames) == (False, 1, 1)
    assert ending.error


@pytest.mark.parametrize("data", [saved(noise(), "WEBP"), heic(noise())], ids=["webp", "heic"])
def test_one_of_which_nothing_can_be_shown_is_refused_as_cut_off(data):
    assert refused(data[: len(data) // 2]).code == "refused.truncated"


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0" + bytes(100),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(56),
        struct.pack(">I4s4sI4s", 20, b"ftyp", b"heic", 0, b"mif1") + bytes(100),
    ],
)
def test_a_magic_with_nothing_behind_it_is_refused(data):
    assert refused(data).code in {"refused.no_pictures", "refused.truncated"}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_broken_ends_in_an_answer(seed):
    rng = np.random.default_rng(seed)
    kind = ("JPEG", "PNG", "WEBP")[seed % 3]
    exif = Image.Exif()
    exif[0x0112], exif[0x0132] = 6, "2026:11:20 10:00:00"
    data = bytearray(saved(noise(), kind, exif=exif))
    for position in rng.integers(0, 400 if seed % 2 else len(data), 20):
        data[position] = rng.integers(0, 256)
    try:
        photo = opened(bytes(data))
    except RefusedError:
        return
    assert next(photo.frames()).gray(64).size


# Limits


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header claims that size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(42_000, 42_000), (2**31 - 1, 2**31 - 1), (12_001, 10_000)])
def test_a_bomb_is_refused_by_its_header(size):
    start = time.perf_counter()
    error = refused(bomb(*size))
    assert error.code == "refused.too_many_pixels"
    assert str(size[0]) in str(error)
    assert time.perf_counter() - start < 1


def test_a_webp_bomb_is_refused_by_its_header():
    canvas = b"\x10\0\0\0" + b"\xff\xff\xff" * 2
    data = b"RIFF" + struct.pack("<I", 60) + b"WEBPVP8X" + struct.pack("<I", 10) + canvas + bytes(38)
    assert refused(data).code == "refused.too_many_pixels"


def test_a_legal_large_photo_passes_and_small_limits_hold():
    data = saved(Image.new("L", (12_000, 9_000), 77), "JPEG", quality=30)
    (shot,) = opened(data).frames()
    assert abs(float(shot.gray(200).mean()) - 77) < 2
    assert refused(data, pixels=10**6).code == "refused.too_many_pixels"
    assert refused(data, bytes=1000).code == "refused.too_large"


# Metadata


def described() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Maker", "Model 7", "Firmware 1.2"
    exif[0x0132] = "2026:11:20 12:00:00"
    exif[0x8769] = {
        0x9003: "2026:11:20 11:30:15",
        0x9011: "+08:00",
        0x9291: "250",
    }
    exif[0x8825] = {
        1: "N",
        2: (Fraction(30), Fraction(15), Fraction(5, 2)),
        7: (Fraction(3), Fraction(30), Fraction(14)),
        29: "2026:11:20",
    }
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_exif_becomes_text(kind):
    if kind == "HEIC":
        data = heic(quarters(), exif=described().tobytes())
    else:
        data = saved(quarters(), kind, exif=described())
    photo = opened(data)
    tags = photo.media.tags
    assert tags["exif:DateTimeOriginal"] == "2026:11:20 11:30:15"
    assert tags["exif:OffsetTimeOriginal"] == "+08:00"
    assert tags["exif:SubSecTimeOriginal"] == "250"
    assert tags["exif:DateTime"] == "2026:11:20 12:00:00"
    assert tags["gps:GPSDateStamp"] == "2026:11:20"
    assert tags["gps:GPSTimeStamp"] == "03:30:14"
    assert tags["gps:GPSLatitude"] == "30 15 2.5"
    facts = photo.facts()
    assert facts.created_at == datetime(2026, 11, 20, 3, 30, 15, tzinfo=UTC)
    assert facts.encoder == "Firmware 1.2 (Maker Model 7)"
    assert (facts.kind, facts.frames, facts.duration) == ("photo", 1, None)


def test_hostile_text_is_cut_and_cleaned():
    exif = Image.Exif()
    exif[0x0131] = "\x1b[2J" + "A" * 50_000
    tags = opened(saved(quarters(), "JPEG", exif=exif)).media.tags
    assert tags["exif:Software"].startswith("[2J")
    assert len(tags["exif:Software"]) <= 256


def test_broken_exif_is_left_out():
    for raw in (
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0" + bytes(60),
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40,
    ):
        photo = opened(saved(quarters(), "JPEG", exif=raw))
        assert photo.media.rotation == 0
        assert photo.ending.complete


def test_text_of_a_png_is_no_bomb():
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "x" * 500_000, zip=True)
    assert opened(saved(quarters(), "PNG", pnginfo=info)).ending.complete


# Real photos


@needs_shared
@pytest.mark.parametrize("folder", ["photos", "labels", "provenance", "textures"])
def test_every_real_photo_is_shown(folder):
    paths = [p for p in (SHARED / folder).rglob("*") if p.suffix in {".jpg", ".png", ".webp"}]
    assert paths
    for path in paths:
        with path.open("rb") as file:
            photo = open_photo(file, sniff(file), limits=LIMITS, expected=Expectation(), now=NOW)
            (shot,) = photo.frames()
            assert shot.gray(320).std() > 5
        assert photo.ending.complete


@needs_shared
def test_a_phones_photo_tells_its_time_zone_and_maker():
    with (SHARED / "photos" / "parcels" / "id_01_20230516_142642.jpg").open("rb") as file:
        photo = open_photo(file, sniff(file), limits=LIMITS, expected=Expectation(), now=NOW)
    assert photo.facts().created_at == datetime(2023, 5, 16, 12, 26, 42, tzinfo=UTC)
    assert photo.facts().encoder == "G970FXXSGHWC2 (samsung SM-G970F)"


@needs_shared
def test_a_photo_of_twelve_megapixels_is_cheap():
    with (SHARED / "photos" / "parcels" / "id_01_20230516_142642.jpg").open("rb") as file:
        start = time.process_time()
        (shot,) = open_photo(file, sniff(file), limits=LIMITS, expected=Expectation(), now=NOW).frames()
        shot.gray(4032)
        shot.rgb(1280)
        assert time.process_time() - start < 0.5


def test_a_large_grey_view_is_the_luma_of_the_colours():
    image = noise((1600, 1200))
    (shot,) = opened(saved(image, "JPEG", quality=95)).frames()
    shot.rgb(400)
    large, half = shot.gray(1600).astype(int), shot.gray(800).astype(int)
    assert large.shape == (1200, 1600)
    assert np.abs(large - np.asarray(image.convert("L"))).mean() < 3
    assert np.abs(large.reshape(600, 2, 800, 2).mean(axis=(1, 3)) - half).mean() < 2


def test_a_chunk_that_claims_gigabytes_costs_none_of_them():
    whole = saved(noise(), "PNG")
    at = whole.rindex(b"IEND") - 4
    lying = whole[:at] + struct.pack(">I4s", 0x7FFF_FFFF, b"IDAT") + whole[at:]
    (shot,) = opened(lying).frames()
    tracemalloc.start()
    try:
        assert shot.gray(320).shape == (240, 320)
        assert opened(lying).facts().width == 640
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
