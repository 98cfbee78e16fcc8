"""The development set is what it says: enough films, each with the faces that its script means to show."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from evidence.check import Check
from evidence.model import Finding, Measure, Outcome, say
from samples.pose import FACES
from samples.stage import Stage
from samples.take import shown_faces
from samples.truth import Sample, Truth
from tests import bench_faces
from tests.faces.films import Film, dev, other, stickered
from tests.samples.reels import standing_out

COARSE = 8
"""Views a second: enough to tell which faces are shown."""


def stage(film: Film) -> Stage:
    assert isinstance(film.take.scene, Stage)
    return film.take.scene


def told(film: Film) -> Truth:
    """The truth of a film that need not be rendered for it."""
    scene = stage(film)
    seconds = [float(at) for at in np.arange(0, scene.duration, 1 / COARSE)]
    return Truth("", "video", "", faces=shown_faces(scene, seconds, [scene.views(at) for at in seconds]))


def one(name: str) -> Film:
    return next(film for film in dev() if film.name == name)


def test_the_set_is_large_and_mixed() -> None:
    films = dev()
    assert 72 <= len(films) <= 90
    assert len({film.name for film in films}) == len(films)
    shown = Counter(film.script.shown for film in films)
    assert shown[6] >= 25
    assert {film.script.missing for film in films if film.script.shown == 5} >= {(face,) for face in FACES}
    for word in ("appearance", "light", "pace", "size"):
        six = Counter(getattr(film, word) for film in films if film.script.shown == 6)
        fewer = Counter(getattr(film, word) for film in films if film.script.shown < 6)
        assert set(six) <= set(fewer), word
        assert min(six.values()) >= 2, word


def test_the_other_set_has_the_same_stories_and_nothing_else_in_common() -> None:
    for mine, theirs in zip(dev(), other(), strict=True):
        assert mine.script is theirs.script
        assert mine.seed != theirs.seed
        assert theirs.script.appearance or mine.appearance != theirs.appearance


def test_boxes_wear_stickers_where_there_is_a_box() -> None:
    for film in stickered(dev()):
        assert film.stickers == (film.script.motion != "no_box")
    scene = stage(stickered((one("pair_both_1"),))[0])
    assert len({prop.body.sheet for prop in scene.props}) == 2


@pytest.mark.parametrize(
    "name",
    [
        "six_walked_3",
        "six_flipped_5",
        "five_top",
        "five_front",
        "five_left_turned",
        "pair_both_1",
        "cover_once",
    ],
)
def test_a_film_shows_what_its_script_means_to(name: str) -> None:
    film = one(name)
    truth = told(film)
    assert truth.shown == film.script.shown
    if film.script.missing:
        assert set(FACES) - set(truth.boxes[1]) == set(film.script.missing)


def test_two_boxes_together_show_all_six() -> None:
    for name in ("pair_panned_1", "swap_hands_1", "swap_away_1"):
        boxes = told(one(name)).boxes
        assert set(boxes[1]) | set(boxes[2]) == set(FACES)
        assert not set(boxes[1]) & set(boxes[2])


def test_the_underside_is_shown_but_for_hands_blur_or_haste() -> None:
    for name in ("cover_once", "blur_focus", "brief_whole"):
        film = one(name)
        scene = stage(film)
        end = scene.duration
        best = min(
            face.angle
            for at in np.arange(end * 0.6, end, 1 / (film.rate if name == "brief_whole" else COARSE))
            for view in scene.views(float(at))
            for face in view.faces
            if face.face == "bottom"
        )
        assert best < 32, name
        assert "bottom" not in told(film).boxes[1]


def test_a_swap_behind_hands_shows_no_seam() -> None:
    scene = stage(one("swap_hands_2"))
    at = scene.props[0].leaves
    for moment in (at - 0.02, at + 0.02):
        (view,) = scene.views(moment)
        assert all(face.hidden > 0.85 for face in view.faces if face.angle < 60)


def test_arms_before_the_lens_stay_as_they_are_while_boxes_are_swapped() -> None:
    scene = stage(replace(next(film for film in other() if film.name == "swap_hands_1"), size=(160, 90)))
    at = scene.props[0].leaves
    moment, beyond = standing_out(scene, list(np.arange(at - 1.2, at + 1.2, 1 / 30)))
    assert beyond < 1.3, f"at {moment:.2f} s"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    film = replace(one("five_right_flipped"), size=(320, 180), light="day", rate=12)
    return film.sample(tmp_path_factory.mktemp("faces"))


def test_a_film_is_kept_with_its_truth(small: Sample) -> None:
    truth = small.truth
    assert truth.shown == 5
    assert len(truth.moments) == truth.frames
    assert (truth.motion, truth.light) == ("flipped", "day")
    assert small.path.stat().st_size < 2_000_000


class Oracle(Check):
    """A check that was told the truth."""

    name: ClassVar[str] = "six_faces"
    version: ClassVar[int] = 1
    shown: tuple[str, ...] = ()

    def start(self, media, album):
        return self

    def see(self, frame):
        frame.gray(64)

    def conclude(self, ending):
        measures = [
            Measure(name="faces_shown", value=len(self.shown)),
            Measure(name="looks", value=9),
        ]
        yield Finding.of("six_faces.count", Outcome.FAIL, say("told"), measures=measures)


def test_the_bench_runs_a_check_over_a_film_and_prints_its_score(small: Sample) -> None:
    found = bench_faces.scored("five", small, Oracle(shown=small.truth.boxes[1]))
    assert (found.outcome, found.said, found.error, found.looked) == ("fail", 5, 0, 9)
    assert found.cpu > 0
    assert "| false passes | 0 of 1 | 0 | yes |" in bench_faces.printed([found], "dev", stickers=False)
