"""Each reason for failing answered: from the case, by a person, or by both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from claims.asking import asked
from claims.assessment import Assessment
from claims.case import Case, Statement
from claims.chronicle import Chronicle
from claims.clocks.sentences import local
from claims.conditions import distinct
from claims.preflight.intent import Intent, intended
from claims.preflight.lookers import look
from claims.preflight.looking import Looked, View
from claims.preflight.verdict import Answered, Preflight, Standing, Wanted
from claims.ruleset import Ruleset
from claims.scope import scope_of
from claims.vocabulary.question import Question
from evidence.model import Report, Saying, say


def view_of(
    case: Case,
    ruleset: Ruleset,
    assessment: Assessment,
    reports: Mapping[str, Report],
    now: datetime,
    *,
    intent: Intent | None = None,
) -> View:
    """What the looks look at."""
    return View(
        case=case,
        ruleset=ruleset,
        scope=scope_of(case, ruleset),
        assessment=assessment,
        reports=reports,
        happened=Chronicle(case),
        intent=intent or intended(case),
        now=now,
    )


def preflight(view: View) -> Preflight:
    """Every reason for which what the seller is about to do would fail."""
    questions = [
        question
        for question in view.scope.of(view.ruleset.question)
        if not question.decisions or view.intent.kind in question.decisions
    ]
    return Preflight(
        case_id=view.case.id,
        ruleset=view.ruleset.id,
        looked_at=view.now,
        decision=view.intent.kind,
        ground=view.intent.ground,
        questions=tuple(_answered(question, view) for question in questions),
        readiness=view.assessment.readiness,
        unmet=view.assessment.unmet,
        wanted=tuple(_wanted(view)),
    )


def _wanted(view: View) -> Iterator[Wanted]:
    known = {requirement.id: requirement for requirement in view.ruleset.requirement}
    for each in view.assessment.requirements:
        if each.id in view.assessment.unmet:
            yield Wanted(id=each.id, title=each.title, answer=each.answer, asks=asked(known[each.id]))


def _answered(question: Question, view: View) -> Answered:
    here = replace(view, roles=question.roles, clocks=question.clocks)
    seen = [look(name, here) for name in question.looks]
    said = view.case.statement(question.id) if question.asks else None
    if said:
        return _by_person(question, said, seen, view)
    hits = [s for s in seen if s.applies]
    if hits:
        return _told(question, Standing.APPLIES, hits)
    open_ones = [s for s in seen if s.applies is None]
    if question.mode == "automatic" and not open_ones:
        return _told(question, Standing.CLEAR, seen)
    return _told(question, Standing.OPEN, open_ones or seen)


def _told(question: Question, standing: Standing, seen: Sequence[Looked]) -> Answered:
    """What the case itself answers."""
    nobody = say("Only a person can answer this, and nobody has yet.")
    return _made(
        question,
        standing,
        "record" if seen else "nobody",
        distinct(r for s in seen for r in s.reasons) or (nobody,),
        seen,
    )


def _by_person(question: Question, said: Statement, seen: Sequence[Looked], view: View) -> Answered:
    """A person's word: what the program finds in such a question is a suspicion, which a person settles."""
    applies = said.answer == "yes"
    on = local(said.at, view.case.zone)
    word = (
        say("{by} said on {on} that this applies.", by=said.by, on=on)
        if applies
        else say("{by} said on {on} that this does not apply.", by=said.by, on=on)
    )
    suspicions = [s for s in seen if s.applies]
    reasons = distinct((word, *(r for s in suspicions for r in s.reasons)))
    return _made(question, Standing.APPLIES if applies else Standing.CLEAR, "person", reasons, suspicions)


def _made(
    question: Question,
    standing: Standing,
    by: Literal["record", "person", "nobody"],
    reasons: tuple[Saying, ...],
    seen: Sequence[Looked],
) -> Answered:
    return Answered(
        id=question.id,
        title=question.title,
        quote=question.quote,
        source=question.source,
        badge=question.badge,
        mode=question.mode,
        standing=standing,
        by=by,
        reasons=reasons,
        evidence=tuple(dict.fromkeys(name for s in seen for name in s.evidence)),
        asks=question.asks if standing is Standing.OPEN else None,
        advice=distinct(a for s in seen for a in s.advice) if standing is not Standing.CLEAR else (),
        remedy=question.advice if standing is Standing.APPLIES else None,
        stops=question.stops,
        settle=question.settle,
    )
