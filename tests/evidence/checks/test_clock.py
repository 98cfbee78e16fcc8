from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.check import Ending
from evidence.checks.clock import Clock
from evidence.model import Expectation
from tests.evidence.fakes import NOW, described, film, outcomes, watched

IPHONE = {
    "container:creation_time": "2019-07-24T08:25:57.000000Z",
    "container:com.apple.quicktime.creationdate": "2019-07-24T11:25:40+0300",
    "container:com.apple.quicktime.make": "Apple",
    "container:com.apple.quicktime.software": "12.3",
}
ANDROID = {"container:creation_time": "2026-11-20T08:12:00Z", "container:com.android.version": "14"}
HANDBRAKE = {"container:creation_time": "2026-11-20T08:12:00Z", "container:encoder": "HandBrake 1.7"}
XIAOMI = {
    "exif:DateTimeOriginal": "2021:05:19 20:10:48",
    "exif:DateTimeDigitized": "2021:05:19 20:10:48",
    "exif:DateTime": "2021:06:30 14:53:49",
    "exif:Software": "Windows Photo Editor 10.0.10011.16384",
}
TAKEN = datetime(2026, 11, 20, 8, 11, 2, tzinfo=UTC)
DATED = {"container:com.apple.quicktime.creationdate": "2026-11-20T16:11:02+0800"}
HOUR = timedelta(hours=1)


def found(tags, *, kind="video", now=NOW, **order):
    media = described(kind, tags=tags, expected=Expectation(**order), now=now)
    ending = Ending(frames=120, duration=timedelta(seconds=4))
    return watched(Clock(), film([np.zeros((9, 16), np.uint8)]), media=media, ending=ending)


def one(findings, code):
    (finding,) = [f for f in findings if f.code == code]
    return finding


def test_a_real_iphone_film_is_dated_and_called_written_again_but_not_forged():
    findings = found(IPHONE)
    assert outcomes(findings) == {
        "clock.recorded": "pass",
        "clock.agree": "pass",
        "clock.reprocessed": "pass",
        "clock.window": "skipped",
    }
    recorded = one(findings, "clock.recorded")
    assert recorded.says == "Recorded at 2019-07-24 11:25:40 +03:00."
    assert recorded.measures[0].value == "2019-07-24T08:25:40Z"
    assert "no sign of forgery" in one(findings, "clock.reprocessed").says


def test_a_photo_saved_later_by_an_editor_is_written_again_and_not_contradicted():
    findings = found(XIAOMI, kind="photo")
    assert outcomes(findings)["clock.agree"] == "pass"
    reprocessed = one(findings, "clock.reprocessed")
    assert reprocessed.outcome == "pass"
    assert "2021-06-30 14:53:49" in reprocessed.says


def test_other_software_is_said_to_have_written_again_where_no_clock_shows_it():
    reprocessed = one(found(HANDBRAKE), "clock.reprocessed")
    assert reprocessed.outcome == "pass"
    assert "Other software" in reprocessed.says
    assert "clock.reprocessed" not in outcomes(found(ANDROID))


def test_a_film_without_any_clock_is_unsure_and_told_what_to_do():
    findings = found({})
    recorded = one(findings, "clock.recorded")
    assert recorded.outcome == "unsure"
    assert "original file" in recorded.advice


def test_a_file_written_by_software_tells_only_a_latest_moment():
    assert outcomes(found(HANDBRAKE))["clock.recorded"] == "unsure"
    assert outcomes(found(ANDROID))["clock.recorded"] == "pass"


