"""What a page shows before somebody decides: why it would fail, and what can be offered, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.outlook import COURSES, LEGS, PLACES
from api.telling import of
from api.words import Words, legible
from claims.assessment import Met
from claims.case import Case
from claims.naming import BADGES, BEARERS, CLASSES, OPTIONS
from claims.preflight import Answered, Course, Preflight, Standing
from claims.settling import Settlement
from claims.settling.ladder import Place
from claims.vocabulary.reason import ReasonClass

COURSE_TONES: Final[Mapping[Course, str]] = {
    Course.SETTLE: "fail",
    Course.STOP: "fail",
    Course.MEND: "fail",
    Course.ASK: "unsure",
    Course.GO: "pass",
}
_STANDINGS: Final[Mapping[Standing, tuple[str, str]]] = {
    Standing.APPLIES: ("fail", "✗"),
    Standing.OPEN: ("unsure", "?"),
    Standing.CLEAR: ("pass", "✓"),
}
_PLACES: Final[Mapping[Place, str]] = {
    Place.ACCEPTED: "pass",
    Place.NEXT: "unsure",
    Place.OFFERED: "unsure",
    Place.UNSURE: "unsure",
}
_USABLE: Final[Mapping[Met, tuple[str, str]]] = {
    Met.YES: ("pass", "✓"),
    Met.NO: ("fail", "✗"),
    Met.UNSURE: ("unsure", "?"),
}


@dataclass(frozen=True)
class Objection:
    """One reason for which it would fail, as the other side would say it."""

    id: str
    title: str
    tone: str
    mark: str
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    quote: str
    badge: str
    asks: str
    """The question that only a person can answer; empty where there is none."""


@dataclass(frozen=True)
class Rung:
    """One step of a ladder."""

    name: str
    """`return.exchange`, as an offer names it."""
    title: str
    place: str
    tone: str
    reasons: tuple[str, ...]
    quote: str
    options: tuple[tuple[str, str], ...]
    """What can be offered now; empty where it is not this step's turn."""
    waiting: tuple[str, ...]
    """Offers of this step that the buyer has not answered."""


@dataclass(frozen=True)
class Ground:
    """A ground on which it may be refused."""

    id: str
    title: str
    tone: str
    mark: str
    reasons: tuple[str, ...]


def objections(found: Preflight, told: Words) -> tuple[Objection, ...]:
    """Those that apply, the gravest first, then those that are open; what is clear is only counted."""
    order = [Standing.APPLIES, Standing.OPEN]
    left = (each for each in found.questions if each.standing in order)
    ranked = sorted(left, key=lambda q: (order.index(q.standing), not q.stops, not q.settle))
    return tuple(_objection(each, told) for each in ranked)


def _objection(one: Answered, told: Words) -> Objection:
    tone, mark = _STANDINGS[one.standing]
    advice = [told.say(each) for each in one.advice]
    if one.remedy:
        advice.append(of(one.remedy, told))
    return Objection(
        id=one.id,
        title=of(one.title, told),
        tone=tone,
        mark=mark,
        reasons=tuple(told.say(each) for each in one.reasons[:3]),
        advice=tuple(advice),
        quote=one.quote,
        badge=told.say(BADGES[one.badge]) if one.badge else "",
        asks=of(one.asks, told) if one.asks else "",
    )


def course(found: Preflight, told: Words) -> tuple[str, str]:
    """What to do, and its tone."""
    return told.say(COURSES[found.course]), COURSE_TONES[found.course]


def wanted(found: Preflight, told: Words) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is demanded and not met: its tone, its title, and what it asks for."""
    return [
        (_USABLE[each.answer][0], of(each.title, told), tuple(told.say(ask) for ask in each.asks))
        for each in found.wanted
    ]


def rungs(found: Settlement, case: Case, told: Words) -> Iterator[Rung]:
    open_offers = {offer.id for offer in case.offers if offer.answer is None}
    for step in found.steps:
        now = step.place in {Place.NEXT, Place.UNSURE}
        yield Rung(
            name=step.name,
            title=of(step.title, told),
            place=told.say(PLACES[step.place]),
            tone=_PLACES.get(step.place, "skipped"),
            reasons=tuple(told.say(each) for each in step.reasons),
            quote=step.quote,
            options=tuple((o.value, told.say(OPTIONS[o])) for o in step.options) if now else (),
            waiting=tuple(name for name in step.offers if name in open_offers),
        )


def grounds(found: Settlement, told: Words) -> Iterator[Ground]:
    for each in found.grounds:
        tone, mark = _USABLE[each.usable]
        more = (of(each.why_blocked, told),) if each.why_blocked else ()
        reasons = (*(told.say(reason) for reason in each.reasons), *more)
        yield Ground(each.id, of(each.title, told), tone, mark, reasons)


def freight(found: Settlement, told: Words) -> Iterator[tuple[str, str, str]]:
    """Which way, who pays, and why."""
    for share in found.freight:
        badge = f" ({told.say(BADGES[share.badge])})" if share.badge else ""
        yield (
            told.text("Freight {way}", way=told.say(LEGS[share.leg])),
            f"{told.say(BEARERS[share.bearer])}{badge}",
            told.say(share.reason),
        )


def class_of(found: Settlement, told: Words) -> str:
    return told.say(CLASSES[ReasonClass(found.reason_class)]) if found.reason_class else ""


def offers(case: Case, told: Words) -> list[tuple[str, str, str, str]]:
    """What was offered: its id, what, when and by whom, and the answer."""
    answers = {"accepted": told.text("accepted"), "declined": told.text("declined")}
    return [
        (
            offer.id,
            _what(
                offer.amount and f"{offer.amount.value} {offer.amount.currency}",
                told.say(OPTIONS[offer.option]),
            ),
            f"{told.moment(offer.at)} · {legible(offer.by, 60)}",
            answers.get(offer.answer or "", ""),
        )
        for offer in case.offers
    ]


def _what(amount: str | None, option: str) -> str:
    return f"{option} · {amount}" if amount else option
