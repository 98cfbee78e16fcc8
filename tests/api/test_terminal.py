from __future__ import annotations

import io
import os
import pty
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from api.terminal import console, show, watching
from api.words import Lang, words
from evidence.model import Finding, Outcome, Report, say
from tests.api import made_reports as made


@dataclass(frozen=True)
class Seen:
    share: float | None
    at: timedelta


def printed(report: Report, lang: Lang = "en", *, width: int = 100, colour: bool = False) -> str:
    stream = io.StringIO()
    out = Console(file=stream, width=width, force_terminal=colour, markup=False, emoji=False, highlight=False)
    show(report, words(lang), out)
    return stream.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


def test_verdict_first_then_what_to_do_then_what_was_found() -> None:
    text = printed(made.flawed())
    assert text.startswith(" ✗ Flawed   IMG_0412.MOV")
    order = [
        "Faults found: Cuts and gaps.",
        "12.4 MB",
        "What to do next",
        "What was found",
        "was not checked",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "1. Hand in the uncut original, or film the parcel again in one take.  0:18.4, 0:27–0:29" in text
    assert "✗ 0:18.4  The picture changes at once at 18.4 s" in text
    assert "Nobody has checked this yet: Waybill, Six faces, Steps of the unboxing." in text
    assert "Completeness ✗ faulty" in text
    assert made.flawed().subject.digest in text


def test_the_same_advice_is_said_once_below_its_findings() -> None:
    assert printed(made.flawed()).count("→ Hand in the uncut original") == 1


def test_in_chinese() -> None:
    text = printed(made.review(), "zh")
    assert text.startswith(" ? 需人工复核   IMG_0412.MOV")
    assert "还没有人检查：面单、包裹六面、拆包步骤。" in text
    assert "有效性 ✓ 正常" in text


@pytest.mark.parametrize("width", [32, 60, 80, 200])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["flawed", "hostile"])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut_off(name: str, lang: Lang, width: int) -> None:
    text = printed(getattr(made, name)(), lang, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= min(width, 100)
    hint = words(lang).text("See that all six faces of the closed parcel are shown before it is opened.")
    assert hint.replace(" ", "") in "".join(text.split())


def test_colour_only_where_the_terminal_has_it() -> None:
    assert "\x1b[" not in printed(made.flawed())
    assert "\x1b[" in printed(made.flawed(), colour=True)
    assert not console(io.StringIO()).is_terminal


def test_a_stranger_commands_no_terminal() -> None:
    text = printed(made.hostile(), colour=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]x[/red]" in text


def test_many_findings_are_counted_not_listed() -> None:
    many = [made.cut() for _ in range(50)]
    text = printed(made.report(made.answer("continuity", *many)))
    assert text.count("The picture changes at once") == 8
    assert "42 more are in report.json." in text


def test_a_check_that_does_not_apply_says_so() -> None:
    none = Finding.of("clock.window", Outcome.SKIPPED, say("No order was given."))
    assert "– Time of recording" in flat(printed(made.report(made.answer("clock", none))))


def test_a_terminal_without_unicode_gets_question_marks_and_no_traceback() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    show(made.flawed(), words("zh"), console(stream))
    stream.flush()
    assert b"IMG_0412.MOV" in raw.getvalue()


def test_no_progress_is_drawn_where_nobody_watches() -> None:
    stream = io.StringIO()
    with watching("film.mp4", words("en"), stream) as tell:
        tell(Seen(0.5, timedelta(seconds=3)))
    assert stream.getvalue() == ""


def test_progress_is_drawn_on_a_terminal_and_gone_afterwards() -> None:
    reader, writer = pty.openpty()
    drawn = bytearray()
    drain = threading.Thread(target=_drain, args=(reader, drawn))
    drain.start()
    with (
        os.fdopen(writer, "w", encoding="utf-8") as stream,
        watching("[red]\x1b[31mfilm.mp4", words("en"), stream) as tell,
    ):
        tell(Seen(None, timedelta(seconds=1)))
        tell(Seen(0.42, timedelta(seconds=12)))
    drain.join(10)
    os.close(reader)
    text = drawn.decode()
    assert "[red]\ufffd[31mfilm.mp4" in text
    assert "42 %" in text
    assert "0:12" in text
    assert text.rstrip().endswith("\x1b[2K")


def _drain(reader: int, into: bytearray) -> None:
    with suppress(OSError):  # a terminal that was closed
        while chunk := os.read(reader, 65_536):
            into.extend(chunk)
