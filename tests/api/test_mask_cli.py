from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.api.conftest import Run


def placed(path: Path) -> Path:
    exif = Image.Exif()
    exif[0x010F] = "Northphone"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 26.0), 3: "E", 4: (120.0, 9.0, 18.0)})
    noise = np.random.default_rng(5).integers(0, 255, (300, 400, 3), np.uint8)
    Image.fromarray(noise).save(path, exif=exif)
    return path


def test_a_copy_has_no_metadata_and_the_original_stays(sixface: Run, tmp_path: Path) -> None:
    photo = placed(tmp_path / "IMG_1.jpg")
    before = photo.read_bytes()
    done = sixface("mask", photo, "--hide", "0,0,0.5,0.5")
    assert done.returncode == 0, done.stderr
    assert photo.read_bytes() == before
    with Image.open(tmp_path / "IMG_1-copy.jpg") as copy:
        assert not copy.getexif()
        assert "exif" not in copy.info
        assert np.asarray(copy)[:140, :190].std() < 3
    assert b"Northphone" not in (tmp_path / "IMG_1-copy.jpg").read_bytes()


def test_no_waybill_asks_for_a_look(sixface: Run, tmp_path: Path) -> None:
    done = sixface("mask", placed(tmp_path / "IMG_1.jpg"), "--out", tmp_path / "copy.jpg")
    assert done.returncode == 2
    assert "Look at the copy" in done.stdout


def test_what_cannot_be_is_told(sixface: Run, tmp_path: Path) -> None:
    photo = placed(tmp_path / "IMG_1.jpg")
    assert sixface("mask", photo, "--hide", "0,0,2,2").returncode == 64
    assert sixface("mask", photo, "--hide", "x").returncode == 64
    assert sixface("mask", photo, "--out", photo).returncode == 64
    text = tmp_path / "text.jpg"
    text.write_text("no photo " * 9)
    assert sixface("mask", text).returncode == 65
