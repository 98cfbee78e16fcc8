from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from evidence.vision.overview import COUNT, Overview


@dataclass(frozen=True)
class Tick:
    """A frame of which only the time matters."""

    at: timedelta
    corrupt: bool = False


class Shelf:
    def keep(self, frame: Tick, what: str, *, face: int | None = None, side: int = 1280) -> str:
        assert what == "overview"
        return f"{frame.at.total_seconds():.2f}"


def overview(seconds: float, claimed: float | None, *, corrupt: bool = False) -> list[float]:
    made = Overview(Shelf(), None if claimed is None else timedelta(seconds=claimed))
    for tenth in range(round(seconds * 10)):
        made.see(Tick(timedelta(seconds=tenth / 10), corrupt))
    return [float(digest) for digest in made.stills]


def test_a_film_as_long_as_it_claims_gives_evenly_spread_pictures() -> None:
    assert overview(80, 80) == [5, 15, 25, 35, 45, 55, 65, 75]


@pytest.mark.parametrize("claimed", [None, 0.0, 1.0])
@pytest.mark.parametrize("seconds", [10, 61, 300, 1200])
def test_a_claim_that_is_missing_or_wrong_still_gives_few_pictures_of_all_of_it(seconds, claimed) -> None:
    kept = overview(seconds, claimed)
    assert 1 <= len(kept) < 2 * COUNT
    gaps = [b - a for a, b in zip([0, *kept], [*kept, seconds], strict=True)]
    assert max(gaps) <= seconds * 0.6


def test_damaged_pictures_are_no_overview() -> None:
    assert overview(80, 80, corrupt=True) == []


def test_a_photo_and_a_very_short_film_give_their_first_picture() -> None:
    assert overview(0.1, None) == [0]
    assert overview(1.5, None) == [0]
