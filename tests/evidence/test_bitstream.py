from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from evidence.bitstream import MOST_CHANGES, WAITING, Change, Packets, Skip, skips

MS = Fraction(1, 1000)


def table(stamps, *, keys=(), base=MS):
    packets = Packets(base)
    for row, stamp in enumerate(stamps):
        packets.note(stamp, None if stamp is None else stamp - 40, 100 + row, key=row in keys)
    return packets


def seconds(delta):
    return None if delta is None else delta.total_seconds()


def test_rows_keep_the_order_of_the_file_and_can_be_walked_in_that_of_presentation():
    packets = table([100, 220, 140, 180], keys=[0])
    packets.shown(100, "I")
    assert [seconds(packets.at(row)) for row in range(4)] == [0, 0.12, 0.04, 0.08]
    assert list(packets.in_order()) == [0, 2, 3, 1]
    assert (list(packets.sizes), list(packets.keys)) == ([100, 101, 102, 103], [1, 0, 0, 0])
    assert seconds(packets.decoded_at(0)) == -0.04
    assert packets.origin == Fraction(1, 10)


def test_the_kind_of_a_picture_is_put_to_its_packet():
    packets = table([0, 80, 40])
    for stamp, kind in ((0, "I"), (40, "B"), (80, "P"), (None, "B"), (999, "P")):
        packets.shown(stamp, kind)
    assert packets.kinds == b"IPB"


def test_packets_without_a_stamp_have_a_row_and_no_time():
    packets = table([0, None, 80])
    assert packets.at(1) is None
    assert packets.decoded_at(1) is None
    assert list(packets.in_order()) == [0, 2]


def test_what_a_hostile_file_says_is_bounded():
    packets = table([2**63 - 1, -(2**63) + 1, *range(3 * WAITING)], base=Fraction(1))
    assert abs(packets.at(0)) <= timedelta(microseconds=10**15)
    for _ in range(MOST_CHANGES + 5):
        packets.change("sets")
    assert len(packets.changes) == MOST_CHANGES
    assert packets.changes[0] == Change(len(packets) - 1, "sets")
    assert Packets(Fraction(0)).origin == 0


def test_an_edit_list_that_leaves_film_out_tells_where_and_how_much():
    # Two seconds from the beginning, then on from 3.5 s: 1.5 s are left out.
    assert skips([(2000, 0), (1000, 52_500)], 1000, 15_000) == (
        Skip(timedelta(seconds=2), timedelta(seconds=1.5)),
    )
    # The same second again: film is shown twice.
    (again,) = skips([(1000, 0), (1000, 0)], 1000, 15_000)
    assert again == Skip(timedelta(seconds=1), timedelta(seconds=-1))


def test_an_edit_list_as_cameras_and_trims_write_it_leaves_nothing_out():
    assert skips([(4000, 1024)], 1000, 15_000) == ()
    assert skips([(500, -1), (4000, 1024)], 1000, 15_000) == ()
    assert skips([(1000, 0), (1000, 15_001)], 1000, 15_000) == ()
    assert skips([(1000, 0), (1000, 90_000)], 0, 15_000) == ()
