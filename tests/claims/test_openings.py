"""A parcel is opened for the first time once: of two films under one waybill the later one is held back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.assess import assess
from claims.assessment import Assessment, Met, Readiness
from claims.openings import CODE, Opening
from claims.reuse import Reuse
from evidence.model import Grade

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def opening(desk: Any, *, days: float = -1.0, digest: str = "sha256:" + "5" * 64) -> Opening:
    added = desk.case.exhibits[0].added_at + timedelta(days=days)
    return Opening(case="case_earlier", evidence_id="ev_earlier", digest=digest, added_at=added)


def judged(desk: Any, *openings: Opening, **more: Any) -> Assessment:
    return assess(desk.case, desk.ruleset.rules, desk.reports, NOW, openings=openings, **more)


def test_an_earlier_film_of_the_same_waybill_leaves_the_single_film_open_and_is_named(desk: Any) -> None:
    found = judged(desk, opening(desk))
    single = found.judgement("V-06")
    assert single
    assert single.answer is Met.UNSURE
    assert "case_earlier" in str(single.reasons[0])
    assert "the first opening counts" in str(single.advice[0])
    assert not single.confirmable, "no word stands in for looking at both"
    assert found.readiness is Readiness.OPEN
    (notice,) = found.notices
    assert (notice.code, notice.exhibit, notice.cases) == (CODE, "film", ("case_earlier",))
    assert Assessment.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("more", [{"days": 1.0}, {"digest": None}])
def test_a_later_film_and_the_same_bytes_leave_the_first_one_as_it_is(desk: Any, more: Any) -> None:
    if "digest" in more:
        more = {"digest": desk.case.exhibits[0].digest}
    found = judged(desk, opening(desk, **more))
    assert found.readiness is Readiness.READY
    assert found.notices == ()


@pytest.mark.parametrize(("grade", "answer"), [(Grade.STRONG, Met.YES), (Grade.UNSURE, Met.UNSURE)])
def test_the_same_footage_sent_twice_is_no_second_opening(desk: Any, grade: Grade, answer: Met) -> None:
    earlier = opening(desk)
    reuse = Reuse(
        evidence_id=earlier.evidence_id, sent_at=earlier.added_at, cases=(earlier.case,), grade=grade
    )
    found = judged(desk, earlier, reuses={desk.case.exhibits[0].digest: [reuse]})
    single = found.judgement("V-06")
    assert single
    assert single.answer is answer


def test_where_there_is_no_film_none_is_held_against_another_case(desk: Any) -> None:
    earlier = opening(desk)
    desk.case = desk.case.model_copy(update={"exhibits": (), "statements": ()})
    assert judged(desk, earlier).notices == ()
