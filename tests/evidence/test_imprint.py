from __future__ import annotations

import random

import pytest

from evidence.imprint import BITS, GROUPS, ORDER, WAYS, distance, hexadecimal, terms, turned


def drawn(seed: int) -> int:
    return random.Random(seed).getrandbits(BITS)


def test_an_imprint_is_252_signs_of_frequencies_along_both_axes() -> None:
    assert BITS == len(set(ORDER)) == 252
    assert (0, 0) not in ORDER
    assert {(column, row) for row, column in ORDER} == set(ORDER)


def test_as_text_it_has_always_63_digits() -> None:
    for bits in (0, 1, drawn(1), 2**BITS - 1):
        assert len(hexadecimal(bits)) == 63
        assert int(hexadecimal(bits), 16) == bits


def test_the_ways_to_lay_a_picture_are_eight_and_a_group() -> None:
    ways = turned(drawn(2))
    assert ways[0] == drawn(2)
    assert len(set(ways)) == WAYS
    for way in ways:
        assert set(turned(way)) == set(ways)


def test_a_mirror_changes_the_signs_of_odd_frequencies_across_it() -> None:
    for way, (rows, columns) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        changed = turned(0)[way]
        odd = [(rows * row + columns * column) % 2 for row, column in ORDER]
        assert [int(bit) for bit in f"{changed:0{BITS}b}"] == odd


@pytest.mark.parametrize("seed", range(5))
def test_all_ways_share_all_terms(seed: int) -> None:
    expected = list(terms(drawn(seed)))
    assert len(set(expected)) == GROUPS
    assert all(0 <= term < 2**26 for term in expected)
    for way in turned(drawn(seed)):
        assert list(terms(way)) == expected
    assert list(terms(drawn(seed), 8)) == expected[:8]


def test_unrelated_imprints_share_next_to_no_term() -> None:
    kept = [frozenset(terms(drawn(seed))) for seed in range(200)]
    shared = sum(len(a & b) for n, a in enumerate(kept) for b in kept[:n])
    assert shared <= 30  # of 19,900 pairs with 48 terms each; 2 ** -17 a term are 7


def test_a_small_change_leaves_many_terms() -> None:
    bits = drawn(3)
    changed = bits ^ sum(1 << place for place in range(0, BITS, 50))
    assert distance(bits, changed) == 6
    assert len(set(terms(bits)) & set(terms(changed))) > GROUPS / 3


def test_the_terms_of_today_are_those_of_tomorrow() -> None:
    """An index that was written once is asked for years."""
    known = [35418, 1096787, 2428720, 3244205]
    assert list(terms(int("5a" * 31 + "c", 16), 4)) == known
