from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.origin import by_camera, rewriter

ANDROID = {"container:com.android.version": "14"}


@pytest.mark.parametrize(
    ("tags", "software"),
    [
        ({"container:encoder": "HandBrake 0.10.5 2016021100"}, "HandBrake 0.10.5 2016021100"),
        ({"container:encoder": "Lavf58.29.100"}, "Lavf58.29.100"),
        ({"exif:Software": "Windows Photo Editor 10.0.10011.16384"}, "Windows Photo Editor 10.0.10011.16384"),
        ({"container:encoder": "剪映 5.1"}, "剪映 5.1"),
        ({"video:handler_name": "\x1fMainconcept Video Media Handler"}, "Mainconcept Video Media Handler"),
        ({"container:com.apple.quicktime.software": "12.3"}, None),
        ({"exif:Software": "G970FXXSGHWC2"}, None),
        ({}, None),
    ],
)
def test_software_that_writes_files_again_is_known_by_its_tag(tags, software):
    assert rewriter(tags) == software


def test_a_phone_is_known_by_its_mark_unless_others_wrote_after_it():
    assert by_camera(ANDROID)
    assert not by_camera({})
    assert not by_camera({**ANDROID, "container:encoder": "Lavf60"})


@given(st.text(max_size=200))
def test_a_hostile_tag_comes_out_short_and_printable(text):
    shown = rewriter({"container:encoder": "lavf" + text})
    assert shown is None or (shown.isprintable() and len(shown) <= 80)
