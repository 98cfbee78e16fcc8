"""The forms that stand below what a case lacks: what a person can answer is answered right there.

A requirement says by its conditions who can answer it. A statement wants a name and, where the condition
says so, the exhibit and the part of the film; an event wants its moment; a fact is written into the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from urllib.parse import quote

from api.pages.entries_view import linking
from api.pages.sheets import OF_FACT
from api.telling import of
from api.words import Words, legible
from claims.assessment import Decider, Judgement, Met
from claims.case import Case, Direction, Exhibit, ExhibitKind, Role
from claims.naming import EVENTS, FIELDS, INSPECTED
from claims.record.event import EventKind
from claims.ruleset import Level, Requirement, Ruleset
from claims.scope import Scope, scope_of
from claims.vocabulary.requirement import (
    Chatted,
    FieldName,
    Findings,
    Happened,
    Inspected,
    InspectionField,
    One,
    ReadyBefore,
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


AskKind = Literal["statement", "event", "fields", "inspection", "files", "link"]


@dataclass(frozen=True)
class Ask:
    """One form below a requirement."""

    kind: AskKind
    id: str
    """Of the form, among all of the page."""
    requirement: str = ""
    exhibits: tuple[tuple[str, str], ...] = ()
    """What a statement can point at; empty where it points at nothing."""
    film: bool = False
    """Whether it has to say which part of the film shows it."""
    options: tuple[tuple[str, str], ...] = ()
    """Events, facts or questions with their names; of a link its address."""
    codes: tuple[tuple[str, str], ...] = ()
    """The platform's reasons, where one is to be chosen."""
    about: str = ""
    """The sub-case that it is about."""

    @property
    def place(self) -> str:
        """Where on the page its requirement stands."""
        return f"req-{self.about}-{self.requirement}" if self.about else f"req-{self.requirement}"


def forms(rules: Ruleset, case: Case, judged: Sequence[Judgement], told: Words) -> dict[str, tuple[Ask, ...]]:
    """The forms by requirement; those without any are left out. All of `judged` are about the same thing."""
    known = {each.id: each for each in rules.requirement}
    found: dict[str, tuple[Ask, ...]] = {}
    scope = scope_of(case, rules)
    for judgement in judged:
        requirement = known.get(judgement.id)
        if requirement is None:
            continue
        below = _Below(judgement, requirement, rules, case, told)
        if judgement.answer is not Met.YES:
            asks = _numbered(dict.fromkeys((*below.asks(), *below.wares(scope))))
        elif judgement.by is Decider.PERSON:
            asks = tuple(below.statement())
        else:
            asks = ()
        if asks:
            found[judgement.id] = asks
    return found


