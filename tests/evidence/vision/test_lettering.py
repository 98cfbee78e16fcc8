"""The engine itself, where the extra is installed; also behind the walls, where it must not need more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evidence.environment import ENVIRONMENT
from evidence.vision import lettering
from tests.evidence.vision import labelled

installed = pytest.mark.skipif(not lettering.available(), reason="the extra `ocr` is not installed")
ROOT = Path(__file__).resolve().parents[3]

BEHIND_THE_WALLS = """
import sys
from datetime import timedelta
from pathlib import Path
import numpy as np
from evidence import profile
from evidence.walls import sandbox
limits = profile.load("unboxing").limits
picture = np.load(sys.argv[1])
sandbox.confine(write=Path(sys.argv[2]), cpu=timedelta(seconds=60), memory=limits.memory)
from evidence.vision import lettering
print("|".join(line.text for line in lettering.lines(picture)))
"""


@installed
@pytest.mark.parametrize("quarter", [0, 2])
def test_the_print_of_a_label_is_read(quarter: int) -> None:
    read = [line.text.replace(" ", "") for line in lettering.lines(np.rot90(labelled.waybill(), quarter))]
    assert any(labelled.NUMBER in line for line in read)
    assert any("851483467451" in line for line in read)


@installed
def test_a_picture_without_print_gives_no_line() -> None:
    assert lettering.lines(np.full((300, 400), 150, np.uint8)) == ()


@installed
@pytest.mark.skipif(sys.platform != "linux", reason="there are no walls on this system")
def test_print_is_read_behind_the_walls(tmp_path: Path) -> None:
    np.save(tmp_path / "label.npy", labelled.waybill())
    (tmp_path / "out").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", BEHIND_THE_WALLS, str(tmp_path / "label.npy"), str(tmp_path / "out")],
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert labelled.NUMBER in done.stdout.replace(" ", "")


def test_whether_it_is_there_is_told_without_loading_it() -> None:
    program = (
        "import sys; from evidence.vision import lettering;"
        "lettering.available(); print('rapidocr' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
