"""The process that draws: it is begun, tells how far it is, and ends when nobody wants it any more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from api import example
from api.drawing import drawn
from evidence.fault import FaultError

NOW = datetime(2026, 12, 24, 10, 0, 0, 123456, tzinfo=UTC)


def test_a_drawing_that_nobody_wants_any_more_is_ended(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def unwanted(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 2

    with pytest.raises(FaultError, match="could not be rendered"):
        drawn(tmp_path, example.filmed(NOW), unwanted)
    assert [done for done, _ in told] == [0, 1, 2]
    assert told[0][1] > 100
    assert not [
        each for each in psutil.Process().children() if "samples.newcomer" in " ".join(each.cmdline())
    ]


def test_the_parcel_is_of_today_and_says_that_it_is_an_example() -> None:
    parcel = example.filmed(NOW)
    arrived = parcel.event("return_delivered")
    assert arrived is not None
    assert arrived < parcel.filmed_at < parcel.now == NOW.replace(microsecond=0)
    assert parcel.order_number.startswith(example.MARK)
    assert parcel.expectation()["order_number"] == parcel.order_number
