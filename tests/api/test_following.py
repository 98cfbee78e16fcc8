from __future__ import annotations

import pytest

from api.following import MOST_WAIT, preferred_wait


@pytest.mark.parametrize(
    ("prefer", "wait"),
    [
        (None, None),
        ("", None),
        ("respond-async", None),
        ("wait=30", 30.0),
        ("respond-async, wait=5", 5.0),
        ("wait=5; foo", 5.0),
        ('Wait="7"', 7.0),
        ("wait=0", 0.0),
        ("wait=-1", None),
        ("wait=x", None),
        ("await=3", None),
        ("wait=99999", MOST_WAIT),
    ],
)
def test_a_preferred_wait_is_read_and_bounded(prefer: str | None, wait: float | None) -> None:
    assert preferred_wait(prefer) == wait
