from __future__ import annotations

import io
import random
import socket
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from evidence import manifest, xmp
from evidence.check import RefusedError
from evidence.container import jumbf
from evidence.gate import sniff
from evidence.provenance import Provenance, Seal
from tests.evidence.listed import has_reader

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "provenance"

needs_reader = pytest.mark.skipif(not has_reader(), reason="the extra `provenance` is not installed")
needs_shared = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not here")


def asked(data: bytes, trust: bytes = b"") -> Provenance:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        told = manifest.read(file, sniff(file), trust)
        assert file.tell() == 0
        assert file.read() == data
        return told


@pytest.fixture(scope="module")
def photo() -> bytes:
    stored = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(stored, "JPEG")
    return stored.getvalue()


@needs_reader
@needs_shared
@pytest.mark.parametrize(
    ("name", "seal", "mismatch"),
    [
        ("CA.jpg", Seal.VALID, ()),
        ("video1.mp4", Seal.VALID, ()),
        ("E-sig-CA.jpg", Seal.INVALID, ("claimSignature.mismatch",)),
        ("XCA.jpg", Seal.INVALID, ("assertion.dataHash.mismatch",)),
    ],
)
def test_records_made_by_others_are_told_apart(name: str, seal: Seal, mismatch: tuple[str, ...]) -> None:
    told = asked((DATA / name).read_bytes())
    assert (told.seal, told.mismatches) == (seal, mismatch)
    assert told.signer == "C2PA Signer"
    assert told.actions[0] == "c2pa.opened"


@needs_shared
def test_absence_is_told_without_the_reader() -> None:
    for name, there in (("video1_no_manifest.mp4", False), ("video1.mp4", True), ("CA.jpg", True)):
        with (DATA / name).open("rb") as file:
            assert bool(sniff(file).structure.manifest) == there


@needs_shared
def test_without_the_reader_a_record_is_there_and_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest.util, "find_spec", lambda _: None)
    assert asked((DATA / "CA.jpg").read_bytes()) == Provenance(Seal.UNREAD)


@needs_reader
def test_a_signer_is_trusted_only_by_the_list_that_is_given(photo: bytes) -> None:
    from tests.evidence.sealed import authority, sealed  # noqa: PLC0415 - needs the extra

    signed = sealed(photo)
    assert asked(signed).seal is Seal.VALID
    told = asked(signed, authority().root)
    assert told.seal is Seal.TRUSTED
    assert (told.signer, told.generator) == ("Made Camera", "made camera 1")
    assert told.actions == ("c2pa.created",)
    assert told.sources == ("digitalCapture",)
    assert told.trust.startswith("sha256:")
    assert asked(signed, b"-----BEGIN CERTIFICATE-----\nnonsense\n").seal in {Seal.VALID, Seal.BROKEN}


@needs_reader
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_every_kind_of_photo_is_read(kind: str) -> None:
    from tests.evidence.sealed import authority, sealed  # noqa: PLC0415 - needs the extra

    stored = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(stored, kind)
    signed = sealed(stored.getvalue(), f"image/{kind.lower()}")
    assert asked(signed, authority().root).seal is Seal.TRUSTED


@needs_reader
def test_one_changed_bit_shows(photo: bytes) -> None:
    from tests.evidence.sealed import sealed  # noqa: PLC0415 - needs the extra

    signed = bytearray(sealed(photo))
    signed[-40] ^= 1
    told = asked(bytes(signed))
    assert told.seal is Seal.INVALID
    assert told.mismatches == ("assertion.dataHash.mismatch",)


@needs_reader
def test_what_was_done_is_read_from_the_record(photo: bytes) -> None:
    from tests.evidence.sealed import sealed  # noqa: PLC0415 - needs the extra

    told = asked(sealed(photo, actions=({"action": "c2pa.cropped"}, {"action": "c2pa.edited"})))
    assert told.actions == ("c2pa.created", "c2pa.cropped", "c2pa.edited")


@needs_reader
def test_nothing_is_fetched(photo: bytes) -> None:
    from tests.evidence.sealed import sealed  # noqa: PLC0415 - needs the extra

    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryFile() as file:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/record.c2pa"
        assert asked(sealed(photo, url=url)).seal is Seal.VALID
        alone = sealed(photo, url=url, embed=False)
        made = sniff(io.BytesIO(alone)).structure
        assert made.manifest == ()
        assert xmp.names_a_record_elsewhere(made.words["xmp"])
        file.write(alone)
        with pytest.raises(ValueError, match="must fetch remote"):
            manifest._said(file, "image/jpeg", b"")
        with pytest.raises(BlockingIOError):
            server.accept()


@needs_shared
def test_a_record_beyond_the_bounds_reaches_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError("it was handed to the library")

    monkeypatch.setattr(manifest, "_said", refuse)
    monkeypatch.setattr(manifest.util, "find_spec", lambda _: object())
    monkeypatch.setattr(jumbf, "MAX_BYTES", 1000)
    assert asked((DATA / "CA.jpg").read_bytes()) == Provenance(Seal.BROKEN)


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"active_manifest": [], "manifests": 7, "validation_state": {}},
        {"active_manifest": "a", "manifests": {"a": []}, "validation_status": [None, 1, {"code": 5}]},
        {
            "active_manifest": "a",
            "validation_state": "Valid",
            "manifests": {
                "a": {
                    "signature_info": {"common_name": "\x1b[31m\u202e" + "x" * 9999},
                    "claim_generator_info": [{"name": ["x"]}],
                    "assertions": [
                        {"label": "c2pa.actions", "data": {"actions": [{"action": "e\u202e"}] * 999}}
                    ],
                }
            },
        },
    ],
)
def test_what_a_record_says_has_no_shape_that_is_believed(said: object) -> None:
    told = manifest._told(said, b"")
    assert len(told.actions) <= manifest.MAX_TOLD
    for text in (told.signer, told.generator, *told.actions):
        assert text.isprintable()
        assert len(text) <= 2 * manifest.MAX_TEXT + 1


@needs_reader
@needs_shared
@pytest.mark.parametrize("name", ["CA.jpg", "video1.mp4"])
def test_a_spoilt_record_is_never_trusted_and_breaks_nothing(name: str) -> None:
    whole = (DATA / name).read_bytes()
    with (DATA / name).open("rb") as file:
        parts = sniff(file).structure.manifest
    draw = random.Random(4)
    for _ in range(60):
        spoilt = bytearray(whole)
        for _ in range(draw.choice((1, 4, 16))):
            at = draw.randrange(parts[0][0], parts[-1][1] - 4)
            spoilt[at : at + 4] = draw.choice(
                (b"\0\0\0\0", b"\xff\xff\xff\xff", draw.randbytes(4), b"\x9f\xbf\x5f\x7f")
            )
        with tempfile.TemporaryFile() as file:
            file.write(spoilt)
            file.seek(0)
            try:
                sniffed = sniff(file)
            except RefusedError:
                continue
            if sniffed.structure.manifest:
                assert manifest.read(file, sniffed).seal in {Seal.VALID, Seal.INVALID, Seal.BROKEN}
