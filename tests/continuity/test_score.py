"""The scorer, judged on answers made up for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evidence.model import Answer, Finding, Outcome, say
from evidence.timeline import Timeline
from samples.truth import Event, Truth
from tests.continuity.score import (
    Alarm,
    Score,
    Told,
    alarms,
    cost,
    false_alarms,
    films,
    judged,
    lines,
    recall,
    table,
    told_by,
)

SECOND = 90_000


def truth(*events: Event, kind: str = "jump_1", seconds: int = 30) -> Truth:
    pts = tuple(range(0, seconds * SECOND, SECOND // 30))
    return Truth(
        "film",
        "video",
        "",
        pts=pts,
        last=SECOND // 30,
        events=events,
        motion=kind,
        appearance="source",
        light="edited",
    )


def jump(at: float, visibility: float | None = 4.0) -> Event:
    return Event("jump", at - 0.04, at, missing=1, visibility=visibility)


def score(*alarms: Alarm, group: str = "forged", events: tuple[Event, ...] = (jump(10),), **more) -> Score:
    word = "fail" if any(a.word == "fail" for a in alarms) else "unsure" if alarms else "pass"
    return judged(group, truth(*events, **more), Told(word, alarms))


def fail(at: float, end: float | None = None) -> Alarm:
    return Alarm(at, at if end is None else end, "fail", "continuity.cut")


def unsure(at: float, end: float | None = None) -> Alarm:
    return Alarm(at, at if end is None else end, "unsure", "continuity.cut")


@pytest.mark.parametrize(("at", "found"), [(9.72, True), (10.24, True), (9.70, False), (10.26, False)])
def test_an_event_is_found_within_a_quarter_of_a_second(at: float, found) -> None:
    (event,) = score(fail(at)).events
    assert (event.by == "fail") == found


def test_the_surer_word_counts_and_unsure_finds_too() -> None:
    assert score(unsure(10)).events[0].by == "unsure"
    assert score(unsure(10), fail(10.1)).events[0].by == "fail"
    scores = [score(unsure(10)), score(fail(10)), score()]
    assert recall("jump_1")(scores).value == pytest.approx(2 / 3)
    assert recall("jump_1", sure=True)(scores).value == pytest.approx(1 / 3)
    assert recall("repeat")(scores).value is None


def test_an_alarm_about_half_the_film_finds_nothing() -> None:
    assert score(fail(2, 18)).events[0].by == "pass"
    assert score(Alarm(float("-inf"), float("inf"), "fail")).events[0].by == "pass"
    long = Event("speed", 5, 11)
    assert score(fail(2, 14), events=(long,)).events[0].by == "fail"
    assert score(fail(7), events=(long,)).events[0].by == "fail"


def test_bands_go_by_visibility() -> None:
    scores = [score(fail(10), events=(jump(10, v),)) for v in (7.0, 6.0, 3.0, 1.5)] + [
        score(events=(jump(10, 0.4),))
    ]
    wanted = {(6.0, float("inf")): (1.0, 2), (3.0, 6.0): (1.0, 1), (1.5, 3.0): (1.0, 1), (0.0, 1.5): (0.0, 1)}
    for band, (value, count) in wanted.items():
        figure = recall("jump_1", band=band)(scores)
        assert (figure.value, figure.says.split()[-1]) == (value, str(count))


def test_false_alarms_in_one_place_count_once_with_the_surer_word() -> None:
    plain = score(unsure(3), fail(3.1), unsure(3.3), unsure(20), group="plain", events=())
    assert [(a.word, a.start, a.end) for a in plain.false] == [("fail", 3, 3.3), ("unsure", 20, 20)]
    assert false_alarms("plain", "fail")([plain]).value == pytest.approx(2)
    assert false_alarms("plain", "fail", "unsure")([plain]).value == pytest.approx(4)
    assert false_alarms("hard", "fail")([plain]).value is None
    assert alarms([plain])[0].startswith("film (edited): fail continuity.cut at 3.00")


def test_a_mishap_is_a_false_alarm_and_no_event() -> None:
    hard = score(unsure(10.2, 10.6), group="hard", events=(Event("hand", 10, 11),), kind="hand")
    assert hard.events == ()
    assert false_alarms("hard", "unsure")([hard]).value == pytest.approx(2)


def test_films_are_counted_by_their_word() -> None:
    scores = [score(fail(10)), score(fail(1)), score(), score(unsure(10))]
    assert films("forged", "pass")(scores).value == pytest.approx(0.25)
    assert films("forged", "fail")(scores).value == pytest.approx(0.5)


def finding(code: str, outcome: Outcome, *when: tuple[float, float]) -> Finding:
    spans = [(timedelta(seconds=a), timedelta(seconds=b)) for a, b in when]
    return Finding.of(code, outcome, say("made up"), when=Timeline.of(*spans))


def test_our_answer_becomes_alarms() -> None:
    answer = Answer(
        check="continuity",
        version=1,
        findings=(
            finding("continuity.cut", Outcome.FAIL, (1, 1.04)),
            finding("continuity.audio", Outcome.UNSURE, (2, 3), (5, 6)),
            finding("continuity.splice", Outcome.UNSURE),
        ),
    )
    told = told_by(answer, cpu=2, decoding=4)
    assert told.word == "fail"
    assert [(a.start, a.end, a.word) for a in told.alarms] == [
        (1, 1.04, "fail"),
        (2, 3, "unsure"),
        (5, 6, "unsure"),
        (float("-inf"), float("inf"), "unsure"),
    ]
    assert cost([judged("plain", truth(), told)]).value == pytest.approx(0.5)


@pytest.mark.parametrize(("outcome", "word"), [(Outcome.PASS, "pass"), (Outcome.UNSURE, "unsure")])
def test_the_word_on_the_take_is_no_alarm(outcome: Outcome, word: str) -> None:
    told = told_by(
        Answer(check="continuity", version=1, findings=(finding("continuity.take", outcome, (0, 9)),))
    )
    assert (told.word, told.alarms) == (word, ())


def test_bars_are_met_or_not() -> None:
    def met(scores: list[Score]) -> dict[str, bool | None]:
        return {line.what: line.met(line.figure(scores)) for line in lines()}

    good = [
        score(fail(10)),
        score(group="plain", events=()),
        score(group="hard", events=(Event("pan", 1, 2),)),
    ]
    assert met(good)["jump kinds found"] is True
    assert met(good)["false alarms a minute, plain"] is True
    assert met(good)["insert found"] is None
    assert met([*good, score(), score()])["jump kinds found"] is False
    loud = [*good, score(fail(3), group="plain", events=()), score(fail(3), group="hard", events=())]
    assert met(loud)["authentic films failed"] is False
    assert met(loud)["false alarms a minute, hard, `fail`"] is False
    assert met([*good, score()])["forged films passed as continuous"] is False


def test_every_line_of_the_table_has_as_many_cells_as_its_head() -> None:
    scores = [score(fail(10)), score(group="plain", events=())]
    rows = table({"ours": scores, "a peer": scores, "another": []})
    assert len({row.count("|") for row in rows}) == 1
    assert "| jump kinds found | >= 65% | 100% of 1 | yes | 100% of 1 |  |" in rows
