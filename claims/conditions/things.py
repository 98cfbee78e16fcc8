"""Conditions about what the case holds: exhibits in a role, facts, an inspection, words of the chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from claims.assessment import Met
from claims.case import Case, Direction, Exhibit
from claims.conditions.scene import Held, Scene, record
from claims.naming import FIELDS, INSPECTED, ROLES
from claims.record.parcel import Parcel
from claims.vocabulary.requirement import Chatted, FieldName, Inspected, Says, Shows
from evidence.model import say


def shows(condition: Shows, scene: Scene) -> Held:
    """Whether there are exhibits enough in one of the roles."""
    found = [
        each
        for each in scene.case.in_role(condition.roles)
        if condition.brought_by in {None, each.brought_by}
    ]
    wanted = ROLES[condition.roles[0]]
    if len(found) < condition.at_least:
        reason = say(
            "There are {count} of {least}: {what}.",
            count=len(found),
            least=condition.at_least,
            what=wanted,
        )
        advice = say("Add it to the case in this role: {what}.", what=wanted)
        return record(Met.NO, reason, advice)
    lacking = _lacking(condition, found)
    if lacking:
        return lacking
    return record(Met.YES, say("It is in the case: {what} ({exhibit}).", what=wanted, exhibit=found[0].id))


def _lacking(condition: Shows, found: list[Exhibit]) -> Held | None:
    """Why what is there does not yet say enough about itself; None where it does."""
    undated = next((e for e in found if e.captured_at is None), None)
    if condition.dated and undated:
        return record(
            Met.UNSURE,
            say("{exhibit} does not say when it was captured.", exhibit=undated.id),
            say("Write into the case when it was captured, and by whom."),
        )
    ungraded = next((e for e in found if e.severity is None), None)
    if condition.graded and ungraded:
        return record(
            Met.UNSURE,
            say("{exhibit} does not say how bad the fault is.", exhibit=ungraded.id),
            say("Grade the fault from 1 (hardly seen) to 5 (useless)."),
        )
    return None


_Has = Callable[[Case], object]


def _parcel(case: Case) -> Parcel | None:
    return case.parcel(Direction.OUTBOUND)


_HAS: Final[Mapping[FieldName, _Has]] = {
    "order_number": lambda c: c.order_number.strip(),
    "tracking_number": lambda c: c.tracking_number.strip() or _number(c, Direction.RETURN),
    "outbound_number": lambda c: _number(c, Direction.OUTBOUND),
    "carrier": lambda c: any(p.carrier.strip() for p in c.parcels),
    "reason": lambda c: c.reason.strip(),
    "reason_code": lambda c: c.reason_code.strip(),
    "items": lambda c: c.items,
    "batch": lambda c: c.items and all(i.batch.strip() for i in c.items),
    "serial": lambda c: any(i.serial.strip() for i in c.items),
    "return_address": lambda c: c.terms.return_address.strip(),
    "liable": lambda c: c.terms.liable,
    "listing": lambda c: c.terms.listing.strip(),
    "signed_by": lambda c: (p := _parcel(c)) and p.signed_by.strip(),
    "signed_at": lambda c: (p := _parcel(c)) and p.signed_at,
    "weights": lambda c: any(p.weight and p.packed_weight for p in c.parcels),
    "declared": lambda c: any(p.declared for p in c.parcels),
    "insured": lambda c: any(p.insured is not None for p in c.parcels),
    "warranty_until": lambda c: c.terms.warranty_until,
    "shop_hours": lambda c: c.shop and c.shop.hours,
    "shop_limits": lambda c: c.shop and c.shop.limits,
    "ticket_result": lambda c: c.tickets and all(t.result.strip() for t in c.tickets),
}


def _number(case: Case, direction: Direction) -> str:
    found = case.parcel(direction)
    return found.tracking_number.strip() if found else ""


def says(condition: Says, scene: Scene) -> Held:
    """Whether the case says all of these facts."""
    missing: list[FieldName] = [name for name in condition.fields if not _HAS[name](scene.case)]
    if missing:
        what = FIELDS[missing[0]]
        advice = say("Write it into the case: {what}.", what=what)
        return record(Met.NO, say("The case does not say this: {what}.", what=what), advice)
    return record(Met.YES, say("The case says this: {what}.", what=FIELDS[condition.fields[0]]))


def inspected(condition: Inspected, scene: Scene) -> Held:
    """Whether somebody looked at what came back, and answered what is asked."""
    done = [each for each in scene.case.inspections if each.at <= scene.now]
    if not done:
        return record(
            Met.UNSURE,
            say("Nobody has inspected what came back, as far as the case knows."),
            say("Inspect it, and write down what was found."),
        )
    last = done[-1]
    for name in condition.answers:
        if getattr(last, name) in {None, ()}:
            asked = INSPECTED[name]
            return record(
                Met.UNSURE,
                say("The inspection does not answer this: {what}?", what=asked),
                say("Answer it in the inspection: {what}?", what=asked),
            )
    return record(Met.YES, say("{by} inspected it on {on}.", by=last.by, on=scene.on(last.at)))


def chatted(condition: Chatted, scene: Scene) -> Held:
    """Whether the chat holds such a message."""
    said = [
        m
        for m in scene.case.messages
        if condition.speaker in {None, m.speaker} and (condition.tag is None or condition.tag in m.tags)
    ]
    if said:
        on = scene.on(said[-1].at)
        return record(Met.YES, say("The chat holds it; the last such message is of {on}.", on=on))
    if not scene.case.messages:
        return record(
            Met.UNSURE,
            say("The case holds no chat."),
            say("Import the chat record: JSON, CSV, or copied text."),
        )
    return record(
        Met.NO,
        say("The chat holds no such message."),
        say("Write to the buyer, import the chat again, and mark the message that holds a solution."),
    )
