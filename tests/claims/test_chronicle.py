from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.case import Case, EventKind
from claims.chronicle import Chronicle

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def case(**parts: Any) -> Case:
    return Case.model_validate({"id": "c1", "platform": "temu", "zone": "Asia/Shanghai", **parts})


def said(*spoken: tuple[float, str, str]) -> Case:
    """A chat: hour, speaker, tag."""
    return case(
        messages=[
            {"id": f"M{n}", "at": at(hour), "speaker": who, "text": "x", "tags": [tag] if tag else []}
            for n, (hour, who, tag) in enumerate(spoken)
        ]
    )


def test_a_part_of_the_case_is_an_event_too() -> None:
    happened = Chronicle(
        case(
            tickets=[{"id": "T1", "reason": "reship", "created_at": at(1)}],
            inspections=[{"id": "I1", "at": at(2), "by": "Li"}],
            decisions=[{"id": "D1", "kind": "appeal", "at": at(3), "by": "Li"}],
            parcels=[{"id": "P1", "direction": "return", "signed_at": at(4)}],
            events=[{"kind": "refused", "at": at(5)}],
        )
    )
    for kind, hour, about in (
        (EventKind.TICKET_CREATED, 1, "T1"),
        (EventKind.RESHIP_TICKETED, 1, "T1"),
        (EventKind.INSPECTED, 2, ""),
        (EventKind.APPEALED, 3, ""),
        (EventKind.RETURN_DELIVERED, 4, ""),
        (EventKind.REFUSED, 5, ""),
    ):
        found = happened.last(kind, about)
        assert found is not None
        assert (found.at, found.about) == (at(hour), about)


def test_what_a_person_recorded_corrects_what_follows_from_a_part() -> None:
    happened = Chronicle(
        case(
            parcels=[{"id": "P1", "direction": "return", "signed_at": at(4)}],
            events=[{"kind": "return_delivered", "at": at(3)}],
        )
    )
    found = happened.last(EventKind.RETURN_DELIVERED)
    assert found is not None
    assert found.at == at(3)


def test_what_is_about_a_thing_comes_before_what_is_about_the_case() -> None:
    happened = Chronicle(
        case(
            events=[
                {"kind": "ticket_answered", "at": at(1), "about": "T1"},
                {"kind": "ticket_answered", "at": at(2)},
                {"kind": "ticket_answered", "at": at(3), "about": "T2"},
            ]
        )
    )
    answers = {about: happened.last(EventKind.TICKET_ANSWERED, about) for about in ("T1", "T2", "T3", "")}
    assert {about: found.at for about, found in answers.items() if found} == {
        "T1": at(1),
        "T2": at(3),
        "T3": at(2),
        "": at(2),
    }
    assert happened.abouts(EventKind.TICKET_ANSWERED) == ("T1", "", "T2")


@pytest.mark.parametrize(
    ("spoken", "begun"),
    [
        ((), None),
        (((1, "buyer", ""), (2, "buyer", "")), 1),
        (((1, "buyer", ""), (2, "merchant", ""), (3, "buyer", "")), 1),
        (((1, "buyer", ""), (2, "merchant", "solution"), (3, "buyer", ""), (4, "buyer", "")), 3),
        (((1, "buyer", ""), (2, "bot", "solution"), (3, "buyer", "")), 1),
        (((1, "buyer", ""), (2, "merchant", "solution")), 1),
        (((0, "buyer", ""), (1, "merchant", "solution"), (2, "buyer", ""), (3, "merchant", "solution")), 2),
    ],
)
def test_an_enquiry_begins_with_the_first_message_that_has_no_solution(
    spoken: tuple[tuple[float, str, str], ...], begun: float | None
) -> None:
    found = Chronicle(said(*spoken)).start(EventKind.BUYER_MESSAGE, [EventKind.SOLUTION_GIVEN], "", at(99))
    assert (found and found.at) == (None if begun is None else at(begun))
