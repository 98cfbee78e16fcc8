"""`overlay`, `lettering`, `glyphs`: what is drawn is where it is said to be, and says what it should."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from samples.glyphs import FONTS, HIGH, NAMES, OTHER, WIDE, drawn
from samples.lettering import there, written
from samples.overlay import Overlay

BEGUN = datetime(2026, 7, 1, 12, 34, 56)  # noqa: DTZ001 - a drawn clock has no zone


def test_a_clock_says_what_time_it_is() -> None:
    clock = Overlay(BEGUN, form="chinese", rate=1.1, set_at=(20.0, -5.0), stands=(3.0, 5.0))
    assert clock.text(0.0) == ("2026年7月1日 12:34:56",)
    assert clock.text(4.9) == clock.text(3.0) == ("2026年7月1日 12:34:59",)
    assert clock.text(10.0) == ("2026年7月1日 12:35:07",)
    assert clock.text(20.0) == ("2026年7月1日 12:35:13",)
    assert Overlay(BEGUN, form="american").text(0) == ("07/01/2026 12:34:56 PM",)
    assert Overlay(BEGUN, form="time first").text(0) == ("12:34:56", "2026.07.01")


@pytest.mark.parametrize("corner", ["upper left", "upper right", "lower left", "lower right", "lower middle"])
def test_it_lies_in_its_corner_and_touches_nothing_else(corner: str) -> None:
    picture = np.full((240, 640, 3), 90, np.uint8)
    Overlay(BEGUN, corner=corner, size=16).lay(picture, 0.0)
    rows, columns = np.nonzero((picture != 90).any(axis=2))
    assert (rows.max() < 60) == corner.startswith("upper")
    assert columns.min() >= 8
    assert columns.max() < 636
    if corner.endswith("left"):
        assert columns.max() < 400


@pytest.mark.parametrize("font", ["pillow", "stroke:duplex", "dots:narrow", "dots:wide"])
def test_figures_are_as_high_as_they_are_said_to_be(font: str) -> None:
    mask, places = written("0718", font, 21)
    rows = np.flatnonzero(mask.max(axis=1) > 0.5)
    assert abs(rows[-1] - rows[0] + 1 - 21) <= 2
    assert len(places) == 4
    assert places[-1][1] == mask.shape[1]


def test_pieces_to_learn_from_are_the_same_each_time_and_none_is_of_a_held_out_font() -> None:
    shown, numbers = drawn(3, 7, ("pillow",))
    again, _ = drawn(3, 7, ("pillow",))
    assert shown.shape[1:] == (HIGH, WIDE)
    assert np.array_equal(shown, again)
    assert set(numbers.tolist()) <= set(range(len(NAMES) + 1))
    assert not set(FONTS) & set(OTHER)
    assert there("pillow")
