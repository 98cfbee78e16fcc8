from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from samples import joins
from samples.film import Shot
from samples.forge import Span
from samples.likeness import Likeness
from tests.samples.reels import textured


def swinging(count: int = 150, rate: int = 25, period: int = 40) -> list[Shot]:
    """A bar that goes to and fro, so that the same picture comes back after `period` shots."""
    shots: list[Shot] = []
    for n in range(count):
        picture = np.full((64, 96, 3), 90, np.uint8)
        x = round(40 + 30 * np.sin(2 * np.pi * n / period))
        picture[:, x : x + 12] = 220
        shots.append(Shot(Fraction(n, rate), picture, n / rate))
    return shots


def test_a_matched_join_is_between_two_like_pictures_with_movement_between() -> None:
    reel = swinging()
    made, event = joins.matched(reel, 1.2, 2.2, 1.0)
    assert event.kind == "matched"
    # After the last picture before, the one a period later would follow without a step.
    assert 1.2 <= event.missing + 0.04 <= 2.2
    before, after = (
        next(s for s in made if float(s.at) == pytest.approx(at)) for at in (event.start, event.end)
    )
    assert np.abs(before.picture.astype(int) - after.picture).mean() < 3
    assert 1.0 <= event.start <= float(made[-1].at)


def test_a_film_too_short_for_a_join_says_so() -> None:
    with pytest.raises(ValueError, match="too short"):
        Likeness(swinging(40), 0.7).closest(1, 2)


def test_a_pause_takes_something_out_and_aims_anew() -> None:
    reel = textured(150)
    made, event = joins.paused(reel, 1, 3, 1.0, seed=4)
    assert event.kind == "pause"
    assert 0.9 <= event.missing <= 3
    for shot in made:
        source = next(s for s in reel if s.scene_at == shot.scene_at)
        untouched = np.array_equal(shot.picture, source.picture)
        assert untouched == (float(shot.at) < event.end - 1e-6)
    again, _ = joins.paused(reel, 1, 3, 1.0, seed=4)
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(made, again, strict=True))


@pytest.mark.parametrize("join", [joins.faded, joins.morphed])
def test_a_blend_leads_from_the_one_take_to_the_other(join) -> None:
    reel = textured(120)
    made, event = join(reel, Span(1.5, 2.5), 9)
    assert {b.at - a.at for a, b in pairwise(made)} == {Fraction(1, 25)}
    assert len(made) == 120 - 25
    blended = [shot for shot in made if event.start < float(shot.at) < event.end]
    assert len(blended) == 9
    old = {shot.at: shot.picture for shot in reel}
    sources = (
        [old[shot.at].astype(int) for shot in blended],
        [old[shot.at + Fraction(1)].astype(int) for shot in blended],
    )
    away = [np.abs(shot.picture - one).mean() for shot, one in zip(blended, sources[0], strict=True)]
    near = [np.abs(shot.picture - one).mean() for shot, one in zip(blended, sources[1], strict=True)]
    assert away[0] < near[0]
    assert away[-1] > near[-1]
    first = next(shot for shot in made if float(shot.at) == pytest.approx(event.end))
    assert np.array_equal(first.picture, old[first.at + Fraction(1)])


def test_a_morph_moves_what_a_fade_shows_twice() -> None:
    def ball(x: int) -> Shot:
        y, columns = np.ogrid[:96, :160]
        bright = 40 + 180 * np.exp(-((columns - x) ** 2 + (y - 48) ** 2) / 200)
        return Shot(Fraction(0), np.repeat(bright.astype(np.uint8)[:, :, None], 3, axis=2), 0.0)

    old, new = ball(70).picture, ball(86).picture
    faded, morphed = joins._faded(old, new, 0.5), joins._morphed(old, new, 0.5)
    assert np.argmax(morphed[48, :, 0]) == pytest.approx(78, abs=2)
    assert morphed.max() > faded.max()


def test_a_jump_behind_a_hand_is_covered_at_its_join() -> None:
    reel = textured(150)
    made, event = joins.behind_hand(reel, Span(2, 3))
    assert (event.kind, event.missing) == ("hand_jump", pytest.approx(1))
    assert not event.innocent
    join = next(n for n, shot in enumerate(made) if float(shot.at) == pytest.approx(event.end))
    assert all(shot.picture.std() < 20 for shot in made[join - 1 : join + 1])
    assert np.array_equal(made[-1].picture, reel[-1].picture)


def test_a_jump_behind_a_pan_is_smeared_at_its_join() -> None:
    reel = textured(150)
    made, event = joins.behind_pan(reel, Span(2, 3.5))
    join = next(n for n, shot in enumerate(made) if float(shot.at) == pytest.approx(event.end))
    sharp, smeared = (
        np.abs(np.diff(p.astype(int), axis=1)).mean() for p in (reel[50].picture, made[join].picture)
    )
    assert smeared < sharp / 2
    assert np.array_equal(made[0].picture, reel[0].picture)
    assert np.array_equal(made[-1].picture, reel[-1].picture)