@pytest.mark.parametrize("digits", ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
def test_a_clock_that_was_never_set_is_unsure(digits):
    finding = one(found({"container:creation_time": digits}), "clock.recorded")
    assert finding.outcome == "unsure"
    assert "not set" in finding.says


@pytest.mark.parametrize(
    "tags",
    [
        {**DATED, "container:creation_time": "2026-11-20T07:00:00Z"},
        {**XIAOMI, "exif:DateTime": "2021:05:19 19:00:00"},
        {**XIAOMI, "exif:DateTimeDigitized": "2021:05:20 20:10:48"},
        {
            "exif:DateTimeOriginal": "2021:05:19 20:10:48",
            "exif:OffsetTimeOriginal": "+02:00",
            "gps:GPSDateStamp": "2021:05:19",
            "gps:GPSTimeStamp": "10:10:40",
        },
    ],
)
def test_clocks_that_contradict_each_other_are_unsure_and_never_a_fail(tags):
    assert outcomes(found(tags))["clock.agree"] == "unsure"
    assert "fail" not in outcomes(found(tags)).values()


def test_a_zone_without_a_name_is_found_by_satellite_time():
    tags = {
        "exif:DateTimeOriginal": "2021:05:19 20:10:48",
        "gps:GPSDateStamp": "2021:05:19",
        "gps:GPSTimeStamp": "18:10:40",
    }
    findings = found(tags, kind="photo")
    assert one(findings, "clock.recorded").measures[0].value == "2021-05-19T18:10:48Z"
    assert outcomes(findings)["clock.agree"] == "pass"


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        ({"delivered_at": TAKEN - HOUR}, "pass"),
        ({"delivered_at": TAKEN}, "pass"),
        ({"delivered_at": TAKEN + timedelta(minutes=2)}, "unsure"),
        ({"delivered_at": TAKEN + HOUR}, "fail"),
        ({"received_at": TAKEN + HOUR}, "fail"),
        ({"not_before": TAKEN + HOUR}, "fail"),
        ({"not_after": TAKEN + HOUR}, "pass"),
        ({"not_after": TAKEN - timedelta(minutes=2)}, "unsure"),
        ({"not_after": TAKEN - HOUR}, "fail"),
        ({"delivered_at": TAKEN - HOUR, "received_at": TAKEN + HOUR}, "fail"),
        ({"delivered_at": TAKEN - HOUR, "not_after": TAKEN + HOUR}, "pass"),
        ({}, "skipped"),
    ],
)
def test_the_recording_is_held_against_the_order(order, outcome):
    assert outcomes(found(DATED, **order))["clock.window"] == outcome


def test_too_early_is_said_with_both_times():
    finding = one(found(DATED, delivered_at=TAKEN + HOUR), "clock.window")
    assert finding.says == (
        "Recorded at 2026-11-20 16:11:02 +08:00, before the parcel was delivered at 2026-11-20 09:11:02 UTC."
    )
    measure = finding.measures[0]
    assert (measure.value, measure.limit) == ("2026-11-20T08:11:02Z", "2026-11-20T09:11:02Z")


@pytest.mark.parametrize(
    ("delivered", "outcome"),
    [("2021-05-19T05:00:00Z", "pass"), ("2021-05-19T12:00:00Z", "unsure"), ("2021-05-20T12:00:00Z", "fail")],
)
def test_a_photo_without_a_zone_is_judged_as_far_as_its_time_goes(delivered, outcome):
    findings = found(XIAOMI, kind="photo", delivered_at=delivered)
    assert outcomes(findings)["clock.window"] == outcome


@pytest.mark.parametrize(
    ("delivered", "outcome"), [(TAKEN - HOUR, "unsure"), (datetime(2026, 11, 21, tzinfo=UTC), "fail")]
)
def test_a_rewritten_file_can_prove_too_early_and_never_in_time(delivered, outcome):
    assert outcomes(found(HANDBRAKE, delivered_at=delivered))["clock.window"] == outcome


def test_without_a_clock_the_window_is_open():
    assert outcomes(found({}, delivered_at=TAKEN))["clock.window"] == "unsure"


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        (TAKEN, None),
        (TAKEN - timedelta(minutes=3), None),
        (TAKEN - HOUR, "unsure"),
        (TAKEN - 30 * HOUR, "fail"),
        (None, None),
    ],
)
def test_a_recording_from_the_future_is_said(now, outcome):
    assert outcomes(found(DATED, now=now)).get("clock.future") == outcome


@given(st.dictionaries(st.sampled_from([*IPHONE, *XIAOMI, "gps:GPSTimeStamp"]), st.text(max_size=300)))
@settings(max_examples=60, deadline=None)
def test_no_tag_breaks_the_check_or_its_sentences(tags):
    for finding in found(tags, delivered_at=TAKEN):
        assert finding.says
        assert finding.says.isprintable()
