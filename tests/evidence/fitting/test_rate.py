from __future__ import annotations

import pytest

from evidence.check import RefusedError
from evidence.fitting.rate import GOOD, LADDER, LEAST, SOUND, Footage, shapes

PHONE = Footage("mov", 1920, 1080, 60.0, 1800, sound=True)


def test_what_thirty_megabytes_carry_of_a_minute() -> None:
    first = shapes(PHONE, 30_000_000)[0]
    assert first.short == 1080
    assert first.sound == SOUND
    whole = (first.video + first.sound) * PHONE.duration / 8
    assert 27_000_000 < whole < 30_000_000


def test_the_shapes_get_smaller_and_each_is_readable() -> None:
    found = shapes(PHONE, 8_000_000)
    sides = [shape.short for shape in found]
    assert sides == sorted(sides, reverse=True)
    assert set(sides) <= set(LADDER)
    for shape in found:
        pixels = shape.short * shape.short * 16 / 9 * 30
        assert shape.video / pixels >= (LEAST if shape.short == LADDER[-1] else GOOD) * 0.999


def test_a_film_that_is_smaller_already_keeps_its_size() -> None:
    small = Footage("mp4", 320, 568, 4.0, 120, sound=True)
    assert [shape.short for shape in shapes(small, 900_000)] == [320]


def test_a_film_of_four_thousand_pixels_goes_down_to_what_is_on_the_ladder() -> None:
    large = Footage("mov", 3840, 2160, 30.0, 900, sound=False)
    found = shapes(large, 100_000_000)
    assert found[0].short == 1080
    assert found[0].sound == 0
    assert found[0].ample


def test_a_picture_rate_above_thirty_asks_for_no_more_bits() -> None:
    slow, fast = (Footage("mov", 1920, 1080, 30.0, frames, sound=True) for frames in (900, 3600))
    assert shapes(slow, 14_000_000)[0].short == shapes(fast, 14_000_000)[0].short


@pytest.mark.parametrize("most", [1, 1_000, 500_000, 1_750_000])
def test_what_nobody_could_read_is_refused_with_what_it_would_need(most: int) -> None:
    with pytest.raises(RefusedError) as refused:
        shapes(PHONE, most)
    assert refused.value.code == "refused.not_readable"
    least = float(refused.value.says.values["least"])
    assert shapes(PHONE, int(least * 1.1e6)), "what the sentence names does"
