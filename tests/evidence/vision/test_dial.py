"""`dial`, `lines_of_ink`, `calendar_day`: lines of print whose text is known because we drew it."""

from __future__ import annotations

from datetime import date, datetime

import cv2
import numpy as np
import pytest

from evidence.vision.calendar_day import DayReader
from evidence.vision.dial import Dial, dial_in, read
from evidence.vision.lines_of_ink import lines_of_ink
from samples.overlay import Form, Overlay
from samples.paint import Picture
from tests.stations.films import _ground

BEGUN = datetime(2026, 10, 23, 17, 48, 59)  # noqa: DTZ001 - a drawn clock has no zone


def drawn(overlay: Overlay, *, width: int = 960, height: int = 540) -> np.ndarray:
    picture: Picture = _ground(width, height, 3).copy()
    overlay.lay(picture, 0.0)
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def dials(view: np.ndarray, *, dark: bool = False) -> list[tuple[Dial, str]]:
    found = [dial for line in lines_of_ink(view, dark=dark) if (dial := dial_in(view, line))]
    return [(dial, "".join(map(str, read(dial, dial.strip(view))[0].argmax(axis=1)))) for dial in found]


@pytest.mark.parametrize("font", ["pillow", "stroke:duplex", "dots:wide", "stroke:simplex", "dots:narrow"])
@pytest.mark.parametrize("size", [12, 18, 30])
def test_a_time_of_day_is_found_and_read(font: str, size: float) -> None:
    assert "174859" in [text for _, text in dials(drawn(Overlay(BEGUN, font=font, size=size)))]


def test_dark_figures_are_read_as_well() -> None:
    view = drawn(Overlay(BEGUN, ink=(10, 10, 10), edge="outline", size=20))
    assert "174859" in [text for _, text in dials(view, dark=True)]


@pytest.mark.parametrize("form", ["iso", "chinese", "lines", "time first", "english"])
def test_the_day_beside_it_is_read(form: Form) -> None:
    view = drawn(Overlay(BEGUN, form=form))
    dial = next(dial for dial, text in dials(view) if text == "174859")
    reader = DayReader()
    reader.see(dial, view, BEGUN - BEGUN)
    assert [day.date for day in reader.told(dial)] == [date(2026, 10, 23)]


def test_month_and_day_that_may_be_either_are_both_told() -> None:
    view = drawn(Overlay(datetime(2026, 7, 1, 17, 48, 59), form="european"))  # noqa: DTZ001 - as above
    ((dial, _),) = [pair for pair in dials(view) if pair[1] == "174859"]
    reader = DayReader()
    reader.see(dial, view, BEGUN - BEGUN)
    assert {day.date for day in reader.told(dial)} == {date(2026, 7, 1), date(2026, 1, 7)}


def test_am_and_pm_are_told_apart() -> None:
    for hour, later in ((5, False), (17, True)):
        view = drawn(Overlay(BEGUN.replace(hour=hour), form="american"))
        dial = next(dial for dial, text in dials(view) if text == "054859")
        assert dial.half
        assert (read(dial, dial.strip(view))[1] > 0) == later


def test_a_table_without_print_has_no_time() -> None:
    assert dials(cv2.cvtColor(_ground(960, 540, 3), cv2.COLOR_RGB2GRAY)) == []
    assert dials(np.full((200, 300), 128, np.uint8)) == []
