from __future__ import annotations

from typing import Any

import pytest

from claims.case import Case
from claims.chronicle import Chronicle
from claims.outcomes import Ended, ended, outcomes
from claims.record.event import EventKind
from claims.vocabulary.quoted import Words
from tests.claims.cases import case, events, exhibit


def refused(warnings: list[str] | None, *happened: str, **told: Any) -> Case:
    decision = {
        "id": "D1",
        "kind": "refuse",
        "at": "2026-11-20T10:00:00Z",
        "by": "Wang",
        "ground": "swapped",
        "evidence": ["E1"],
        "warnings": warnings,
    }
    made = {
        "exhibits": [exhibit("E1", "defect_photo")],
        "decisions": [decision],
        "reason_code": "swapped_item",
    }
    return case(**{**made, "events": events(*((k, "2026-11-21T10:00:00Z") for k in happened)), **told})


@pytest.mark.parametrize(
    ("happened", "told", "end"),
    [
        ((), {}, Ended.OPEN),
        (("decided",), {}, Ended.OPEN),
        (("won",), {}, Ended.WON),
        (("partly_won",), {}, Ended.PARTLY),
        (("won", "lost"), {}, Ended.LOST),
        (("carrier_paid",), {}, Ended.WON),
        (("carrier_declined",), {}, Ended.LOST),
        (
            ("carrier_paid",),
            {"subcases": [{"id": "S1", "procedure": "carrier_claim", "opened_at": "2026-11-20T10:00:00Z"}]},
            Ended.OPEN,
        ),
    ],
)
def test_how_a_case_ended_is_what_was_recorded_last(
    happened: tuple[str, ...], told: dict[str, Any], end: Ended
) -> None:
    assert ended(refused([], *happened, **told)) is end


def test_whoever_records_that_it_was_lost_records_that_it_was_decided() -> None:
    (decided,) = Chronicle(refused([], "lost")).all(EventKind.DECIDED)
    assert decided.at.day == 21


def test_warnings_that_stood_are_counted_beside_how_it_ended() -> None:
    cases = [
        refused(["AF-10", "AF-11"], "lost"),
        refused(["AF-10"], "lost"),
        refused(["AF-10"], "won"),
        refused([], "won"),
        refused(None, "lost"),
        refused(["AF-11"]),
        refused(["AF-11"], "partly_won", platform="temu", reason_code=""),
        case(events=events(("lost", "2026-11-21T10:00:00Z"))),
    ]
    title = Words(zh="没有验货视频", en="No film")
    found = outcomes(cases, {("tmall", "AF-10"): title})
    assert found.argued == 7
    assert [(r.platform, r.reason, r.won, r.partly, r.lost, r.open) for r in found.reasons] == [
        ("tmall", "swapped_item", 2, 0, 3, 1),
        ("temu", "", 0, 1, 0, 0),
    ]
    rows = {(r.platform, r.warning): (r.won, r.partly, r.lost, r.open) for r in found.warnings}
    assert rows == {
        ("tmall", "AF-10"): (1, 0, 2, 0),
        ("tmall", "AF-11"): (0, 0, 1, 1),
        ("tmall", ""): (1, 0, 0, 0),
        ("tmall", None): (0, 0, 1, 0),
        ("temu", "AF-11"): (0, 1, 0, 0),
    }
    assert found.warnings[0].title == title, "the most losses come first"
    assert found.given == ()
    assert outcomes([]).argued == 0


def test_reasons_that_were_given_are_counted_by_platform_reason_and_end() -> None:
    def told(kind: str, because: str) -> list[dict[str, str]]:
        return [{"kind": kind, "at": "2026-11-21T10:00:00Z", "because": because}]

    cases = [
        refused([], events=told("lost", "no film of the opening")),
        refused([], events=told("lost", " no film  of the opening")),
        refused([], events=told("won", "six sides seen")),
        refused([], events=told("lost", "too late") + told("won", "six sides seen")),
        refused([], "lost"),
        case(events=told("lost", "nobody argued")),
    ]
    found = outcomes(cases)
    assert [(g.platform, g.reason, g.ended, g.because, g.count) for g in found.given] == [
        ("tmall", "swapped_item", Ended.LOST, "no film of the opening", 2),
        ("tmall", "swapped_item", Ended.WON, "six sides seen", 2),
    ]
