from __future__ import annotations

import struct
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samples
from evidence.check import RefusedError
from evidence.checks.edited import Edited
from evidence.model import Finding, Outcome, Report, Verdict
from evidence.provenance import Provenance, Seal
from evidence.spawn import examine_file
from evidence.structure import EMPTY_EDIT, Edit, Structure, Track
from tests.evidence.fakes import described, outcomes, watched
from tests.evidence.listed import about, has_reader, listed

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not here")
needs_reader = pytest.mark.skipif(not has_reader(), reason="the extra `provenance` is not installed")

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


# What is said of real files, and of ours: the measured rate of false alarms.

EDITORS = {
    "box_dent.jpg": "Windows Photo Editor",
    "box_wetAndHole.jpg": "Windows Photo Editor",
    "video1.mp4": "Adobe Premiere Rush",
    "video1_no_manifest.mp4": "Adobe Premiere Rush",
}
"""The real files that an editor did write, by their own words, and which."""
CONVERTED = {
    "arjs_magic-book.mp4": "HandBrake",
    "decord_video_0.mov": "Lavf",
    "decord_video_90.mov": "Lavf",
    "decord_video_180.mov": "Lavf",
    "decord_video_270.mov": "Lavf",
    "dex_human_hand.mp4": "Lavf",
    "intel_bottle-detection.mp4": "Lavf",
    "sam2_03_blocks.mp4": "Lavf",
    "AR_box_example_noDMG_m.jpg": "as programs save one",
}
"""Those that were converted, and what shows it."""
SEALED = {"CA.jpg": "unsure", "XCA.jpg": "unsure", "E-sig-CA.jpg": "unsure", "video1.mp4": "pass"}
"""Those that carry a record of origin: one tells of changes, two do not fit, one fits."""
REAL = sorted(p for p in DATA.rglob("*") if p.suffix in {".mp4", ".mov", ".jpg", ".png", ".webp"})


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_of_real_files_only_those_are_called_edited_that_an_editor_wrote(path: Path) -> None:
    findings = about(path)
    said = {finding.code: finding for finding in findings}
    assert "fail" not in outcomes(findings).values()
    assert ("edited.software" in said) == (path.name in EDITORS)
    assert EDITORS.get(path.name, "") in str(said.get("edited.software"))
    assert ("edited.reprocessed" in said) == (path.name in CONVERTED)
    assert CONVERTED.get(path.name, "") in str(said.get("edited.reprocessed"))
    assert not {"edited.edit_list", "edited.structure"} & set(said)
    expected = SEALED.get(path.name, "skipped") if has_reader() else "skipped"
    assert said["edited.provenance"].outcome == expected


@needs_shared
def test_the_phones_own_export_is_not_called_edited() -> None:
    assert outcomes(about(DATA / "video" / "iphone6_game_box.mov")) == NOTHING


DEAR = {"hero", "temu_lamp", "damaged_parcel", "five_faces", "photo_108mp"}
LIKE_OTHERS = ("forged_", "honest_")
"""Written as `small` is, with other pictures; `forged_splice` is not, and comes from another."""


