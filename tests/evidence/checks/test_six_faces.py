from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from evidence.check import Ending
from evidence.checks.six_faces import Observer, SixFaces
from evidence.model import Expectation, Outcome, Prompt
from evidence.vision.eyes import Look
from samples.pose import Rig, Shake
from tests.evidence.fakes import FakeAlbum, FakeFrame, described
from tests.evidence.vision.simulated import BOXES, Flaws, Scene, perceived, tour

SOME = Flaws(noise=5, tilt=8, outliers=0.01, flips=0.02, drops=0.03, bursts=0)
ROUND = ("front", "right", "back", "left", "front", "top", "front", "bottom")


class Told:
    """Eyes that see what they are told."""

    weights = "ab" * 32

    def __init__(self, seen) -> None:
        self.seen = {timedelta(seconds=at): sight for at, sight in seen}
        self.looks = 0

    def look(self, frame, within=timedelta(0)):
        self.looks += 1
        sight = self.seen[frame.at]
        return Look(frame.at, sight and replace(sight, at=frame.at), 0.0)


def scene(seed: int, *faces: str, **how) -> Scene:
    return Scene(tour(faces, seed, **how), BOXES[0](), Rig(1280, 720, shake=Shake(seed=seed)))


def checked(seen, *, moving: bool = True, album=None, ending=None, prompts=(), **settings):
    eyes = Told(seen)
    media = described(expected=Expectation(prompts=prompts))
    observer = Observer(SixFaces(stickers=False, **settings), media, album or FakeAlbum(), eyes)
    for index, (at, _) in enumerate(seen):
        picture = np.full((90, 160), 40 + index * 50 % 150 if moving else 90, np.uint8)
        observer.see(FakeFrame(picture, index=index, at=timedelta(seconds=at)))
    last = timedelta(seconds=seen[-1][0] + 1 / 12)
    return list(observer.conclude(ending or Ending(frames=len(seen), duration=last))), eyes


def of(findings, code: str):
    return [finding for finding in findings if finding.code == f"six_faces.{code}"]


def measure(finding, name: str):
    return next((one.value for one in finding.measures if one.name == name), None)


def test_six_faces_on_one_track_pass_with_their_stills() -> None:
    album = FakeAlbum()
    findings, _ = checked(perceived(scene(0, *ROUND), SOME, 0), album=album)
    (count,) = of(findings, "count")
    assert count.outcome is Outcome.PASS
    assert measure(count, "faces_shown") == 6
    assert measure(count, "network") == "ab" * 32
    faces = of(findings, "face")
    assert [measure(face, "face") for face in faces] == ["top", "front", "right", "back", "left", "bottom"]
    assert all(face.outcome is Outcome.PASS and face.when and len(face.stills) == 1 for face in faces)
    assert sum(what == "face" for what, _ in album.kept.values()) == 6
    assert {finding.outcome for finding in findings} <= {Outcome.PASS, Outcome.SKIPPED}


def test_a_film_that_follows_the_box_and_never_shows_its_back_fails_and_says_so() -> None:
    seen = perceived(
        scene(1, "front", "right", "front", "left", "front", "top", "front", "bottom", yaws=10), SOME, 1
    )
    findings, _ = checked(seen)
    (count,) = of(findings, "count")
    assert count.outcome is Outcome.FAIL
    assert count.says == "5 of 6 faces seen; the back never."
    (missing,) = of(findings, "missing")
    assert measure(missing, "face") == "back"
    assert missing.advice == "Hold the back to the camera for one second."


def test_the_same_film_broken_off_or_with_a_break_is_unsure() -> None:
    seen = perceived(
        scene(1, "front", "right", "front", "left", "front", "top", "front", "bottom", yaws=10), SOME, 1
    )
    findings, _ = checked(seen, ending=Ending(frames=1, duration=timedelta(seconds=9), complete=False))
    assert of(findings, "count")[0].outcome is Outcome.UNSURE
    gone = [(at, None if 6 <= at < 7 else sight) for at, sight in seen]
    findings, _ = checked(gone)
    (count,) = of(findings, "count")
    assert count.outcome is Outcome.UNSURE
    assert count.when
    assert count.advice


