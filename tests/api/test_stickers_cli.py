from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from api.printing import sticker_sheet
from api.words import words
from tests.api.conftest import ROOT, Run


def test_the_sheet_is_written(sixface: Run, tmp_path: Path) -> None:
    done = sixface("stickers", "--out", tmp_path / "sheet.pdf", "--sheet", "3", "--lang", "zh")
    assert (done.returncode, done.stderr) == (0, "")
    assert "sheet.pdf" in done.stdout
    assert (tmp_path / "sheet.pdf").read_bytes() == sticker_sheet(3, words("zh"))
    assert "Example: sixface stickers" in " ".join(sixface("stickers", "--help").stdout.split())


def test_what_cannot_be_is_told_in_one_sentence(sixface: Run, tmp_path: Path) -> None:
    for words_, status in ((["--sheet", "97"], 64), (["--sheet", "-1"], 64), (["--out", "no/such.pdf"], 70)):
        done = sixface("stickers", *words_)
        assert done.returncode == status
        assert done.stderr.count("\n") == 1


def test_printing_loads_no_pixels() -> None:
    program = (
        "import sys; from api.printing import sticker_sheet; from api.words import words;"
        "sticker_sheet(1, words('zh'));"
        "print(*[m for m in ('av', 'cv2', 'numpy', 'PIL') if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert out.stdout.split() == []
