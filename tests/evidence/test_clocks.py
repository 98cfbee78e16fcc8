from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidence.clocks import Means, parse, readings, recorded, zone

HOUR = timedelta(hours=1)
ZERO = timedelta(0)


@pytest.mark.parametrize(
    ("text", "digits", "offset"),
    [
        ("2019-07-24T11:25:40+0300", (2019, 7, 24, 11, 25, 40), 3 * HOUR),
        ("2019-07-24T08:25:57.000000Z", (2019, 7, 24, 8, 25, 57), ZERO),
        ("2021:05:19 20:10:48", (2021, 5, 19, 20, 10, 48), None),
        ("2021:05:19 20:10:48.25", (2021, 5, 19, 20, 10, 48, 250000), None),
        ("2024-02-29 23:59:60-05:30", (2024, 2, 29, 23, 59, 59), -5.5 * HOUR),
        ("2019-07-24T11:25", (2019, 7, 24, 11, 25), None),
        (" 2019/07/24 11:25:40 UTC \0", (2019, 7, 24, 11, 25, 40), ZERO),
        ("2019-07-24T11:25:40+99:00", (2019, 7, 24, 11, 25, 40), None),
    ],
)
def test_a_time_is_read_with_its_zone_or_without(text, digits, offset):
    assert parse(text) == (datetime(*digits), offset)  # noqa: DTZ001 - the digits as written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "    :  :     :  :  ",
        "0000:00:00 00:00:00",
        "2023-02-30T10:00:00Z",
        "2023-01-01T24:00:00Z",
        "99999-01-01T00:00:00Z",
        "1899-12-31T23:59:59Z",
        "yesterday",
        "２０２３-01-01T00:00:00Z",
        "2023-01-01T00:00:00Z" + " " * 4096,
        "{when}",
    ],
)
def test_what_is_no_time_is_none(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "offset"),
    [("+02:00", 2 * HOUR), ("-0530", -5.5 * HOUR), ("Z", ZERO), ("+15:00", None), ("CET", None)],
)
def test_a_zone_is_read(text, offset):
    assert zone(text) == offset


@given(st.text(max_size=80))
@example("2023-01-01T00:00:00+23:59")
def test_no_text_breaks_the_reading(text):
    tags = {
        "container:creation_time": text,
        "exif:DateTimeOriginal": text,
        "exif:OffsetTimeOriginal": text,
        "gps:GPSDateStamp": text,
        "gps:GPSTimeStamp": text,
    }
    for reading in readings(tags):
        assert reading.earliest <= reading.latest
        assert reading.shown.isprintable()


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-720, 840))  # noqa: DTZ001
def test_a_time_with_a_zone_is_the_moment_that_was_written(digits, minutes):
    digits = digits.replace(microsecond=0)
    sign = "-" if minutes < 0 else "+"
    text = f"{digits.isoformat()}{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    (reading,) = readings({"container:com.apple.quicktime.creationdate": text})
    truth = digits.replace(tzinfo=UTC) - timedelta(minutes=minutes)
    assert reading.earliest == reading.latest == truth


def test_an_iphone_says_when_the_take_began_and_when_the_file_was_closed():
    found = readings(
        {
            "container:creation_time": "2019-07-24T08:25:57.000000Z",
            "container:com.apple.quicktime.creationdate": "2019-07-24T11:25:40+0300",
            "video:creation_time": "2019-07-24T08:25:57.000000Z",
        }
    )
    assert [r.means for r in found] == [Means.RECORDED, Means.WRITTEN]
    assert found[0].shown == "2019-07-24 11:25:40 +03:00"
    taken = recorded(found)
    assert taken is not None
    assert taken.earliest == taken.latest == datetime(2019, 7, 24, 8, 25, 40, tzinfo=UTC)


def test_a_photo_time_without_a_zone_is_a_day_wide():
    (reading,) = readings({"exif:DateTimeOriginal": "2021:05:19 20:10:48"})
    assert reading.latest - reading.earliest == 26 * HOUR
    assert reading.place == "exif:DateTimeOriginal"


@pytest.mark.parametrize("stamp", ["18:11:02", "(18.0, 11.0, 2.0)", "18/1 11/1 213/100", "18 11 02"])
def test_a_satellite_time_tells_the_zone_of_a_photo(stamp):
    found = readings(
        {
            "exif:DateTimeOriginal": "2021:05:19 20:10:48",
            "gps:GPSDateStamp": "2021:05:19",
            "gps:GPSTimeStamp": stamp,
        }
    )
    assert found[0].offset == 2 * HOUR
    assert [r.means for r in found] == [Means.RECORDED, Means.SATELLITE]


def test_an_old_satellite_time_tells_no_zone():
    found = readings(
        {
            "exif:DateTimeOriginal": "2021:05:19 20:10:48",
            "gps:GPSDateStamp": "2021:05:19",
            "gps:GPSTimeStamp": "17:18:00",
        }
    )
    assert found[0].offset is None


@pytest.mark.parametrize("digits", ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2001-01-01T00:00:07Z"])
def test_a_clock_that_nobody_set_tells_nothing(digits):
    assert recorded(readings({"container:creation_time": digits})) is None


def test_a_container_closed_by_the_camera_bounds_the_take():
    found = readings({"container:creation_time": "2026-11-20T08:12:00Z"})
    taken = recorded(found, duration=timedelta(seconds=40), by_camera=True)
    assert taken is not None
    assert taken.earliest == datetime(2026, 11, 20, 8, 11, 20, tzinfo=UTC)
    assert taken.latest == datetime(2026, 11, 20, 8, 12, tzinfo=UTC)


def test_a_container_written_by_others_tells_only_the_latest_moment():
    taken = recorded(readings({"container:creation_time": "2026-11-20T08:12:00Z"}))
    assert taken is not None
    assert taken.earliest is None
