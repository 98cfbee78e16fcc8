from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evidence.check import RefusedError
from evidence.fitting import photo
from evidence.fitting.wish import Bounds

ORIENTATION, GPS = 0x0112, 0x8825


def noisy(path: Path, *, width: int = 1600, height: int = 1200, turn: int = 1) -> Path:
    """Upright in its tags' sense, red at the left as stored, with a place in its tags."""
    random = np.random.default_rng(3)
    small = random.integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    picture = np.kron(small, np.ones((8, 8, 1), np.uint8))
    picture[:, : width // 10] = (220, 20, 20)
    image = Image.fromarray(picture)
    tags = image.getexif()
    tags[ORIENTATION] = turn
    tags.get_ifd(GPS)[1] = "N"
    tags.get_ifd(GPS)[2] = (31.0, 13.0, 49.0)
    image.save(path, quality=98, exif=tags)
    return path


@pytest.mark.parametrize("most", [110_000, 180_000, 300_000])
def test_a_photo_is_made_to_fit(tmp_path: Path, most: int) -> None:
    source = noisy(tmp_path / "photo.jpg")
    before = source.read_bytes()
    made = photo.fit(source, Bounds(bytes=most), tmp_path / "made.jpg")
    assert made.bytes == (tmp_path / "made.jpg").stat().st_size <= most
    assert made.bytes > 0.6 * most, "the room is used"
    with Image.open(tmp_path / "made.jpg") as image:
        assert image.size == (made.what.width, made.what.height)
        assert image.width / image.height == pytest.approx(4 / 3, abs=0.01)
        assert image.width >= 640
        assert not dict(image.getexif())
    assert source.read_bytes() == before


def test_one_that_fits_well_keeps_its_size(tmp_path: Path) -> None:
    made = photo.fit(noisy(tmp_path / "photo.jpg"), Bounds(bytes=10_000_000), tmp_path / "made.jpg")
    assert (made.what.width, made.what.height) == (1600, 1200)
    assert made.settings["quality"] == 92


def test_its_orientation_is_applied_and_its_place_left_out(tmp_path: Path) -> None:
    source = noisy(tmp_path / "photo.jpg", turn=6)  # to be turned clockwise by a quarter
    photo.fit(source, Bounds(bytes=400_000), tmp_path / "made.jpg")
    with Image.open(tmp_path / "made.jpg") as image:
        assert image.height > image.width
        top = np.asarray(image.resize((30, 40)))[1, 15]
        assert top[0] > 150
        assert top[1] < 90, "the left as stored is the top as seen"
        assert not dict(image.getexif().get_ifd(GPS))
    assert b"Exif" not in (tmp_path / "made.jpg").read_bytes()[:400]


def test_grey_has_no_colour_and_no_more_pixels_than_asked(tmp_path: Path) -> None:
    bounds = Bounds(bytes=300_000, side=900, pixels=500_000, grey=True)
    made = photo.fit(noisy(tmp_path / "photo.jpg"), bounds, tmp_path / "made.jpg")
    with Image.open(tmp_path / "made.jpg") as image:
        assert image.mode == "L"
        assert max(image.size) <= 900
        assert image.width * image.height <= 500_000
    assert made.settings["colour"] == "grey"


def test_what_would_not_be_readable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        photo.fit(noisy(tmp_path / "photo.jpg"), Bounds(bytes=9_000), tmp_path / "made.jpg")
    assert refused.value.code == "refused.not_readable"
    assert not (tmp_path / "made.jpg").exists()


def test_what_is_no_photo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("no photo at all, whatever it is called")
    with pytest.raises(RefusedError):
        photo.fit(tmp_path / "photo.jpg", Bounds(bytes=100_000), tmp_path / "made.jpg")