def asked(film: Scene, *faces: str) -> tuple[Prompt, ...]:
    """Prompts for `faces`, each a moment before the next turn of a film begins."""
    keys = film.path.keys[1::2]
    return tuple(
        Prompt(face=face, at=timedelta(seconds=key.at - 0.3)) for face, key in zip(faces, keys, strict=False)
    )


def test_a_guided_order_that_the_turns_kept_ends_the_doubt_between_readings() -> None:
    film, margin = scene(0, *ROUND), 16.0
    seen = perceived(film, SOME, 0)
    assert of(checked(seen, margin=margin)[0], "count")[0].outcome is Outcome.UNSURE
    (count,) = of(checked(seen, margin=margin, prompts=asked(film, *ROUND))[0], "count")
    assert count.outcome is Outcome.PASS
    assert measure(count, "guided") == len(ROUND)
    wrong = asked(film, "front", "left", "back", "right", "front", "top", "front", "bottom")
    (count,) = of(checked(seen, margin=margin, prompts=wrong)[0], "count")
    assert count.outcome is Outcome.UNSURE
    assert measure(count, "guided") is None


def test_prompts_turn_no_fail_into_a_pass() -> None:
    shown = ("front", "right", "front", "left", "front", "top", "front", "bottom")
    film = scene(1, *shown, yaws=10)
    findings, _ = checked(perceived(film, SOME, 1), prompts=asked(film, *ROUND))
    assert of(findings, "count")[0].outcome is Outcome.FAIL


def test_two_boxes_do_not_add_up() -> None:
    first = perceived(scene(0, "front", "right", "top", lying=False), SOME, 0)
    later = first[-1][0] + 0.9
    second = [
        (at + later, sight)
        for at, sight in perceived(scene(9, "back", "left", "bottom", lying=False), SOME, 9)
    ]
    findings, _ = checked(first + second)
    (count,) = of(findings, "count")
    assert count.outcome is Outcome.UNSURE
    assert measure(count, "faces_shown") < 6


def test_a_film_without_a_box_is_unsure_and_shows_no_face() -> None:
    findings, _ = checked([(n / 12, None) for n in range(60)])
    (count,) = findings
    assert count.outcome is Outcome.UNSURE
    assert measure(count, "faces_shown") == 0


@pytest.mark.parametrize(("moving", "looks"), [(True, 96), (False, 24)])
def test_still_stretches_are_looked_at_less_often(*, moving: bool, looks: int) -> None:
    seen = [
        (n / 12, sight)
        for n, (_, sight) in zip(
            range(96), perceived(scene(0, *ROUND), replace(SOME, drops=0, outliers=0), 0) * 2, strict=False
        )
    ]
    _, eyes = checked(seen, moving=moving)
    assert eyes.looks == pytest.approx(looks, abs=3)


@pytest.mark.parametrize(("seed", "corner"), [(3, True), (0, False)])
def test_once_all_is_proven_the_rest_of_the_film_is_left_alone(*, seed: int, corner: bool) -> None:
    until = 21 if corner else 26  # opposite corners are waited for
    seen = perceived(scene(seed, *ROUND * 4, yaws=55, head_on=0), SOME, 0)
    assert seen[-1][0] > 2 * until
    findings, _ = checked(seen)
    (count,) = of(findings, "count")
    assert count.outcome is Outcome.PASS
    assert count.when.spans[-1].end < timedelta(seconds=until)
    assert (of(findings, "corners")[0].outcome is Outcome.PASS) == corner


def test_a_photo_is_skipped() -> None:
    observer = Observer(SixFaces(), described("photo"), FakeAlbum(), Told([]))
    (count,) = observer.conclude(Ending(frames=1))
    assert count.outcome is Outcome.SKIPPED
