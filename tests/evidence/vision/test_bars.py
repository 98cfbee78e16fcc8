from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from evidence.vision.bars import Stripes, find
from tests.evidence.vision import labelled


def between(one: float, other: float) -> float:
    """Degrees between two directions of which either sign is the same."""
    return abs((math.degrees(one) - other + 90) % 180 - 90)


@pytest.mark.parametrize("turn", [0, 17, 45, 73, 90, 133, -30])
def test_a_code_is_found_at_any_angle_with_its_size(turn: float) -> None:
    piece = labelled.bars(module=2, height=80)
    stripes = find(labelled.laid(piece, turn=turn, ground=243))[0]
    assert abs(stripes.x - 640) < 12
    assert abs(stripes.y - 360) < 12
    assert between(stripes.angle, turn) < 2
    assert stripes.length == pytest.approx(piece.shape[1] - 40, rel=0.12)
    assert stripes.height == pytest.approx(80, rel=0.3)
    assert abs(stripes.lean) < 0.06


@pytest.mark.parametrize("lean", [-0.35, 0.3])
def test_a_code_seen_askew_is_found_with_its_lean(lean: float) -> None:
    stripes = find(labelled.laid(labelled.bars(module=2, height=80), lean=lean, turn=20))[0]
    assert between(stripes.angle, 20) < 2.5
    assert stripes.lean == pytest.approx(lean, abs=0.06)


def test_a_code_is_found_on_its_label() -> None:
    picture = labelled.laid(labelled.waybill(), turn=-24)
    found = find(picture)
    assert any(between(s.angle, -24) < 2 and abs(s.x - 640) < 40 and abs(s.y - 360) < 60 for s in found)


def test_there_is_nothing_in_plain_noisy_or_blurred_surfaces() -> None:
    draw = np.random.default_rng(3)
    noise = draw.normal(128, 20, (540, 960))
    for picture in (noise, cv2.GaussianBlur(noise, (0, 0), 5), np.full((540, 960), 90)):
        assert find(np.clip(picture, 0, 255).astype(np.uint8)) == []


def test_edges_and_lines_are_no_stripes() -> None:
    picture = np.full((540, 960), 90, np.uint8)
    cv2.rectangle(picture, (200, 100), (700, 400), (220,), -1)
    cv2.line(picture, (50, 500), (900, 430), (20,), 3)
    assert find(picture) == []


def test_no_more_are_given_than_asked_for() -> None:
    rows = [labelled.laid(labelled.bars(height=60), width=960, height=110) for _ in range(6)]
    assert len(find(np.vstack(rows), 3)) == 3


@pytest.mark.parametrize("shape", [(1, 1), (5, 900), (19, 19), (21, 3)])
def test_a_picture_may_be_too_small_to_hold_any(shape: tuple[int, int]) -> None:
    assert find(np.zeros(shape, np.uint8)) == []


def test_an_area_can_be_named_in_other_views() -> None:
    stripes = Stripes(x=9.5, y=19.5, angle=0.1, length=40, height=10, lean=0.2)
    twice = stripes.scaled(2)
    assert (twice.x, twice.y, twice.length, twice.height) == (19.5, 39.5, 80, 20)
    assert (twice.angle, twice.lean) == (0.1, 0.2)
    assert stripes.moved(5, 7).x == 14.5
