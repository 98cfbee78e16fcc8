from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from samples import forge, visibility
from samples.film import Encoding, write
from samples.forge import Span
from samples.truth import Event
from samples.visibility import Steps
from tests.samples.reels import textured


def film(changes: Sequence[float], rate: float = 25.0) -> Steps:
    return Steps(tuple(n / rate for n in range(len(changes))), np.asarray(changes, np.float32))


def test_a_join_is_held_against_the_lively_steps_around_it() -> None:
    # From the median to the 95th percentile of these natural steps there are only twos and threes.
    natural = [1.0] * 40 + [2.0] * 30 + [3.0] * 29 + [9.0]
    changes = [0.0, *natural[:50], 12.0, *natural[50:]]
    event = Event("jump", 50 / 25, 51 / 25)
    seen = film(changes).visible(event)
    assert seen.visibility == pytest.approx(12 / 2.5, abs=0.25)
    assert (seen.kind, seen.start, seen.end) == (event.kind, event.start, event.end)


def test_only_what_is_near_counts() -> None:
    changes = [9.0] * 100 + [1.0] * 100 + [5.0] + [1.0] * 100 + [9.0] * 100
    assert film(changes).visible(Event("jump", 199 / 25, 200 / 25)).visibility == pytest.approx(5)


def test_a_film_that_stands_still_divides_by_no_zero() -> None:
    changes = [0.0] * 50 + [3.0] + [0.0] * 50
    assert film(changes).visible(Event("jump", 49 / 25, 50 / 25)).visibility == pytest.approx(12)


def test_a_stretch_counts_at_its_ends_and_a_fade_everywhere() -> None:
    changes = [1.0] * 100
    changes[50] = 7.0
    for kind, expected in (("speed", 1.0), ("fade", 7.0)):
        assert film(changes).visible(Event(kind, 40 / 25, 60 / 25)).visibility == pytest.approx(expected)
    changes[40], changes[50] = 7.0, 1.0
    assert film(changes).visible(Event("speed", 40 / 25, 60 / 25)).visibility == pytest.approx(7)


def test_other_events_are_not_natural_and_sound_is_not_seen() -> None:
    changes = [1.0] * 100
    changes[50], changes[60] = 4.0, 90.0
    other = Event("jump", 59 / 25, 60 / 25)
    assert film(changes).visible(Event("jump", 49 / 25, 50 / 25), [other]).visibility == pytest.approx(4)
    assert film(changes).visible(Event("sound", 2, 3)).visibility is None


def test_a_written_film_is_measured_as_it_is(tmp_path: Path) -> None:
    made, event = forge.cut(textured(120), Span(2, 3.2), "jump")
    write(tmp_path / "cut.mp4", made, Encoding(sound=None))
    found = visibility.steps(tmp_path / "cut.mp4")
    assert list(found.times) == pytest.approx([float(shot.at) for shot in made], abs=1e-3)
    (seen,) = visibility.measured(tmp_path / "cut.mp4", [event])
    assert int(np.argmax(found.changes)) == round(event.end * 25)
    assert seen.visibility is not None
    assert seen.visibility > 3
