"""Enough was shown once every direction of one box was seen twice as long as the ledger asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from evidence.vision.progress import Progress
from evidence.vision.tally import Counting
from evidence.vision.tracker import Tracker
from samples.pose import Rig, Shake
from tests.evidence.vision.simulated import BOXES, Flaws, Scene, perceived, tour

SOME = Flaws(noise=5, tilt=8, outliers=0.01, flips=0.02, drops=0.03, bursts=0)
ROUND = ("front", "right", "back", "left", "front", "top", "front", "bottom")


def progress(*faces: str, change=lambda sight: sight) -> Progress:
    of = Scene(tour(faces, 0), BOXES[0](), Rig(1280, 720, shake=Shake(seed=0)))
    told, tracker = Progress(Counting()), Tracker()
    for at, sight in perceived(of, SOME, 0):
        choice = tracker.see(timedelta(seconds=at), sight)
        if sight is not None and choice is not None:
            told.see(change(sight), tracker.number, choice)
    return told


def test_all_six_faces_shown_twice_over_are_plenty() -> None:
    assert progress(*ROUND, *ROUND).plenty


def test_five_are_not() -> None:
    assert not progress(*(face for face in ROUND * 2 if face != "bottom")).plenty


def test_blurred_sights_do_not_count() -> None:
    assert not progress(*ROUND, *ROUND, change=lambda sight: replace(sight, blur=9.0)).plenty


def test_another_track_begins_anew() -> None:
    told = progress(*ROUND, *ROUND)
    of = Scene(tour(ROUND, 0), BOXES[0](), Rig(1280, 720, shake=Shake(seed=0)))
    first = next(sight for _, sight in perceived(of, SOME, 0) if sight is not None)
    told.see(first, 7, 0)
    assert not told.plenty
