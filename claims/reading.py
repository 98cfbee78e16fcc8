"""What a report says to one question of a ruleset: to a check, to a code, or to an element."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from claims.assessment import Decider, Met, Pointer
from claims.case import Case, Exhibit
from evidence.model import Element, Finding, Outcome, Report, Saying, say, worst

SAID: Final = 5
"""Sentences of one answer that are repeated; all findings are pointed at."""

_MEANS: Final = {
    Outcome.PASS: Met.YES,
    Outcome.FAIL: Met.NO,
    Outcome.UNSURE: Met.UNSURE,
    Outcome.SKIPPED: Met.UNSURE,
}


@dataclass(frozen=True)
class Read:
    """One question; exactly one of the three is set."""

    check: str | None = None
    code: str | None = None
    element: Element | None = None


@dataclass(frozen=True)
class Reading:
    """What the report says to it."""

    answer: Met
    reasons: tuple[Saying, ...]
    advice: tuple[Saying, ...] = ()
    findings: tuple[Pointer, ...] = ()
    confirmable: bool = False
    by: Decider = Decider.CHECKS
    hangs_on: frozenset[str] = frozenset()
    """The codes that alone leave it open; empty where it is not open, or a check has not answered."""


@dataclass(frozen=True)
class _Said:
    check: str
    finding: Finding


def read(report: Report, ask: Read, exhibit: Exhibit, case: Case) -> Reading:
    """The report's answer to `ask`; a question that it does not answer is unsure."""
    if ask.element is not None:
        return _element(report, ask.element, exhibit, case)
    if ask.check is not None:
        answer = report.answer(ask.check)
        said = [_Said(ask.check, f) for f in answer.findings] if answer else []
        return _weigh(said, exhibit, ask.check)
    said = [_Said(a.check, f) for a in report.answers for f in a.findings if f.code == ask.code]
    return _weigh(said, exhibit, ask.code or "")


def _weigh(said: list[_Said], exhibit: Exhibit, asked: str) -> Reading:
    outcome = worst(s.finding.outcome for s in said)
    deciding = [s for s in said if s.finding.outcome is outcome]
    if not deciding:
        return Reading(
            Met.UNSURE,
            (say("No check has answered this yet: {asked}.", asked=asked),),
            (say("Examine it again once this check is there."),),
            confirmable=True,
        )
    return Reading(
        _MEANS[outcome],
        tuple(s.finding.wording.says for s in deciding[:SAID]),
        () if outcome is Outcome.PASS else tuple(_advice(deciding[:SAID])),
        tuple(_pointer(s, exhibit) for s in deciding),
        confirmable=True,
        hangs_on=_codes(deciding, outcome),
    )


def _codes(said: Iterable[_Said], outcome: Outcome) -> frozenset[str]:
    return frozenset(one.finding.code for one in said) if outcome is Outcome.UNSURE else frozenset()


def _advice(said: Iterable[_Said]) -> Iterable[Saying]:
    for one in said:
        if one.finding.wording.advice:
            yield one.finding.wording.advice


def _pointer(said: _Said, exhibit: Exhibit) -> Pointer:
    return Pointer(
        exhibit=exhibit.id,
        digest=exhibit.digest,
        check=said.check,
        code=said.finding.code,
        outcome=said.finding.outcome,
    )


def _element(report: Report, element: Element, exhibit: Exhibit, case: Case) -> Reading:
    stranger = _other_parcel(report, case) if element is Element.CONSISTENCY else None
    if stranger:
        return stranger
    outcome = report.elements[element]
    names = report.asks.get(element, ())
    silent = [name for name in names if report.answer(name) is None]
    said = [
        _Said(answer.check, finding)
        for answer in map(report.answer, names)
        if answer
        for finding in answer.findings
        if finding.outcome is outcome
    ]
    reasons: list[Saying] = [_headline(element, outcome)]
    advice: list[Saying] = []
    if silent and outcome is Outcome.UNSURE:
        reasons.append(say("No check has answered this yet: {asked}.", asked=", ".join(silent)))
        advice.append(say("Examine it again once this check is there."))
    if outcome is not Outcome.PASS:
        reasons.extend(s.finding.wording.says for s in said[:SAID])
        advice.extend(_advice(said[:SAID]))
    return Reading(
        _MEANS[outcome],
        tuple(reasons),
        tuple(advice),
        tuple(_pointer(s, exhibit) for s in said),
        confirmable=True,
        hangs_on=frozenset() if silent else _codes(said, outcome),
    )


def _headline(element: Element, outcome: Outcome) -> Saying:
    match outcome:
        case Outcome.PASS:
            return _HOLDS[element]
        case Outcome.FAIL:
            return _FAILS[element]
        case _:
            return _OPEN[element]


_HOLDS: Final = {
    Element.CONSISTENCY: say("Consistency holds."),
    Element.COMPLETENESS: say("Completeness holds."),
    Element.VALIDITY: say("Validity holds."),
    Element.TIMELINESS: say("Timeliness holds."),
}
_FAILS: Final = {
    Element.CONSISTENCY: say("Consistency does not hold."),
    Element.COMPLETENESS: say("Completeness does not hold."),
    Element.VALIDITY: say("Validity does not hold."),
    Element.TIMELINESS: say("Timeliness does not hold."),
}
_OPEN: Final = {
    Element.CONSISTENCY: say("Consistency is open."),
    Element.COMPLETENESS: say("Completeness is open."),
    Element.VALIDITY: say("Validity is open."),
    Element.TIMELINESS: say("Timeliness is open."),
}


def _other_parcel(report: Report, case: Case) -> Reading | None:
    """A report that compared the film with another parcel says nothing about this one."""
    for theirs, mine in (
        (report.expected.tracking_number, case.tracking_number),
        (report.expected.order_number, case.order_number),
    ):
        if theirs and mine and theirs != mine:
            return Reading(
                Met.UNSURE,
                (
                    say(
                        "The film was examined against {theirs}, and this case is about {mine}.",
                        theirs=theirs,
                        mine=mine,
                    ),
                ),
                (say("Examine the film again with the facts of this case."),),
            )
    return None
