from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

import samples
from samples import Sample
from samples.film import read

Make = Callable[[str], Sample]


def test_forged_and_honest_films_say_so() -> None:
    names = [name for name in samples.catalogue() if name.startswith(("forged_", "honest_"))]
    assert len(names) >= 16


@pytest.mark.parametrize("name", ["forged_cut", "forged_freeze", "honest_flash"])
def test_an_event_is_in_the_film_where_the_truth_says(make: Make, name: str) -> None:
    sample = make(name)
    (event,) = sample.truth.events
    shots = list(read(sample.path))
    times = [float(shot.at) for shot in shots]
    assert len(shots) == sample.truth.frames
    changes = [float(np.abs(b.picture.astype(int) - a.picture).mean()) for a, b in pairwise(shots)]
    before = max(n for n, at in enumerate(times) if at <= event.start + 1e-6)
    match name:
        case "forged_cut":
            assert np.argmax(changes) == before
            assert times[before + 1] == pytest.approx(event.end)
        case "forged_freeze":
            inside = [c for c, at in zip(changes, times, strict=False) if event.start < at < event.end - 0.1]
            assert max(inside) < 1.5
        case _:
            brightness = [float(shot.picture.mean()) for shot in shots]
            assert int(np.argmax(brightness)) in {before, before + 1}
    assert sample.truth.one_take == name.startswith("honest")


def test_a_cut_takes_its_faces_with_it(make: Make) -> None:
    whole = {face.face for face in make("small").truth.faces}
    left = {face.face for face in make("forged_jump_3").truth.faces}
    assert len(whole) == 6
    assert left < whole
