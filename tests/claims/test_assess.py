from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.assess import assess
from claims.assessment import Assessment, Decider, Readiness
from claims.case import EventKind, ExhibitKind
from evidence.model import Expectation, Outcome, Report

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SEVEN = tuple(f"V-0{n}" for n in range(1, 8))


def answers(assessment: Assessment) -> dict[str, str]:
    return {r.id: r.answer.value for r in assessment.requirements}


def film_of(desk: Any) -> str:
    return desk.case.exhibits[0].digest


def said(desk: Any, make_report: Callable[..., Report], **changed: Any) -> None:
    """Give the film a sound report, with some checks' findings changed or (None) left out."""
    report = desk.reports[film_of(desk)]
    checks = {a.check: {f.code: f.outcome for f in a.findings} for a in report.answers}
    for check, codes in changed.items():
        if codes is None:
            del checks[check]
        else:
            checks[check] = codes
    desk.reports[film_of(desk)] = make_report(desk.blobs[film_of(desk)], checks)


def test_a_sound_film_with_its_statements_is_ready(desk: Any) -> None:
    assert answers(desk.assessment) == dict.fromkeys(SEVEN, "yes")
    assert desk.assessment.readiness is Readiness.READY
    assert desk.assessment.unmet == ()
    assert desk.assessment.film == "film"


def test_nothing_at_all_is_not_ready(empty_desk: Any) -> None:
    assert empty_desk.assessment.readiness is Readiness.UNMET
    assert "yes" not in answers(empty_desk.assessment).values()


def test_a_film_that_nobody_examined_leaves_its_questions_open(desk: Any) -> None:
    desk.reports = {}
    found = answers(desk.assessment)
    assert {k: v for k, v in found.items() if v != "yes"} == dict.fromkeys(
        ("V-02", "V-03", "V-05", "V-06", "V-07"), "unsure"
    )
    for requirement in ("V-02", "V-03"):
        desk.say(requirement, exhibit="film")
        assert desk.judged(requirement) == "unsure", "a person cannot stand in for an examination"


def test_a_report_on_other_bytes_counts_for_nothing(desk: Any, make_report: Callable[..., Report]) -> None:
    desk.reports[film_of(desk)] = make_report(b"another film")
    assert desk.judged("V-03") == "unsure"


@pytest.mark.parametrize(
    ("check", "codes", "requirement", "answer"),
    [
        ("six_faces", {"six_faces.count": Outcome.FAIL}, "V-03", "no"),
        ("six_faces", {"six_faces.count": Outcome.UNSURE}, "V-03", "unsure"),
        ("six_faces", {"six_faces.count": Outcome.SKIPPED}, "V-03", "unsure"),
        ("six_faces", {"six_faces.face": Outcome.PASS}, "V-03", "unsure"),
        ("six_faces", None, "V-03", "unsure"),
        ("phases", {"phases.opening": Outcome.FAIL}, "V-02", "no"),
        ("phases", {"phases.opening": Outcome.PASS, "phases.contents": Outcome.UNSURE}, "V-02", "unsure"),
        ("phases", None, "V-02", "unsure"),
        ("phases", None, "V-05", "unsure"),
        ("phases", {"phases.sealed": Outcome.FAIL}, "V-05", "no"),
        ("continuity", {"continuity.cut": Outcome.FAIL}, "V-02", "no"),
        ("continuity", {"continuity.cut": Outcome.FAIL}, "V-07", "no"),
        ("clock", {"clock.window": Outcome.FAIL}, "V-06", "no"),
        ("clock", {"clock.window": Outcome.SKIPPED}, "V-06", "unsure"),
        ("clock", {"clock.recorded": Outcome.PASS}, "V-06", "unsure"),
        ("label", None, "V-07", "unsure"),
        ("readable", {"readable.complete": Outcome.FAIL}, "V-07", "no"),
    ],
)
def test_what_the_report_says_decides(
    desk: Any,
    make_report: Callable[..., Report],
    *,
    check: str,
    codes: dict[str, Outcome] | None,
    requirement: str,
    answer: str,
) -> None:
    said(desk, make_report, **{check: codes})
    # the person's statements of the fixture confirm V-05, which a person may close
    desk.case = desk.case.model_copy(update={"statements": ()}) if requirement == "V-05" else desk.case
    assert desk.judged(requirement) == answer
    assert desk.assessment.readiness is not Readiness.READY


def test_a_judgement_points_at_the_findings_that_decided(
    desk: Any, make_report: Callable[..., Report]
) -> None:
    said(desk, make_report, six_faces={"six_faces.count": Outcome.FAIL, "six_faces.face": Outcome.PASS})
    found = desk.assessment.judgement("V-03")
    assert [(p.exhibit, p.check, p.code, p.outcome) for p in found.findings] == [
        ("film", "six_faces", "six_faces.count", Outcome.FAIL)
    ]
    assert str(found.reason) == "six_faces.count said so."
    assert found.by is Decider.CHECKS


def test_every_answer_has_a_reason_and_every_open_one_an_advice(desk: Any, empty_desk: Any) -> None:
    desk.reports = {}
    for some in (desk, empty_desk):
        for one in some.assessment.requirements:
            assert one.reasons
            assert all(str(reason) for reason in (*one.reasons, *one.advice))
            assert one.advice or one.answer.value == "yes"


# people


def test_a_person_closes_what_the_checks_left_open(desk: Any, make_report: Callable[..., Report]) -> None:
    said(desk, make_report, six_faces={"six_faces.count": Outcome.UNSURE})
    assert desk.assessment.judgement("V-03").confirmable
    desk.say("V-03", exhibit="film")
    found = desk.assessment.judgement("V-03")
    assert (found.answer.value, found.by) == ("yes", Decider.PERSON)
    assert found.reason.values["by"] == "Li Wei"


