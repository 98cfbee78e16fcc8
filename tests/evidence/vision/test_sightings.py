from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from evidence.vision.sightings import MOST, Sightings
from evidence.vision.symbols import Symbol
from tests.evidence.fakes import FakeAlbum, FakeFrame

VIEW = 640, 360
QUAD = np.array([[200.0, 150], [400, 150], [400, 190], [200, 190]])
GAP = timedelta(seconds=1)


def symbol(text: str = "SF1390012345678", symbology: str = "Code 128", quad: np.ndarray = QUAD) -> Symbol:
    return Symbol(text, symbology, gs1=False, quad=quad)


def frame(at: float = 0.0) -> FakeFrame:
    return FakeFrame(np.full((720, 1280), int(at * 10) % 250, np.uint8), at=timedelta(seconds=at))


def seen(*moments: float, read: Symbol | None = None, album: FakeAlbum | None = None) -> Sightings:
    sightings = Sightings(album or FakeAlbum(), [])
    for at in moments:
        sightings.see(frame(at), read or symbol(), VIEW, pictured=True)
    return sightings


def test_readings_close_in_time_are_one_span() -> None:
    (one,) = seen(1.0, 1.5, 2.2, 9.0, 9.0).all
    spans = [(span.start.total_seconds(), span.end.total_seconds()) for span in one.when(GAP).spans]
    assert spans == [(1.0, 2.2), (9.0, 9.0)]
    assert one.count == 4


def test_times_that_turn_back_are_spans_in_order() -> None:
    (one,) = seen(5.0, 5.2, 1.0).all
    spans = [(span.start.total_seconds(), span.end.total_seconds()) for span in one.when(GAP).spans]
    assert spans == [(1.0, 1.0), (5.0, 5.2)]


@pytest.mark.parametrize(
    ("text", "symbology", "moments", "sure"),
    [
        ("SF1390012345678", "Code 128", [1.0], True),
        ("ABC-12345", "Code 39", [1.0], False),
        ("ABC-12345", "Code 39", [1.0, 1.0], False),
        ("ABC-12345", "Code 39", [1.0, 1.2], True),
        ("12345678901231", "ITF", [1.0], False),
        ("986578788855", "ITF", [1.0], False),  # a right check digit, but digits alone prove little
        ("9400111201080805483016", "ITF", [1.0], True),  # a carrier's form with a right check digit
        ("9400111201080805483017", "ITF", [1.0], False),
        ("96385074", "EAN-8", [1.0], False),
        ("anything", "QR Code", [1.0], True),
    ],
)
def test_what_vouches_for_a_reading(text: str, symbology: str, moments: list[float], *, sure: bool) -> None:
    (one,) = seen(*moments, read=symbol(text, symbology)).all
    assert one.sure is sure
    assert one.seen().sure is sure
    assert one.seen().clear is (len(set(moments)) > 1)


def test_one_picture_read_in_two_ways_is_read_twice() -> None:
    sightings = Sightings(FakeAlbum(), [])
    for way in ("glance", "bars 960", "bars 960"):
        sightings.see(frame(), symbol("ABC-12345", "Code 39"), VIEW, pictured=False, way=way)
    (one,) = sightings.all
    assert one.count == 2
    assert one.sure


def test_a_better_picture_replaces_the_still_a_few_times() -> None:
    album = FakeAlbum()
    sightings = Sightings(album, [])
    for n, times in enumerate((1.0, 1.1, 1.4, 1.5, 2.0, 3.0)):
        sightings.see(frame(n), symbol(quad=QUAD * times), VIEW, pictured=True)
    assert [at.total_seconds() for _, at in album.kept.values()] == [0.0, 2.0, 4.0]
    (one,) = sightings.all
    assert album.kept[one.still][1] == timedelta(seconds=4)
    assert one.width == pytest.approx(200 * 3.0 * 2)  # the frame is twice as large as the view


def test_no_picture_is_kept_where_none_is_asked_for() -> None:
    album = FakeAlbum()
    sightings = Sightings(album, [])
    sightings.see(frame(), symbol(), VIEW, pictured=False)
    assert album.kept == {}
    assert sightings.all[0].still == ""


def test_a_film_full_of_codes_hides_no_expected_one() -> None:
    sightings = Sightings(FakeAlbum(), ["SF1390012345678"])
    for n in range(500):
        sightings.see(frame(n), symbol(f"JUNK-{n:04}"), VIEW, pictured=False)
    assert len(sightings.all) == MOST
    sightings.see(frame(600), symbol(), VIEW, pictured=False)
    assert any(one.numbers[0] == "SF1390012345678" for one in sightings.all)


def test_a_strangers_words_are_shown_on_one_line() -> None:
    (one,) = seen(1.0, read=symbol("SF1\x1b[31m\n\u202e" + "9" * 500, "QR Code")).all
    assert one.shown.isprintable()
    assert len(one.shown) <= 80


class Recording(FakeAlbum):
    def keep(self, frame, what: str, *, face=None, side: int = 1280, quad=None) -> str:
        self.quad, self.side = quad, side
        return super().keep(frame, what, face=face, side=side, quad=quad)


@pytest.mark.parametrize("turn", [0, 90, 180, 30])
def test_the_still_shows_the_label_about_the_code_upright(turn: float) -> None:
    album = Recording()
    turned = np.radians(turn)
    rows = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    quad = (QUAD - (300, 170)) @ rows.T + (320, 180)
    seen(1.0, read=symbol(quad=quad), album=album)
    corners = album.quad * VIEW - 0.5
    assert float(np.linalg.norm(corners[1] - corners[0])) == pytest.approx(240, rel=0.02)
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    assert across / np.linalg.norm(across) == pytest.approx(rows[:, 0], abs=0.02)
    assert down / np.linalg.norm(down) == pytest.approx(rows[:, 1], abs=0.02)
    assert corners.mean(axis=0) == pytest.approx((320, 180), abs=1)
    assert album.side <= 720
