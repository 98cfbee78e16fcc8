"""What is claimed, and rule by rule whether it is enough, as a dossier says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.paper.sheet import Happened, Row, Ruling
from api.words import Words, legible
from claims.assessment import Assessment, Decider, Judgement, Met, Readiness
from claims.case import Case
from claims.naming import CLASSES, EVENTS, READINESS, SUMS
from claims.ruleset import Level, Ruleset
from claims.ruleset import Words as Pair
from claims.vocabulary.reason import ReasonClass
from evidence.model import Outcome, Saying, say

TONES: Final[Mapping[Met, Outcome]] = {
    Met.YES: Outcome.PASS,
    Met.NO: Outcome.FAIL,
    Met.UNSURE: Outcome.UNSURE,
}
_ANSWERS: Final[Mapping[Met, Saying]] = {
    Met.YES: say("met"),
    Met.NO: say("not met"),
    Met.UNSURE: say("still open"),
}
_DECIDERS: Final[Mapping[Decider, Saying]] = {
    Decider.CHECKS: say("by the checks of the files"),
    Decider.PERSON: say("by a person's word"),
    Decider.RECORD: say("by the record of the case"),
}
_READY: Final[Mapping[Readiness, Outcome]] = {
    Readiness.READY: Outcome.PASS,
    Readiness.OPEN: Outcome.UNSURE,
    Readiness.UNMET: Outcome.FAIL,
}
_MOST_REASON: Final = 1_500
"""Characters of the seller's own words; all of them are in the case file of the bundle."""
_MOST_DATES: Final = 24
_MOST_SUMS: Final = 12


def of(pair: Pair, words: Words) -> str:
    """A ruleset's text in the language of `words`."""
    return pair.of(words.lang)


def local(moment: datetime, case: Case) -> str:
    """A wall time in the zone of the case, which the page names once."""
    return f"{moment.astimezone(ZoneInfo(case.zone)):%Y-%m-%d %H:%M}"


def verdict(found: Assessment, words: Words) -> tuple[Outcome, str, str]:
    """Tone, sentence, and how many requirements are met, of those that the platform demands."""
    demanded = [one for one in found.requirements if one.level is Level.MUST]
    counts = words.text(
        "Of {all} requirements {met} are met, {unmet} are not, {open} are still open.",
        all=len(demanded),
        met=sum(one.answer is Met.YES for one in demanded),
        unmet=sum(one.answer is Met.NO for one in demanded),
        open=sum(one.answer is Met.UNSURE for one in demanded),
    )
    return _READY[found.readiness], words.say(READINESS[found.readiness]), counts


def claim(case: Case, rules: Ruleset, found: Assessment, words: Words) -> Iterator[Row]:
    """What is claimed, as rows; what is unknown has none, save the amount, which is always asked for."""
    procedure = next((p for p in rules.procedure if p.id == found.procedure), None)
    told = (
        (words.text("Platform"), of(rules.title, words)),
        (words.text("Shop"), case.shop.name if case.shop else ""),
        (words.text("Procedure"), of(procedure.title, words) if procedure else ""),
        (words.text("Order number"), case.order_number),
        (words.text("Waybill of the return"), case.tracking_number),
        (words.text("Kind of problem"), _kind(case, rules, found, words)),
        *_amounts(case, words),
        *(
            (words.text("Item"), f"{item.quantity} × {item.title or item.sku or item.id}")
            for item in case.items[:6]
        ),
    )
    yield from (Row(label, legible(value, 200)) for label, value in told if value)


def reason(case: Case, words: Words) -> str:
    """The seller's own words, shortened where they are long."""
    return legible(case.reason, _MOST_REASON) or words.text("The case gives no reason in words.")


def happened(case: Case, words: Words) -> Iterator[Happened]:
    """What is recorded with a date, the earliest first."""
    for event in sorted(case.events, key=lambda e: e.at)[:_MOST_DATES]:
        yield Happened(local(event.at, case), words.say(EVENTS[event.kind]), legible(event.note, 160))


def rulings(found: Assessment, words: Words) -> Iterator[Ruling]:
    """Every requirement in the order of the ruleset, then what open sub-cases ask for."""
    yield from (_ruling(one, words) for one in (*found.requirements, *found.beside))


def source(found: Assessment, words: Words) -> str:
    """Where the rules come from."""
    basis = found.ruleset
    return words.text(
        "Rules: {rules}, version {version}; source: {source}, read on {read}. {trust}",
        rules=of(basis.title, words),
        version=basis.version,
        source=legible(basis.source.title, 160),
        read=basis.source.read.isoformat(),
        trust=of(basis.source.trust, words),
    )


def _ruling(one: Judgement, words: Words) -> Ruling:
    about = f" · {legible(one.about, 64)}" if one.about else ""
    return Ruling(
        id=legible(one.id, 32),
        tone=TONES[one.answer],
        word=words.say(_ANSWERS[one.answer]),
        title=f"{of(one.title, words)}{about}",
        firm=one.level is Level.MUST,
        quote=legible(one.quote, 400),
        by=words.say(_DECIDERS[one.by]),
        reasons=tuple(legible(words.say(each), 400) for each in one.reasons[:8]),
        exhibits=words.text(", ").join(dict.fromkeys(each.exhibit for each in one.findings)),
    )


def _kind(case: Case, rules: Ruleset, found: Assessment, words: Words) -> str:
    listed = next((each for each in rules.reason if each.id == case.reason_code), None)
    named = of(listed.title, words) if listed else ""
    classes = {each.value for each in ReasonClass}
    known = words.say(CLASSES[ReasonClass(found.reason_class)]) if found.reason_class in classes else ""
    return " · ".join(dict.fromkeys(part for part in (named, known) if part))


def _amounts(case: Case, words: Words) -> Iterator[tuple[str, str]]:
    named = {name.value: words.say(said) for name, said in SUMS.items()}
    latest = {amount.what: amount for amount in case.amounts}
    if not latest:
        yield words.text("Amount"), words.text("not recorded in the case")
    for what, amount in list(latest.items())[:_MOST_SUMS]:
        yield named.get(what, legible(what, 40)), f"{amount.value:,.2f} {amount.currency}"