def _numbered(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Each with an id of its own: a requirement can ask twice for what one kind of form takes."""
    found: dict[str, Ask] = {}
    for ask in asks:
        name = ask.id if ask.id not in found else f"{ask.id}-{len(found)}"
        found[name] = replace(ask, id=name)
    return tuple(found.values())


@dataclass(frozen=True)
class _Below:
    """What stands below one requirement."""

    judgement: Judgement
    requirement: Requirement
    rules: Ruleset
    case: Case
    told: Words

    def asks(self) -> Iterator[Ask]:
        yield from self.statement()
        for each in self.requirement.single():
            yield from self._of(each)

    def wares(self, scope: Scope) -> Iterator[Ask]:
        """To the category, where the requirement is about some goods and nobody has said what these are."""
        if scope.fits(self.requirement) is Met.UNSURE:
            says = self.told.text("Write down what goods these are")
            yield self._sheet(says, _goods(self.case, "category"))

    def statement(self) -> Iterator[Ask]:
        """The form of a person's word, where that can decide."""
        stated = next((each for each in self.requirement.single() if isinstance(each, Stated)), None)
        if stated is None and not self.judgement.confirmable:
            return
        kinds = stated.exhibits if stated else (ExhibitKind.FILM, ExhibitKind.PHOTO)
        shown = tuple((e.id, _named(e)) for e in self.case.exhibits if e.kind in kinds)
        if kinds and not shown:
            return  # there is nothing yet that a word could point at
        film = bool(stated and ExhibitKind.FILM in stated.exhibits and not stated.whole_film and shown)
        yield self._ask("statement", exhibits=shown, film=film)

    def _of(self, condition: One) -> Iterator[Ask]:
        told = self.told
        match condition:
            case Happened():
                first = condition.after
                kinds = (
                    condition.event if first is None or self.case.event(first) else (*condition.event, first)
                )
                yield self._event(kinds)
            case ReadyBefore(ready=EventKind() as ready):
                yield self._event((ready,))
            case Says():
                yield from self._facts(condition.fields)
            case Stated(needs_reason=True) if not (self.case.reason or self.case.reason_code):
                yield from self._facts(("reason", "reason_code"))
            case Inspected():
                asked: list[InspectionField] = [n for n in ANSWERS if n in condition.answers] or list(ANSWERS)
                yield self._ask(
                    "inspection", options=tuple((name, told.say(INSPECTED[name])) for name in asked)
                )
            case Shows():
                yield from self._shown(condition)
            case Findings(exhibit=ExhibitKind.PHOTO):
                yield self._ask("files")
            case Findings() if not self.case.of_kind(ExhibitKind.FILM):
                yield self._film()
            case Chatted():
                yield self._link(told.text("Take the chat in"), f"{self._home}/chat")
            case _:
                pass

    def _event(self, kinds: Sequence[EventKind]) -> Ask:
        return self._ask("event", options=tuple((kind.value, self.told.say(EVENTS[kind])) for kind in kinds))

    def _shown(self, condition: Shows) -> Iterator[Ask]:
        """A photo to take, a file to name, or what a file does not say of itself yet."""
        found = self.case.in_role(condition.roles)
        if photos := [role for role in condition.roles if role not in _FILMS]:
            yield self._ask("files", options=((photos[0].value, ""),))
        else:
            yield self._film()
        if len(found) < condition.at_least and any(each.role is None for each in self.case.exhibits):
            yield self._link(self.told.text("Say which file it is"), f"{self._home}#files")
        for each in found:
            if condition.dated and each.captured_at is None:
                yield self._sheet(self.told.text("Say when it was taken"), f"file-{each.id}.captured_at")
            if condition.graded and each.severity is None:
                yield self._sheet(self.told.text("Say how bad the fault is"), f"file-{each.id}.severity")

    def _facts(self, names: Sequence[FieldName]) -> Iterator[Ask]:
        """A form for what stands in the case or in the parcel to the buyer; links to the other sheets."""
        here: list[FieldName] = [name for name in names if name in {*OF_CASE, *OF_PARCEL}]
        if here:
            options = tuple((name, self.told.say(FIELDS[name])) for name in here)
            codes = reasons(self.rules, self.told) if "reason_code" in here else ()
            yield self._ask("fields", options=options, codes=codes)
        for name in names:
            if name in OF_FACT:
                what = self.told.say(FIELDS[name])
                yield self._sheet(
                    self.told.text("Write it down: {what}", what=what), _written(name, self.case)
                )

    def _ask(self, kind: AskKind, **more: Any) -> Ask:  # noqa: ANN401 - fields of the form
        about = self.judgement.about
        stem = f"{kind}-{about}-{self.judgement.id}" if about else f"{kind}-{self.judgement.id}"
        return Ask(kind, stem, self.judgement.id, about=about, **more)

    def _sheet(self, says: str, place: str) -> Ask:
        """To a field of a sheet: `sheet.field`."""
        form, _, field = place.partition(".")
        return self._link(says, linking(self.case)(form, field, self._ask("link").place))

    def _film(self) -> Ask:
        number = self.case.tracking_number
        return self._link(
            self.told.text("Film it"), f"/film?waybill={quote(number, safe='')}" if number else "/film"
        )

    def _link(self, says: str, address: str) -> Ask:
        return self._ask("link", options=((address, says),))

    @property
    def _home(self) -> str:
        return f"/cases/{quote(self.case.id, safe='')}"


def _written(name: FieldName, case: Case) -> str:
    """The form and the field in which that fact is written down: of a part that lacks it, else a new one."""
    sheet, _, field = OF_FACT[name].partition(".")
    match sheet:
        case "goods":
            return f"goods-new.{field}" if name == "items" else _goods(case, field)
        case "parcel":
            return f"parcel-{Direction.OUTBOUND.value}.{field}"
        case "ticket":
            lacking = next((each.id for each in case.tickets if not each.result), "new")
            return f"ticket-{lacking}.{field}"
        case _:
            return f"{sheet}.{field}"


def _goods(case: Case, field: str) -> str:
    lacking = next((each.id for each in case.items if not getattr(each, field)), "")
    return f"goods-{lacking or (case.items[0].id if case.items else 'new')}.{field}"


def _named(exhibit: Exhibit) -> str:
    return f"{exhibit.id} · {legible(exhibit.name, 40)}"


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
