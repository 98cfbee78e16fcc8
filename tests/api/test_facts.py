from __future__ import annotations

from datetime import UTC, datetime

from api.facts import compared, facts
from api.words import words
from evidence.model import Expectation, Finding, Measure, Outcome, say
from tests.api import made_reports as made

EN = words("en")


def test_the_facts_of_a_film_are_upright_and_in_plain_words() -> None:
    rows = {fact.label: fact.value for fact in facts(made.sound(), EN)}
    assert rows == {
        "File": "IMG_0412.MOV",
        "Size": "12.4 MB",
        "Format": "QuickTime (MOV) with H.264",
        "Picture size": "1080 × 1920, turned upright by 90°",
        "Length": "41.2 s",
        "Pictures in the film": "1,236",
        "Audio": "AAC",
        "Date in the file": "2026-11-20 08:11:02 UTC",
        "Written by": "Apple iPhone 15, iOS 18.1",
    }


def test_the_facts_of_a_photo_have_no_length_and_no_sound() -> None:
    rows = {fact.label: fact.value for fact in facts(made.report(media=made.PHOTO), EN)}
    assert rows["Format"] == "HEIC"
    assert rows["Picture size"] == "3024 × 4032, turned upright by 90°"
    assert rows["Date in the file"] == "the file does not say"
    assert not {"Length", "Audio", "Pictures in the film"} & set(rows)


def test_a_film_without_sound_says_so() -> None:
    silent = made.FILM.model_copy(update={"audio_codec": None})
    assert ("Audio", "none") in [(f.label, f.value) for f in facts(made.report(media=silent), EN)]


def test_nothing_is_compared_where_nothing_was_expected() -> None:
    assert compared(made.sound(), EN) == ()


def test_a_waybill_that_was_read_stands_beside_the_one_of_the_order() -> None:
    code = Finding.of("label.code", Outcome.PASS, say("Read."), measures=[Measure(name="value", value="SF2")])
    told = Finding.of("label.tracking", Outcome.FAIL, say("Another number."))
    report = made.report(made.answer("label", code, code, told), expected=Expectation(tracking_number="SF1"))
    (row,) = compared(report, EN)
    assert (row.wanted, row.found, row.outcome) == ("SF1", "SF2", Outcome.FAIL)


def test_a_waybill_that_nobody_looked_for_is_undecided() -> None:
    (row,) = compared(made.report(expected=Expectation(tracking_number="SF1")), EN)
    assert (row.found, row.outcome) == ("was not checked", Outcome.UNSURE)


def test_all_bounds_of_time_stand_in_one_row_with_the_answer_of_the_check() -> None:
    window = Finding.of("clock.window", Outcome.PASS, say("In time."))
    expected = Expectation(
        delivered_at=datetime(2026, 11, 19, 1, tzinfo=UTC), not_after=datetime(2026, 11, 22, tzinfo=UTC)
    )
    (row,) = compared(made.report(made.answer("clock", window), expected=expected), EN)
    assert row.wanted == "delivered 2026-11-19 01:00:00 UTC; not after 2026-11-22 00:00:00 UTC"
    assert row.found == "2026-11-20 08:11:02 UTC"
    assert row.outcome is Outcome.PASS
