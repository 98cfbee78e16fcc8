from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.assess import assess
from claims.assessment import Assessment
from claims.reuse import Reuse
from evidence.model import Grade
from evidence.timeline import Span

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
THEN = datetime(2026, 10, 2, 8, 30, tzinfo=UTC)
SPANS = {
    "here": Span(start=timedelta(seconds=1), end=timedelta(seconds=9)),
    "there": Span(start=timedelta(seconds=4), end=timedelta(seconds=12)),
}


def reuse(grade: Grade = Grade.STRONG, *cases: str) -> Reuse:
    alike = {} if grade is Grade.CERTAIN else {"pictures": 9, **SPANS}
    return Reuse.model_validate(
        {"evidence_id": "ev-old", "sent_at": THEN, "cases": cases, "grade": grade, **alike}
    )


def judged(desk: Any, *reuses: Reuse) -> Assessment:
    film = desk.case.exhibits[0].digest
    return assess(desk.case, desk.ruleset.rules, desk.reports, NOW, reuses={film: reuses})


def test_the_earlier_file_and_its_case_are_named_with_when_and_where(desk: Any) -> None:
    (notice,) = judged(desk, reuse(Grade.STRONG, "case-0")).notices
    assert (notice.exhibit, notice.code, notice.evidence_id) == ("film", "duplicate.footage", "ev-old")
    assert (notice.cases, notice.sent_at) == (("case-0",), THEN)
    assert (notice.here, notice.there) == (SPANS["here"], SPANS["there"])
    assert str(notice.reason) == (
        "9 key pictures of this film come in the same order in a film that was sent at "
        "2026-10-02T08:30:00Z and is in case case-0."
    )
    assert "right file for this return" in str(notice.advice)


@pytest.mark.parametrize(
    ("grade", "code", "says"),
    [
        (Grade.CERTAIN, "duplicate.exact", "The same file, byte for byte"),
        (Grade.STRONG, "duplicate.footage", "9 key pictures of this film"),
        (Grade.UNSURE, "duplicate.likeness", "This looks like a file"),
    ],
)
def test_the_same_bytes_the_same_footage_and_a_likeness_are_three_statements(
    desk: Any, grade: Grade, code: str, says: str
) -> None:
    (notice,) = judged(desk, reuse(grade, "case-0", "case-7")).notices
    assert notice.code == code
    assert str(notice.reason).startswith(says)
    assert "case-0, case-7" in str(notice.reason)


def test_a_second_upload_into_the_same_case_and_into_none_is_nothing_to_tell(desk: Any) -> None:
    assert judged(desk, reuse(Grade.CERTAIN, desk.case.id), reuse(Grade.STRONG)).notices == ()
    (notice,) = judged(desk, reuse(Grade.CERTAIN, desk.case.id, "case-0")).notices
    assert notice.cases == ("case-0",)


def test_it_decides_nothing(desk: Any) -> None:
    without, told = judged(desk), judged(desk, reuse(Grade.CERTAIN, "case-0"))
    assert told.notices
    assert told.model_copy(update={"notices": ()}) == without
    assert told.readiness == without.readiness


def test_it_survives_json(desk: Any) -> None:
    told = judged(desk, reuse(Grade.STRONG, "case-0"))
    assert Assessment.model_validate_json(told.model_dump_json(exclude={"readiness", "unmet"})) == told
