from __future__ import annotations

import numpy as np
import pytest

from evidence.checks.size import Size
from evidence.marks import Flat, Length, Marks
from evidence.model import Expectation
from tests.evidence.fakes import described, watched

WIDE, HIGH = 4000, 3000


def judged(marks, **facts):
    media = described("photo", expected=Expectation(marks=marks), **{"width": WIDE, "height": HIGH, **facts})
    return watched(Size(), [], media=media)[0]


def measured(finding):
    found = {each.name: each.value for each in finding.measures}
    return found["length"], found["uncertainty"]


def seen(points, tilt):
    """Points of a table in millimetres as a camera sees them, tilted by so many degrees, as shares."""
    turn = np.deg2rad(tilt)
    eye = np.array([0.0, -500 * np.sin(turn), 500 * np.cos(turn)])
    forward = -eye / np.linalg.norm(eye)
    right = np.array([1.0, 0.0, 0.0])
    down = np.cross(forward, right)
    shares = []
    for x, y in points:
        ray = np.array([x, y, 0.0]) - eye
        depth = ray @ forward
        shares.append((float(0.5 + 0.9 * (ray @ right) / depth), float(0.5 + 1.2 * (ray @ down) / depth)))
    return shares


CARD = [(-130, -27), (-44.4, -27), (-44.4, 26.98), (-130, 26.98)]


@pytest.mark.parametrize("tilt", [0.1, 20, 40])
def test_a_card_takes_the_tilt_out(tilt):
    marks = Marks(span=seen([(0, -60), (90, 60)], tilt), flat=Flat(sheet="card", corners=seen(CARD, tilt)))
    finding = judged(marks)
    assert finding.outcome == "pass"
    length, error = measured(finding)
    assert length == pytest.approx(150, abs=0.5)
    assert 1 < error < 40


def test_a_mark_that_slips_stays_within_the_uncertainty():
    random = np.random.default_rng(8)
    truth, off = 150.0, []
    for _ in range(200):
        points = np.array(seen([(0, -60), (90, 60), *CARD], 20))
        points += random.normal(0, 0.002, points.shape) * [1, WIDE / HIGH]
        marks = Marks(span=points[:2].tolist(), flat=Flat(sheet="card", corners=points[2:].tolist()))
        length, error = measured(judged(marks))
        off.append(abs(length - truth) / error)
    assert np.mean(np.array(off) < 1) == pytest.approx(0.68, abs=0.15)
    assert np.mean(np.array(off) < 2) > 0.9


def test_a_ruler_measures_along_the_picture():
    marks = Marks(
        span=((0.1, 0.5), (0.1, 0.9)), length=Length(ends=((0.1, 0.1), (0.4, 0.1)), millimetres=100)
    )
    length, error = measured(judged(marks))
    assert length == pytest.approx(100 * (0.4 * HIGH) / (0.3 * WIDE))
    assert error >= 0.03 * length


def test_marks_are_of_the_upright_picture():
    marks = Marks(
        span=((0.1, 0.5), (0.1, 0.9)), length=Length(ends=((0.1, 0.1), (0.4, 0.1)), millimetres=100)
    )
    assert measured(judged(marks, rotation=90))[0] == pytest.approx(
        100 * (0.4 * WIDE) / (0.3 * HIGH), rel=1e-3
    )


@pytest.mark.parametrize(
    "corners",
    [
        ((0.1, 0.1), (0.2, 0.1), (0.3, 0.1), (0.4, 0.1)),
        ((0.1, 0.1), (0.3, 0.3), (0.3, 0.1), (0.1, 0.3)),
        ((0.1, 0.1), (0.1, 0.1), (0.1, 0.1), (0.1, 0.1)),
    ],
)
def test_corners_of_no_card_are_unsure(corners):
    marks = Marks(span=((0.5, 0.5), (0.9, 0.5)), flat=Flat(sheet="card", corners=corners))
    assert judged(marks).outcome == "unsure"


def test_goods_alone_are_unsure_and_nothing_is_skipped():
    assert judged(Marks(span=((0.5, 0.5), (0.9, 0.5)))).outcome == "unsure"
    assert judged(Marks()).outcome == "skipped"
