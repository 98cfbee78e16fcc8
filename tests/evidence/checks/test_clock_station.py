"""`clock` on films of a station clock whose every second is known because we signed it."""

from __future__ import annotations

from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from evidence.attested import Attested, Bracket
from evidence.checks.clock import Clock
from evidence.checks.label import Label
from evidence.model import Expectation, Finding
from evidence.station import Kind
from tests.evidence.fakes import FakeFrame, described, outcomes, watched
from tests.stations.films import (
    BEGUN,
    Signer,
    StationFilm,
    cut,
    frames,
    repeated,
    whole,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def found(
    film: StationFilm, moments: list[float] | None = None, *, keys: bytes | None = None, **facts: object
) -> list[Finding]:
    known = {"now": BEGUN + HOUR, "stations": film.signer.pem if keys is None else keys} | facts
    shown = list(frames(film, whole(film) if moments is None else moments))
    return watched(Clock(), shown, media=described(**known))


def one(findings: list[Finding], code: str) -> Finding:
    (finding,) = [f for f in findings if f.code == code]
    return finding


def measured(finding: Finding) -> dict[str, object]:
    return {measure.name: measure.value for measure in finding.measures}


def old(days: float):
    """A screen on which a film of the station from some days before is played."""
    return lambda moment: moment - timedelta(days=days)


def tagged(moment: datetime) -> dict[str, str]:
    return {"container:com.apple.quicktime.creationdate": moment.strftime("%Y-%m-%dT%H:%M:%S+0000")}


def test_an_uncut_film_is_bracketed_between_its_first_code_and_the_examination() -> None:
    findings = found(StationFilm(seconds=6))
    told = one(findings, "clock.station")
    assert told.outcome == "pass"
    assert measured(told)["not_earlier_than"] == "2026-11-20T08:00:00Z"
    assert measured(told)["not_later_than"] == "2026-11-20T09:00:00Z"
    assert measured(told)["codes"] == 7
    assert told.when.spans[0].end.total_seconds() > 5.5
    assert "clock.station_jump" not in outcomes(findings)
    # The file itself carries no time, and the station answers for it.
    assert outcomes(findings)["clock.recorded"] == "skipped"


@pytest.mark.parametrize("start", [1.4, 2.05, 3.3, 4.71])
@pytest.mark.parametrize("removed", [2.0, 3.4])
def test_a_removed_stretch_is_found(start: float, removed: float) -> None:
    film = StationFilm(seconds=8 + removed, late=0.05 + start % 0.4, seed=round(start * 10))
    jump = one(found(film, cut(whole(film), start, removed)), "clock.station_jump")
    assert jump.outcome == "fail"
    assert measured(jump)["least"] <= removed <= measured(jump)["most"]
    (span,) = jump.when.spans
    assert span.start.total_seconds() - 1.2 <= start <= span.end.total_seconds() + 0.1


@pytest.mark.parametrize(
    ("side", "blur", "turn"), [(60, 0.0, 0), (90, 1.0, 33), (220, 2.5, 80), (300, 3.0, 45)]
)
def test_small_blurred_and_turned_codes_are_read_and_tell_a_cut(
    side: float, blur: float, turn: float
) -> None:
    film = StationFilm(seconds=8, side=side, blur=blur, turn=turn)
    assert outcomes(found(film))["clock.station"] == "pass"
    assert outcomes(found(film, cut(whole(film), 3, 2.0)))["clock.station_jump"] == "fail"


def test_a_stretch_that_is_shown_twice_is_found() -> None:
    film = StationFilm(seconds=8)
    assert outcomes(found(film, repeated(whole(film), 2, 2.4)))["clock.station_jump"] == "fail"


@pytest.mark.parametrize("days", [1.5, 3, 400])
def test_a_film_of_another_day_played_beside_the_parcel_proves_nothing(days: float) -> None:
    film = StationFilm(seconds=5, shown=old(days))
    for tags in ({}, tagged(BEGUN)):
        said = outcomes(found(film, tags=tags))
        assert said["clock.station"] == "unsure"
        assert said["clock.recorded"] == ("pass" if tags else "unsure")
        assert said.get("clock.station_agree") == ("unsure" if tags else None)


def test_a_code_older_than_the_claimed_window_fails() -> None:
    film = StationFilm(seconds=5, shown=old(0.5))
    findings = found(film, expected=Expectation(received_at=BEGUN - HOUR), tags=tagged(BEGUN))
    assert one(findings, "clock.station_window").outcome == "fail"
    assert "before the first moment allowed" in one(findings, "clock.station_window").says


@pytest.mark.parametrize(
    ("allowed", "outcome"),
    [
        ({"not_before": BEGUN - HOUR}, "pass"),
        ({"not_before": BEGUN - HOUR, "not_after": BEGUN + 2 * HOUR}, "pass"),
        ({"not_before": BEGUN - HOUR, "not_after": BEGUN + HOUR / 2}, "skipped"),
        ({"not_before": BEGUN + HOUR / 2}, "fail"),
        ({"not_after": BEGUN - HOUR}, "fail"),
    ],
)
def test_the_window_is_proven_only_where_codes_and_examination_lie_in_it(
    allowed: dict[str, datetime], outcome: str
) -> None:
    said = outcomes(found(StationFilm(seconds=4), expected=Expectation(**allowed)))
    assert said["clock.station_window"] == outcome
    assert said["clock.window"] == ("skipped" if outcome == "pass" else "unsure")


@pytest.mark.parametrize(
    "shown", [lambda _: BEGUN, lambda moment: BEGUN + timedelta(seconds=moment.second // 5 * 5)]
)
def test_a_picture_of_a_code_proves_nothing(shown) -> None:
    said = outcomes(found(StationFilm(seconds=4, shown=shown)))
    assert said["clock.station"] == "unsure"


@pytest.mark.parametrize("keys", [Signer(2).pem, b""])
def test_a_code_that_no_known_key_signed_proves_nothing(keys: bytes) -> None:
    said = outcomes(found(StationFilm(seconds=3), keys=keys))
    assert said["clock.station_unproven"] == ("unsure" if keys else "skipped")
    assert "clock.station" not in said
    assert said["clock.recorded"] == "unsure"


def test_a_code_from_after_the_examination_proves_nothing() -> None:
    said = outcomes(found(StationFilm(seconds=3), now=BEGUN - HOUR))
    assert said["clock.station"] == "unsure"


def test_an_older_film_stands_where_its_own_clock_agrees() -> None:
    said = outcomes(found(StationFilm(seconds=4), now=BEGUN + 9 * DAY, tags=tagged(BEGUN)))
    assert said["clock.station"] == "pass"
    said = outcomes(found(StationFilm(seconds=4), now=BEGUN + 9 * DAY))
    assert said["clock.station"] == "unsure"


def test_a_screen_that_goes_dark_for_a_while_is_no_cut() -> None:
    film = StationFilm(seconds=9, shown=lambda m: None if 3 <= (m - BEGUN).total_seconds() < 6 else m)
    said = outcomes(found(film))
    assert said["clock.station"] == "pass"
    assert "clock.station_jump" not in said


def test_a_slip_proves_that_the_film_is_not_older() -> None:
    film = StationFilm(seconds=3, kind=Kind.SLIP, shown=lambda _: BEGUN - DAY, side=160)
    told = one(found(film), "clock.slip")
    assert told.outcome == "pass"
    assert measured(told)["not_earlier_than"] == "2026-11-19T08:00:00Z"
    assert one(found(film, tags=tagged(BEGUN - 2 * DAY)), "clock.slip").outcome == "unsure"
    assert "clock.station" not in outcomes(found(film))


SLIP = StationFilm(seconds=3, kind=Kind.SLIP, shown=lambda _: BEGUN - DAY, side=160)
"""Its case is called `TABLE-1`."""


def test_the_slip_of_the_case_passes_and_that_of_another_fails() -> None:
    told = one(found(SLIP, expected=Expectation(slip="TABLE-1")), "clock.slip")
    assert told.outcome == "pass"
    strange = one(found(SLIP, expected=Expectation(slip="5B0F6D1C")), "clock.slip")
    assert strange.outcome == "fail"
    assert "case TABLE-1; that of this case, 5B0F6D1C, is nowhere" in str(strange.wording.says)
    assert strange.when.spans


def test_a_slip_that_was_printed_and_never_seen_is_unsure_with_advice() -> None:
    bare = StationFilm(seconds=3, shown=lambda _: None)
    missing = one(found(bare, expected=Expectation(slip="TABLE-1")), "clock.slip")
    assert missing.outcome == "unsure"
    assert "beside the parcel" in str(missing.wording.advice)
    assert "clock.slip" not in outcomes(found(bare)), "nobody printed one"


def test_both_slips_in_sight_are_for_a_person() -> None:
    seen = Attested(SLIP.signer.pem)
    texts = [SLIP.signer.code(BEGUN, name, Kind.SLIP) for name in ("MINE", "OTHER")]
    seen.see(timedelta(0), texts)
    asked = Bracket(BEGUN + HOUR, None, timedelta(minutes=5), DAY, video=True, slip="MINE")
    told = {measured(finding)["case"]: finding.outcome for finding in seen.findings(asked)}
    assert told == {"MINE": "pass", "OTHER": "unsure"}


def test_a_photo_need_not_show_the_slip() -> None:
    photo = FakeFrame(np.full((360, 640), 90, np.uint8))
    media = described("photo", now=BEGUN + HOUR, expected=Expectation(slip="TABLE-1"))
    assert "clock.slip" not in outcomes(watched(Clock(), [photo], media=media))


def test_a_photo_with_a_fresh_code_is_bracketed_too() -> None:
    film = StationFilm(seconds=1, side=130)
    photo = FakeFrame(cv2.cvtColor(film.picture(0.5, 0), cv2.COLOR_RGB2GRAY))
    said = outcomes(
        watched(Clock(), [photo], media=described("photo", now=BEGUN + HOUR, stations=film.signer.pem))
    )
    assert said["clock.station"] == "pass"


def test_without_a_station_nothing_is_said_of_one() -> None:
    said = outcomes(watched(Clock(), [FakeFrame(np.full((360, 640), 90, np.uint8))]))
    assert not [code for code in said if "station" in code or "slip" in code]


def test_a_station_is_no_waybill() -> None:
    film = StationFilm(seconds=3)
    findings = watched(Label(), list(frames(film, whole(film))))
    assert not [f for f in findings if f.code == "label.code"]
