from __future__ import annotations

import cv2
import numpy as np
import pytest

from evidence.cue import CERTAIN, DOUBT
from evidence.vision.joins import Joins
from tests.evidence.fakes import WIDTH, FakeAlbum, World, film


def cues(pictures, *, album=None):
    joins = Joins(album or FakeAlbum())
    for frame in film(pictures):
        joins.see(frame, frame.gray(160))
    joins.finish()
    return list(joins.cues()), joins


@pytest.fixture(scope="module")
def take():
    return World(3).take(100)


def test_a_take_has_none_that_counts(take):
    assert [cue for cue in cues(take)[0] if cue.strength >= DOUBT] == []


def test_a_join_is_certain_and_shows_both_sides(take):
    album = FakeAlbum()
    (cue,), joins = cues(take[:50] + World(5).take(50), album=album)
    assert cue.strength >= CERTAIN
    before, after = joins.stills[cue.start, cue.end]
    assert (album.kept[before][1], album.kept[after][1]) == (cue.start, cue.end)


@pytest.mark.parametrize("pictures", [1, 2, 3])
def test_a_flash_supports_and_decides_nothing(take, pictures):
    lit = list(take)
    for n in range(50, 50 + pictures):
        lit[n] = np.clip(lit[n].astype(np.float32) * 1.7 + 60, 0, 255).astype(np.uint8)
    assert all(cue.strength < DOUBT for cue in cues(lit)[0])


def test_what_is_local_and_sudden_is_doubted_at_most(take):
    changed = [p.copy() for p in take]
    for picture in changed[50:]:
        cv2.circle(picture, (60, 60), 22, 235, -1)
    assert all(cue.strength <= DOUBT for cue in cues(changed)[0])


def test_steps_in_a_row_are_movement_and_never_certain(take):
    covered = [p.copy() for p in take]
    for i, share in enumerate([0.3, 0.6, 0.9, *[1.0] * 12, 0.9, 0.6, 0.3]):
        covered[40 + i][:, : int(share * WIDTH)] = 70
    assert all(cue.strength < CERTAIN for cue in cues(covered)[0])


def test_a_picture_of_another_size_is_a_change_and_no_cue(take):
    joins = Joins(FakeAlbum())
    frames = film([*take[:20], *[cv2.resize(p, (160, 120)) for p in take[:20]]])
    changes = [joins.see(frame, frame.gray(160)) for frame in frames]
    joins.finish()
    assert (changes[0], changes[20]) == (0, 255)
    assert list(joins.cues()) == []
