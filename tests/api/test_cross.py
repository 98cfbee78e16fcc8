from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from api.terminal import console, show
from api.words import Lang, words
from evidence.model import FACES, Outcome, Report
from tests.api import made_reports as made

FIVE = made.unfolded(*(face for face in FACES if face != "left"), outcome=Outcome.FAIL)


def printed(report: Report, width: int = 80, lang: Lang = "en") -> str:
    stream = io.StringIO()
    show(report, words(lang), Console(file=stream, width=width, markup=False, emoji=False, highlight=False))
    return stream.getvalue()


def test_a_missing_face_is_a_dashed_box_in_the_cross() -> None:
    lines = [line.rstrip() for line in printed(FIVE).splitlines()]
    start = next(n for n, line in enumerate(lines) if "5/6  ✗ faulty" in line)
    assert lines[start + 1 : start + 14] == [
        "                 ╭─────────────╮",
        "                 │ ✓ Top       │",
        "                 │ 0:00–0:02   │",
        "                 ╰─────────────╯",
        " ╭╌╌╌╌╌╌╌╌╌╌╌╌╌╮ ╭─────────────╮ ╭─────────────╮ ╭─────────────╮",
        " ╎ ✗ Left      ╎ │ ✓ Front     │ │ ✓ Right     │ │ ✓ Back      │",
        " ╎ not seen    ╎ │ 0:03–0:05   │ │ 0:06–0:08   │ │ 0:09–0:11   │",
        " ╰╌╌╌╌╌╌╌╌╌╌╌╌╌╯ ╰─────────────╯ ╰─────────────╯ ╰─────────────╯",
        "                 ╭─────────────╮",
        "                 │ ✓ Bottom    │",
        "                 │ 0:12–0:14   │",
        "                 ╰─────────────╯",
        " → Hold the left side to the camera for one second.",
    ]


@pytest.mark.parametrize("width", [32, 60, 63, 64, 80, 200])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_line_is_wider_than_the_terminal_and_every_face_is_there(width: int, lang: Lang) -> None:
    text = printed(FIVE, width, lang)
    assert max(cell_len(line) for line in text.splitlines()) <= min(width, 100)
    assert ("╭" in text) == (width >= 64)
    assert text.count("0:12–0:14") == 2


def test_a_terminal_without_signs_gets_a_list() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    show(FIVE, words("en"), console(stream))
    stream.flush()
    assert b"? Left  not seen" in raw.getvalue()
    assert b"????" not in raw.getvalue()
