from __future__ import annotations

import itertools
import re

import pytest

from api.proportions import proportions, size_of
from tests.api import made_reports as made

LENGTH, DEPTH, HEIGHT = 400, 300, 220
SIZES = {
    "top": (LENGTH, DEPTH),
    "front": (LENGTH, HEIGHT),
    "right": (DEPTH, HEIGHT),
    "back": (LENGTH, HEIGHT),
    "left": (DEPTH, HEIGHT),
    "bottom": (LENGTH, DEPTH),
}


def test_two_unlike_faces_tell_the_whole_parcel() -> None:
    opposite = ({"top", "bottom"}, {"front", "back"}, {"left", "right"})
    for two in itertools.combinations(SIZES, 2):
        if set(two) not in opposite:
            found = proportions({face: SIZES[face] for face in two})
            assert found.depth == pytest.approx(DEPTH / LENGTH, abs=0.01), two
            assert found.height == pytest.approx(HEIGHT / LENGTH, abs=0.01), two


def test_a_picture_that_lies_on_its_side_spoils_little() -> None:
    found = proportions(SIZES | {"right": (HEIGHT, DEPTH)})
    assert found.depth == pytest.approx(DEPTH / LENGTH, rel=0.25)
    assert found.height == pytest.approx(HEIGHT / LENGTH, rel=0.25)


@pytest.mark.parametrize(
    "sizes", [{}, {"top": (1, 60_000)}, {"top": (60_000, 1)}, {"front": (1, 60_000)}, {"left": (60_000, 1)}]
)
def test_a_cell_always_holds_its_words(sizes: dict[str, tuple[int, int]]) -> None:
    found = proportions(sizes)
    assert 0.6 < found.depth < 1.7
    assert 0.4 < found.height < 1.3
    assert re.fullmatch(r"\.net \{[-a-z0-9.,:;() ]+\}\n", found.rule)


def test_the_size_of_a_picture_stands_in_its_header() -> None:
    assert size_of(made.PIXEL) == (1, 1)
    assert size_of(made.pictured(320, 240)) == (320, 240)
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4)
    assert size_of(png) == (640, 480)


@pytest.mark.parametrize("length", range(len(made.PIXEL) - 20))
def test_a_picture_that_breaks_off_has_no_size_or_its_own(length: int) -> None:
    assert size_of(made.pictured(7, 9)[:length]) in {None, (7, 9)}


def test_a_header_without_end_is_left_alone() -> None:
    assert size_of(b"\xff\xd8" + b"\xff\xe0\0\0" * 100_000) is None
    assert size_of(made.pictured(0, 9)) is None
