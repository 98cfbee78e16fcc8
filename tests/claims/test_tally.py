from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from claims.case import Case
from claims.shop import LockedError, Shop, amended
from claims.tally import coverable, tally, weekly
from tests.claims.cases import amounts, case, events, outbound

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def talk(*told: tuple[str, str, bool]) -> Case:
    """A case whose chat has these messages: moment, speaker, whether it holds a solution."""
    return case(
        messages=[
            {
                "id": f"M{n}",
                "at": at,
                "speaker": speaker,
                "text": "…",
                "tags": ["solution"] if solution else [],
            }
            for n, (at, speaker, solution) in enumerate(told)
        ]
    )


def test_cases_are_counted_by_what_they_have_in_common() -> None:
    made = [
        case(reason_code="flaw", items=[{"id": "i", "sku": "A"}], parcels=outbound(carrier="SF")),
        case(reason_code="flaw", items=[{"id": "i", "sku": "B"}, {"id": "j", "sku": "A"}]),
        case(reason_code="quality", events=events(("refunded", "2026-11-20T10:00:00Z"))),
        case(events=events(("closed", "2026-11-20T10:00:00Z"))),
    ]
    found = tally(made)
    assert (found.cases, found.open) == (4, 3)
    assert [(c.name, c.cases) for c in found.reasons] == [("flaw", 2), ("quality", 1)]
    assert [(c.name, c.cases) for c in found.items] == [("A", 2), ("B", 1)]
    assert [(c.name, c.cases) for c in found.carriers] == [("SF", 1)]
    assert [(c.name, c.cases) for c in found.outcomes] == [("refunded", 1)]


WEEKS: list[tuple[list[tuple[str, str, bool]], list[tuple[str, int, int, int, int]]]] = [
    ([], []),
    (
        [("2026-11-16T10:00:00Z", "buyer", False), ("2026-11-17T10:00:00Z", "merchant", True)],
        [("2026-W47", 1, 1, 0, 0)],
    ),
    (
        [("2026-11-16T10:00:00Z", "buyer", False), ("2026-11-17T10:00:01Z", "merchant", True)],
        [("2026-W47", 1, 0, 1, 0)],
    ),
    (
        # a greeting and a bot's word are no solution
        [
            ("2026-11-16T10:00:00Z", "buyer", False),
            ("2026-11-16T11:00:00Z", "merchant", False),
            ("2026-11-16T11:30:00Z", "bot", True),
        ],
        [("2026-W47", 1, 0, 1, 0)],
    ),
    ([("2026-11-23T09:00:00Z", "buyer", False)], [("2026-W48", 1, 0, 0, 1)]),
    # Sunday 18:00 in London is Monday in Shanghai: the next week there
    ([("2026-11-22T18:00:00Z", "buyer", False)], [("2026-W48", 1, 0, 0, 1)]),
]


@pytest.mark.parametrize(("chat", "expected"), WEEKS)
def test_answers_in_time_are_counted_by_the_week_of_the_question(chat: Any, expected: Any) -> None:
    found = weekly([talk(*chat)], NOW, "Asia/Shanghai")
    assert [(w.week, w.asked, w.in_time, w.late, w.waiting) for w in found] == expected


def test_what_a_higher_ceiling_would_have_covered() -> None:
    def refund(value: str, **told: Any) -> Case:
        happened = events(
            ("cancel_requested", "2026-11-20T10:00:00Z"), ("refund_agreed", "2026-11-20T12:00:00Z")
        )
        return case(events=happened, amounts=amounts(("refund", value)), **told)

    made = [refund("19.99"), refund("20"), refund("20.01"), refund("1", terms={"tool": "auto"}), case()]
    found = coverable(made, Decimal(20), "CNY")
    assert (found.by_hand, found.covered) == (3, 2)
    assert coverable(made, Decimal(20), "USD").by_hand == 0


def test_a_locked_reception_stays_on() -> None:
    locked = Shop(id="s", self_reception="locked_on")
    with pytest.raises(LockedError):
        amended(locked, Shop(id="s"))
    assert amended(locked, locked) == locked
    assert amended(None, Shop(id="s")).self_reception == "off"
