"""The opening is believed once a carton stands open for most of a second, and not for one odd look."""

from __future__ import annotations

from datetime import timedelta

from evidence.vision.opening import Opening


def told(looks, step=0.1):
    """`looks`: a letter each: c a closed box, o an opened carton, b both, - neither."""
    opening = Opening()
    for number, look in enumerate(looks):
        share = 0.2 if look in "ob" else 0.0
        opening.see(timedelta(seconds=number * step), share, closed=look in "cb")
    return opening


def test_an_open_carton_is_believed_after_most_of_a_second() -> None:
    opening = told("cccccccccc" + "-" * 4 + "o" * 12)
    assert opening.at == timedelta(seconds=1.4)
    assert opening.closed_at == timedelta(seconds=0.9)


def test_odd_looks_open_nothing() -> None:
    assert told("cccoccccoocccbbbbcccoooccc").at is None
    assert told("-o-o-o-o-o-o-o-o-o").at is None


def test_a_miss_or_two_do_not_hide_it() -> None:
    assert told("ccccc" + "ooo-ooooo-oooo").at == timedelta(seconds=0.5)


def test_few_looks_in_a_still_film_are_enough() -> None:
    assert told("ccc" + "o" * 8, step=0.2).at == timedelta(seconds=0.6)


def test_what_comes_later_does_not_change_it() -> None:
    opening = told("ccc" + "o" * 10 + "c" * 10)
    assert opening.at == timedelta(seconds=0.3)
    assert opening.closed_at == timedelta(seconds=0.2)


def test_a_film_may_break_off_while_the_carton_opens() -> None:
    opening = told("cccccoooo")
    assert opening.at is None
    opening.finish()
    assert opening.at == timedelta(seconds=0.6)
    closed = told("ccccccoo")
    closed.finish()
    assert closed.at is None
