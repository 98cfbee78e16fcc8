"""Draws the terminal report of the README: `python -m tests.picture` writes `samples/report.svg`.

Two and a half seconds are cut out of the film, so that there is something to see.
"""

from __future__ import annotations

import io
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

import samples
from api.terminal import show
from api.words import words
from evidence.model import Expectation
from evidence.spawn import examine_file

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "samples" / "report.svg"
FILM = "forged_cut"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        film = samples.catalogue()[FILM](Path(folder) / "films")
        report = examine_file(
            film.path,
            profile="unboxing",
            out=Path(folder) / "report",
            now=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
            name="IMG_0412.MP4",
            expected=Expectation(received_at=datetime(2026, 11, 20, 2, 15, tzinfo=UTC)),
        )
    paper = Console(record=True, width=96, file=io.StringIO(), markup=False, emoji=False, highlight=False)
    show(report, words("en"), paper)
    drawn = paper.export_svg(title="sixface check IMG_0412.MP4")
    # A picture loads nothing: the reader's own monospaced font does.
    drawn = re.sub(r"@font-face\s*{.*?}", "", drawn, flags=re.DOTALL)
    TARGET.write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
