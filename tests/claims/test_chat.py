from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.chat import ChatError, Form, read
from claims.chat.moments import moment_of
from claims.record.message import MOST_MESSAGES, Speaker, Tag

SHANGHAI = "Asia/Shanghai"
TEN_PAST = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
"""10:10 in Shanghai."""


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-11-20 10:10 buyer: one plate is missing", "auto"),
        ("[2026-11-20 10:10:00] 买家：one plate is missing", "auto"),
        ("买家 2026-11-20 10:10:00\none plate is missing", "text"),
        ("买家(2026/11/20 10:10:00): one plate is missing", "text"),
        ("2026年11月20日 10:10 顾客: one plate is missing", "text"),
        ("2026-11-20T02:10:00Z buyer: one plate is missing", "text"),
        ("at,speaker,text\n2026-11-20 10:10,buyer,one plate is missing\n", "auto"),
        ("\ufeff发送时间;发送方;内容\n2026-11-20 10:10;买家;one plate is missing\n", "auto"),
        ('"时间"\t"角色"\t"消息"\n2026-11-20 10:10\t用户\tone plate is missing\n', "csv"),
        ('[{"at": "2026-11-20T10:10:00+08:00", "speaker": "buyer", "text": "one plate is missing"}]', "auto"),
        ('{"messages": [{"time": 1795140600, "from": "Buyer", "content": "one plate is missing"}]}', "json"),
        ('[{"timestamp": "1795140600000", "role": "消费者", "body": "one plate is missing"}]', "auto"),
    ],
)
def test_one_message_in_every_form(text: str, form: Form) -> None:
    (message,) = read(text, zone=SHANGHAI, form=form)
    assert (message.at, message.speaker, message.text) == (TEN_PAST, Speaker.BUYER, "one plate is missing")


def test_a_talk_of_four_keeps_its_speakers_lines_and_tags() -> None:
    talk = (
        "2026-11-20 10:10 买家: 少了一个盘子\n\n还有：盒子破了\n"
        "2026-11-20 10:10:05 机器人: 您好，正在为您转接\n"
        "2026-11-20 10:12 旗舰店小王: 马上补发\n"
        "2026-11-20 10:13 平台: 请商家处理"
    )
    found = read(talk, zone=SHANGHAI, speakers={"旗舰店 小王": Speaker.MERCHANT})
    assert [m.speaker.value for m in found] == ["buyer", "bot", "merchant", "platform"]
    assert found[0].text == "少了一个盘子\n\n还有：盒子破了"
    told = [
        {"at": 1795140600, "speaker": "seller", "text": "x", "tags": ["solution", "odd"], "channel": "mail"}
    ]
    (tagged,) = read(json.dumps(told), zone=SHANGHAI)
    assert (tagged.tags, tagged.channel) == ((Tag.SOLUTION,), "mail")


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("", "auto", "No message"),
        ("hello", "auto", "No message"),
        ("at,speaker,text\n", "auto", "No message"),
        ("2026-11-20 10:10 tb_17: hi", "auto", "Say who tb_17 is (message 1)"),
        ("at,speaker,text\nyesterday,buyer,hi", "auto", "time of message 2 cannot be read: yesterday"),
        ("2026-13-20 10:10 buyer: hi", "auto", "time of message 1"),
        ("[]", "json", "No message"),
        ("{", "json", "not JSON"),
        ('{"a": 1}', "json", "no list"),
        ("[1]", "json", "Message 1 is no"),
        ('[{"at": 1e300, "speaker": "buyer", "text": "x"}]', "json", "time of message 1"),
        ('[{"at": true, "speaker": "buyer", "text": "x"}]', "json", "time of message 1"),
        ("[" * 100_000, "json", "not JSON"),
        ("x" * 5_000_000, "auto", "longer than"),
    ],
)
def test_what_cannot_be_read_is_told_and_never_guessed(text: str, form: Form, says: str) -> None:
    with pytest.raises(ChatError) as refused:
        read(text, zone=SHANGHAI, form=form)
    assert says in str(refused.value)


def test_too_many_messages_are_refused() -> None:
    with pytest.raises(ChatError, match="more than"):
        read("2026-11-20 10:10 buyer: x\n" * (MOST_MESSAGES + 1), zone=SHANGHAI)


def test_a_long_message_is_cut_and_shows_it() -> None:
    (message,) = read(f"2026-11-20 10:10 buyer: {'x' * 20_000}", zone=SHANGHAI)
    assert len(message.text) == 16_384
    assert message.text.endswith(" …")


@pytest.mark.parametrize(
    "line", ["a" + " " * 3_000_000, "2026-11-20 10:10" + "(" * 3_000_000, "a: " * 900_000]
)
def test_a_hostile_line_takes_no_time(line: str) -> None:
    begun = time.process_time()
    with pytest.raises(ChatError):
        read(line, zone=SHANGHAI, form="text")
    assert time.process_time() - begun < 2


@given(st.text(max_size=300), st.sampled_from(["auto", "json", "csv", "text"]))
def test_any_text_is_read_or_refused(text: str, form: Form) -> None:
    with suppress(ChatError):
        assert read(text, zone=SHANGHAI, form=form)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-03-08 01:30", 6),  # New York, standard time
        ("2026-03-08 03:30", 7),  # the same night, an hour was left out
        ("2026-11-01 01:30", 5),  # told twice that night; the earlier one is meant
        ("2026-11-01 01:30 -05:00", 6),
    ],
)
def test_times_without_an_offset_are_those_of_the_zone(written: str, hour: int) -> None:
    found = moment_of(written, "America/New_York")
    assert found is not None
    assert (found.hour, found.minute) == (hour, 30)
