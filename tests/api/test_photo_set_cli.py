from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.api.conftest import Run


@pytest.fixture
def shots(tmp_path: Path, photo: Path) -> Path:
    place = tmp_path / "photos"
    place.mkdir()
    for name in ("closeup.jpg", "IMG_2.jpg", ".hidden.jpg"):
        shutil.copy(photo, place / name)
    (place / "IMG_2.MOV").write_bytes(b"the film of a Live Photo, which its photo stands for")
    return place


def test_a_folder_with_a_reason_says_which_shots_are_missing(
    sixface: Run, shots: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = sixface(
        "check", str(shots), "--reason", "temu.scratched", "--shot", "wide=IMG_2.jpg", "--out", str(out)
    )
    assert ran.returncode in {1, 2}
    told = json.loads((out / "set.json").read_text("utf-8"))
    found = {shot["shot"]: (shot["outcome"], shot["photos"]) for shot in told["shots"]}
    assert found["close_up"][1] == ["closeup.jpg"]
    assert found["wide"][1] == ["IMG_2.jpg"]
    assert found["in_place"] == ("fail", [])
    assert sorted(path.name for path in out.iterdir()) == ["01", "02", "set.json"]


def test_json_stays_an_array_of_reports(sixface: Run, shots: Path) -> None:
    ran = sixface("check", str(shots), "--reason", "temu.scratched", "--json")
    assert len(json.loads(ran.stdout)) == 2
    assert "At least 2 needed photos are missing." in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--reason", "temu.nothing"],
        ["--shot", "nothing=IMG_2.jpg"],
        ["--shot", "wide"],
        ["--reason", "temu.scratched", "--shot", "wide=IMG_9.jpg"],
    ],
)
def test_what_cannot_be_is_wrong_usage(sixface: Run, shots: Path, words: list[str]) -> None:
    ran = sixface("check", str(shots), *words)
    assert ran.returncode == 64


def test_an_empty_folder_is_refused(sixface: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert sixface("check", str(empty)).returncode == 65
