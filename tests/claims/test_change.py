from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims import change
from claims.case import Case, Decision, Event, EventKind, Exhibit, Offer, Promise, Shown, SubCase
from claims.change import UnfitError
from claims.record.message import MOST_MESSAGES, Message, Speaker
from claims.record.subcase import Slip

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def case() -> Case:
    return Case(id="c1", platform="temu", zone="Asia/Shanghai")


def offer(name: str = "O1", **more: Any) -> Offer:
    return Offer.model_validate({"id": name, "option": "money", "at": NOW, "by": "Li", **more})


def message(text: str, minutes: int = 0, speaker: Speaker = Speaker.BUYER, **more: Any) -> Message:
    told = {"id": "M1", "at": NOW + timedelta(minutes=minutes), "speaker": speaker, "text": text, **more}
    return Message.model_validate(told)


def test_parts_get_ids_and_give_way_to_their_namesakes(case: Case) -> None:
    assert change.next_id(case, Offer) == "O1"
    two = change.put(change.put(case, offer()), offer("O2"))
    assert change.next_id(two, Offer) == "O3"
    changed = change.put(two, offer(note="more"))
    assert [(o.id, o.note) for o in changed.offers] == [("O1", "more"), ("O2", "")]
    assert case.offers == ()


def test_evidence_of_a_decision_is_in_the_case(case: Case) -> None:
    told = {"id": "D1", "kind": "refuse", "at": NOW, "by": "Li", "ground": "worn", "evidence": ["E1"]}
    decision = Decision.model_validate(told)
    with pytest.raises(UnfitError, match="no exhibit E1"):
        change.put(case, decision)
    exhibit = Exhibit.model_validate(
        {
            "id": "E1",
            "evidence_id": "ev",
            "digest": f"sha256:{'a' * 64}",
            "size": 1,
            "name": "x",
            "kind": "photo",
            "added_at": NOW,
        }
    )
    assert change.put(case.with_exhibit(exhibit), decision).decisions == (decision,)


def test_an_offer_is_answered_once_and_not_before_it_was_made(case: Case) -> None:
    made = change.put(case, offer())
    with pytest.raises(UnfitError, match="before the offer"):
        change.answer(made, "O1", "declined", NOW - HOUR)
    with pytest.raises(UnfitError, match="no offer"):
        change.answer(made, "O9", "declined", NOW)
    said = change.answer(made, "O1", "declined", NOW + HOUR)
    assert said.offers[0].answer == "declined"
    with pytest.raises(UnfitError, match="already"):
        change.answer(said, "O1", "accepted", NOW + HOUR)


def test_a_chat_imported_twice_is_there_once_and_in_order(case: Case) -> None:
    once = change.merge(case, [message("b", 5), message("a", 1)])
    assert [(m.id, m.text) for m in once.messages] == [("M2", "a"), ("M1", "b")]
    again = change.merge(once, [message("a", 1), message("c", 3, Speaker.BOT), message("b", 5)])
    assert [m.text for m in again.messages] == ["a", "c", "b"]
    assert len({m.id for m in again.messages}) == 3
    tagged = change.merge(again, [message("c", 3, Speaker.BOT, tags=["solution"])])
    assert [[t.value for t in m.tags] for m in tagged.messages] == [[], ["solution"], []]


def test_a_chat_without_end_is_refused(case: Case) -> None:
    many = [message(str(n), n) for n in range(MOST_MESSAGES + 1)]
    with pytest.raises(UnfitError, match="at most"):
        change.merge(case, many)


def test_there_are_not_endless_parts(case: Case) -> None:
    full = case
    for number in range(50):
        full = change.enter(full, "reship", NOW, note=str(number))
    with pytest.raises(UnfitError, match="at most 50"):
        change.enter(full, "reship", NOW)


def test_a_sub_case_is_entered_and_left(case: Case) -> None:
    entered = change.enter(case, "reship", NOW, parcel="P1")
    slip = Slip(secret="secret_1", captured_at=NOW, expires_at=NOW + 48 * HOUR)
    kept = change.slip_in(entered, "S1", slip)
    assert kept.subcases[0].address == slip
    gone = change.erased(kept, "S1", NOW + HOUR)
    assert gone.subcases[0].address == slip.model_copy(update={"erased_at": NOW + HOUR})
    assert change.erased(gone, "S1", NOW + 2 * HOUR) == gone, "it is erased once"
    with pytest.raises(UnfitError, match="is closed"):
        change.slip_in(change.leave(entered, "S1", NOW), "S1", slip)
    with pytest.raises(UnfitError, match="before it began"):
        change.leave(kept, "S1", NOW - HOUR)
    left = change.leave(kept, "S1", NOW + HOUR)
    assert left.subcases == (
        SubCase.model_validate({**kept.subcases[0].model_dump(), "closed_at": NOW + HOUR}),
    )
    with pytest.raises(UnfitError, match="no sub-case"):
        change.leave(case, "S1", NOW)


def test_a_case_ends_with_an_outcome_and_nothing_owed(case: Case) -> None:
    with pytest.raises(UnfitError, match="no outcome"):
        change.close(case, NOW)
    refunded = case.with_event(Event(kind=EventKind.REFUNDED, at=NOW))
    owing = change.put(
        refunded, Promise.model_validate({"id": "W1", "what": "coupon", "where": "chat", "made_at": NOW})
    )
    with pytest.raises(UnfitError, match="coupon"):
        change.close(owing, NOW)
    with pytest.raises(UnfitError, match="no promise"):
        change.keep(owing, "W9", NOW)
    kept = change.keep(owing, "W1", NOW)
    with pytest.raises(UnfitError, match="S1"):
        change.close(change.enter(kept, "reship", NOW), NOW)
    assert change.close(kept, NOW).closed


def test_what_the_platform_shows_is_kept_in_order(case: Case) -> None:
    shown = Shown(clock="work_order", about="T1", due_at=NOW, seen_at=NOW)
    later = shown.model_copy(update={"due_at": NOW + HOUR})
    assert change.show(change.show(case, shown), later).shown == (shown, later)
