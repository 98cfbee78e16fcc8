"""Is it enough, and until when: a case held against a ruleset.

`assess` is pure: the same case, ruleset, reports and `now` give the same assessment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from claims.asking import either, meant_for
from claims.assessment import Assessment, Basis, Conflict, Countdown, Decider, Judgement, Met
from claims.case import Case, Exhibit, ExhibitKind, Statement
from claims.clocks.calendar import Calendars
from claims.clocks.countdown import seen
from claims.clocks.standing import standing
from claims.conditions import Held, Scene, distinct, judge, spoken, worst
from claims.confirmation import COUNT, FACE, Confirmation
from claims.naming import GOODS
from claims.openings import Opening, noticed
from claims.reuse import Reuse, notices
from claims.ruleset import Findings, Requirement, Ruleset
from claims.scope import Scope, scope_of
from claims.vocabulary.goods import Goods
from claims.vocabulary.procedure import Contradiction
from evidence.model import Grade, Report, say


def assess(
    case: Case,
    ruleset: Ruleset,
    reports: Mapping[str, Report],
    now: datetime,
    confirmations: Mapping[str, Sequence[Confirmation]] = {},
    *,
    reuses: Mapping[str, Sequence[Reuse]] = {},
    openings: Sequence[Opening] = (),
    calendars: Calendars | None = None,
) -> Assessment:
    """Each requirement yes, no or unsure with its reasons, and each clock with its due time.

    `reports` are by the digest of the exhibit; a missing one leaves its questions open. So are
    `confirmations`, what people said of their pictures, in the order of the recording; they are
    heard where the ruleset lets a person close the question. `reuses` are the files that show the
    same footage, by the digest of the exhibit; those in other cases are noticed, and decide nothing.
    `openings` are the films in other cases with the same waybill; an earlier one is noticed, and leaves the
    demand for a single film open.
    `calendars` know the days off; those that ship with the package unless told otherwise.

    Raises:
        ValueError: `now` carries no zone.
    """
    if now.tzinfo is None:
        message = "the moment of an assessment carries a zone"
        raise ValueError(message)
    film = _opening_film(case, ruleset)
    scope = scope_of(case, ruleset)
    asked = scope.of(ruleset.requirement)
    heeded = any(each.confirmable and _counts(each) for each in asked)
    known = {
        each.evidence_id for found in reuses.values() for each in found if each.grade is not Grade.UNSURE
    }
    others = tuple(each for each in openings if each.evidence_id not in known)
    # A dispute of a face takes a yes away wherever there is one; only a confirmation has to be allowed.
    said = confirmations if heeded else {each: _disputes(words) for each, words in confirmations.items()}
    scene = Scene(case, reports, now, film, said, openings=others)
    return Assessment(
        case_id=case.id,
        ruleset=Basis(id=ruleset.id, version=ruleset.version, title=ruleset.title, source=ruleset.source),
        assessed_at=now,
        procedure=scope.procedure,
        reason_class=scope.base.value if scope.base else "",
        film=film.id if film else None,
        requirements=tuple(_judged(requirement, scene, scope) for requirement in asked),
        beside=tuple(_beside(ruleset, scope, scene)),
        clocks=standing(ruleset, scope, seen(case, now, calendars)),
        notices=(*notices(case, reuses), *noticed(film, others)),
        contradictions=tuple(_contradiction(each) for each in ruleset.contradiction if scope.concerns(each)),
    )


def standing_of(
    case: Case, ruleset: Ruleset, now: datetime, calendars: Calendars | None = None
) -> tuple[Countdown, ...]:
    """The clocks of a case alone, which need no reports."""
    return standing(ruleset, scope_of(case, ruleset), seen(case, now, calendars))


def _beside(ruleset: Ruleset, scope: Scope, scene: Scene) -> Iterator[Judgement]:
    """What the procedures of the open sub-cases ask for."""
    for about, procedure in scope.beside:
        here = replace(scene, about=about)
        for requirement in ruleset.requirement:
            if scope.concerns(requirement, procedure):
                yield _judged(requirement, here, scope)


def _contradiction(told: Contradiction) -> Conflict:
    return Conflict(
        id=told.id,
        title=told.title,
        quotes=(told.quote, *told.quotes),
        settled=told.settled,
        clocks=told.clocks,
        reading=told.reading,
    )


def _opening_film(case: Case, ruleset: Ruleset) -> Exhibit | None:
    """The only film, or the one that a person named; never a choice of ours.

    All conditions look at this one film, so two films can never share one pass.
    """
    films = case.of_kind(ExhibitKind.FILM)
    if len(films) == 1:
        return films[0]
    said = case.statement(ruleset.chosen_by) if ruleset.chosen_by else None
    named = said.exhibit if said and said.answer == "yes" else None
    return next((film for film in films if film.id == named), None)


def _judged(requirement: Requirement, scene: Scene, scope: Scope) -> Judgement:
    held = [judge(condition, requirement, scene) for condition in requirement.met_by]
    answer = worst(h.answer for h in held)
    deciding = [h for h in held if h.answer is answer]
    open_to_person = requirement.confirmable and answer is Met.UNSURE and all(h.confirmable for h in deciding)
    outright = _by_person(requirement, scene, open_to_person=open_to_person)
    if outright:
        deciding, answer = [outright], outright.answer
    elif answer is not Met.YES and scope.fits(requirement) is Met.UNSURE:
        deciding, answer, open_to_person = [_perhaps(requirement, deciding)], Met.UNSURE, False
    advice = [a for h in deciding for a in h.advice]
    if open_to_person and answer is Met.UNSURE:
        advice.append(say("A person can confirm this, pointing at the film."))
    return Judgement(
        id=requirement.id,
        level=requirement.level,
        title=requirement.title,
        quote=requirement.quote,
        answer=answer,
        by=Decider.PERSON if any(h.by is Decider.PERSON for h in deciding) else deciding[0].by,
        reasons=distinct(r for h in deciding for r in h.reasons),
        advice=distinct(advice),
        findings=tuple(dict.fromkeys(p for h in deciding for p in h.findings)),
        confirmable=open_to_person and answer is Met.UNSURE,
        about=scene.about,
        source=requirement.source,
        badge=requirement.badge,
    )


def _perhaps(requirement: Requirement, deciding: Sequence[Held]) -> Held:
    """What is asked of some goods alone, where nobody said what these are."""
    known = either([GOODS[each] for each in Goods])
    return Held(
        Met.UNSURE,
        Decider.RECORD,
        (*meant_for(requirement), say("The case does not say whether the goods are such.")),
        distinct(
            (
                say("Write the category and the price of each item into the case ({known}).", known=known),
                *(a for held in deciding for a in held.advice),
            )
        ),
    )


def _disputes(words: Sequence[Confirmation]) -> tuple[Confirmation, ...]:
    return tuple(word for word in words if word.code == FACE)


def _by_person(requirement: Requirement, scene: Scene, *, open_to_person: bool) -> Held | None:
    """A person's word where it decides: a no always, a yes only over what the checks left open.

    A yes has to point at the film that counts, so that it is known what the person saw.
    """
    said = scene.case.statement(requirement.id, scene.about)
    if said is None:
        return None
    if said.answer == "no":
        return spoken(said, scene)
    if not open_to_person or scene.film is None or said.exhibit != scene.film.id:
        return None
    if _disputed_since(said, requirement, scene.film, scene):
        return None
    reason = say(
        "{by} confirmed this on {on}; the checks had left it open.", by=said.by, on=scene.on(said.at)
    )
    return Held(Met.YES, Decider.PERSON, (reason,))


def _disputed_since(said: Statement, requirement: Requirement, film: Exhibit, scene: Scene) -> bool:
    """Whether somebody disputed the pictures of the faces after the statement: the latest word speaks."""
    if not _counts(requirement):
        return False
    word = scene.confirmation(film)
    return word is not None and word.answer == "disputed" and word.at >= said.at


def _counts(requirement: Requirement) -> bool:
    """Whether the requirement asks how many faces were shown."""
    return any(isinstance(each, Findings) and COUNT in each.codes for each in requirement.single())
