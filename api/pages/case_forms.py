"""The forms that stand below what a case lacks: what a person can answer is answered right there.

A requirement says by its conditions who can answer it. A statement wants a name and, where the condition
says so, the exhibit and the part of the film; an event wants its moment; a fact is written into the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from api.telling import of
from api.words import Words, legible
from claims.assessment import Decider, Judgement, Met
from claims.case import Case, Direction, Exhibit, ExhibitKind, Role
from claims.naming import EVENTS, FIELDS, INSPECTED
from claims.record.event import EventKind
from claims.ruleset import Level, Ruleset
from claims.vocabulary.requirement import (
    FieldName,
    Findings,
    Happened,
    Inspected,
    InspectionField,
    Says,
    Shows,
    Stated,
)

OF_CASE: Final[tuple[FieldName, ...]] = ("order_number", "tracking_number", "reason", "reason_code")
"""Facts that stand in the case itself."""
OF_PARCEL: Final[Mapping[FieldName, str]] = {
    "outbound_number": "tracking_number",
    "carrier": "carrier",
    "signed_by": "signed_by",
    "signed_at": "signed_at",
}
"""Facts about the parcel to the buyer, by the name that they have there."""
ANSWERS: Final[tuple[InspectionField, ...]] = (
    "same_item",
    "complete",
    "unused",
    "packaging",
    "tags",
    "resale",
    "damaged",
    "faulty",
)
"""What an inspection answers with yes or no."""
_FILMS: Final = frozenset({Role.OPENING_FILM, Role.PACK_FILM})
_UNUSUAL: Final = frozenset({EventKind.PROMISED, EventKind.CLOSED, EventKind.REOPENED})
"""Events that other forms record."""


@dataclass(frozen=True)
class Ask:
    """One form below a requirement."""

    kind: Literal["statement", "event", "fields", "inspection", "files"]
    id: str
    """Of the form, among all of the page."""
    requirement: str = ""
    exhibits: tuple[tuple[str, str], ...] = ()
    """What a statement can point at; empty where it points at nothing."""
    film: bool = False
    """Whether it has to say which part of the film shows it."""
    options: tuple[tuple[str, str], ...] = ()
    """Events, facts or questions with their names."""
    codes: tuple[tuple[str, str], ...] = ()
    """The platform's reasons, where one is to be chosen."""


def forms(rules: Ruleset, case: Case, judged: Sequence[Judgement], told: Words) -> dict[str, tuple[Ask, ...]]:
    """The forms by requirement; those without any are left out."""
    known = {each.id: each for each in rules.requirement}
    found: dict[str, tuple[Ask, ...]] = {}
    for judgement in judged:
        requirement = known.get(judgement.id)
        if requirement is None:
            continue
        if judgement.answer is not Met.YES:
            asks = tuple(_asks(judgement, list(requirement.single()), rules, case, told))
        elif judgement.by is Decider.PERSON:
            asks = tuple(_statement(judgement, list(requirement.single()), case))
        else:
            asks = ()
        if asks:
            found[judgement.id] = asks
    return found


def _asks(
    judgement: Judgement, conditions: Sequence[object], rules: Ruleset, case: Case, told: Words
) -> Iterator[Ask]:
    yield from _statement(judgement, conditions, case)
    for each in conditions:
        match each:
            case Happened():
                options = tuple((kind.value, told.say(EVENTS[kind])) for kind in each.event)
                yield Ask("event", f"event-{judgement.id}", judgement.id, options=options)
            case Says():
                yield from _fields(each, judgement.id, rules, told)
            case Inspected():
                asked: list[InspectionField] = [n for n in ANSWERS if n in each.answers] or list(ANSWERS)
                options = tuple((name, told.say(INSPECTED[name])) for name in asked)
                yield Ask("inspection", f"inspection-{judgement.id}", judgement.id, options=options)
            case Shows() if not _FILMS.intersection(each.roles):
                yield Ask("files", f"files-{judgement.id}", judgement.id, options=_roles(each.roles))
            case Findings(exhibit=ExhibitKind.PHOTO):
                yield Ask("files", f"files-{judgement.id}", judgement.id)
            case _:
                pass


def _roles(roles: Sequence[Role]) -> tuple[tuple[str, str], ...]:
    return ((roles[0].value, ""),)


def _statement(judgement: Judgement, conditions: Sequence[object], case: Case) -> Iterator[Ask]:
    """The form of a person's word, where that can decide."""
    stated = next((each for each in conditions if isinstance(each, Stated)), None)
    if stated is None and not judgement.confirmable:
        return
    kinds = stated.exhibits if stated else (ExhibitKind.FILM, ExhibitKind.PHOTO)
    shown = tuple((e.id, _named(e)) for e in case.exhibits if e.kind in kinds)
    if kinds and not shown:
        return  # there is nothing yet that a word could point at
    film = bool(stated and ExhibitKind.FILM in stated.exhibits and not stated.whole_film and shown)
    yield Ask("statement", f"statement-{judgement.id}", judgement.id, exhibits=shown, film=film)


def _named(exhibit: Exhibit) -> str:
    return f"{exhibit.id} · {legible(exhibit.name, 40)}"


def _fields(condition: Says, requirement: str, rules: Ruleset, told: Words) -> Iterator[Ask]:
    names: list[FieldName] = [name for name in condition.fields if name in {*OF_CASE, *OF_PARCEL}]
    if names:
        options = tuple((name, told.say(FIELDS[name])) for name in names)
        codes = reasons(rules, told) if "reason_code" in names else ()
        yield Ask("fields", f"fields-{requirement}", requirement, options=options, codes=codes)


def reasons(rules: Ruleset, told: Words) -> tuple[tuple[str, str], ...]:
    """The platform's list of reasons."""
    return tuple((each.id, of(each.title, told)) for each in rules.reason)


def asked_fields(rules: Ruleset) -> frozenset[str]:
    """The facts that the platform demands."""
    return frozenset(
        name
        for requirement in rules.requirement
        if requirement.level is Level.MUST
        for condition in requirement.single()
        if isinstance(condition, Says)
        for name in condition.fields
    )


def event_choices(rules: Ruleset, told: Words) -> tuple[tuple[str, str], ...]:
    """What can have happened: first what starts or stops a clock of this platform, in the order of a case."""
    starts = {kind for clock in rules.clock for kind in (*clock.starts, *((clock.due,) if clock.due else ()))}
    stops = {kind for clock in rules.clock for kind in (clock.stops or ())}
    stops |= {kind for clock in rules.clock for step in clock.steps for kind in step.stops}
    order = [*(k for k in EventKind if k in starts), *(k for k in EventKind if k in stops - starts)]
    rest = (kind for kind in EventKind if kind not in starts | stops)
    return tuple((k.value, told.say(EVENTS[k])) for k in (*order, *rest) if k not in _UNUSUAL)


def outbound(case: Case) -> dict[str, object]:
    """The parcel to the buyer as it stands in the case, or a new one."""
    held = case.parcel(Direction.OUTBOUND)
    return held.model_dump() if held else {"direction": Direction.OUTBOUND}
