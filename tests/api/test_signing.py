"""The service's own signature on what it seals: made, published, turned over, and held by both verifiers."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import signing, stamping
from api.caller import HTTP
from api.desk import Wiring
from api.diagnosis import diagnose
from api.keypair import KeyPair
from api.settings import Settings
from api.wiring import memory
from claims.mismatch import Wrong
from claims.signature import keys_in
from claims.verify import stamps, verify
from storage.errors import StorageFullError
from tests.api.conftest import Run
from tests.authority import Authority


def sealed(client: httpx.Client, file: Path) -> dict[str, Any]:
    case = client.post("/v1/cases", json={"ruleset": "tmall_unboxing"}).json()
    told = client.post(case["links"]["bundle"], json={"incomplete": True}).json()
    file.write_bytes(client.get(case["links"]["bundle"]).content)
    return told


def test_a_bundle_is_signed_by_the_key_that_is_published(
    client: httpx.Client, settings: Settings, tmp_path: Path
) -> None:
    told = sealed(client, tmp_path / "bundle.zip")
    published = client.get("/v1/signers.pem")
    assert published.headers["content-type"] == "application/x-pem-file"
    assert "PRIVATE" not in published.text
    keys = keys_in(published.text)
    assert keys == (told["signer"],) == signing.known(settings)
    assert stat.S_IMODE(settings.signer_key.stat().st_mode) == 0o600
    assert verify(tmp_path / "bundle.zip", keys=keys) == ()
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "out")
    (bag,) = (tmp_path / "out").iterdir()
    (tmp_path / "signers.pem").write_text(published.text)
    words = ["sh", "verify.sh", ".", str(tmp_path / "signers.pem")]
    done = subprocess.run(words, cwd=bag, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stdout
    assert f"SIGNED by the key that you gave: {keys[0]}".encode() in done.stdout


def test_a_new_key_signs_what_comes_and_what_was_sealed_stays_known(
    client: httpx.Client, wiring: Wiring, settings: Settings, tmp_path: Path
) -> None:
    first = sealed(client, tmp_path / "first.zip")["signer"]
    made = signing.rotate(settings, stamping.waiting(wiring.desk(HTTP)))
    second = sealed(client, tmp_path / "second.zip")["signer"]
    assert made == second != first
    keys = keys_in(client.get("/v1/signers.pem").text)
    assert keys == (second, first)
    assert verify(tmp_path / "first.zip", keys=keys) == verify(tmp_path / "second.zip", keys=keys) == ()
    assert [m.wrong for m in verify(tmp_path / "first.zip", keys=(second,))] == [Wrong.SIGNATURE]
    assert signing.of(settings, first) is None, "nobody needs the old private key, so it is gone"
    assert signing.of(settings, second) is not None


def test_a_key_stays_until_what_it_sealed_has_its_stamp(client: httpx.Client, tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client")
    authority = Authority(tmp_path / "tsa")
    settings = Settings(data=tmp_path / "other", tsa=("http://tsa.test/",), tsa_roots=authority.roots)
    wiring = memory(settings, tmp_path / "work")
    from api import cases, sealing  # noqa: PLC0415 - this test alone serves itself
    from api.drafting import Draft  # noqa: PLC0415 - likewise
    from api.idempotency import Claim  # noqa: PLC0415 - likewise

    desk, once = wiring.desk(HTTP), Claim(None, "", "")
    case = cases.open_case(desk, Draft(ruleset="tmall_unboxing"), once).body["id"]
    key = sealing.seal(desk, case, sealing.Wish(incomplete=True), once).body["signer"]
    assert signing.rotate(settings, stamping.waiting(desk)) != key
    assert signing.of(settings, key) is not None
    assert stamping.put_right(wiring, lambda _url, body: authority.answer(body)) == 1
    assert signing.of(settings, key) is None
    with desk.read() as reading:
        digest = sealing.edition(sealing.latest(reading, case))
    with desk.blobs.local(digest) as file:
        assert verify(file, keys=(key,)) == ()
        assert stamps(file).signer == key
        with zipfile.ZipFile(file) as archive:
            assert archive.namelist()[-1].endswith("/time/01.sig")
    wiring.close()
    del client


def test_the_command_says_who_signed_and_what_that_does_not_show(sixface: Run, tmp_path: Path) -> None:
    case = sixface("case", "new").stdout.split()[0]
    assert sixface("seal", case, "--incomplete", "--out", tmp_path / "b.zip").returncode == 0
    keys = sixface("signer", "show").stdout
    (tmp_path / "keys.pem").write_text(keys)
    alone = sixface("verify", tmp_path / "b.zip")
    assert alone.returncode == 0
    assert "Compare it with the key" in alone.stdout
    assert keys_in(keys)[0] in alone.stdout
    pinned = sixface("verify", tmp_path / "b.zip", "--key", tmp_path / "keys.pem")
    assert (pinned.returncode, "a key that you gave" in pinned.stdout) == (0, True)
    assert "from now on" in sixface("signer", "rotate").stdout
    (tmp_path / "new.pem").write_text(sixface("signer", "show").stdout.replace(keys, ""))
    other = sixface("verify", tmp_path / "b.zip", "--key", tmp_path / "new.pem")
    assert (other.returncode, "does not hold" in other.stdout) == (1, True)
    (tmp_path / "none.pem").write_text("no key")
    assert sixface("verify", tmp_path / "b.zip", "--key", tmp_path / "none.pem").returncode == 64


def test_the_doctor_says_which_key_signs_and_who_can_read_it(settings: Settings) -> None:
    def told() -> list[tuple[bool, str]]:
        return [(point.well, str(point.says)) for point in diagnose(settings) if "igned" in str(point.says)]

    key = signing.signer(settings).key
    assert told() == [(True, f"Bundles are signed by {key}.")]
    settings.signer_key.chmod(0o644)
    assert [(p.well) for p in diagnose(settings) if "chmod" in str(p.says)] == [False]


def test_what_a_dead_process_left_of_a_key_goes_when_the_service_starts(
    settings: Settings, tmp_path: Path
) -> None:
    signing.signer(settings)
    part = settings.signer_key.with_name(f"{settings.signer_key.name}.0123abcd")
    part.touch()
    wiring = memory(settings, tmp_path / "work")
    wiring.sweep()
    wiring.close()
    assert not part.exists()
    assert settings.signer_key.exists()
    assert settings.signer_keys.exists()


def test_a_key_that_cannot_be_written_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    pair = KeyPair(tmp_path / "signer.key", tmp_path / "signers.pem")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFullError):
        pair.load()
    assert list(tmp_path.iterdir()) == []
