"""Where a photo was taken stays in its original: no report, page or picture of ours repeats it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.api.conftest import Run
from tests.api.test_mask_cli import placed

WRITINGS = (b"GPSL", b"30 16 26", b"120 9 18", b"30.0 16.0", b"120.0 9.0", b"30.27", b"120.15", b"30\xc2\xb0")


@pytest.mark.parametrize("profile", ["defect_photo", "label_photo"])
def test_the_place_is_in_nothing_that_leaves_the_house(sixface: Run, tmp_path: Path, profile: str) -> None:
    photo = placed(tmp_path / "IMG_1.jpg")
    out = tmp_path / "out"
    done = sixface("check", photo, "--profile", profile, "--out", out)
    assert done.returncode in {0, 1, 2}, done.stderr
    made = [path for path in out.rglob("*") if path.is_file()]
    pictures = [path for path in made if path.suffix == ".jpg"]
    assert {"report.json", "report.html"} <= {path.name for path in made}
    assert pictures
    for path in made:
        assert not any(writing in path.read_bytes() for writing in WRITINGS), path.name
    for path in pictures:
        with Image.open(path) as picture:
            assert not picture.getexif()
    assert not any(writing.decode() in done.stdout for writing in WRITINGS)
