from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from samples.truth import Event, FaceTruth, Truth, kept

TRUTH = Truth(
    "film",
    "video",
    "a film",
    pts=(0, 3000, 7500),
    last=3000,
    faces=(FaceTruth("top", 1, ((0.0, 1.0),), 0.5, 3.0),),
    events=(Event("cut", 1.0, 1.04, 2.0),),
    expected={"continuity.cut": ("fail", "unsure")},
    recorded_at="2026-11-20T16:11:02+08:00",
)


def test_times_are_exact_to_the_microsecond() -> None:
    assert TRUTH.times == (timedelta(0), timedelta(microseconds=33_333), timedelta(microseconds=83_333))
    assert TRUTH.duration == timedelta(microseconds=116_667)


def test_a_truth_survives_its_json() -> None:
    assert Truth.from_json(TRUTH.to_json()) == TRUTH


def test_recorded_keeps_its_zone() -> None:
    recorded = TRUTH.recorded
    assert recorded is not None
    assert recorded.utcoffset() == timedelta(hours=8)


def test_only_innocent_events_leave_a_film_one_take() -> None:
    assert not TRUTH.one_take
    assert Truth("x", "video", "", events=(Event("flash", 1, 2),)).one_take


class Kitchen:
    """Counts how often it had to cook."""

    def __init__(self) -> None:
        self.cooked = 0

    def __call__(self, path: Path) -> Truth:
        self.cooked += 1
        path.write_bytes(b"film")
        return TRUTH


def test_a_sample_is_made_once_and_again_when_it_was_touched(tmp_path: Path) -> None:
    kitchen = Kitchen()
    first = kept(tmp_path, "film", "film.mp4", kitchen)
    again = kept(tmp_path, "film", "film.mp4", kitchen)
    assert (kitchen.cooked, first) == (1, again)
    first.path.write_bytes(b"spoiled")
    assert kept(tmp_path, "film", "film.mp4", kitchen).path.read_bytes() == b"film"
    assert kitchen.cooked == 2
    (tmp_path / "film.truth.json").write_text("{}", "utf-8")
    kept(tmp_path, "film", "film.mp4", kitchen)
    assert kitchen.cooked == 3


def test_nothing_half_made_stays(tmp_path: Path) -> None:
    def burnt(path: Path) -> Truth:
        path.write_bytes(b"half")
        raise RuntimeError("the kitchen is on fire")

    with pytest.raises(RuntimeError):
        kept(tmp_path, "film", "film.mp4", burnt)
    assert list(tmp_path.iterdir()) == []
