from __future__ import annotations

from typing import Any

import pytest

from claims.language import LANGS, Lang
from claims.packets.counting import length
from claims.packets.letter import STAYS, letters, write
from claims.ruleset import load
from claims.vocabulary.reason import ReasonClass
from claims.words.lexicon import lexicon
from claims.words.plain import found as found_in
from evidence.model import Outcome
from tests.claims.cases import NOW, events, inspection
from tests.claims.packets.made import film, of, packet, photo, planned

TOLD: dict[str, Any] = {
    "platform": "tmall",
    "order_number": "240917ABC",
    "tracking_number": "SF1390012345678",
    "reason": "退回的盒子里是一双旧鞋。",
    "reason_class": "return_fault",
    "items": [{"id": "I1", "title": "Trail shoes, blue", "serial": "SN-1"}],
    "parcels": [
        {"id": "P1", "direction": "outbound", "carrier": "SF", "tracking_number": "SF11", "weight": 900},
        {"id": "P2", "direction": "return", "tracking_number": "SF1390012345678", "weight": 640},
    ],
    "events": events(
        ("shipped", "2026-11-01T02:00:00Z"),
        ("return_delivered", "2026-11-20T02:00:00Z"),
        ("opened", "2026-11-20T03:00:00Z"),
    ),
    "inspections": inspection(same_item=False, unused=False, found=[{"serial": "SN-9"}]),
}


def written(profile: str = "ebay.payment_dispute", *, lang: Lang = "en", **told: Any) -> Any:
    made = of(film(), photo("E2"), **{**TOLD, **told})
    plan = planned(profile, made)
    rules = load("tmall").rules
    return write(made[0], rules, made[1], plan, str, now=NOW, lang=lang)


def test_it_says_what_the_case_bears_out() -> None:
    text = written().text
    for part in (
        "240917ABC",
        "Trail shoes, blue",
        "SF11",
        "2026-11-20 10:00 (Asia/Shanghai)",
        "SN-1",
        "SN-9",
    ):
        assert part in text
    assert "all six sides" in text
    assert "found no cut" in text
    assert "not the item that was sent; signs of use" in text
    assert "Exhibits: 1: film of the opening, 2: photo of the fault." in text
    assert "{" not in text


def test_it_says_nothing_that_the_case_does_not() -> None:
    bare = of(photo("E1"), order_number="17")
    text = write(
        bare[0],
        load("tmall").rules,
        bare[1],
        planned("ebay.payment_dispute", bare),
        str,
        now=NOW,
        lang="en",
    ).text
    assert "17" in text
    for part in ("film", "six sides", "waybill", "inspected", "weighed"):
        assert part not in text


def test_what_a_film_proves_is_said_only_beside_the_film_or_where_it_is_sent_another_way() -> None:
    assert "The film shows" in written("paypal.paypal").text, "its pictures are there"
    made = of(film(), photo("E2"), **TOLD)
    plan = planned("paypal.paypal", made, without=frozenset({"E1"}))
    text = write(made[0], load("tmall").rules, made[1], plan, str, now=NOW, lang="en").text
    assert "film" not in text
    alone = written("amazon_atoz.text_only").text
    assert "1: film of the opening, 2: photo of the fault" in alone
    assert "sent separately" in alone
    assert "all six sides" in alone


def test_a_finding_that_also_failed_is_no_fact() -> None:
    made = of(film(), **TOLD)
    report = next(iter(made[1].values()))
    answer = report.answers[0]
    failed = answer.findings[0].model_copy(update={"outcome": Outcome.FAIL})
    spoilt = report.model_copy(
        update={"answers": (answer.model_copy(update={"findings": (*answer.findings, failed)}),)}
    )
    made[1][report.subject.digest] = spoilt
    plan = planned("ebay.payment_dispute", made)
    text = write(made[0], load("tmall").rules, made[1], plan, str, now=NOW, lang="en").text
    assert "six sides" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_too_long_loses_whole_sentences_the_least_important_first(lang: Lang) -> None:
    whole = written("paypal.paypal", lang=lang, reason="Worn shoes.")
    assert whole.most is None
    assert not whole.left
    long = "It was a pair of worn shoes in another box. " * 30
    short = written(lang=lang, reason=long)
    assert short.most == 1000
    assert length(short.text, "characters") == short.length <= 1000
    assert short.fits
    assert short.left
    assert all("1000" in str(left.why) for left in short.left)
    for _, sentence in short.sentences:
        assert sentence in short.text
    weights = {s.id: s.weight for s in letters().sentence}
    lost, kept = (
        {weights[i] for i in ids} for ids in ([x.id for x in short.left], [i for i, _ in short.sentences])
    )
    assert min(kept) >= min(lost)
    assert {name for name, _ in short.sentences} & {left.id for left in short.left} == set()


def test_it_is_counted_as_the_channel_counts() -> None:
    assert length("盒👟a", "characters") == 3
    assert length("盒👟a", "utf16") == 4
    assert length("盒👟a", "bytes") == 8
    assert packet("ebay.payment_dispute")[1].counts == "characters", "no source says it otherwise"


def test_even_its_shortest_form_may_be_too_long() -> None:
    made = of(photo("E1"), order_number="x" * 400)
    plan = planned("ebay.payment_dispute", made)
    tight = plan.model_copy(update={"packet": plan.packet.model_copy(update={"characters": 100})})
    found = write(made[0], load("tmall").rules, made[1], tight, str, now=NOW, lang="en")
    assert not found.fits
    assert found.text.endswith("."), "and it is not cut"


@pytest.mark.parametrize(
    "word", ["The buyer is a scammer.", "骗子买家换了鞋。", "See https://example.com/film for it."]
)
def test_a_sentence_that_accuses_or_leads_elsewhere_stays_out(word: str) -> None:
    found = written("paypal.paypal", reason=word)
    assert word not in found.text
    assert [left.id for left in found.left] == ["claim"]


def test_the_sellers_words_in_another_language_stay_out_and_it_is_said() -> None:
    assert "旧鞋" in written("paypal.paypal", lang="zh").text
    english = written("paypal.paypal")
    assert "旧鞋" not in english.text
    assert [(left.id, "in English" in str(left.why)) for left in english.left] == [("claim", True)]


def test_every_class_has_a_statement_and_whom_it_addresses_is_asked_once() -> None:
    for base in ReasonClass:
        kind = letters().of(base)
        assert "order" in kind.sentences
        assert sum(name.startswith("ask_") for name in kind.sentences) == 3
    assert sum(s.weight == STAYS for s in letters().sentence) == 1
    text = written("ups.seven_photos").text
    assert "claims compensation" in text
    assert "asks for a decision" not in text


def test_the_words_that_ship_accuse_nobody() -> None:
    words = lexicon()
    every = (*words.abuse, *words.accusations, *words.concessions)
    for sentence in letters().sentence:
        assert not found_in(sentence.text.zh, every)
        assert not found_in(sentence.text.en, every)
