from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from babel.messages.pofile import read_po

from api.words import Words, filled, legible, names, pick, pick_from, words
from evidence.model import Saying, say
from evidence.timeline import Span, Timeline
from tests.api.literals import literals, unsayable


def catalogue() -> dict[str, str]:
    with resources.files("api").joinpath("locale", "zh_CN.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="zh_CN") if m.id}


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_every_sentence_has_a_translation() -> None:
    held = catalogue()
    assert {text: place for text, place in literals().items() if not held.get(text)} == {}


def test_every_translation_asks_for_the_same_values() -> None:
    assert [text for text, said in catalogue().items() if names(text) != names(said)] == []


def test_no_translation_is_of_a_sentence_that_nobody_says() -> None:
    assert sorted(set(catalogue()) - set(literals())) == []


def test_every_saying_is_a_literal_that_the_catalogue_can_hold() -> None:
    assert unsayable() == []


def test_every_sentence_can_be_filled_with_what_it_asks_for() -> None:
    for text in literals():
        assert "{" not in filled(text, dict.fromkeys(names(text), 1)), text


def test_a_saying_is_said_in_the_language_asked_for() -> None:
    saying = say("Face {number}", number=3)
    assert words("zh").say(saying) == "第 3 面"
    assert words("en").say(saying) == "Face 3" == str(saying)


def test_what_the_catalogue_lacks_is_said_in_english() -> None:
    assert words("zh").say(Saying(text="Nobody says {this}.", values={"this": "so"})) == "Nobody says so."


def test_a_translation_with_other_placeholders_gives_way_to_english() -> None:
    broken = Words(lang="zh", catalogue={"Face {number}": "第 {nummer} 面"})
    assert broken.say(say("Face {number}", number=3)) == "Face 3"


@pytest.mark.parametrize(
    "template",
    ["{gone}", "{0}", "{}", "{a.__class__}", "{a[0]}", "{a!r}", "{a:>99999999}", "{", "}", "{a:{b}}"],
)
def test_a_template_of_a_stranger_is_shown_as_it_stands(template: str) -> None:
    assert words("en").say(Saying(text=template, values={"a": "x", "b": 1})) == template


def test_plain_number_formats_and_doubled_braces_are_filled() -> None:
    assert (
        filled("{a:.1f} of {b:,} {{c}} {d}", {"a": 2.345, "b": 12345, "d": "{a}"}) == "2.3 of 12,345 {c} {a}"
    )


def test_a_wall_time_among_the_values_is_shown_in_the_zone_of_the_reader() -> None:
    saying = Saying(text="At {when}.", values={"when": "2026-11-20T18:11:02Z"})
    assert words("en").say(saying) == "At 2026-11-20 18:11:02 UTC."
    assert words("zh").say(saying) == "At 2026-11-21 02:11:02（北京时间）."
    odd = Saying(text="At {when}.", values={"when": "2026-99-20T18:11:02Z"})
    assert words("en").say(odd) == "At 2026-99-20T18:11:02Z."


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (0, "0:00"),
        (3.94, "0:03"),
        (3.96, "0:04"),
        (41, "0:41"),
        (61, "1:01"),
        (754, "12:34"),
        (3723, "1:02:03"),
        (-1, "0:00"),
    ],
)
def test_clock(at: float, shown: str) -> None:
    assert words("en").clock(seconds(at)) == shown


def test_a_short_span_is_one_moment_and_a_long_one_has_two_ends() -> None:
    told = words("en")
    assert told.span(Span(start=seconds(12.43), end=seconds(12.46))) == "0:12.4"
    assert told.span(Span(start=seconds(3), end=seconds(41))) == "0:03–0:41"
    two = Timeline.of((seconds(1), seconds(2)), (seconds(5), seconds(9)))
    assert told.spans(two) == "0:01–0:02, 0:05–0:09"
    assert words("zh").spans(two) == "0:01–0:02、0:05–0:09"
    assert told.spans(Timeline()) == ""


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_400_000, "12.4 MB"), (5_000_000_000_000, "5000.0 GB")],
)
def test_size(count: int, shown: str) -> None:
    assert words("en").size(count) == shown


def test_duration_and_number() -> None:
    told = words("en")
    assert told.duration(seconds(41.24)) == "41.2 s"
    assert told.duration(seconds(59.97)) == "1 min 0 s"
    assert told.duration(seconds(72)) == "1 min 12 s"
    assert told.duration(seconds(3599.9)) == "1 h 0 min"
    assert told.duration(seconds(3725)) == "1 h 2 min"
    assert words("zh").duration(seconds(72)) == "1 分 12 秒"
    assert told.number(12345) == "12,345"
    assert told.number(0.93) == "0.93"
    assert told.number(41.25001) == "41.25"
    assert told.number(100.0) == "100"
    assert told.number(0.00042) == "0.00042"


def test_moment_names_its_zone() -> None:
    moment = datetime(2026, 11, 20, 18, 11, 2, 500_000, tzinfo=UTC)
    assert words("en").moment(moment) == "2026-11-20 18:11:02 UTC"
    assert words("zh").moment(moment) == "2026-11-21 02:11:02（北京时间）"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "zh"),
        ("", "zh"),
        ("*", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh-Hant"),
        ("zh-HK, zh-CN;q=0.9", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-CN, zh-TW;q=0.9", "zh"),
        ("zh-Hans-HK", "zh"),
        ("zh-SG", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.4, zh;q=0.7", "zh"),
        ("zh;q=0, en", "en"),
        ("fr-FR, de;q=0.8", "en"),
        ("fr, zh;q=0.1", "zh"),
        ("zhuang, en;q=x", "en"),
        ("," * 100_000, "zh"),
    ],
)
def test_pick(header: str | None, lang: str) -> None:
    assert pick(header) == lang


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh-Hant"),
        ({"LANG": "zh_HK.UTF-8"}, "zh-Hant"),
    ],
)
def test_pick_from(environment: dict[str, str], lang: str) -> None:
    assert pick_from(environment) == lang


def test_text_of_a_stranger_becomes_one_line_that_obeys_nobody() -> None:
    assert legible("a\x1b[31m\nb\u202ec\x00") == "a\ufffd[31m b\ufffdc\ufffd"
    assert legible("👨\u200d👩\u200d👧 开箱") == "👨\u200d👩\u200d👧 开箱"
    assert legible("x" * 5000, 10) == "x" * 9 + "…"
    assert legible("\ud800") == "\ufffd"
