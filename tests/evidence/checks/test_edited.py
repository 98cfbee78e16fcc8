from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.checks.edited import Edited
from evidence.model import Finding
from evidence.provenance import Provenance, Seal
from evidence.structure import EMPTY_EDIT, Edit, Structure, Track
from tests.evidence.fakes import described, outcomes, watched

IPHONE = {
    "container:com.apple.quicktime.make": "Apple",
    "container:com.apple.quicktime.software": "12.3",
    "video:handler_name": "Core Media Video",
}


SAVED = {
    "exif:DateTimeOriginal": "2021:05:19 20:10:48",
    "exif:DateTime": "2021:06:30 14:53:49",
    "exif:Software": "Windows Photo Editor 10.0.10011.16384",
}


NOTHING = {"edited.none": "pass", "edited.provenance": "skipped"}


def found(tags=None, structure=None, *, kind="video", provenance=None) -> list[Finding]:
    media = described(kind, tags=tags or {}, structure=structure or Structure(), provenance=provenance)
    return watched(Edited(), [], media=media)


def one(findings: list[Finding], code: str) -> Finding:
    (finding,) = [f for f in findings if f.code == code]
    return finding


def film(*edits: Edit, **facts) -> Structure:
    track = Track("vide", ("avc1",), edits, timescale=600, length=6000, **facts)
    return Structure(("ftyp", "mdat", "moov"), ("qt  ",), timescale=600, tracks=(track,))


def test_a_phones_film_shows_no_trace_and_that_is_all_that_is_said():
    findings = found(IPHONE, film(Edit(6000, 0)))
    assert outcomes(findings) == NOTHING
    assert "proves nothing" in one(findings, "edited.none").says


def test_an_editor_that_names_itself_makes_a_film_undecided_and_never_false():
    finding = one(found({"container:encoder": "剪映 5.1"}), "edited.software")
    assert finding.outcome == "unsure"
    assert "剪映 5.1" in finding.says
    assert finding.measures[0].value == "剪映 5.1 (container:encoder)"
    assert "edited.none" not in outcomes(found({"container:encoder": "剪映 5.1"}))


def test_a_photo_saved_later_by_an_editor_is_said_to_be_saved_again():
    finding = one(found(SAVED, kind="photo"), "edited.software")
    assert finding.outcome == "unsure"
    assert "saved again by Windows Photo Editor 10.0.10011.16384" in finding.says
    assert "2021-06-30 14:53:49" in finding.says
    undated = one(found({"exif:Software": "Snapseed 2.0"}, kind="photo"), "edited.software")
    assert "Snapseed 2.0" in undated.says


@pytest.mark.parametrize(
    ("tags", "structure"),
    [
        ({"container:encoder": "HandBrake 1.7"}, None),
        ({"container:encoder": "Lavf60.3.100"}, None),
        ({}, Structure(words={"movie": '{"WXVer":369115157}'})),
        ({}, Structure(brands=("isom", "iso2", "avc1", "mp41"), minor=512)),
    ],
)
def test_a_film_that_was_sent_or_converted_passes_with_a_word(tags, structure):
    findings = found(tags, structure)
    assert outcomes(findings) == {"edited.reprocessed": "pass", "edited.provenance": "skipped"}
    assert "no sign of editing" in one(findings, "edited.reprocessed").says


def test_a_photo_built_by_a_program_passes_with_a_word():
    made = found({}, Structure(order=("JFIF", "Exif", "XMP")), kind="photo")
    assert outcomes(made)["edited.reprocessed"] == "pass"
    assert outcomes(found({}, Structure(order=("Exif", "JFIF")), kind="photo")) == NOTHING
    assert outcomes(found({}, Structure(order=("JFIF",)), kind="photo")) == NOTHING


def test_a_browsers_recording_is_called_recorded():
    findings = found({}, Structure(words={"muxer": "Chrome", "writer": "Chrome"}))
    assert outcomes(findings) == NOTHING
    assert "Chrome recorded it" in one(findings, "edited.none").says


