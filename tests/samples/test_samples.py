from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import samples
from samples import Sample
from samples.__main__ import main

Make = Callable[[str], Sample]


def test_importing_samples_loads_no_pixel_library() -> None:
    code = (
        "import sys, samples, samples.cases, samples.truth; "
        "print(sorted({'av', 'cv2', 'numpy', 'PIL'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_name_is_one_file_and_says_what_it_is_for() -> None:
    entries = samples.catalogue().values()
    assert len({entry.file for entry in entries}) == len(entries) >= 80
    assert all(entry.about.endswith(".") for entry in entries)


def test_the_small_twin_of_the_hero_shows_the_whole_procedure(make: Make) -> None:
    truth = make("small").truth
    assert [face.face for face in truth.faces] == ["top", "front", "right", "back", "left", "bottom"]
    assert [face.number for face in truth.faces] == [1, 2, 3, 4, 5, 6]
    for face in truth.faces:
        assert sum(end - start for start, end in face.when) >= 0.6
        assert face.best_angle < 40
    assert [phase.phase for phase in truth.phases] == ["sealed", "label", "faces", "opening", "contents"]
    assert timedelta(seconds=12) < truth.duration < timedelta(seconds=15)
    assert len(truth.moments) == truth.frames == 332
    assert truth.tracking_number == "NW1402938475610"
    assert truth.one_take


def test_the_command_writes_and_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "empty", "text"]) == 0
    assert {path.name for path in tmp_path.iterdir()} >= {"empty.mp4", "text.mp4", "text.truth.json"}
    assert main(["--list"]) == 0
    assert "bench_60s" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([str(tmp_path), "nothing"])
