from __future__ import annotations

from datetime import UTC, datetime

import pytest

from evidence.metadata import MAX_NAME, MAX_TAGS, MAX_TEXT, captured_at, made_with, printable, tidy


def test_tags_are_bounded_in_number_and_length():
    tags = tidy("container", {f"{i:05}" + "n" * 500: "t" * 100_000 for i in range(1000)})
    assert len(tags) == MAX_TAGS
    assert all(len(k) <= MAX_NAME + len("container:") and len(v) <= MAX_TEXT for k, v in tags.items())


def test_what_does_not_print_is_left_out():
    assert printable("\x1b[31mred\x00\r\n\u202egpj.\u2066film\ud800", 99) == "[31mred gpj. film"
    assert printable("包裹 📦", 99) == "包裹 📦"
    assert tidy("video", {"\x00": "x", "name": "\x1f", "ok": "\x1fMainconcept"}) == {
        "video:ok": "Mainconcept"
    }


@pytest.mark.parametrize(
    ("tags", "moment"),
    [
        (
            {
                "container:com.apple.quicktime.creationdate": "2019-07-24T11:25:40+0300",
                "container:creation_time": "2019-07-24T08:25:57.000000Z",
            },
            datetime(2019, 7, 24, 8, 25, 40, tzinfo=UTC),
        ),
        (
            {"container:creation_time": "2017-04-27T15:11:10.000000Z"},
            datetime(2017, 4, 27, 15, 11, 10, tzinfo=UTC),
        ),
        (
            {"exif:DateTimeOriginal": "2023:05:16 14:26:42", "exif:OffsetTimeOriginal": "+02:00"},
            datetime(2023, 5, 16, 12, 26, 42, tzinfo=UTC),
        ),
        ({"exif:DateTimeOriginal": "2023:05:16 14:26:42"}, None),
        ({"exif:DateTime": "2023:05:16 14:26:42", "exif:OffsetTime": "+02:00"}, None),
        ({"container:creation_time": "1904-01-01T00:00:00Z"}, None),
        ({"container:com.apple.quicktime.creationdate": "yesterday"}, None),
        ({}, None),
    ],
)
def test_the_best_moment_of_capture_is_chosen(tags, moment):
    assert captured_at(tags) == moment


@pytest.mark.parametrize(
    ("tags", "maker"),
    [
        ({"container:encoder": "Lavf61.1.100", "video:encoder": "Lavc libx264"}, "Lavf61.1.100"),
        ({"container:ENCODER": "Lavf61.1.100"}, "Lavf61.1.100"),
        (
            {
                "container:com.apple.quicktime.software": "12.3",
                "container:com.apple.quicktime.make": "Apple",
                "container:com.apple.quicktime.model": "iPhone 6",
            },
            "12.3 (Apple iPhone 6)",
        ),
        ({"exif:Make": "samsung", "exif:Model": "SM-G970F"}, "samsung SM-G970F"),
        ({"exif:Make": "Canon", "exif:Model": "Canon EOS R5"}, "Canon EOS R5"),
        ({}, None),
    ],
)
def test_what_wrote_the_file_is_named(tags, maker):
    assert made_with(tags) == maker