@pytest.mark.parametrize(
    ("edits", "outcome", "words"),
    [
        ((Edit(6000, 0),), None, ""),
        ((Edit(300, EMPTY_EDIT), Edit(6000, 0)), None, ""),
        ((Edit(5940, 40),), None, ""),
        ((Edit(3000, 0), Edit(3000, 3000)), None, ""),
        ((Edit(3000, 0), Edit(2999, 3001)), None, ""),
        (tuple(Edit(60, 80 * n) for n in range(60)), "fail", "leaves out 1.97 s from inside the take, at 59"),
        ((Edit(3000, 0), Edit(2000, 4000)), "fail", "leaves out 1.67 s from inside"),
        ((Edit(1000, 0), Edit(1000, 2000), Edit(2000, 4000)), "fail", "at 2 places"),
        ((Edit(3000, 0), Edit(5000, 1000)), "fail", "goes back by 3.33 s"),
        ((Edit(4000, 2000),), "unsure", "holds 3.33 s before"),
        ((Edit(4000, 0),), "unsure", "holds 3.33 s after"),
        ((Edit(2000, 2000),), "unsure", "holds 3.33 s before what is shown, and 3.33 s after"),
        ((Edit(3000, 0), Edit(3000, 3000, 2.0)), "unsure", "another speed"),
    ],
)
def test_an_edit_list_fails_only_where_it_spells_out_a_cut(edits, outcome, words):
    findings = found(IPHONE, film(*edits))
    assert outcomes(findings).get("edited.edit_list") == outcome
    if outcome:
        finding = one(findings, "edited.edit_list")
        assert words in finding.says
        assert not finding.when.spans  # where it shows is for `continuity` to say


def test_a_list_that_is_too_long_to_read_is_undecided():
    edits = tuple(Edit(10, 10 * n) for n in range(64))
    assert outcomes(found({}, film(*edits, more_edits=True)))["edited.edit_list"] == "unsure"


def test_the_lists_of_sound_say_nothing_of_the_pictures():
    sound = Track("soun", ("mp4a",), (Edit(1000, 0), Edit(1000, 90_000)), timescale=48_000, length=480_000)
    assert outcomes(found({}, Structure(timescale=600, tracks=(sound,)))) == NOTHING


def test_joined_takes_in_one_track_are_undecided():
    joined = Structure(tracks=(Track("vide", ("avc1", "avc1")),))
    assert outcomes(found({}, joined))["edited.structure"] == "unsure"


def test_bytes_after_the_end_are_told_and_blame_nobody():
    finding = one(found({}, Structure(trailing=98)), "edited.structure")
    assert finding.outcome == "pass"
    assert "98" in finding.says


def test_a_record_that_tells_of_changes_leaves_no_talk_of_no_trace():
    findings = found(provenance=Provenance(Seal.VALID, actions=("c2pa.opened", "c2pa.cropped")))
    assert outcomes(findings) == {"edited.provenance": "unsure"}
    fitting = found(provenance=Provenance(Seal.VALID, "Camera", actions=("c2pa.created",)))
    assert outcomes(fitting) == {"edited.provenance": "pass", "edited.none": "pass"}


def test_a_record_on_a_server_is_told():
    words = {"xmp": 'dcterms:provenance="https://example.com/m.c2pa"'}
    assert "nothing is fetched" in one(found({}, Structure(words=words)), "edited.provenance").says


def test_braces_in_a_tag_stay_text():
    finding = one(found({"container:encoder": "HandBrake {0.__class__} {when}"}), "edited.reprocessed")
    assert "{0.__class__}" in finding.says


@given(
    st.dictionaries(st.sampled_from([*IPHONE, *SAVED, "container:encoder"]), st.text(max_size=300)),
    st.lists(st.builds(Edit, st.integers(), st.integers(), st.floats(-9, 9)), max_size=9).map(tuple),
    st.dictionaries(st.sampled_from(["movie", "xmp", "muxer", "comment"]), st.text(max_size=300)),
    st.integers(),
)
@settings(max_examples=60, deadline=None)
def test_nothing_that_a_file_says_breaks_the_check_or_its_sentences(tags, edits, words, scale):
    track = Track("vide", ("avc1",) * 3, edits, more_edits=True, timescale=scale, length=scale)
    structure = Structure(timescale=scale, tracks=(track,), trailing=abs(scale), words=words)
    for kind in ("video", "photo"):
        for finding in found(tags, structure, kind=kind):
            assert finding.says.isprintable()
            assert len(finding.says) < 400
