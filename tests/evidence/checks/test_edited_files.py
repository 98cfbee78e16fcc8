from __future__ import annotations

import struct
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import samples
from evidence.check import RefusedError
from evidence.model import Outcome, Report, Verdict
from evidence.spawn import examine_file
from tests.evidence.checks.test_edited import NOTHING, one
from tests.evidence.fakes import outcomes
from tests.evidence.listed import about, has_reader, listed

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


needs_shared = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not here")


needs_reader = pytest.mark.skipif(not has_reader(), reason="the extra `provenance` is not installed")


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
