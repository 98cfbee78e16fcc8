from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.api.conftest import Run

MARKS = {
    "goods": [0.1, 0.1, 0.4, 0.4],
    "grey": [0.6, 0.1, 0.9, 0.4],
    "span": [[0.1, 0.8], [0.7, 0.8]],
    "length": {"ends": [[0.1, 0.9], [0.3, 0.9]], "millimetres": 100},
}


def made(path: Path, goods: tuple[int, int, int]) -> Path:
    picture = np.full((600, 800, 3), 90, np.uint8)
    picture[:300, :400] = goods
    picture[:300, 400:] = 118
    picture = np.clip(picture + np.random.default_rng(3).normal(0, 2, picture.shape), 0, 255)
    Image.fromarray(picture.astype(np.uint8)).save(path, quality=95)
    return path


@pytest.mark.parametrize(
    ("goods", "stated", "status", "outcomes"),
    [
        ((150, 60, 60), "300", 2, ["unsure", "unsure"]),  # equal colours; a ruler alone is not certain enough
        ((60, 150, 60), "300", 1, ["fail", "unsure"]),
        ((60, 150, 60), "600", 1, ["fail", "fail"]),
    ],
)
def test_two_photos_are_compared(
    sixface: Run,
    tmp_path: Path,
    *,
    goods: tuple[int, int, int],
    stated: str,
    status: int,
    outcomes: list[str],
) -> None:
    marks = tmp_path / "marks.json"
    marks.write_text(json.dumps(MARKS))
    one, other = made(tmp_path / "one.jpg", (150, 60, 60)), made(tmp_path / "other.jpg", goods)
    done = sixface(
        "compare", one, other, "--listing-marks", marks, "--marks", marks, "--stated-mm", stated, "--json"
    )
    assert done.returncode == status, done.stderr
    found = json.loads(done.stdout)
    assert [finding["code"] for finding in found] == ["colour.difference", "size.difference"]
    assert [finding["outcome"] for finding in found] == outcomes


def test_marks_that_are_none_are_wrong_usage(sixface: Run, tmp_path: Path) -> None:
    one = made(tmp_path / "one.jpg", (1, 2, 3))
    marks = tmp_path / "marks.json"
    marks.write_text('{"goods": [0.5, 0.5, 0.1, 0.1]}')
    done = sixface("compare", one, one, "--marks", marks)
    assert done.returncode == 64
    assert "left, top, right, bottom" in done.stderr
    assert sixface("compare", one, one, "--marks", tmp_path / "none.json").returncode == 64
