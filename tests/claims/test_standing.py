"""Clocks of whole cases: tickets, steps, contradictions, promises, what the platform shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.assess import assess
from claims.assessment import Countdown
from claims.case import Case
from claims.ruleset import Ruleset

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
"""18:00 in Shanghai."""
HOUR = timedelta(hours=1)
WORDS = {"zh": "一", "en": "one"}
SOURCE = {"title": "t", "read": "2026-11-21", "trust": WORDS}


def rules(*clocks: dict[str, Any], **more: Any) -> Ruleset:
    made = [{"title": WORDS, "quote": "q", "starts": "ticket_created", **clock} for clock in clocks]
    told = {"id": "x", "version": 1, "platform": "x", "title": WORDS, "source": SOURCE, "clock": made, **more}
    return Ruleset.model_validate(told)


def case(**parts: Any) -> Case:
    return Case.model_validate({"id": "c1", "platform": "x", "zone": "Asia/Shanghai", "site": "cn", **parts})


def clocks(case: Case, ruleset: Ruleset, now: datetime = FRIDAY) -> dict[tuple[str, str], Countdown]:
    return {(c.name, c.about): c for c in assess(case, ruleset, {}, now).clocks}


def ticket(name: str = "T1", hours: float = 0, **more: Any) -> dict[str, Any]:
    return {"id": name, "reason": "wrong_item", "created_at": FRIDAY + hours * HOUR, **more}


DAY = {"id": "day", "kind": "working_days", "length": 1, "stops": "ticket_answered", "calendars": ["cn"]}
HOURS = {"id": "hours", "kind": "wall_hours", "length": 24, "stops": "ticket_answered"}
BOTH = {
    "contradiction": [
        {"id": "C-01", "title": WORDS, "quote": "q", "clocks": ["day", "hours"], "settled": "earlier"}
    ]
}


def test_every_ticket_has_its_own_clock() -> None:
    made = case(
        tickets=[ticket("T1"), ticket("T2", 5)],
        events=[{"kind": "ticket_answered", "at": FRIDAY + 6 * HOUR, "about": "T1"}],
    )
    found = clocks(made, rules(HOURS), FRIDAY + 7 * HOUR)
    assert {key: c.state.value for key, c in found.items()} == {
        ("hours", "T1"): "met",
        ("hours", "T2"): "running",
    }


def test_an_answer_from_before_the_start_stops_nothing() -> None:
    made = case(tickets=[ticket(hours=5)], events=[{"kind": "ticket_answered", "at": FRIDAY, "about": "T1"}])
    assert clocks(made, rules(HOURS), FRIDAY + 6 * HOUR)["hours", "T1"].state.value == "running"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({}, "running"),
        ({"status": "跟进中", "substatus": "待商家处理"}, "running"),
        ({"status": "跟进中"}, "running"),
        ({"status": "跟进中", "substatus": "待平台处理"}, "paused"),
        ({"status": "已完结", "substatus": "待商家处理"}, "paused"),
    ],
)
def test_only_what_waits_for_the_seller_ticks(status: dict[str, str], state: str) -> None:
    waiting = {"status": "跟进中", "substatus": "待商家处理"}
    found = clocks(case(tickets=[ticket(**status)]), rules({**HOURS, "ticket": waiting}))
    assert found["hours", "T1"].state.value == state
    assert found["hours", "T1"].alarm == (state == "running")


def test_a_clock_is_for_some_tickets_only() -> None:
    before = {**HOURS, "id": "before", "ticket": {"stage": "before_sale"}, "severity": "amber"}
    reship = {**HOURS, "id": "reship", "ticket": {"reasons": ["reship"]}}
    made = case(tickets=[ticket("T1", stage="before_sale", reason="question"), ticket("T2", reason="reship")])
    assert set(clocks(made, rules(before, reship))) == {("before", "T1"), ("reship", "T2")}


def test_of_contradicting_clocks_both_are_shown_and_the_earlier_alarms() -> None:
    found = clocks(case(tickets=[ticket()]), rules(DAY, HOURS, **BOTH))
    day, hours = found["day", "T1"], found["hours", "T1"]
    assert (day.due_at, hours.due_at) == (FRIDAY + 72 * HOUR, FRIDAY + 24 * HOUR)
    assert (day.rivals, hours.rivals) == (("hours",), ("day",))
    assert (day.alarm, hours.alarm) == (False, True)
    monday = FRIDAY - 96 * HOUR  # Monday: a working day and 24 hours end together, and one alarms
    together = clocks(case(tickets=[ticket(hours=-96)]), rules(DAY, HOURS, **BOTH), monday)
    assert {c.due_at for c in together.values()} == {monday + 24 * HOUR}
    assert sorted(c.alarm for c in together.values()) == [False, True]


def test_what_the_platform_shows_wins_earlier_or_later() -> None:
    def shown(hours: float, about: str = "T1", clock: str = "hours") -> dict[str, Any]:
        due = FRIDAY + hours * HOUR
        return {"clock": clock, "about": about, "due_at": due, "seen_at": FRIDAY}

    for told, due in (
        ([shown(5)], 5),
        ([shown(50)], 50),
        ([shown(5), shown(7)], 7),
        ([shown(5, about="T2")], 24),
        ([shown(5, clock="day")], 24),
    ):
        found = clocks(case(tickets=[ticket()], shown=told), rules(DAY, HOURS))["hours", "T1"]
        assert found.due_at == FRIDAY + due * HOUR
        assert found.due_from == ("ruleset" if due == 24 else "platform")


def test_the_steps_of_a_clock_are_counted_from_one_start() -> None:
    request = {
        "id": "request",
        "starts": "return_requested",
        "kind": "wall_hours",
        "steps": [
            {"id": "confirm", "title": WORDS, "stops": "confirmed", "length": 2},
            {"id": "plan", "title": WORDS, "stops": "planned", "length": 24},
            {"id": "answer", "title": WORDS, "stops": "replied", "length": 3, "kind": "wall_minutes"},
        ],
    }
    made = case(
        events=[
            {"kind": "return_requested", "at": FRIDAY},
            {"kind": "confirmed", "at": FRIDAY + HOUR},
        ]
    )
    found = clocks(made, rules(request), FRIDAY + 3 * HOUR)
    assert {name: (c.state.value, c.due_at) for (name, _), c in found.items()} == {
        "request.confirm": ("met", FRIDAY + 2 * HOUR),
        "request.plan": ("running", FRIDAY + 24 * HOUR),
        "request.answer": ("late", FRIDAY + 3 * HOUR / 60),
    }


def test_an_address_that_is_gone_before_the_reply_is_due_says_so() -> None:
    address = {
        "id": "address",
        "starts": "reship_ticketed",
        "kind": "wall_hours",
        "length": 48,
        "nature": "expiry",
        "stops": "address_captured",
        "before": "reply",
    }
    reply = {**DAY, "id": "reply", "starts": "reship_ticketed"}
    ticketed = [ticket(reason="reship")]
    found = clocks(case(tickets=ticketed), rules(address, reply))["address", "T1"]
    assert found.due_at == FRIDAY + 48 * HOUR
    assert "before the work" in str(found.notes[0])
    slip = {"secret": "s", "captured_at": FRIDAY + HOUR, "expires_at": FRIDAY + 48 * HOUR}
    sub = {"id": "S1", "procedure": "reship", "opened_at": FRIDAY, "ticket": "T1", "address": slip}
    kept = clocks(case(tickets=ticketed, subcases=[sub]), rules(address, reply), FRIDAY + 2 * HOUR)
    assert kept["address", "T1"].state.value == "met"
    assert kept["reply", "T1"].state.value == "running"
    lost = clocks(case(tickets=ticketed), rules(address, reply), FRIDAY + 49 * HOUR)["address", "T1"]
    assert (lost.state.value, lost.alarm) == ("late", True)


@pytest.mark.parametrize(
    ("requested", "hours", "state"),
    [(None, 24, "running"), (None, 24 * 8, "over"), (24, 24 * 8, "met"), (24 * 8, 24 * 9, "late")],
)
def test_a_period_of_the_buyer_never_alarms(requested: float | None, hours: float, state: str) -> None:
    window = {
        "id": "window",
        "starts": ["buyer_received", "delivered"],
        "kind": "natural_days",
        "length": 7,
        "nature": "window",
        "stops": "return_requested",
    }
    events = [{"kind": "delivered", "at": FRIDAY}]
    if requested is not None:
        events.append({"kind": "return_requested", "at": FRIDAY + requested * HOUR})
    found = clocks(case(events=events), rules(window), FRIDAY + hours * HOUR)["window", ""]
    assert (found.state.value, found.alarm) == (state, False)
    received = [*events, {"kind": "buyer_received", "at": FRIDAY + 5 * HOUR}]
    later = clocks(case(events=received), rules(window), FRIDAY + hours * HOUR)["window", ""]
    assert later.started_at == FRIDAY + 5 * HOUR
    assert later.started_by is not None
    assert later.started_by.value == "buyer_received"


def test_a_chat_is_answered_by_a_solution_of_the_merchant_alone() -> None:
    chat = {
        "id": "chat",
        "starts": "buyer_message",
        "stops": "solution_given",
        "kind": "wall_hours",
        "length": 24,
    }

    def said(hours: float, who: str, *tags: str) -> dict[str, Any]:
        at = FRIDAY + hours * HOUR
        return {"id": f"M{int(hours * 10)}{who}", "at": at, "speaker": who, "text": "x", "tags": tags}

    talk = [said(0, "buyer"), said(1, "bot", "solution"), said(2, "merchant"), said(3, "buyer")]
    found = clocks(case(messages=talk), rules(chat), FRIDAY + 4 * HOUR)["chat", ""]
    assert (found.state.value, found.due_at) == ("running", FRIDAY + 24 * HOUR)
    solved = [*talk, said(4, "merchant", "solution")]
    assert clocks(case(messages=solved), rules(chat), FRIDAY + 5 * HOUR)["chat", ""].state.value == "met"
    again = [*solved, said(6, "buyer")]
    asked = clocks(case(messages=again), rules(chat), FRIDAY + 7 * HOUR)["chat", ""]
    assert asked.due_at == FRIDAY + 30 * HOUR


def test_every_promise_has_its_own_clock() -> None:
    promised = {"id": "promise", "starts": "promised", "kind": "promised"}

    def promise(name: str, due: float | None, kept: float | None = None) -> dict[str, Any]:
        return {
            "id": name,
            "what": "refund",
            "where": "chat",
            "made_at": FRIDAY,
            "due_at": None if due is None else FRIDAY + due * HOUR,
            "kept_at": None if kept is None else FRIDAY + kept * HOUR,
        }

    made = case(
        promises=[
            promise("W1", 24),
            promise("W2", 1),
            promise("W3", 24, 2),
            promise("W4", 1, 2),
            promise("W5", None),
        ]
    )
    found = clocks(made, rules(promised), FRIDAY + 3 * HOUR)
    assert {about: c.state.value for (_, about), c in found.items()} == {
        "W1": "running",
        "W2": "late",
        "W3": "met",
        "W4": "late",
        "W5": "unknown",
    }
    assert found["promise", "W1"].due_from == "promise"
    assert {about for (_, about), c in found.items() if c.alarm} == {"W1", "W2", "W5"}


def test_a_window_that_the_shop_sets_is_taken_from_its_terms() -> None:
    window = {
        "id": "window",
        "starts": "delivered",
        "kind": "natural_days",
        "length": "",
        "length_from": "return_days",
        "nature": "window",
    }
    told = {"events": [{"kind": "delivered", "at": FRIDAY}]}
    assert clocks(case(**told), rules(window))["window", ""].state.value == "unknown"
    agreed = clocks(case(**told, terms={"return_days": 15}), rules(window))["window", ""]
    assert agreed.due_at == FRIDAY + 15 * 24 * HOUR


# which clocks are shown


def test_what_has_started_counts_whatever_procedure_was_chosen() -> None:
    more = {
        "procedure": [
            {"id": "main", "title": WORDS, "quote": "q"},
            {"id": "other", "title": WORDS, "quote": "q"},
            {"id": "beside", "title": WORDS, "quote": "q", "beside": True},
        ]
    }
    other = {**HOURS, "procedures": ["other"]}
    beside = {**HOURS, "id": "beside", "starts": "reship_requested", "procedures": ["beside"]}
    ruleset = rules(other, beside, **more)
    assert clocks(case(), ruleset) == {}
    assert set(clocks(case(procedure="other"), ruleset)) == {("hours", "")}
    assert set(clocks(case(tickets=[ticket()]), ruleset)) == {("hours", "T1")}
    sub = {"id": "S1", "procedure": "beside", "opened_at": FRIDAY}
    assert set(clocks(case(subcases=[sub]), ruleset)) == {("beside", "")}
    assert clocks(case(subcases=[{**sub, "closed_at": FRIDAY}]), ruleset) == {}


def test_another_class_rules_a_clock_out_and_an_unknown_one_does_not() -> None:
    reasons = [
        {"id": "worn_out", "title": WORDS, "quote": "q", "base": "quality"},
        {"id": "dislike", "title": WORDS, "quote": "q", "base": "no_reason"},
    ]
    quality = {**HOURS, "classes": ["quality"]}
    ruleset = rules(quality, reason=reasons)
    made = case(tickets=[ticket()])
    for code, shown in (("", True), ("worn_out", True), ("dislike", False), ("strange", True)):
        found = clocks(made.model_copy(update={"reason_code": code}), ruleset)
        assert bool(found) == shown
    forced = made.model_copy(update={"reason_code": "dislike", "reason_class": "quality"})
    assert clocks(forced, ruleset)
