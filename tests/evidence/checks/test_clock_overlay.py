"""`clock` on films with a clock drawn into them, whose every second is known because we drew it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from evidence.checks.clock import Clock
from evidence.model import Expectation, Finding
from samples.overlay import Overlay
from tests.evidence.fakes import FakeAlbum, FakeFrame, described, outcomes, watched
from tests.overlays.films import BEGUN, OverlayFilm, frames, whole
from tests.stations.films import cut, repeated

HOUR = timedelta(hours=1)
NOW = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
DRAWN = Overlay(begun=BEGUN)


def film(seconds: float = 9.0, **changes: object) -> OverlayFilm:
    return OverlayFilm((replace(DRAWN, **changes),), seconds=seconds)


def found(
    shown: OverlayFilm, moments: list[float] | None = None, *, album=None, **facts: object
) -> list[Finding]:
    made = list(frames(shown, whole(shown) if moments is None else moments))
    return watched(Clock(), made, media=described(**{"now": NOW, **facts}), album=album)


def one(findings: list[Finding], code: str) -> Finding:
    (finding,) = [f for f in findings if f.code == code]
    return finding


def measured(finding: Finding) -> dict[str, object]:
    return {measure.name: measure.value for measure in finding.measures}


def tagged(text: str) -> dict[str, str]:
    return {"container:com.apple.quicktime.creationdate": text}


def test_an_uncut_film_says_what_its_clock_says() -> None:
    findings = found(film())
    told = one(findings, "clock.overlay")
    assert told.outcome == "pass"
    assert measured(told)["shown_first"] == "2026-07-01 12:34:51"
    assert measured(told)["shown_last"] in ("2026-07-01 12:34:59", "2026-07-01 12:35:00")
    assert abs(measured(told)["rate"] - 1) < 0.05
    assert measured(told)["readings"] >= 0.9 * measured(told)["sampled"]
    assert "overlay_jump" not in str(outcomes(findings))


def test_without_a_time_in_the_file_it_is_the_word_that_can_be_set() -> None:
    findings = found(film(), expected=Expectation(received_at=datetime(2026, 6, 29, tzinfo=UTC)))
    assert one(findings, "clock.recorded").outcome == "unsure"
    assert measured(one(findings, "clock.recorded"))["not_earlier_than"] == "2026-06-30T22:34:51Z"
    assert one(findings, "clock.window").outcome == "unsure"
    assert "can be set" in one(findings, "clock.window").says


def test_one_that_is_older_than_the_parcel_fails_where_the_file_says_nothing_else() -> None:
    order = Expectation(received_at=datetime(2026, 7, 4, tzinfo=UTC))
    assert one(found(film(), expected=order), "clock.window").outcome == "fail"
    said = outcomes(found(film(), expected=order, tags=tagged("2026-07-04T12:34:51+0800")))
    assert said["clock.window"] == "pass"
    assert said["clock.overlay_agree"] == "unsure"


@pytest.mark.parametrize(
    ("text", "outcome", "words"),
    [
        ("2026-07-01T12:34:50+0800", "pass", "fit"),
        ("2026-07-01T13:34:50+0900", "unsure", "whole hours"),
        ("2026-07-01T12:54:50+0800", "unsure", "wrong"),
        ("2026-05-01T12:34:50+0800", "unsure", "wrong"),
    ],
)
def test_it_is_held_against_the_files_own_clock(text: str, outcome: str, words: str) -> None:
    told = one(found(film(), tags=tagged(text)), "clock.overlay_agree")
    assert told.outcome == outcome
    assert words in told.says


@pytest.mark.parametrize(("start", "removed"), [(3.4, 2.0), (5.05, 3.0), (4.2, 60.0)])
def test_a_removed_stretch_is_found_with_its_length_and_its_pictures(start: float, removed: float) -> None:
    shown, album = film(9 + removed), FakeAlbum()
    jump = one(found(shown, cut(whole(shown), start, removed), album=album), "clock.overlay_jump")
    assert jump.outcome == "fail"
    assert measured(jump)["least"] <= removed <= measured(jump)["most"]
    (span,) = jump.when.spans
    assert span.start.total_seconds() - 0.7 <= start <= span.end.total_seconds() + 0.7
    assert len(jump.stills) == 2
    assert set(jump.stills) <= set(album.kept)


def test_a_stretch_that_is_shown_twice_is_found() -> None:
    jump = one(found(film(), repeated(whole(film()), 2, 3)), "clock.overlay_jump")
    assert jump.outcome == "fail"
    assert "falls back" in jump.says


def test_a_clock_that_stands_is_unsure() -> None:
    jump = one(found(film(11, stands=(4.0, 7.2))), "clock.overlay_jump")
    assert jump.outcome == "unsure"
    assert "stands still" in jump.says


def test_summer_time_is_unsure() -> None:
    jump = one(found(film(set_at=(4.5, 3600.0))), "clock.overlay_jump")
    assert jump.outcome == "unsure"
    assert "whole hours" in jump.says


@pytest.mark.parametrize("rate", [0.9, 1.1])
def test_a_clock_of_another_pace_is_unsure_and_no_cut(rate: float) -> None:
    findings = found(film(16, rate=rate))
    assert one(findings, "clock.overlay_rate").outcome == "unsure"
    assert abs(measured(one(findings, "clock.overlay_rate"))["rate"] - rate) < 0.03
    assert "clock.overlay_jump" not in outcomes(findings)


def test_two_clocks_in_one_picture_are_held_against_each_other() -> None:
    later = replace(DRAWN, begun=BEGUN + 8 * HOUR, corner="lower right", form="lines")
    assert one(found(OverlayFilm((DRAWN, later), seconds=8)), "clock.overlay_two").outcome == "pass"
    late = replace(later, set_at=(4.0, 90.0))
    assert one(found(OverlayFilm((DRAWN, late), seconds=8)), "clock.overlay_two").outcome == "unsure"


@pytest.mark.parametrize(
    ("form", "day"), [("american", "2026-07-01"), ("lines", "2026-07-01"), ("time first", "2026-07-01")]
)
def test_other_forms_are_read(form: str, day: str) -> None:
    told = one(found(film(6, form=form, begun=BEGUN + 6 * HOUR)), "clock.overlay")
    assert measured(told)["shown_first"] == f"{day} 18:34:51"


def test_midnight_is_no_jump() -> None:
    findings = found(film(begun=datetime(2026, 7, 1, 23, 59, 54)))  # noqa: DTZ001 - a drawn clock has no zone
    assert measured(one(findings, "clock.overlay"))["shown_last"].startswith("2026-07-02 00:00:0")
    assert "clock.overlay_jump" not in outcomes(findings)


def test_printed_numbers_and_a_time_that_stands_are_no_clock() -> None:
    bare = OverlayFilm((), seconds=5)
    assert "overlay" not in str(outcomes(found(bare)))
    assert "overlay" not in str(outcomes(found(film(6, stands=(0.0, 9.0)))))


def test_plain_pictures_and_photos_are_left_alone() -> None:
    blank = np.full((360, 640), 90, np.uint8)
    assert "overlay" not in str(outcomes(watched(Clock(), [FakeFrame(blank)])))
    assert "overlay" not in str(outcomes(watched(Clock(), [FakeFrame(blank)], media=described("photo"))))
