"""Records of origin as our own reader finds them, with our own root as the list of those trusted."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from api import provenance
from api.caller import CLI
from api.certificate import Certificate
from api.desk import Wiring
from api.provenance import ROOM, Origin, attested
from api.settings import Settings
from evidence import manifest
from evidence.gate import sniff
from evidence.provenance import Provenance, Seal
from tests.api.packing.stocked import picture
from tests.api.packing.test_making import fresh, made
from tests.certificates import MAKERS, issued
from tests.extras import need

need("provenance", "c2pa")
need("paper-signature", "pyhanko")

NOW = datetime.now(UTC).replace(microsecond=0)
ORIGIN = Origin(
    f"sha256:{'ab' * 32}", "c2pa.transcoded", "FFmpeg 7", "0.1.0", ("ffmpeg -i fd:",), {"short": 720}
)


def certificate(kind: str, **told: Any) -> Certificate:
    made = issued(kind, **told)
    return Certificate(made.key, made.leaf, (made.root,))


def read(data: bytes, kind: str, tmp_path: Path) -> Provenance:
    (tmp_path / "file").write_bytes(data)
    with (tmp_path / "file").open("rb") as file:
        sniffed = sniff(file)
        if sniffed.structure.manifest is None:
            return Provenance(Seal.UNREAD)
        return manifest.read(file, sniffed, issued(kind).root.public_bytes(Encoding.PEM))


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_photo_says_of_which_original_it_is_made_and_how(kind: str, tmp_path: Path) -> None:
    data, lacking = attested(picture(1), "a.jpg", ORIGIN, certificate(kind), at=NOW)
    assert lacking is None
    told = read(data, kind, tmp_path)
    assert (told.seal, told.signer, told.mismatches) == (Seal.TRUSTED, "Seller of the tests", ())
    assert told.generator == "Sixface 0.1.0"
    assert told.actions == ("c2pa.opened", "c2pa.transcoded")
    assert ORIGIN.source.encode() in data
    assert b"ffmpeg -i fd:" in data
    assert len(data) - len(picture(1)) < ROOM
    with Image.open(io.BytesIO(data)) as one, Image.open(io.BytesIO(picture(1))) as other:
        assert one.tobytes() == other.tobytes()


def test_a_changed_picture_is_noticed(tmp_path: Path) -> None:
    data, _ = attested(picture(1), "a.jpg", ORIGIN, certificate("ec"), at=NOW)
    spoiled = data[:-5000] + bytes([data[-5000] ^ 1]) + data[-4999:]
    assert read(spoiled, "ec", tmp_path).seal is Seal.INVALID


def test_what_would_be_too_large_or_is_not_allowed_goes_without_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = picture(1)
    data, lacking = attested(photo, "a.jpg", ORIGIN, certificate("ec"), at=NOW, most=len(photo) + 100)
    assert data == photo
    assert "larger" in str(lacking)
    root = Certificate(issued("ec").key, issued("ec").root)
    data, lacking = attested(photo, "a.jpg", ORIGIN, root, at=NOW)
    assert data == photo
    assert "does not allow" in str(lacking)
    monkeypatch.setattr(provenance, "find_spec", lambda _: None)
    data, lacking = attested(photo, "a.jpg", ORIGIN, certificate("ec"), at=NOW)
    assert data == photo
    assert "not installed" in str(lacking)


def test_the_files_of_a_packet_carry_records_within_the_limits_of_the_channel(tmp_path: Path) -> None:
    stocked = fresh(tmp_path)
    settings = Settings(data=tmp_path / "data", certificate=issued("ec").write(tmp_path / "a.pem"))
    there = replace(stocked, desk=replace(stocked.desk.wiring, settings=settings).desk(CLI))
    row, files = made(there, "tiny.films")
    film, photo = row["manifest"]["files"]
    assert film["provenance"] == {"signed": True}
    assert len(files[film["name"]]) == film["bytes"] <= 1_500_000
    found = read(files[film["name"]], "ec", tmp_path)
    assert (found.seal, found.actions) == (Seal.TRUSTED, ("c2pa.opened", "c2pa.transcoded"))
    assert film["sources"][0]["digest"].encode() in files[film["name"]]
    assert b"-passlogfile" in files[film["name"]]
    with av.open(io.BytesIO(files[film["name"]])) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == film["frames"]
    # In 90 kB the picture has all of the room, and a record where there is some left.
    assert len(files[photo["name"]]) == photo["bytes"] <= 90_000
    seal = read(files[photo["name"]], "ec", tmp_path).seal
    assert photo["provenance"]["signed"] is (seal is Seal.TRUSTED)
    assert photo["provenance"]["signed"] or "larger" in photo["provenance"]["why"]["text"]


def test_a_masked_copy_carries_one_too(
    client: httpx.Client, wiring: Wiring, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = issued("ec").write(tmp_path / "a.pem")
    monkeypatch.setitem(wiring.settings.__dict__, "certificate", place)
    files = {"file": ("photo.jpg", photo.read_bytes())}
    sent = client.post("/v1/evidence", files=files, data={"profile": "defect_photo"}).json()
    copy = client.post(f"/v1/evidence/{sent['id']}/copies", json={"hide": [[0.1, 0.1, 0.4, 0.3]]}).json()
    data = client.get(copy["links"]["self"]).content
    found = read(data, "ec", tmp_path)
    assert (found.seal, found.actions) == (Seal.TRUSTED, ("c2pa.opened", "c2pa.edited"))
    assert copy["source"].encode() in data
    assert copy["finding"]["stills"] == [copy["digest"]]
