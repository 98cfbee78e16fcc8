from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from evidence.checks.colour import Colour
from evidence.colour_difference import ciede2000, lab, linear
from evidence.marks import Marks
from evidence.model import Expectation
from tests.evidence.fakes import FakeFrame, described, outcomes, watched

GOODS, CARD = (0.1, 0.1, 0.4, 0.9), (0.6, 0.1, 0.9, 0.9)
WARM, COLD = (1.0, 0.8, 0.55), (0.7, 0.85, 1.0)


@dataclass
class Painted(FakeFrame):
    """A frame that shows colours."""

    def rgb(self, side):
        return self.picture


def srgb(light):
    light = np.clip(light, 0, 1)
    level = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(level * 255).astype(np.uint8)


def scene(goods, lamp, *, card=0.18, gradient=0.0, noise=0.004):
    """Goods of that reflectance to the left and a card to the right, under a lamp."""
    light = np.zeros((200, 300, 3)) + 0.3
    light[:, :150] = goods
    light[:, 150:] = card
    fall = 1 + gradient * np.linspace(-1, 1, 300)[None, :, None]
    grain = np.random.default_rng(2).normal(0, noise, light.shape)
    return Painted(srgb(light * np.array(lamp) * fall + grain))


def judged(frame, **marks):
    media = described("photo", expected=Expectation(marks=Marks(**marks)))
    return watched(Colour(), [frame], media=media)[0]


def measured(finding):
    found = {each.name: each.value for each in finding.measures}
    return (found["lightness"], found["a"], found["b"]), found["uncertainty"]


@pytest.mark.parametrize("lamp", [(1, 1, 1), WARM, COLD])
@pytest.mark.parametrize("goods", [(0.4, 0.1, 0.08), (0.1, 0.3, 0.12), (0.08, 0.1, 0.4), (0.3, 0.3, 0.3)])
def test_the_colour_is_that_of_the_goods_under_any_lamp(lamp, goods):
    finding = judged(scene(goods, lamp), goods=GOODS, grey=CARD)
    assert finding.outcome == "pass"
    colour, error = measured(finding)
    assert ciede2000(colour, lab(goods)) < 1.0
    assert 2.0 <= error < 3.5


def test_without_a_reference_a_warm_lamp_makes_it_another_colour_and_that_is_said():
    finding = judged(scene((0.3, 0.3, 0.3), WARM), goods=GOODS)
    assert finding.outcome == "unsure"
    colour, error = measured(finding)
    assert ciede2000(colour, lab((0.3, 0.3, 0.3))) > 8
    assert error >= 8


def test_white_paper_will_do_and_is_less_certain():
    finding = judged(scene((0.2, 0.1, 0.3), WARM, card=0.85), goods=GOODS, white=CARD)
    assert ciede2000(measured(finding)[0], lab((0.2, 0.1, 0.3))) < 1.5
    assert measured(finding)[1] > measured(judged(scene((0.2, 0.1, 0.3), WARM), goods=GOODS, grey=CARD))[1]


def test_uneven_light_makes_it_less_certain():
    even = judged(scene((0.3, 0.2, 0.1), WARM), goods=GOODS, grey=CARD)
    uneven = judged(scene((0.3, 0.2, 0.1), WARM, gradient=0.5), goods=GOODS, grey=CARD)
    assert measured(uneven)[1] > measured(even)[1] + 1


def test_a_burnt_out_reference_is_unsure():
    assert (
        judged(scene((0.3, 0.2, 0.1), (1.3, 1.3, 1.3), card=0.9), goods=GOODS, white=CARD).outcome == "unsure"
    )


def test_nothing_marked_is_skipped():
    found = watched(Colour(), [scene((0.3, 0.2, 0.1), WARM)], media=described("photo"))
    assert outcomes(found) == {"colour.measured": "skipped"}


def test_levels_are_light():
    assert linear(255) == 1
    assert linear(118) == pytest.approx(0.18, abs=0.003)
