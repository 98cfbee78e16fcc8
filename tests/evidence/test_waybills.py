from __future__ import annotations

from datetime import timedelta

import pytest

from evidence.carriers import identifiers
from evidence.model import Outcome, say
from evidence.waybills import Compared, Seen, order, tracking, unread

UPS = "1Z5R89390357567127"
UPS_NEIGHBOUR = "1Z5R89390357567136"
NONE = Compared(Outcome.UNSURE, say("Nothing."))


def seen(text: str, **said) -> Seen:
    facts = {"sure": True, "clear": True, **said}
    return Seen(shown=text, numbers=identifiers(text), **facts)


def outcome(expected: str, *read: Seen) -> Outcome:
    return tracking(expected, read, NONE).outcome


def test_exactly_the_expected_number_passes_in_any_writing() -> None:
    compared = tracking("sf1390 0123-45678", [seen("YT1"), seen("SF1390012345678")], NONE)
    assert compared.outcome is Outcome.PASS
    assert compared.seen is not None
    assert compared.seen.shown == "SF1390012345678"


def test_a_number_inside_a_link_or_behind_routing_passes() -> None:
    assert outcome("1151238971060", seen("https://a.example/1151238971060")) is Outcome.PASS
    assert outcome("9101026837331000039521", seen("420221539101026837331000039521")) is Outcome.PASS
    assert outcome("420221539101026837331000039521", seen("9101026837331000039521")) is Outcome.PASS


def test_what_nothing_vouches_for_passes_never() -> None:
    assert outcome("ABC-12345", seen("ABC-12345", sure=False, clear=False)) is Outcome.UNSURE
    both = (seen("ABC-12345", sure=False, clear=False), seen("ABC-12345"))
    assert outcome("ABC-12345", *both) is Outcome.PASS


def test_another_waybill_of_the_kind_that_was_read_clearly_fails() -> None:
    assert outcome("SF1390012345678", seen("SF7777777777777")) is Outcome.FAIL
    assert outcome("SF1390012345678", seen("SF7777777777777", clear=False)) is Outcome.UNSURE
    assert outcome("SF1390012345678", seen("SF7777777777777", print=True)) is Outcome.UNSURE


def test_the_long_code_of_another_parcel_fails_a_number_of_digits_alone() -> None:
    assert outcome("986578788855", seen("1001921334250001000300779017972697")) is Outcome.FAIL
    assert outcome("779017972697", seen("1001921334250001000300779017972697")) is Outcome.PASS


@pytest.mark.parametrize("other", ["YT8812345678901", "ABC-DEF-1", "123456789012"])
def test_another_kind_of_number_is_no_wrong_label(other: str) -> None:
    assert outcome("SF1390012345678", seen(other)) is Outcome.UNSURE


FOREIGN = seen("1Z5R89390357567127")


def test_another_carriers_waybill_that_was_alone_for_long_is_the_wrong_label() -> None:
    compared = tracking("SF1390012345678", [FOREIGN], NONE, alone=[FOREIGN])
    assert compared.outcome is Outcome.FAIL
    assert compared.seen is FOREIGN
    assert "UPS" in str(compared.says)
    assert "old label" in str(compared.advice)
    assert tracking("SF1390012345678", [FOREIGN], NONE).outcome is Outcome.UNSURE
    both = [FOREIGN, seen("SF1390012345678")]
    assert tracking("SF1390012345678", both, NONE, alone=[FOREIGN]).outcome is Outcome.PASS
    once = [FOREIGN, seen("SF1390012345678", sure=False, clear=False)]
    assert tracking("SF1390012345678", once, NONE, alone=[FOREIGN]).outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    ("expected", "read"),
    [
        ("SF1390012345678", seen("1Z5R89390357567128")),  # its check digit is wrong
        ("SF1390012345678", seen("1Z5R89390357567127", clear=False)),
        ("SF1390012345678", seen("1Z5R89390357567127", print=True)),
        ("SF1390012345678", seen("YT8812345678901")),  # no check digit is known
        ("SF1390012345678", seen("986578788855")),  # digits alone name nobody
        ("SF1390012345678", seen("RB123456785GB")),  # posts hand parcels on
        ("RB123456785GB", seen("1Z5R89390357567127")),
        ("1Z5R89390357567128", seen("1001921334250001000300779017972697")),  # mistyped in the order
        ("123456789013", seen("1Z5R89390357567127")),  # nobody knows whose number is expected
        ("SF1390012345678", seen("1Z5R89390357567127", goods=True)),
    ],
)
def test_what_may_be_an_old_or_inner_label_stays_open(expected: str, read: Seen) -> None:
    assert tracking(expected, [read], NONE, alone=[read]).outcome is Outcome.UNSURE


