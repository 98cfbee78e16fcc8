from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from samples import mishaps
from samples.forge import Forged, Reel, Span
from samples.sprite import arm, passer
from tests.samples.reels import textured

VISIT = mishaps.Visit((1.6, 0.5), (0.7, 0.5), (1.6, 0.6), 0.2, 0.4)
PASSING: dict[str, Callable[[Reel], Forged]] = {
    "flash": lambda reel: mishaps.flash(reel, 1),
    "hand": lambda reel: mishaps.hand(reel, Span(1, 1.6)),
    "pan": lambda reel: mishaps.pan(reel, Span(1, 1.6)),
    "pan about": lambda reel: mishaps.pan(reel, Span(1, 1.6), mishaps.round_about),
    "shake": lambda reel: mishaps.shake(reel, 1),
    "focus": lambda reel: mishaps.focus(reel, 1),
    "entrance": lambda reel: mishaps.entrance(reel, 1, arm(110, (200, 160, 140), (60, 60, 90), 1), VISIT),
    "person": lambda reel: mishaps.entrance(
        reel, 1, passer(90, (90, 90, 99), (40, 30, 20), 1), VISIT, "person"
    ),
}


def difference(one: Reel, other: Reel) -> list[float]:
    return [float(np.abs(a.picture.astype(int) - b.picture).mean()) for a, b in zip(one, other, strict=True)]


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_leaves_the_same_scene_behind(name: str) -> None:
    reel = textured()
    made, event = PASSING[name](reel)
    assert event.innocent
    assert event.start == pytest.approx(1, abs=0.05)
    changes = difference(made, reel)
    inside = [c for c, shot in zip(changes, made, strict=True) if event.start <= shot.at <= event.end]
    assert max(inside) > 4
    assert changes[:25] == [0] * 25
    assert changes[-15:] == [0] * 15


@pytest.mark.parametrize("name", ["exposure", "balance"])
def test_what_settles_stays(name: str) -> None:
    reel = textured()
    made, event = getattr(mishaps, name)(reel, 1, 1.3)
    assert event.innocent
    changes = difference(made, reel)
    assert changes[:25] == [0] * 25
    assert event.end - event.start == pytest.approx(0.2, abs=0.05)
    assert min(changes[31:]) > 5
    brighter = made[60].picture.mean(axis=(0, 1)) / reel[60].picture.mean(axis=(0, 1))
    assert brighter[0] == pytest.approx(1.3, abs=0.08)
    assert brighter[2] == pytest.approx(1.3 if name == "exposure" else 1 / 1.3, abs=0.08)


def test_a_covering_hand_hides_everything_in_its_middle() -> None:
    made, _ = mishaps.hand(textured(), Span(1, 1.9))
    middle = next(shot for shot in made if shot.at >= 1.45)
    assert middle.picture.std() < 18
    assert middle.picture.mean() < 60


def test_a_pan_is_smeared_sideways_only() -> None:
    reel = textured()
    made, _ = mishaps.pan(reel, Span(1, 1.6), mishaps.round_about)
    sharp, smeared = (np.abs(np.diff(shots[32].picture.astype(int), axis=1)).mean() for shots in (reel, made))
    assert smeared < sharp / 2


def test_a_fan_is_not_seen() -> None:
    reel = textured()
    made, event = mishaps.fan(reel, 1)
    assert difference(made, reel) == [0] * len(reel)
    assert event.innocent
