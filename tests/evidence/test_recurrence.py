from __future__ import annotations

import random
import time

import pytest

from evidence.imprint import BITS, turned
from evidence.model import Grade
from evidence.recurrence import ALIKE, CLOSE, NEAR, recurrence
from tests.evidence.copies import beats, made_of


def drawn(seed: int, count: int) -> list[int]:
    source = random.Random(seed)
    return [source.getrandbits(BITS) for _ in range(count)]


def moved(bits: int, by: int, seed: int = 0) -> int:
    """The imprint with so many of its bits changed."""
    places = random.Random(bits ^ seed).sample(range(BITS), by)
    return bits ^ sum(1 << place for place in places)


def test_a_copy_of_a_film_is_strong() -> None:
    film = drawn(1, 12)
    found = recurrence(made_of(*(moved(each, 9) for each in film)), made_of(*film))
    assert found
    assert (found.grade, found.pictures, found.distance, found.turned) == (Grade.STRONG, 12, 9, False)
    assert found.here.model_dump() == found.there.model_dump() == [0, 11]


def test_a_part_of_it_is_found_with_its_place_in_both() -> None:
    film = drawn(2, 30)
    other = drawn(3, 20)
    moves, others = beats(1, 150), beats(2, 110)
    here = made_of(*other[:5], *film[10:25], *other[5:], rhythm=others[:25] + moves[50:125] + others[25:])
    found = recurrence(here, made_of(*film, rhythm=moves))
    assert found
    assert (found.grade, found.pictures) == (Grade.STRONG, 15)
    assert (found.here.model_dump(), found.there.model_dump()) == ([5, 19], [10, 24])


@pytest.mark.parametrize("way", range(1, 8))
def test_a_mirrored_or_turned_copy_is_found_and_said_to_be_so(way: int) -> None:
    film = drawn(4, 8)
    found = recurrence(made_of(*(turned(each)[way] for each in film)), made_of(*film))
    assert found
    assert (found.grade, found.pictures, found.distance, found.turned) == (Grade.STRONG, 8, 0, True)


def test_a_film_whose_pictures_are_each_turned_another_way_is_no_copy() -> None:
    film = drawn(5, 8)
    mixed = made_of(*(turned(each)[way] for way, each in enumerate(film)))
    assert recurrence(mixed, made_of(*film)) is None


def test_pictures_in_another_order_are_no_footage() -> None:
    film = drawn(6, 12)
    assert recurrence(made_of(*reversed(film)), made_of(*film)) is None


def test_pictures_that_a_crop_has_moved_apart_need_the_rhythm() -> None:
    film = drawn(7, 12)
    near = [moved(each, NEAR - 2) for each in film]
    found = recurrence(made_of(*near), made_of(*film))
    assert found
    assert found.grade is Grade.STRONG
    assert recurrence(made_of(*near, rhythm=""), made_of(*film)) is None
    beyond = [moved(each, ALIKE - 1) for each in film]
    assert recurrence(made_of(*beyond), made_of(*film)) is None


def test_another_rhythm_is_another_take_however_alike_the_pictures() -> None:
    """One table, one camera, one routine, another parcel."""
    film = drawn(7, 12)
    again = [moved(each, 6) for each in film]
    assert recurrence(made_of(*again, rhythm=beats(2, 65)), made_of(*film, rhythm=beats(3, 65))) is None


def test_without_a_rhythm_it_only_looks_like_it() -> None:
    film = drawn(7, 12)
    found = recurrence(made_of(*film, rhythm=""), made_of(*film))
    assert found
    assert (found.grade, found.rhythm) == (Grade.UNSURE, None)


def test_two_pictures_are_something_only_where_there_is_little_more() -> None:
    film, other = drawn(8, 3), drawn(9, 12)
    found = recurrence(made_of(*film[:2]), made_of(*film))
    assert found
    assert (found.grade, found.pictures) == (Grade.UNSURE, 2)
    assert recurrence(made_of(*film[:2], *other), made_of(*film, *drawn(10, 12))) is None
    assert recurrence(made_of(film[0]), made_of(*film)) is None


def test_one_scene_that_stands_still_in_both_is_one_picture() -> None:
    """Two films of one table: whatever they show of it, it is the same picture again and again."""
    (table,) = drawn(11, 1)
    here = made_of(*(moved(table, 8, seed=n) for n in range(20)))
    there = made_of(*(moved(table, 8, seed=100 + n) for n in range(20)))
    assert recurrence(here, there) is None


def test_a_photo_that_looks_like_another_one_is_never_more_than_that() -> None:
    photo, *film = drawn(12, 10)
    for there in (made_of(photo, kind="photo"), made_of(*film, photo)):
        found = recurrence(made_of(moved(photo, CLOSE), kind="photo"), there)
        assert found
        assert (found.grade, found.pictures, found.distance) == (Grade.UNSURE, 1, CLOSE)
    assert recurrence(made_of(moved(photo, ALIKE + 1), kind="photo"), made_of(photo, kind="photo")) is None
    assert recurrence(made_of(photo, kind="photo"), made_of(*film)) is None


def test_what_has_no_imprints_is_like_nothing() -> None:
    nothing = made_of()
    assert recurrence(nothing, made_of(*drawn(13, 5))) is None
    assert recurrence(made_of(*drawn(13, 5)), nothing) is None


def test_a_long_film_may_be_told_less_exactly() -> None:
    """Each of its moments stands for 32 s, and the copy may have chosen another calm one of these."""
    film = drawn(14, 40)
    there = made_of(*film, pace=30.0)
    here = made_of(*(moved(each, 6) for each in film), start=5.0, pace=30.5)
    found = recurrence(here, there)
    assert found
    assert found.grade is Grade.STRONG
    short = recurrence(made_of(*film[:20], pace=1.0), made_of(*film[:20], pace=3.0))
    assert short is None


def test_unrelated_films_have_nothing_in_common() -> None:
    films = [made_of(*drawn(seed, 40)) for seed in range(100, 130)]
    assert [recurrence(a, b) for n, a in enumerate(films) for b in films[:n] if recurrence(a, b)] == []


def test_the_worst_that_imprints_can_be_takes_no_time() -> None:
    (table,) = drawn(15, 1)
    here = made_of(*(moved(table, 12, seed=n) for n in range(64)))
    there = made_of(*(moved(table, 12, seed=100 + n) for n in range(64)))
    start = time.process_time()
    recurrence(here, there)
    assert time.process_time() - start < 1
