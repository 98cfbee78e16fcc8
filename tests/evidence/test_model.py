from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from evidence.model import (
    FACES,
    MOST_PROMPTS,
    Answer,
    Element,
    Expectation,
    Finding,
    MediaFacts,
    Outcome,
    Prompt,
    Report,
    Subject,
    Verdict,
    rfc3339,
    say,
    worst,
)
from evidence.vision import coverage

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def finding(outcome: Outcome, code: str = "readable.end") -> Finding:
    return Finding.of(code, outcome, say("{n} of 6", n=5))


def answer(check: str, *outcomes: Outcome) -> Answer:
    return Answer(check=check, version=1, findings=tuple(finding(o, f"{check}.x") for o in outcomes))


def report(asks: dict[Element, tuple[str, ...]], *answers: Answer) -> Report:
    return Report(
        engine="sixface 0.1.0",
        profile="unboxing",
        examined_at=NOON,
        subject=Subject(digest="sha256:" + "0" * 64, bytes=3, name="a.mp4"),
        media=MediaFacts(kind="video", container="mp4", width=2, height=2, duration=timedelta(seconds=1.5)),
        asks=asks,
        answers=answers,
    )


@pytest.mark.parametrize(
    ("outcomes", "decides"),
    [
        ((), Outcome.UNSURE),
        ((Outcome.SKIPPED,), Outcome.UNSURE),
        ((Outcome.PASS, Outcome.SKIPPED), Outcome.PASS),
        ((Outcome.PASS, Outcome.UNSURE), Outcome.UNSURE),
        ((Outcome.PASS, Outcome.UNSURE, Outcome.FAIL), Outcome.FAIL),
    ],
)
def test_the_worst_outcome_decides_and_nothing_checked_is_no_pass(outcomes, decides) -> None:
    assert worst(outcomes) is decides


def test_all_asked_and_passed_is_sound() -> None:
    made = report({Element.VALIDITY: ("readable",)}, answer("readable", Outcome.PASS))
    assert made.verdict is Verdict.SOUND
    assert made.elements == {
        Element.CONSISTENCY: Outcome.SKIPPED,
        Element.COMPLETENESS: Outcome.SKIPPED,
        Element.VALIDITY: Outcome.PASS,
        Element.TIMELINESS: Outcome.SKIPPED,
    }


def test_a_question_nobody_asked_is_never_a_pass() -> None:
    made = report({Element.COMPLETENESS: ("readable", "six_faces")}, answer("readable", Outcome.PASS))
    assert made.unanswered == ("six_faces",)
    assert made.elements[Element.COMPLETENESS] is Outcome.UNSURE
    assert made.verdict is Verdict.REVIEW


def test_one_fail_flaws_the_report_even_among_open_questions() -> None:
    made = report({Element.VALIDITY: ("readable", "label")}, answer("readable", Outcome.PASS, Outcome.FAIL))
    assert made.verdict is Verdict.FLAWED
    assert made.elements[Element.VALIDITY] is Outcome.FAIL


def test_a_report_survives_its_own_json() -> None:
    made = report({Element.VALIDITY: ("readable",)}, answer("readable", Outcome.PASS, Outcome.UNSURE))
    text = made.model_dump_json()
    assert Report.model_validate_json(text) == made
    assert '"verdict":"review"' in text
    assert '"examined_at":"2026-11-21T12:00:00Z"' in text
    assert '"duration":1.5' in text


def test_user_text_in_a_saying_is_never_a_template() -> None:
    hostile = "{0.__class__} {secret} %s"
    assert str(say("read {value}", value=hostile)) == f"read {hostile}"


def test_a_wall_time_needs_a_zone_and_is_written_in_utc() -> None:
    east = timezone(timedelta(hours=3))
    assert rfc3339(datetime(2019, 7, 24, 11, 25, 40, tzinfo=east)) == "2019-07-24T08:25:40Z"
    with pytest.raises(ValidationError, match="timezone"):
        MediaFacts(kind="photo", container="jpeg", width=1, height=1, created_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_prompts_are_data_in_order_and_survive_their_json() -> None:
    told = {"prompts": [{"face": face, "at": number * 1.5} for number, face in enumerate(FACES)]}
    made = Expectation.model_validate(told)
    assert made.prompts[3] == Prompt(face="back", at=timedelta(seconds=4.5))
    assert Expectation.model_validate_json(made.model_dump_json()) == made
    assert made.model_dump(mode="json")["prompts"] == told["prompts"]
    assert Expectation().prompts == ()


def test_a_prompt_changes_no_verdict() -> None:
    plain = report({Element.VALIDITY: ("readable",)}, answer("readable", Outcome.UNSURE))
    told = Expectation(prompts=tuple(Prompt(face=face, at=timedelta(0)) for face in FACES))
    assert plain.model_copy(update={"expected": told}).verdict is plain.verdict


@pytest.mark.parametrize("at", ["-1", "86401", "1e999", "NaN", '"3"', '"PT3S"', "true", "null", "[1]"])
def test_a_prompt_has_a_plain_moment_of_the_film(at: str) -> None:
    with pytest.raises(ValidationError, match="seconds from the film's start"):
        Expectation.model_validate_json(f'{{"prompts": [{{"face": "top", "at": {at}}}]}}')


@pytest.mark.parametrize(
    ("prompts", "says"),
    [
        ([{"face": "lid", "at": 1}], "'top', 'front', 'right', 'back', 'left' or 'bottom'"),
        ([{"face": "top", "at": 2}, {"face": "top", "at": 1}], "the earliest first"),
        ([{"face": "top", "at": 1}] * (MOST_PROMPTS + 1), "at most 64 items"),
        ([{"face": "top", "at": 1, "seen": True}], "Extra inputs"),
        ([{"face": "top"}], "Field required"),
    ],
)
def test_what_is_no_prompt_is_told(prompts: list[object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Expectation.model_validate({"prompts": prompts})


def test_whoever_follows_the_box_names_its_faces_alike() -> None:
    assert coverage.FACES == FACES


def test_an_element_names_what_decided_it() -> None:
    asks = {
        Element.CONSISTENCY: ("label",),
        Element.COMPLETENESS: ("phases", "six_faces"),
        Element.VALIDITY: ("readable", "sharpness"),
    }
    made = report(
        asks,
        answer("readable", Outcome.PASS, Outcome.FAIL),
        answer("sharpness", Outcome.PASS),
        answer("phases", Outcome.PASS),
        answer("label", Outcome.SKIPPED),
    )
    codes = {f.code for f in made.answers[0].findings if f.outcome is Outcome.FAIL}
    assert set(made.decided_by[Element.VALIDITY]) == codes
    assert made.decided_by[Element.COMPLETENESS] == ("six_faces",)
    assert made.elements[Element.CONSISTENCY] is Outcome.UNSURE
    assert made.decided_by[Element.CONSISTENCY] == tuple(f.code for f in made.answers[3].findings)
    assert made.decided_by[Element.TIMELINESS] == ()
