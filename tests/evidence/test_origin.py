from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.origin import MOST, Part, by_camera, rewriter, writers

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


@pytest.mark.parametrize(
    ("name", "part"),
    [
        *(
            (name, Part.EDITOR)
            for name in ("剪映 5.1", "CapCut", "必剪", "快影", "小影 VivaVideo", "美图秀秀")
        ),
        *((name, Part.EDITOR) for name in ("Adobe Premiere Pro 2024.0", "Final Cut Pro 10.6", "iMovie 10.3")),
        *((name, Part.EDITOR) for name in ("Blackmagic Design DaVinci Resolve", "Filmora 12", "GIMP 2.10")),
        *(
            (name, Part.MESSENGER)
            for name in ("微信", "WeChat", "QQ", "DingTalk", "抖音", "TikTok", "Kuaishou")
        ),
        *(
            (name, Part.MESSENGER)
            for name in ("Telegram", "WhatsApp", "ISO Media file produced by Google Inc.")
        ),
        *(
            (name, Part.CONVERTER)
            for name in ("HandBrake 1.7", "Lavf60.3.100", "x264", "GPAC ISO Video Handler")
        ),
        *((name, Part.RECORDER) for name in ("Chrome", "QTmuxingAppLibWebM-0.0.1", "OBS 30.1")),
    ],
)
def test_each_piece_of_software_has_its_part(name, part):
    assert [writer.part for writer in writers({"container:encoder": name})] == [part]


@pytest.mark.parametrize(
    "name",
    [
        *("Core Media Video", "VideoHandle", "VideoHandler", "GoPro AVC encoder", "AVC Coding", "H.264"),
        *(
            "HDR+ 1.0.516450492zd",
            "NP-12 4.2",
            "MediaTek Camera Application",
            "16.1.1",
            "Ver.1.00",
            "iPhone 6",
        ),
        *("SM-G970F", "LG-H870", "EOS Utility", "Digital Photo Professional", "Ambarella AVC encoder"),
    ],
)
def test_the_words_of_cameras_name_nobody_else(name):
    for place in ("container:encoder", "video:encoder", "video:handler_name", "exif:Software"):
        assert writers({place: name}) == ()


@pytest.mark.parametrize(
    ("tags", "words", "part", "name"),
    [
        ({"container:te_is_reencode": "1"}, {}, Part.EDITOR, "CapCut"),
        (
            {},
            {"movie": '\0\0{"data":{"os":"mac","product":"vicut"},"source_type":"vicut"}'},
            Part.EDITOR,
            "剪映",
        ),
        ({}, {"movie": '\0{"WXVer":369115157}'}, Part.MESSENGER, "微信"),
        ({"container:description": "Packed by Bilibili XCoder v2.0.2"}, {}, Part.MESSENGER, "Bilibili"),
        ({"container:comment": "vid:v0300fdb0000btbmkrhucgba10erkqn0"}, {}, Part.MESSENGER, "抖音"),
        ({}, {"resources": "\0FBMD01000a6c0100"}, Part.MESSENGER, "Facebook"),
        ({}, {"xmp": '<a xmp:CreatorTool="Adobe Premiere Pro 2024"/>'}, Part.EDITOR, "Adobe Premiere Pro"),
        ({}, {"writer": "剪映"}, Part.EDITOR, "剪映"),
        ({}, {"muxer": "Chrome"}, Part.RECORDER, "Chrome"),
    ],
)
def test_marks_are_found_wherever_metadata_holds_text(tags, words, part, name):
    (writer,) = writers(tags, words)
    assert writer.part is part
    assert name in writer.name


def test_what_people_write_about_software_is_no_mark():
    said = {"container:comment": "made with love, not with Premiere", "container:title": "CapCut tutorial"}
    assert writers(said, {"comment": "shot on my phone, see my WeChat"}) == ()


def test_the_gravest_part_comes_first_and_a_name_once():
    tags = {"container:encoder": "Lavf58.76.100", "video:encoder": "Lavf58.76.100"}
    found = writers(tags, {"movie": '{"source_type":"vicut"}', "muxer": "Chrome"})
    assert [writer.part for writer in found] == [Part.EDITOR, Part.CONVERTER, Part.RECORDER]


def test_a_phone_is_known_by_its_mark_unless_others_wrote_after_it():
    assert by_camera(ANDROID)
    assert not by_camera({})
    assert not by_camera({**ANDROID, "container:encoder": "Lavf60"})
    assert not by_camera(ANDROID, {"movie": '{"WXVer":1}'})
    assert by_camera(ANDROID, {"muxer": "Chrome"})


@given(st.text(max_size=200))
def test_a_hostile_tag_comes_out_short_and_printable(text):
    shown = rewriter({"container:encoder": "lavf" + text})
    assert shown is None or (shown.isprintable() and len(shown) <= 80)


@given(st.dictionaries(st.text(max_size=40), st.text(max_size=300), max_size=80), st.text(max_size=500))
def test_any_tags_and_words_are_taken(tags, text):
    found = writers(tags, dict.fromkeys(("movie", "xmp", "comment", "resources", "muxer", "writer"), text))
    assert len(found) <= MOST
    assert all(writer.name.isprintable() and len(writer.name) <= 80 for writer in found)
