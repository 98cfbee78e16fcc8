from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evidence.timeline import Span, Timeline

MOMENTS = st.integers(0, 10_000).map(lambda ms: timedelta(milliseconds=ms))
PAIRS = st.tuples(MOMENTS, MOMENTS).map(sorted).map(tuple)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_json_is_a_list_of_pairs_in_seconds() -> None:
    timeline = Timeline.of((seconds(3.2), seconds(9)), (seconds(0), seconds(1 / 3)))
    assert timeline.model_dump_json() == "[[0.0,0.333333],[3.2,9.0]]"
    assert Timeline.model_validate_json("[[0.0,0.333333],[3.2,9.0]]").total == seconds(6.133333)


def test_touching_spans_are_joined() -> None:
    timeline = Timeline.of((seconds(2), seconds(3)), (seconds(0), seconds(1)), (seconds(1), seconds(1.5)))
    assert [s.model_dump() for s in timeline.spans] == [[0.0, 1.5], [2.0, 3.0]]


def test_a_span_cannot_run_backwards() -> None:
    with pytest.raises(ValidationError, match="before its start"):
        Span(start=seconds(2), end=seconds(1))


def test_overlap_counts_a_shared_moment() -> None:
    first, second = Span(start=seconds(0), end=seconds(1)), Span(start=seconds(1), end=seconds(2))
    assert first.overlaps(second)
    assert not first.overlaps(Span(start=seconds(1.001), end=seconds(2)))


@given(st.lists(PAIRS, max_size=12))
def test_joined_spans_are_sorted_apart_and_cover_the_same_moments(pairs: list) -> None:
    spans = Timeline.of(*pairs).spans
    assert all(a.end < b.start for a, b in pairwise(spans))
    for start, end in pairs:
        assert any(s.start <= start and end <= s.end for s in spans)
    assert {s.start for s in spans} <= {start for start, _ in pairs}