@pytest.mark.parametrize("more", [{}, {"exhibit": "photo"}, {"exhibit": "gone"}])
def test_who_confirms_points_at_the_film(desk: Any, make_report: Callable[..., Report], more: Any) -> None:
    said(desk, make_report, six_faces=None)
    desk.say("V-03", **more)
    assert desk.judged("V-03") == "unsure"


def test_a_person_never_overrules_a_fail(desk: Any, make_report: Callable[..., Report]) -> None:
    said(
        desk, make_report, six_faces={"six_faces.count": Outcome.FAIL}, phases={"phases.sealed": Outcome.FAIL}
    )
    for requirement in ("V-02", "V-03", "V-05"):
        desk.say(requirement, exhibit="film")
        assert desk.judged(requirement) == "no"


@pytest.mark.parametrize("requirement", ["V-06", "V-07"])
def test_some_questions_are_not_for_a_person(
    desk: Any, make_report: Callable[..., Report], requirement: str
) -> None:
    said(desk, make_report, clock=None)
    desk.say(requirement, exhibit="film")
    assert desk.judged(requirement) == "unsure"


@pytest.mark.parametrize("requirement", SEVEN)
def test_a_persons_no_is_a_no(desk: Any, requirement: str) -> None:
    desk.say(requirement, "no", at=NOW + timedelta(minutes=1))
    assert desk.judged(requirement) == "no"


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"exhibit": "film", "when": [12, 15]}, "yes"),
        ({"exhibit": "photo"}, "yes"),
        ({"exhibit": "film"}, "unsure"),
        ({"exhibit": "film", "when": [50, 51]}, "unsure"),
        ({"exhibit": "chat"}, "unsure"),
        ({"exhibit": "gone"}, "unsure"),
        ({}, "unsure"),
    ],
)
def test_the_problem_is_pointed_at(desk: Any, more: Any, answer: str) -> None:
    desk.case = desk.case.model_copy(update={"statements": ()})
    assert desk.judged("V-04") == "unsure"
    desk.say("V-04", **more)
    assert desk.judged("V-04") == answer


def test_without_a_reason_there_is_no_problem_to_show(desk: Any) -> None:
    desk.case = desk.case.model_copy(update={"reason": "  "})
    assert desk.judged("V-04") == "unsure"


# films


def test_of_two_films_none_is_chosen_by_us(desk: Any, make_report: Callable[..., Report]) -> None:
    desk.case = desk.case.model_copy(update={"statements": ()})
    desk.add("second", b"second film", ExhibitKind.FILM)
    digest = desk.case.exhibits[-1].digest
    desk.reports[digest] = make_report(b"second film", {"six_faces": {"six_faces.count": Outcome.FAIL}})
    assert desk.assessment.film is None
    assert {desk.judged(r) for r in ("V-02", "V-03", "V-06", "V-07")} == {"unsure"}
    desk.say("V-03", exhibit="film")
    assert desk.judged("V-03") == "unsure"
    desk.say("V-05", exhibit="film")
    assert desk.assessment.film == "film"
    assert {desk.judged(r) for r in ("V-02", "V-03", "V-05", "V-06", "V-07")} == {"yes"}


def test_two_films_never_share_one_pass(desk: Any, make_report: Callable[..., Report]) -> None:
    desk.add("second", b"second film", ExhibitKind.FILM)
    digest = desk.case.exhibits[-1].digest
    said(desk, make_report, phases={"phases.opening": Outcome.FAIL})
    desk.reports[digest] = make_report(b"second film", {"six_faces": {"six_faces.count": Outcome.FAIL}})
    for film in ("film", "second"):
        desk.say("V-05", exhibit=film, at=NOW + timedelta(minutes=len(film)))
        assert desk.assessment.film == film
        assert desk.assessment.readiness is Readiness.UNMET


def test_a_film_examined_against_another_waybill_is_not_consistent(
    desk: Any, make_report: Callable[..., Report]
) -> None:
    for number, answer in (("SF1234567890", "yes"), ("SF0000000000", "unsure")):
        desk.reports[film_of(desk)] = make_report(
            desk.blobs[film_of(desk)], expected=Expectation(tracking_number=number)
        )
        assert desk.judged("V-07") == answer


# order


@pytest.mark.parametrize(
    ("events", "answer"),
    [
        ({}, "yes"),
        ({"refused": 0}, "yes"),
        ({"refused": 2}, "yes"),
        ({"refused": -2}, "unsure"),
        ({"refused": -2, "film_ready": -3}, "yes"),
        ({"refused": -2, "film_ready": -1.5}, "no"),
        ({"film_ready": 2}, "unsure"),
    ],
)
def test_the_film_is_ready_before_the_refusal(desk: Any, events: dict[str, float], answer: str) -> None:
    for kind, hours in events.items():
        desk.happen(EventKind(kind), NOW + timedelta(hours=hours))
    assert desk.judged("V-01") == answer


# the whole


def test_it_is_pure_and_survives_json(desk: Any) -> None:
    desk.happen(EventKind.EVIDENCE_REQUESTED, NOW)
    once = desk.assessment
    assert once == desk.assessment
    assert Assessment.model_validate_json(once.model_dump_json()) == once
    assert [c.state.value for c in once.clocks] == ["unknown"]


def test_a_moment_without_a_zone_is_refused(desk: Any) -> None:
    with pytest.raises(ValueError, match="zone"):
        assess(desk.case, desk.ruleset.rules, {}, datetime(2026, 11, 21))  # noqa: DTZ001 - that is the point
