"""What is made of lines of print; the engine is replaced by lines that are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from evidence.model import Outcome
from evidence.vision import lettering
from evidence.vision.bars import Stripes
from evidence.vision.lettering import Line
from evidence.vision.print_reading import PrintReading
from evidence.vision.symbols import Symbol
from tests.evidence.fakes import FakeFrame
from tests.evidence.vision import labelled

WHERE = Stripes(640, 360, 0.0, 300, 60)
Say = Callable[..., list[int]]


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Has the engine read these lines, one tuple for each cutting; gives how often it was asked."""

    def said(*cuttings: tuple[str, ...]) -> list[int]:
        asked: list[int] = []

        def lines(picture: np.ndarray) -> tuple[Line, ...]:
            asked.append(picture.shape[1])
            return tuple(Line(text, 0.99) for text in cuttings[(len(asked) - 1) % len(cuttings)])

        monkeypatch.setattr(lettering, "available", lambda: True)
        monkeypatch.setattr(lettering, "lines", lines)
        return asked

    return said


def offered(count: int, most: int = 8) -> PrintReading:
    reading = PrintReading(most)
    for n in range(count):
        reading.offer(timedelta(seconds=n), labelled.laid(labelled.waybill()), WHERE)
    return reading


def test_a_number_in_two_cuttings_is_sure_and_ends_the_reading(says: Say) -> None:
    asked = says(("SF13 9001 2345 678", "Li Wei"))
    reading = offered(5)
    reading.read([labelled.NUMBER], hurried=False)
    (one,) = reading.seen([labelled.NUMBER])
    assert (one.sure, one.clear, one.print) == (True, True, True)
    assert len(asked) == 2
    finding = reading.finding([labelled.NUMBER])
    assert finding.outcome is Outcome.PASS
    assert [m.value for m in finding.measures if m.name == "line"] == ["SF13 9001 2345 678"]


def test_a_number_in_one_cutting_is_not_sure_without_a_check_digit(says: Say) -> None:
    says(("SF13 9001 2345 678",), ("nothing",), ("nothing",))
    reading = offered(3)
    reading.read([labelled.NUMBER], hurried=False)
    (one,) = reading.seen([labelled.NUMBER])
    assert not one.sure


def test_a_right_check_digit_vouches_for_one_cutting(says: Say) -> None:
    asked = says(("1Z5R89390357567127",))
    reading = offered(3)
    reading.read(["1Z5R89390357567127"], hurried=False)
    assert reading.seen(["1Z5R89390357567127"])[0].sure
    assert len(asked) == 1


def test_no_more_cuttings_are_read_than_allowed(says: Say) -> None:
    asked = says(("nothing",))
    offered(30, most=5).read([labelled.NUMBER], hurried=False)
    assert len(asked) == 5
    asked.clear()
    offered(30).read([labelled.NUMBER], hurried=True)
    assert len(asked) == 2


def test_a_photo_is_read_in_two_sizes(says: Say) -> None:
    asked = says(("SF1390012345678",))
    reading = PrintReading(8)
    reading.keep(FakeFrame(labelled.laid(labelled.waybill(), width=2000, height=1500)))
    reading.read([labelled.NUMBER], hurried=False)
    assert asked == [1280, 900]
    assert reading.seen([labelled.NUMBER])[0].sure


def test_a_code_offers_its_label_as_well(says: Say) -> None:
    asked = says(("ORDER 8514 8346 7451",))
    reading = PrintReading(8)
    quad = np.array([[500.0, 340], [800, 340], [800, 400], [500, 400]])
    reading.offer(
        timedelta(0), labelled.laid(labelled.waybill()), Symbol("A", "Code 128", gs1=False, quad=quad)
    )
    reading.read(["851483467451"], hurried=True)
    assert len(asked) == 1
    assert reading.seen(["851483467451"])[0].numbers == ("851483467451",)


def test_without_the_extra_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "available", lambda: False)
    reading = offered(3)
    reading.read([labelled.NUMBER], hurried=False)
    finding = reading.finding([labelled.NUMBER])
    assert finding.outcome is Outcome.SKIPPED
    assert "`ocr` is not installed" in finding.says


@pytest.mark.parametrize(("most", "asked", "words"), [(0, True, "switched off"), (8, False, "nothing asked")])
def test_why_nothing_was_read_is_said(says: Say, most: int, words: str, *, asked: bool) -> None:
    says(("nothing",))
    reading = PrintReading(most)
    if asked:
        reading.read([labelled.NUMBER], hurried=False)
    assert words in reading.finding([labelled.NUMBER]).says


def test_a_strangers_lines_are_bounded(says: Say) -> None:
    says(tuple(f"1Z5R8939035756712{n} \x1b[31m" + "x" * 500 for n in range(10)))
    reading = offered(1)
    reading.read([labelled.NUMBER], hurried=False)
    lines = [m.value for m in reading.finding([labelled.NUMBER]).measures if m.name == "line"]
    assert 0 < len(lines) <= 6
    assert all(isinstance(line, str) and len(line) <= 80 and line.isprintable() for line in lines)
