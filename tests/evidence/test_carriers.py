"""Check digits against numbers that carriers and their libraries publish as examples."""

from __future__ import annotations

import pytest

from evidence.carriers import LONGEST, alike, apart, elements, holds, identifiers, normalised, place, told

RIGHT = {
    "UPS": ("1Z5R89390357567127", "1Z879E930346834440", "1Z410E7W0392751591", "1Z8V92A70367203024"),
    "USPS": ("9400111201080805483016", "9405803699300124287899", "92748931507708513018050063"),
    "S10": ("RB123456785GB", "EB000717618HK", "EE471108151FR", "RB123456785CV"),
    "FedEx": ("9611020987654312345672", "1001921334250001000300779017972697"),
    "SSCC": ("00012345000000000027",),
}
WRONG = {
    "UPS": ("1Z1111111111111111", "1Z5R89390357567121"),
    "USPS": ("9261292700768711948020", "9200000000000000000000"),
    "S10": ("RB123456786US", "EB000717594HK"),
    "FedEx": ("9622001560001234567100794808390595",),
}
DIGITS_ALONE = (
    "986578788855",  # FedEx
    "477179081230",
    "974367662710",
    "041441760228964",
    "568283610012734",
    "3318810025",  # DHL Express
    "8487135506",
    "73891051146",
    "563102430313",  # Deutsche Post
    "03071790000523483741",  # USPS
)


def pairs(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(carrier, number) for carrier, numbers in table.items() for number in numbers]


@pytest.mark.parametrize(("carrier", "number"), pairs(RIGHT))
def test_a_published_number_is_its_carriers_and_right(carrier: str, number: str) -> None:
    known = told(number)
    assert carrier in known.carriers
    assert known.valid is True


@pytest.mark.parametrize(("carrier", "number"), pairs(WRONG))
def test_a_wrong_check_digit_is_told(carrier: str, number: str) -> None:
    known = told(number)
    assert carrier in known.carriers
    assert known.valid is False


@pytest.mark.parametrize("number", DIGITS_ALONE)
def test_digits_alone_are_right_and_tell_no_carrier(number: str) -> None:
    known = told(number)
    assert known.valid is True
    assert not known.carriers


@pytest.mark.parametrize("number", ["996578788855", "568283610012732", "3318810010"])
def test_digits_alone_are_never_called_wrong(number: str) -> None:
    assert told(number).valid is None


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("SF1390012345678", "SF"),
        ("YT8812345678901", "YTO"),
        ("JT5123456789012", "JT"),
        ("JDVA12345678901", "JD"),
        ("73612345678901", "ZTO"),
        ("773123456789012", "STO"),
        ("432123456789012", "Yunda"),
        ("1151238971060", "EMS"),
        ("JJD0099999999", "DHL"),
    ],
)
def test_a_form_without_a_known_check_digit_tells_the_carrier_only(number: str, carrier: str) -> None:
    assert told(number).carriers[0] == carrier
    assert told(number).valid is None


@pytest.mark.parametrize(
    "written",
    ["sf1390 0123-45678", "SF 1390.0123.45678", "ＳＦ１３９００１２３４５６７８", "\u200bSF1390012345678\n"],
)
def test_one_number_has_one_writing(written: str) -> None:
    assert normalised(written) == "SF1390012345678"


def test_what_is_compared_is_short() -> None:
    assert len(normalised("9" * 100_000)) == LONGEST
    assert len(identifiers(" ".join(f"{n:08}" for n in range(10_000)))) < 100


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("420221539101026837331000039521", "9101026837331000039521"),
        ("420221530000" + "9101026837331000039521", "9101026837331000039521"),
        ("1001921334250001000300779017972697", "779017972697"),
        ("9611020987654312345672", "987654312345672"),
        ("00340434188001234567", "340434188001234567"),
        ("JDVA12345678901-1-1-", "JDVA12345678901"),
        ("https://mini.ems.com.cn/youzheng/mini/1151238971060", "1151238971060"),
        ("MMM={'k1':'755W','k5':'SF1390012345678','k6':''}", "SF1390012345678"),
    ],
)
def test_a_code_that_holds_more_gives_the_number(text: str, number: str) -> None:
    assert number in identifiers(text)
    assert holds(identifiers(text), number)


def test_a_number_in_the_middle_of_another_is_not_that_number() -> None:
    assert not holds(identifiers("991151238971060"), "1151238971060")
    assert not holds(identifiers("SF13900123456789"), "SF1390012345678")


def test_the_elements_of_a_gs1_code_are_told_apart() -> None:
    assert elements("00123456789012345675400ORD-1\x1d4212761") == {
        "00": "123456789012345675",
        "400": "ORD-1",
        "421": "2761",
    }
    assert elements("42022153\x1d9101026837331000039521")["420"] == "22153"
    assert elements("4202215391010268373310000395")["420"]
    numbers = identifiers("00340434188001234567\x1d400A-77123", gs1=True)
    assert {"340434188001234567", "A77123"} <= set(numbers)


@pytest.mark.parametrize("junk", ["", "\x1d\x1d", "99", "ABC", "(01)", "3100", "8" * 3000, "\x00"])
def test_no_text_is_too_odd_to_be_taken_apart(junk: str) -> None:
    assert isinstance(elements(junk), dict)
    assert identifiers(junk, gs1=True)[0] == normalised(junk)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("SF1390012345678", "SF1390099999999", True),
        ("1Z5R89390357567127", "1Z879E930346834440", True),
        ("SF1390012345678", "YT8812345678901", False),
        ("NW1402938475610", "NW0000000000000", True),
        ("NW1402938475610", "AB0000000000000", False),
        ("123456789012", "123456789099", False),
        ("1001921334250001000300779017972697", "986578788855", True),  # FedEx: its long code, and its number
        ("1001921334250001000300779017972697", "996578788855", False),  # no check digit of FedEx
        ("986578788855", "477179081230", False),  # both might be, by chance
    ],
)
def test_numbers_of_one_kind(one: str, other: str, *, expected: bool) -> None:
    assert alike(one, other) is alike(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("A123", "A123", 0),
        ("A123", "A124", 1),
        ("A123", "A132", 1),
        ("A123", "A23", 1),
        ("A123", "A1203", 1),
        ("A123", "B124", 2),
        ("A123", "A1", 2),
        ("A", "", 1),
        ("", "", 0),
    ],
)
def test_how_far_two_numbers_are_apart(one: str, other: str, count: int) -> None:
    assert apart(one, other) == apart(other, one) == count


def test_the_place_of_a_difference_counts_from_one() -> None:
    assert place("1Z5R8", "1Z5R7") == 5
    assert place("A1", "A12") == 3
