from __future__ import annotations

import pytest

from api import traditional
from api.words import names, words
from claims.language import traditional as looked_up
from claims.ruleset import load
from claims.ruleset import names as rulesets
from claims.vocabulary.quoted import Words
from claims.words.lexicon import lexicon
from claims.words.plain import found
from evidence.model import say

TYPED = [
    # As a person in Taiwan would write it, typed by hand.
    ("售后：发货之后里面的商品", "售後：發貨之後裡面的商品"),
    ("面单和面单上的钟", "託運單和託運單上的鐘"),
    ("只有发货；头发", "只有發貨；頭髮"),
    ("恢复、回复、重复、复核", "恢復、回覆、重複、複核"),
    ("无法制作；限制；制造", "無法製作；限制；製造"),
    ("联系系统；日历；历史", "聯繫系統；日曆；歷史"),
    ("写明了；证明了视频", "寫明了；證明了影片"),
    ("签收、标签、拒签", "簽收、標籤、拒簽"),
    ("为准；准备；批准", "為準；準備；批准"),
    ("平台，两台设备", "平台，兩台裝置"),
    ("会尽快；尽量；列尽", "會儘快；儘量；列盡"),
    ("干净；干扰；周末；周围", "乾淨；干擾；週末；周圍"),
    ("“质量”问题", "「品質」問題"),
    ("不支持 {format}；支持我方", "不支援 {format}；支持我方"),
]


def test_what_is_committed_is_what_is_drawn() -> None:
    stale = [path.name for path, text in traditional.files().items() if path.read_text("utf-8") != text]
    assert stale == [], "run: make hant"


@pytest.mark.parametrize(("written", "wanted"), TYPED)
def test_words_that_one_sign_writes_are_told_apart(written: str, wanted: str) -> None:
    assert traditional.converted(written) == wanted


def test_the_whole_catalogue_is_there_and_asks_for_the_same_values() -> None:
    simplified, drawn = words("zh").catalogue, words("zh-Hant").catalogue
    assert drawn.keys() == simplified.keys()
    assert [text for text in drawn if names(text) != names(drawn[text])] == []


def test_a_sentence_is_said_in_traditional_characters() -> None:
    told = words("zh-Hant")
    assert told.tag == "zh-Hant"
    assert told.text("film") == "影片"
    assert told.say(say("{moment} (Beijing time)", moment="12:00")) == "12:00（UTC+8）"


@pytest.mark.parametrize("name", rulesets())
def test_every_title_of_a_ruleset_has_its_form(name: str) -> None:
    for _, entry in load(name).rules.entries():
        assert entry.title.of("zh-Hant") == traditional.converted(entry.title.zh)


def test_what_is_not_ours_is_shown_as_it_is_written() -> None:
    assert looked_up("自己写的规则包") == "自己写的规则包"
    assert Words(zh="自己写的规则包", en="mine").of("zh-Hant") == "自己写的规则包"


def test_a_word_is_found_in_either_script() -> None:
    assert "诈骗" in lexicon().accusations
    assert found("這是詐騙", lexicon().accusations) == found("这是诈骗", lexicon().accusations) == ("诈骗",)
