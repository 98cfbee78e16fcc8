from __future__ import annotations

import pytest

from evidence.print_lines import of_use, printed

SF = "SF1390012345678"


@pytest.mark.parametrize(
    "line",
    ["SF13 9001 2345 678", "运单号SF1390012345678", "Waybill: SF1390012345678", "sf1390012345678 1/1", SF],
)
def test_a_number_in_print_is_found_with_gaps_and_beside_other_words(line: str) -> None:
    assert printed([line], ["sf 1390012345678"]) == (SF,)


@pytest.mark.parametrize("line", ["SF13900123456789", "NOSF1390012345678", "SF139001234", "", "·····"])
def test_a_part_of_a_longer_word_is_not_the_number(line: str) -> None:
    assert SF not in printed([line], [SF])


def test_a_number_that_differs_in_one_character_is_given_as_it_was_read() -> None:
    assert printed(["SF1390012345673"], [SF]) == ("SF1390012345673",)
    assert printed(["SF1390012345000"], [SF]) == ()


def test_nothing_is_found_where_nothing_is_expected() -> None:
    assert printed([SF], []) == ()
    assert printed(["12"], ["12"]) == ()


def test_only_numbers_are_of_use_and_no_names() -> None:
    lines = ["Li Wei", "Harbour Lane 18", "1Z5R89390357567127", "ORDER 8514 8346 7451", "SF13 9001 2345 678"]
    assert of_use(lines, ["851483467451"]) == (
        "1Z5R89390357567127",
        "ORDER 8514 8346 7451",
        "SF13 9001 2345 678",
    )
