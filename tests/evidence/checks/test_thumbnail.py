from __future__ import annotations

import numpy as np
import pytest

from evidence.checks.thumbnail import Thumbnail
from tests.evidence.fakes import World, described, film, watched


@pytest.fixture(scope="module")
def scene():
    return World(7, width=800, height=600).seen(250, 180)


def small(picture):
    frame = film([picture])[0]
    return frame.gray(160)


def judged(picture, thumbnail):
    media = described("photo", thumbnail=thumbnail)
    (finding,) = watched(Thumbnail(), film([picture]), media=media)
    return finding


def test_its_own_thumbnail_passes(scene):
    assert judged(scene, small(scene)).outcome == "pass"


def test_a_lighter_picture_of_more_contrast_is_still_the_same(scene):
    lighter = np.clip(scene * 0.7 + 60, 0, 255).astype(np.uint8)
    assert judged(lighter, small(scene)).outcome == "pass"


def test_a_thumbnail_with_black_bars_is_trimmed(scene):
    wide = scene[75:525]
    bars = np.zeros((120, 160), np.uint8)
    bars[15:105] = small(wide)
    assert judged(wide, bars).outcome == "pass"


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_photo_that_was_turned_alone_is_told_and_passes(scene, turn):
    finding = judged(np.rot90(scene, turn).copy(), small(scene))
    assert finding.outcome == "pass"
    assert "turned" in finding.says


def test_another_picture_is_unsure(scene):
    other = World(8, width=800, height=600).seen(100, 50)
    assert judged(other, small(scene)).outcome == "unsure"


def test_a_cropped_picture_is_unsure(scene):
    assert judged(scene[:420, :560].copy(), small(scene)).outcome == "unsure"


def test_a_pasted_patch_is_unsure_and_says_a_part(scene):
    patched = scene.copy()
    patched[200:300, 300:420] = 255 - patched[200:300, 300:420]
    finding = judged(patched, small(scene))
    assert finding.outcome == "unsure"
    assert "part" in finding.says


def test_none_and_a_plain_one_are_skipped(scene):
    assert judged(scene, None).outcome == "skipped"
    assert judged(scene, np.full((120, 160), 90, np.uint8)).outcome == "skipped"
