from __future__ import annotations

from api.reading import ELEMENTS, HINTS, MOST_REMARKS, OUTCOMES, TITLES, VERDICTS, read
from api.words import words
from evidence.model import Element, Finding, Outcome, Verdict, say
from evidence.profile import load, names
from tests.api import made_reports as made

EN, ZH = words("en"), words("zh")


def test_the_advice_that_decides_comes_first_and_is_given_once() -> None:
    reading = read(made.flawed(), EN)
    assert [(step.does, step.times) for step in reading.steps[:2]] == [
        ("Hand in the uncut original, or film the parcel again in one take.", "0:18.4, 0:27–0:29"),
        ("Hold the phone still while the label is in the picture.", "0:04–0:07"),
    ]
    assert [step.anchor for step in reading.steps[2:]] == ["open"] * 3


def test_the_lead_names_what_is_faulty_undecided_and_open() -> None:
    assert read(made.flawed(), EN).lead == (
        "Faults found: Cuts and gaps.",
        "Could not be decided: Sharpness and light.",
        "Not checked: Waybill, Six faces, Steps of the unboxing.",
    )
    assert read(made.flawed(), ZH).lead[2] == "未检查：面单、包裹六面、拆包步骤。"


def test_a_sound_film_says_so_and_what_to_keep() -> None:
    reading = read(made.sound(), EN)
    assert reading.verdict is Verdict.SOUND
    assert reading.lead == ("Every point was checked; nothing speaks against this film.",)
    assert len(reading.steps) == 1
    assert "original" in reading.steps[0].does


def test_a_question_that_nobody_answered_is_never_left_out() -> None:
    reading = read(made.review(), EN)
    assert [question.check for question in reading.opens] == ["label", "six_faces", "phases"]
    assert [step.does for step in reading.steps] == [question.hint for question in reading.opens]


def test_findings_of_a_check_stand_worst_first_then_in_the_order_of_the_film() -> None:
    section = read(made.flawed(), EN).sections[3]
    assert [remark.outcome for remark in section.remarks] == [Outcome.UNSURE, Outcome.PASS]
    cuts = read(made.flawed(), EN).sections[1]
    assert [remark.times for remark in cuts.remarks] == ["0:18.4", "0:27–0:29"]
    assert len({remark.anchor for remark in cuts.remarks}) == 2


def test_thousands_of_findings_are_counted_and_the_worst_are_shown() -> None:
    calm = [Finding.of("x.y", Outcome.PASS, say("Fine."), when=made.seconds((n, n))) for n in range(200)]
    reading = read(made.report(made.answer("continuity", *calm, made.cut())), EN)
    section = reading.sections[0]
    assert len(section.remarks) == MOST_REMARKS
    assert section.more == 201 - MOST_REMARKS
    assert section.remarks[0].outcome is Outcome.FAIL


def test_what_cannot_be_verified_is_said_for_films_and_photos() -> None:
    photo = made.report(*made.GOOD[:1], media=made.PHOTO)
    assert len(read(made.sound(), EN).limits) == 4
    assert len(read(photo, EN).limits) == 3


def test_a_check_that_broke_is_called_by_its_title() -> None:
    broken = Finding.of(
        "clock.broken",
        Outcome.UNSURE,
        say(
            "The check {check} broke while looking ({fault}); its question is open.",
            check="clock",
            fault="KeyError",
        ),
    )
    remark = read(made.report(made.answer("clock", broken)), ZH).sections[0].remarks[0]
    assert remark.says == "“拍摄时间”这一项检查时出错（KeyError），没有得出结论。"


def test_numbers_keep_their_unit_and_limit() -> None:
    (score, flow) = read(made.flawed(), EN).sections[1].remarks[0].measures
    assert (score.label, score.value, score.limit) == ("score", "0.93", "0.6")
    assert (flow.label, flow.value, flow.limit) == ("flow", "41.25 px/frame", "")


def test_nothing_of_a_stranger_reaches_the_reader_unchecked() -> None:
    reading = read(made.hostile(), EN)
    remark = reading.sections[0].remarks[0]
    shown = [
        reading.name,
        reading.engine,
        reading.profile,
        *reading.lead,
        remark.says,
        remark.advice,
        remark.code,
        *(fact.label + fact.value + fact.limit for fact in (*remark.measures, *reading.facts)),
        *(row.wanted + row.found for row in reading.compared),
        *(fact.label + fact.value for fact in reading.sections[0].settings),
    ]
    assert all(not set(text) & {"\x1b", "\u202e", "\n"} for text in shown)
    assert all("[31m" in text or "script" not in text for text in shown)


def test_every_check_verdict_element_and_outcome_has_a_name() -> None:
    asked = {check for name in names() for checks in load(name).elements.values() for check in checks}
    assert asked <= set(TITLES)
    assert asked <= set(HINTS)
    assert set(ELEMENTS) == set(Element)
    assert set(VERDICTS) == set(Verdict)
    assert set(OUTCOMES) == set(Outcome)