@pytest.mark.timeout(900)
def test_of_all_samples_none_is_called_edited_but_the_one_that_an_editor_saved(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("samples")
    table: Counter[str] = Counter()
    called: set[str] = set()
    for name, entry in samples.catalogue().items():
        if entry.heavy or name in DEAR or (name.startswith(LIKE_OTHERS) and name != "forged_splice"):
            continue
        try:
            findings = about(entry(folder).path)
        except RefusedError:
            table["refused"] += 1
            continue
        table.update(f"{finding.code} {finding.outcome}" for finding in findings)
        called |= {name for finding in findings if finding.outcome in {Outcome.FAIL, Outcome.UNSURE}}
    assert called == {"photo_edited"}
    assert table["edited.software unsure"] == 1
    assert table["edited.reprocessed pass"] + table["edited.none pass"] > 60


# Attacks, through the real child: every one gets its answer.


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return samples.make("mp4_h264", tmp_path_factory.mktemp("whole")).path.read_bytes()


@pytest.fixture
def examined(tmp_path: Path):
    def examine(data: bytes, profile: str = "unboxing") -> Report:
        path = tmp_path / "file"
        path.write_bytes(data)
        return examine_file(
            path, profile=profile, out=tmp_path / "out", now=datetime(2026, 11, 21, tzinfo=UTC)
        )

    return examine


def traces(report: Report) -> dict[str, str]:
    answer = report.answer("edited")
    assert answer is not None
    for finding in answer.findings:
        assert finding.says.isprintable()
        assert finding.says.endswith(".")
    return outcomes(answer.findings)


def test_a_cut_by_edit_list_is_found_in_a_real_film(examined, whole: bytes) -> None:
    report = examined(listed(whole, [(0, 0.8, 1), (1.6, 0.8, 1)]))
    assert traces(report)["edited.edit_list"] == "fail"
    assert report.elements["validity"] == "fail"


def test_a_film_trimmed_by_edit_list_is_undecided(examined, whole: bytes) -> None:
    assert traces(examined(listed(whole, [(1.0, 1.2, 1)])))["edited.edit_list"] == "unsure"


def test_hundreds_of_edits_are_undecided_and_thousands_are_refused(examined, whole: bytes) -> None:
    many = listed(whole, [(n / 100, 1 / 100, 1) for n in range(200)])
    assert traces(examined(many))["edited.edit_list"] == "unsure"
    with pytest.raises(RefusedError, match="edit list has 5000 entries"):
        examined(listed(whole, [(n / 100, 1 / 100, 1) for n in range(5000)]))


def test_hostile_words_come_out_as_one_plain_sentence(examined, whole: bytes) -> None:
    said = "HandBrake \x1b[31m\u202egnp.exe\u2028{0.__class__}" + "A" * 100_000
    tool = said.encode()
    data = struct.pack(">II", 1, 0) + tool
    item = _box(b"\xa9too", _box(b"data", data))
    handler = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    udta = _box(b"udta", _box(b"meta", bytes(4) + handler + _box(b"ilst", item)))
    at = whole.rindex(b"moov") - 4
    (size,) = struct.unpack_from(">I", whole, at)
    index = whole[at + 8 : at + size]
    told = traces(examined(whole[:at] + _box(b"moov", index + udta) + whole[at + size :]))
    assert told["edited.reprocessed"] == "pass"


def test_a_polyglot_is_told_to_be_longer_than_its_film(examined, whole: bytes) -> None:
    told = traces(examined(whole + b"PK\x03\x04" + bytes(5000) + b"<script>alert(1)</script>"))
    assert told["edited.structure"] == "pass"


@cache
def _photo() -> bytes:
    from io import BytesIO  # noqa: PLC0415 - only here

    from PIL import Image  # noqa: PLC0415 - only here

    stored = BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(stored, "JPEG")
    return stored.getvalue()


def segments(*contents: bytes, marker: int = 0xE1) -> bytes:
    made = b"".join(bytes((0xFF, marker)) + struct.pack(">H", len(c) + 2) + c for c in contents)
    return _photo()[:2] + made + _photo()[2:]


def test_a_photo_with_ten_megabytes_of_xmp_is_answered(examined) -> None:
    packet = b"http://ns.adobe.com/xap/1.0/\0<x xmp:CreatorTool='Meitu \x1b[2J'/>" + b" " * 60_000
    extension = b"http://ns.adobe.com/xmp/extension/\0" + b"x" * 65_000
    told = traces(examined(segments(packet, *[extension] * 160), "defect_photo"))
    assert told["edited.software"] == "unsure"


def _bomb(depth: int) -> bytes:
    deep = b""
    for _ in range(depth):
        deep = _box(b"jumb", deep)
    return deep


@needs_reader
@pytest.mark.parametrize(
    "superbox",
    [
        pytest.param(lambda kind: _box(b"jumb", kind + _bomb(4000)), id="deep"),
        pytest.param(lambda kind: _box(b"jumb", kind + _box(b"free") * 7000), id="many"),
        pytest.param(lambda kind: struct.pack(">I4s", 0x7FFFFFFF, b"jumb") + kind + bytes(900), id="lying"),
        pytest.param(lambda kind: _box(b"jumb", kind), id="empty"),
        pytest.param(lambda kind: _box(b"jumb", kind + _box(b"brob", bytes(5000))), id="packed"),
    ],
)
def test_a_record_made_to_explode_is_one_that_cannot_be_read(examined, superbox) -> None:
    kind = _box(b"jumd", bytes.fromhex("63327061 00110010 800000aa 00389b71") + b"\x03c2pa\0")
    made = superbox(kind)
    parts = [made[8:][i : i + 60_000] for i in range(0, len(made) - 8, 60_000)]
    contents = [b"JP\0\1" + struct.pack(">I", n + 1) + made[:8] + part for n, part in enumerate(parts)]
    told = traces(examined(segments(*contents, marker=0xEB), "defect_photo"))
    assert told["edited.provenance"] == "unsure"


@needs_shared
def test_a_messengers_film_and_a_browsers_stay_sound_as_far_as_this_goes(examined) -> None:
    for name in ("dex_human_hand.mp4", "arjs_magic-book.mp4", "iphone6_game_box.mov"):
        path = DATA / "video" / name
        assert {f.outcome for f in about(path)} <= {Outcome.PASS, Outcome.SKIPPED}
    photo = examined((DATA / "photos" / "parcels" / "id_01_20230516_142642.jpg").read_bytes(), "label_photo")
    assert traces(photo) == NOTHING
    assert photo.verdict is not Verdict.FLAWED


@needs_reader
def test_a_list_of_trusted_signers_reaches_the_child(tmp_path: Path) -> None:
    from tests.evidence.sealed import authority, sealed  # noqa: PLC0415 - needs the extra

    photo, signers = tmp_path / "photo.jpg", tmp_path / "signers.pem"
    photo.write_bytes(sealed(_photo()))
    signers.write_bytes(authority().root)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    for trust, words in ((None, "not known here"), (signers, "Made Camera is one that is trusted here")):
        report = examine_file(photo, profile="defect_photo", out=tmp_path / "out", now=now, trust=trust)
        answer = report.answer("edited")
        assert answer is not None
        record = one(list(answer.findings), "edited.provenance")
        assert record.outcome == "pass"
        assert words in record.says


@needs_shared
@needs_reader
@pytest.mark.parametrize(("name", "outcome"), SEALED.items())
def test_records_are_read_behind_the_walls(examined, name: str, outcome: str) -> None:
    data = (DATA / "provenance" / name).read_bytes()
    report = examined(data, "defect_photo" if name.endswith("jpg") else "unboxing")
    assert traces(report)["edited.provenance"] == outcome


def _box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body
