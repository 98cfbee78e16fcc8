from __future__ import annotations

import pytest

import samples
from samples.cases import CASES, TMALL, ExampleCase


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_in_order_and_its_samples_are_in_the_catalogue(case: ExampleCase) -> None:
    times = [event.at for event in case.events]
    assert times == sorted(times)
    assert times[-1] < case.filmed_at < case.now
    assert all(at.utcoffset() is not None for at in times)
    assert {*case.films, *case.photos} <= set(samples.catalogue())


def test_an_expectation_has_the_shape_of_the_order() -> None:
    said = TMALL.expectation()
    assert said["tracking_number"] == "NW1402938475610"
    assert said["received_at"] == said["not_before"] == "2026-11-20T10:42:00+08:00"
    assert all(isinstance(text, str) for text in said.values())
