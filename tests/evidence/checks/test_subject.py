from __future__ import annotations

import cv2
import numpy as np
import pytest

from evidence.checks.subject import Subject
from evidence.marks import Marks
from evidence.model import Expectation
from tests.evidence.fakes import FakeAlbum, described, film, outcomes, watched

WIDE, HIGH = 1600, 1200
LEFT = (0.05, 0.2, 0.45, 0.8)


@pytest.fixture(scope="module")
def cards():
    random = np.random.default_rng(4)
    picture = np.full((HIGH, WIDE), 120, np.uint8)
    for _ in range(400):
        middle = (float(random.uniform(0, WIDE)), float(random.uniform(0, HIGH)))
        box = (middle, tuple(random.uniform(20, 120, 2)), float(random.uniform(0, 90)))
        cv2.fillPoly(picture, [cv2.boxPoints(box).astype(np.int32)], int(random.integers(10, 240)))
    return picture


def blurred_left(picture, sigma):
    soft = cv2.GaussianBlur(picture, (0, 0), sigma)
    soft[:, WIDE // 2 :] = picture[:, WIDE // 2 :]
    return soft


def judged(picture, *, subject=None, check=None, album=None):
    expected = Expectation(marks=None if subject is None else Marks(subject=subject))
    media = described("photo", width=WIDE, height=HIGH, expected=expected)
    return watched(check or Subject(), film([picture]), media=media, album=album)


def test_a_sharp_middle_passes_in_everything(cards):
    assert set(outcomes(judged(cards)).values()) == {"pass"}


@pytest.mark.parametrize(("sigma", "outcome"), [(0.8, "pass"), (3, "unsure"), (8, "fail")])
def test_a_marked_place_is_judged_alone(cards, sigma, outcome):
    album = FakeAlbum()
    found = judged(blurred_left(cards, sigma), subject=LEFT, album=album)
    assert outcomes(found)["subject.blur"] == outcome
    assert [what for what, _ in album.kept.values()] == ["subject"]
    right = judged(blurred_left(cards, sigma), subject=(0.55, 0.2, 0.95, 0.8))
    assert outcomes(right)["subject.blur"] == "pass"


def test_a_guessed_place_never_fails(cards):
    assert outcomes(judged(cv2.GaussianBlur(cards, (0, 0), 8)))["subject.blur"] == "unsure"


def test_glare_counts_in_the_place_alone(cards):
    lit = cards.copy()
    lit[300:900, 100:700] = 255
    assert outcomes(judged(lit, subject=LEFT))["subject.glare"] == "fail"
    assert outcomes(judged(lit, subject=(0.55, 0.2, 0.95, 0.8)))["subject.glare"] == "pass"


def test_a_tiny_place_asks_for_a_nearer_photo(cards):
    assert outcomes(judged(cards, subject=(0.4, 0.4, 0.5, 0.5)))["subject.size"] == "unsure"


def test_a_code_is_the_place_of_a_label_photo(cards):
    picture = cv2.GaussianBlur(cards, (0, 0), 12)
    random = np.random.default_rng(3)
    bars = np.repeat(random.integers(0, 2, 90).astype(np.uint8) * 220 + 20, 4)
    picture[150:290, 200:560] = bars
    found = judged(picture, check=Subject(seek_code=True))
    assert {m.value for f in found for m in f.measures if m.name == "place"} == {"code"}
    assert outcomes(found)["subject.blur"] == "pass"
