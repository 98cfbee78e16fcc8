from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from api import certificate, sealing
from api.caller import CLI
from api.cases import gather, judged, open_case
from api.desk import Desk
from api.diagnosis import diagnose
from api.drafting import Draft
from api.errors import CertificateError
from api.idempotency import Claim
from api.settings import Settings
from api.wiring import memory
from claims.bundle import write
from claims.verify import verify
from tests.certificates import USES, issued
from tests.extras import need

need("paper-signature", "pyhanko")

from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402 - an extra

NOW = datetime.now(UTC).replace(microsecond=0)
NOBODY = Claim(None, "", "")


def settings_of(folder: Path, **told: Any) -> Settings:
    return Settings(data=folder / "data", **told)


def desk_of(settings: Settings, folder: Path, at: datetime = NOW) -> Desk:
    return memory(settings, folder / "work", lambda: at).desk(CLI)


def opened(desk: Desk) -> str:
    return open_case(desk, Draft(order_number="17"), NOBODY).body["id"]


def test_none_is_none(tmp_path: Path) -> None:
    assert certificate.of(settings_of(tmp_path), NOW) is None


@pytest.mark.parametrize("kind", ["rsa", "ec", "ed25519"])
def test_it_is_read_from_pem_and_from_pkcs12(tmp_path: Path, kind: str) -> None:
    made = issued(kind)
    pem = certificate.of(settings_of(tmp_path, certificate=made.write(tmp_path / "a.pem")), NOW)
    place = made.write_p12(tmp_path / "a.p12", "oh so secret")
    told = settings_of(tmp_path, certificate=place, certificate_passphrase=SecretStr("oh so secret"))
    p12 = certificate.of(told, NOW)
    assert pem is not None
    assert p12 is not None
    assert pem.ders() == p12.ders()
    assert len(pem.ders()) == 2
    assert "Seller of the tests" in pem.name
    assert "oh so secret" not in repr(told)


def test_a_key_may_lie_apart(tmp_path: Path) -> None:
    whole = issued("ec").pem()
    end = whole.index(b"-----BEGIN CERTIFICATE")
    (tmp_path / "key.pem").write_bytes(whole[:end])
    (tmp_path / "cert.pem").write_bytes(whole[end:])
    told = settings_of(tmp_path, certificate=tmp_path / "cert.pem", certificate_key=tmp_path / "key.pem")
    assert certificate.of(told, NOW) is not None
    with pytest.raises(ValidationError, match="SIXFACE_CERTIFICATE_KEY"):
        settings_of(tmp_path, certificate_key=tmp_path / "key.pem")


def unusable(folder: Path) -> dict[str, tuple[dict[str, Any], str]]:
    """Settings that name a certificate that cannot be used, with a part of what is said of each."""
    (folder / "junk.pem").write_bytes(b"-----BEGIN nothing")
    (folder / "other.pem").write_bytes(issued("ec").pem())
    mixed = issued("rsa").pem()
    (folder / "mixed.pem").write_bytes(mixed[mixed.index(b"-----BEGIN CERTIFICATE") :])
    late = issued("rsa", days=1).write(folder / "late.pem")
    useless = issued("rsa", uses=USES[2:3]).write(folder / "useless.pem")
    locked = issued("rsa").write_p12(folder / "locked.p12", "right")
    return {
        "junk": ({"certificate": folder / "junk.pem"}, "can be read"),
        "without its key": ({"certificate": folder / "mixed.pem"}, "can be read"),
        "with another's key": (
            {"certificate": folder / "mixed.pem", "certificate_key": folder / "other.pem"},
            "can be read",
        ),
        "wrong passphrase": (
            {"certificate": locked, "certificate_passphrase": SecretStr("wrong")},
            "can be read",
        ),
        "too late": ({"certificate": late}, "valid from"),
        "for something else": ({"certificate": useless}, "nonRepudiation"),
    }


KINDS = (
    "junk",
    "without its key",
    "with another's key",
    "wrong passphrase",
    "too late",
    "for something else",
)


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_cannot_be_used_is_told_and_nothing_is_sealed(tmp_path: Path, kind: str) -> None:
    told, part = unusable(tmp_path)[kind]
    settings = settings_of(tmp_path, **told)
    with pytest.raises(CertificateError, match=part):
        certificate.of(settings, NOW)
    assert [point.well for point in diagnose(settings) if part in str(point.says)] == [False]
    desk = desk_of(settings, tmp_path)
    case = opened(desk)
    with pytest.raises(CertificateError, match=part):
        sealing.seal(desk, case, sealing.Wish(incomplete=True), NOBODY)
    with desk.read() as reading:
        assert not reading.find(sealing.KIND, {"case": case}).rows
    assert list(desk.blobs.digests()) == []


def test_without_the_extra_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate, "find_spec", lambda _: None)
    settings = settings_of(tmp_path, certificate=issued("rsa").write(tmp_path / "a.pem"))
    with pytest.raises(CertificateError, match=r"sixface\[paper-signature\]"):
        certificate.of(settings, NOW)


def test_the_dossier_of_a_bundle_is_signed_at_the_moment_of_the_seal(tmp_path: Path) -> None:
    need("dossier", "typst", "zhplot")
    settings = settings_of(tmp_path, certificate=issued("ec").write(tmp_path / "a.pem"))
    desk = desk_of(settings, tmp_path)
    case = opened(desk)
    sealed = sealing.seal(desk, case, sealing.Wish(incomplete=True), NOBODY).body
    with desk.blobs.open(sealed["digest"]) as blob:
        (tmp_path / "bundle.zip").write_bytes(blob.read())
    assert verify(tmp_path / "bundle.zip") == ()
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        pdf = bundle.read(f"sixface-{case}/data/dossier.pdf")
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    assert found.self_reported_timestamp == NOW
    assert found.signer_cert.subject.native["common_name"] == "Seller of the tests"


@pytest.mark.parametrize("kind", [None, "rsa", "ec", "ed25519"])
def test_the_same_case_at_the_same_moment_is_planned_to_the_byte(tmp_path: Path, kind: str | None) -> None:
    need("dossier", "typst", "zhplot")
    told = {"certificate": issued(kind).write(tmp_path / "a.pem")} if kind else {}
    desk = desk_of(settings_of(tmp_path, **told), tmp_path)
    case = opened(desk)
    with desk.read() as reading:
        found = gather(desk, reading, case)
        custody = dict(sealing._custody(reading, found))

    def sealed(by: Desk) -> bytes:
        out = io.BytesIO()
        assessment = judged(by, found, by.now())
        planned = sealing._planned(by, found, assessment, custody, sealing.Wish(incomplete=True))
        write(planned, by.blobs.open, out)
        return out.getvalue()

    assert sealed(desk) == sealed(desk)
    assert sealed(desk) != sealed(desk_of(desk.wiring.settings, tmp_path, NOW + timedelta(hours=1)))
