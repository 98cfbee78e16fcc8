from __future__ import annotations

import pytest

from evidence.checks.camera import Camera
from evidence.structure import Structure
from tests.evidence.fakes import described, outcomes, watched

IPHONE = {
    "exif:Make": "Apple",
    "exif:Model": "iPhone 12",
    "exif:Software": "17.1.2",
    "exif:HostComputer": "iPhone 12",
    "exif:LensModel": "iPhone 12 back dual wide camera 4.2mm f/1.6",
    "exif:DateTimeOriginal": "2026:11:20 10:00:00",
    "exif:OffsetTimeOriginal": "+08:00",
    "exif:PixelXDimension": "4032",
    "exif:PixelYDimension": "3024",
    "gps:GPSLatitude": "30 16 26.8",
    "gps:GPSLatitudeRef": "N",
    "gps:GPSLongitude": "120 9 18.4",
    "gps:GPSLongitudeRef": "E",
}


def judged(*, size=(4032, 3024), words=None, **changed):
    tags = {name: text for name, text in (IPHONE | changed).items() if text}
    structure = Structure(words=words or {})
    media = described("photo", tags=tags, width=size[0], height=size[1], structure=structure)
    return watched(Camera(), [], media=media)


def test_an_iphone_passes_and_its_place_is_told_without_being_repeated():
    found = judged()
    assert outcomes(found) == dict.fromkeys(
        ["camera.device", "camera.size", "camera.zone", "camera.place"], "pass"
    )
    assert not any("30 16" in finding.model_dump_json() for finding in found)


def test_a_file_without_tags_answers_nothing():
    found = watched(Camera(), [], media=described("photo"))
    assert set(outcomes(found).values()) == {"skipped"}


@pytest.mark.parametrize(
    "changed",
    [
        {"exif:HostComputer": "iPhone 11"},
        {"exif:LensModel": "iPhone 12 Pro Max back triple camera 5.1mm f/1.6"},
        {"exif:DateTimeOriginal": "2021:03:01 10:00:00"},
        {"exif:Make": "samsung", "exif:Model": "SM-G970F", "exif:Software": "A525FXXU4BUJ2"},
    ],
)
def test_names_that_cannot_both_be_true_are_unsure(changed):
    assert outcomes(judged(**changed))["camera.device"] == "unsure"


def test_a_samsung_with_its_own_firmware_passes():
    real = {"exif:Make": "samsung", "exif:Model": "SM-G970F", "exif:Software": "G970FXXSGHWC2"}
    clean = {"exif:LensModel": "", "exif:HostComputer": ""}
    assert outcomes(judged(**real, **clean))["camera.device"] == "pass"


def test_an_editor_in_software_is_not_told_twice():
    assert outcomes(judged(**{"exif:Software": "Adobe Photoshop 25.0"}))["camera.device"] == "pass"


@pytest.mark.parametrize(
    ("size", "outcome"),
    [((3024, 4032), "pass"), ((1440, 1080), "pass"), ((1080, 1441), "pass"), ((3000, 3000), "unsure")],
)
def test_size_and_shape(size, outcome):
    assert outcomes(judged(size=size))["camera.size"] == outcome


@pytest.mark.parametrize(
    ("offset", "longitude", "side", "outcome"),
    [
        ("+08:00", "75 50 0", "E", "pass"),  # Kashgar keeps Beijing's time
        ("+08:00", "118 14 0", "W", "unsure"),
        ("-08:00", "118 14 0", "W", "pass"),
        ("+13:00", "176 0 0", "W", "pass"),  # across the date line
        ("+01:00", "8 30 0", "W", "pass"),
        ("+08:00", "999 0 0", "E", "skipped"),
        ("+08:00", "x", "E", "skipped"),
    ],
)
def test_zone_against_place(offset, longitude, side, outcome):
    changed = {
        "exif:OffsetTimeOriginal": offset,
        "gps:GPSLongitude": longitude,
        "gps:GPSLongitudeRef": side,
    }
    assert outcomes(judged(**changed))["camera.zone"] == outcome


def test_moving_parts_are_facts():
    live = judged(**{"exif:ContentIdentifier": "8A2B0C1E-0000-4000-8000-1234567890AB"})
    assert outcomes(live)["camera.live"] == "pass"
    moving = judged(
        words={"xmp": '<rdf:Description GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"/>'}
    )
    assert outcomes(moving)["camera.live"] == "pass"