def test_a_code_of_goods_says_nothing_of_the_waybill() -> None:
    assert tracking("4006381333931", [seen("4006381333924", goods=True)], NONE) is NONE


def test_a_neighbour_with_a_right_check_digit_is_another_parcel() -> None:
    near = UPS[:-2] + "36"  # two characters
    assert outcome(UPS, seen(near)) is Outcome.FAIL
    swapped = "RB123456785GB", "RB123456785CB"
    assert outcome(swapped[0], seen(swapped[1])) is Outcome.FAIL
    assert outcome(swapped[0], seen(swapped[1], clear=False)) is Outcome.UNSURE


def test_one_character_with_a_wrong_check_digit_may_be_misread() -> None:
    compared = tracking(UPS, [seen(UPS[:-1] + "1")], NONE)
    assert compared.outcome is Outcome.UNSURE
    assert "one character differs" in str(compared.says)


def test_one_character_without_a_check_digit_is_what_the_code_says() -> None:
    near = tracking("SF1390012345678", [seen("SF1390012345679")], NONE)
    assert near.outcome is Outcome.FAIL
    assert "character 15 differs" in str(near.says)
    assert outcome("SF1390012345678", seen("SF1390012345679", clear=False)) is Outcome.UNSURE
    assert outcome("SF1390012345678", seen("SF1390012345679", print=True)) is Outcome.UNSURE


@pytest.mark.parametrize("read", [UPS, "1Z879E930346834440"])
def test_an_expected_number_that_cannot_be_right_fails_no_label(read: str) -> None:
    mistyped = UPS[:-1] + "1"
    assert outcome(mistyped, seen(read)) is Outcome.UNSURE


def test_print_passes_where_something_vouches_for_it() -> None:
    compared = tracking("SF1390012345678", [seen("SF1390012345678", print=True)], NONE)
    assert compared.outcome is Outcome.PASS
    assert "in print" in str(compared.says)
    assert outcome("SF1390012345678", seen("SF1390012345678", print=True, sure=False)) is Outcome.UNSURE


def test_too_short_a_number_is_not_looked_for() -> None:
    assert outcome("12", seen("12")) is Outcome.UNSURE
    assert outcome("  ", seen("SF1390012345678")) is Outcome.UNSURE


def test_nothing_read_says_why() -> None:
    assert tracking("SF1390012345678", [], NONE) is NONE


def test_an_order_number_passes_or_is_skipped_where_the_waybill_names_the_parcel() -> None:
    assert order("ORD-778812", [seen("ORD778812")], identified=False).outcome is Outcome.PASS
    assert order("ORD-778812", [seen("SF1390012345678")], identified=True).outcome is Outcome.SKIPPED
    assert order("ORD-778812", [seen("SF1390012345678")], identified=False).outcome is Outcome.UNSURE
    assert order("ORD-778812", [seen("ORD778813")], identified=True).outcome is Outcome.UNSURE
    once = seen("ORD-778812", sure=False, clear=False)
    assert order("ORD-778812", [once], identified=True).outcome is Outcome.UNSURE


def test_a_strangers_words_stay_values() -> None:
    hostile = "{expected.__class__}" * 20
    compared = tracking(hostile, [seen("SF1390012345678")], NONE)
    assert compared.says.values["expected"] == hostile[:80]
    assert "SF1390012345678" in str(compared.says)


def test_why_nothing_was_read_is_told_from_what_was_glimpsed() -> None:
    def seconds(value: float) -> timedelta:
        return timedelta(seconds=value)

    assert "close enough" in str(unread([], film=True).says)
    small = unread([(seconds(1), 0.05), (seconds(4), 0.08)], film=True)
    assert "too small" in str(small.says)
    assert [(span.start, span.end) for span in small.when.spans] == [(seconds(1), seconds(4))]
    assert "too blurred" in str(unread([(seconds(1), 0.3)], film=True).says)
    assert "photo" in str(unread([], film=False).says)
    for compared in (small, unread([], film=True), unread([], film=False)):
        assert compared.outcome is Outcome.UNSURE
        assert compared.advice is not None
