from __future__ import annotations

import pytest

from claims.ruleset import load, names
from claims.shots import Taken, catalogue, fill
from claims.vocabulary.reason import ReasonClass
from evidence.model import Outcome, Verdict

NO_PICTURE = {ReasonClass.LOGISTICS, ReasonClass.NO_REASON, ReasonClass.UNSHIPPED, ReasonClass.OTHER}
WITHOUT = {
    "amazon_safet.not_returned",
    "amazon_safet.delivered",
    "tiktok_shop.return_not_received",
    "tiktok_shop.delivered",
    "tmall.in_transit",
    "tmall.price_drop",
}
"""Reasons of other classes that are proven by documents, not by photos."""


def reasons():
    return [(name, reason) for name in names() for reason in load(name).rules.reason]


def test_every_reason_of_every_ruleset_that_photos_can_prove_has_a_set() -> None:
    open_ = {
        f"{name}.{reason.id}"
        for name, reason in reasons()
        if reason.base not in NO_PICTURE and catalogue().of(f"{name}.{reason.id}") is None
    }
    assert open_ <= WITHOUT


def test_no_set_is_of_a_reason_that_there_is_not() -> None:
    known = {f"{name}.{reason.id}" for name, reason in reasons()}
    assert {reason for each in catalogue().set for reason in each.reasons} <= known


def test_the_21_codes_of_temu_have_a_set() -> None:
    codes = [r for r in load("temu").rules.reason if "T-03" in r.carries and r.id != "other_quality"]
    assert len(codes) == 21
    assert all(catalogue().of(f"temu.{code.id}") for code in codes)


def test_the_seven_photos_of_ups_are_seven_with_two_corners() -> None:
    wanted = catalogue().of("ups.damage")
    assert wanted is not None
    assert len(wanted.needed) == 7
    assert {"corner_one", "corner_two"} <= set(wanted.needed)


def filled(reason, *photos):
    wanted = catalogue().of(reason)
    assert wanted is not None
    return {slot.shot.id: slot for slot in fill(wanted, photos)}


def test_names_in_both_languages_fill_a_slot() -> None:
    slots = filled(
        "temu.wrong_size",
        Taken("IMG_wide.jpg", Verdict.SOUND),
        Taken("尺子.jpg", Verdict.SOUND),
        Taken("吊牌1.HEIC", Verdict.REVIEW),
    )
    assert {name: slot.outcome for name, slot in slots.items() if slot.needed} == {
        "wide": Outcome.PASS,
        "ruler": Outcome.PASS,
        "tag": Outcome.UNSURE,
        "listing": Outcome.FAIL,
        "with_label": Outcome.FAIL,
    }


def test_a_photo_that_nobody_named_leaves_what_is_missing_unsure() -> None:
    slots = filled("temu.wrong_size", Taken("IMG_0001.jpg", Verdict.SOUND))
    assert {slot.outcome for slot in slots.values()} == {Outcome.UNSURE}


def test_what_a_person_says_wins_over_the_name() -> None:
    slots = filled("temu.wrong_size", Taken("wide.jpg", Verdict.SOUND, shots={"ruler"}))
    assert slots["ruler"].outcome is Outcome.PASS
    assert slots["wide"].outcome is Outcome.FAIL


def test_a_code_that_was_read_tells_the_waybill() -> None:
    slots = filled("temu.scratched", Taken("IMG_0001.jpg", Verdict.SOUND, codes=True))
    assert slots["with_label"].outcome is Outcome.PASS
    assert slots["close_up"].outcome is Outcome.FAIL


def test_a_refused_file_fills_nothing() -> None:
    slots = filled("temu.scratched", Taken("closeup.jpg", None))
    assert slots["close_up"].outcome is Outcome.FAIL


def test_part_of_a_word_is_no_word() -> None:
    slots = filled("temu.scratched", Taken("enclosed.jpg", Verdict.SOUND))
    assert slots["close_up"].outcome is Outcome.UNSURE


def test_an_unknown_shot_is_refused() -> None:
    with pytest.raises(LookupError, match="there is no shot"):
        catalogue().named("nothing")
