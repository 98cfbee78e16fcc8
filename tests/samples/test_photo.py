from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps

from samples import Sample

Make = Callable[[str], Sample]


def opened(sample: Sample) -> Image.Image:
    with Image.open(sample.path) as image:
        image.load()
        return image


def grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L"), np.float64)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_upright_once_it_is_turned(make: Make, orientation: int) -> None:
    sample, upright = make(f"orientation_{orientation}"), opened(make("orientation_1"))
    stored = opened(sample)
    assert stored.size == (sample.truth.width, sample.truth.height)
    assert stored.getexif()[0x0112] == sample.truth.orientation == orientation
    turned = ImageOps.exif_transpose(stored)
    assert turned is not None
    assert np.abs(grey(turned) - grey(upright)).mean() < 3


def test_a_phones_photo_tells_its_time_zone_and_place(make: Make) -> None:
    sample = make("label_photo")
    exif = opened(sample).getexif()
    detail, place = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    assert detail[0x9003] == "2026:11:20 16:11:02"
    assert detail[0x9011] == "+08:00"
    assert place[29] == "2026:11:20"
    assert [float(n) for n in place[7]] == [8, 11, 2]
    degrees = [float(n) for n in place[2]]
    assert degrees[0] + degrees[1] / 60 + degrees[2] / 3600 == pytest.approx(30.2741, abs=1e-4)
    assert sample.truth.recorded_at == "2026-11-20T16:11:02+08:00"


def test_other_codecs_hold_the_same_picture(make: Make) -> None:
    jpeg = grey(opened(make("defect_tear")))
    for name in ("photo_png", "photo_webp"):
        assert np.abs(grey(opened(make(name))) - jpeg).mean() < 4
    heic = pillow_heif.open_heif(make("photo_heic").path).to_pillow()
    assert np.abs(grey(heic) - jpeg).mean() < 4
    assert heic.getexif().get_ifd(0x8769)[0x9003] == "2026:11:19 08:34:18"


def test_a_messengers_photo_has_no_metadata(make: Make) -> None:
    assert not opened(make("photo_bare")).getexif()


def test_poor_photos_are_poor(make: Make) -> None:
    def sharp(name: str) -> float:
        picture = grey(opened(make(name)).resize((400, 300)))
        return float(np.abs(np.diff(picture, 2)).mean())

    good = grey(opened(make("defect_tear")))
    assert sharp("photo_blurred") < 0.6 * sharp("defect_tear")
    assert sharp("photo_shaken") < 0.8 * sharp("defect_tear")
    assert grey(opened(make("photo_dark"))).mean() < 20
    assert (grey(opened(make("photo_bright"))) > 250).mean() > 0.3
    assert (grey(opened(make("photo_glare"))) > 250).mean() > (good > 250).mean() + 0.03
    assert opened(make("photo_tiny")).size == (160, 120)
    assert grey(opened(make("photo_flat"))).std() < 1


def test_damage_is_in_the_picture(make: Make) -> None:
    tear, dent = grey(opened(make("defect_tear"))), grey(opened(make("defect_dent")))
    assert np.abs(tear - dent).max() > 60
    assert (tear < 45).mean() > 0.005


def test_twelve_megapixels_are_twelve(make: Make) -> None:
    with warnings.catch_warnings(action="ignore"), Image.open(make("photo_12mp").path) as image:
        assert image.size == (4032, 3024)
