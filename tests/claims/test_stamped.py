from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from claims import stamped
from claims.verify import stamps, verify
from tests.claims.test_verify import run_script


def token(seal: bytes) -> bytes:
    """What a stamp over `seal` holds for those who cannot read the rest."""
    return b"\x30\x82stamp\x04\x20" + hashlib.sha256(seal).digest() + b"signature"


@pytest.fixture
def seal(bundle: Path) -> bytes:
    with bundle.open("rb") as file:
        return stamped.seal_of(file)


def with_stamps(bundle: Path, *given: bytes) -> Path:
    out = io.BytesIO()
    with bundle.open("rb") as file:
        digest = stamped.write(file, given, out)
    assert digest == f"sha256:{hashlib.sha256(out.getvalue()).hexdigest()}"
    made = bundle.with_name("stamped.zip")
    made.write_bytes(out.getvalue())
    return made


def test_stamps_come_beside_the_seal_and_change_nothing_of_it(
    bundle: Path, seal: bytes, tmp_path: Path
) -> None:
    made = with_stamps(bundle, token(seal), token(seal))
    assert verify(made) == ()
    found = stamps(made)
    assert found.content == seal
    assert list(found.by_name) == ["time/01.tsr", "time/02.tsr"]
    with zipfile.ZipFile(bundle) as before, zipfile.ZipFile(made) as after:
        assert {n: before.read(n) for n in before.namelist()}.items() <= {
            n: after.read(n) for n in after.namelist()
        }.items()
        after.extractall(tmp_path / "out")
    assert verify(tmp_path / "out") == ()
    done = run_script(tmp_path / "out" / "sixface-case-1")
    assert done.returncode == 0, done.stdout
    assert b"who signed them was not checked" in done.stdout


def test_a_stamp_of_something_else_is_told(bundle: Path, tmp_path: Path) -> None:
    made = with_stamps(bundle, token(b"another bundle"))
    (found,) = verify(made)
    assert (found.wrong, found.path) == ("record", "time/01.tsr")
    with zipfile.ZipFile(made) as opened:
        opened.extractall(tmp_path / "out")
    done = run_script(tmp_path / "out" / "sixface-case-1")
    assert (done.returncode, b"time/01.tsr" in done.stdout) == (1, True)


@pytest.mark.parametrize("name", ["time/1.tsr", "time/01.txt", "time/more/01.tsr", "time"])
def test_nothing_else_can_be_added_as_a_stamp(unpacked: Path, seal: bytes, name: str) -> None:
    (unpacked / name).parent.mkdir(parents=True, exist_ok=True)
    (unpacked / name).write_bytes(token(seal))
    assert verify(unpacked) != ()
    assert run_script(unpacked).returncode == 1


def test_what_is_too_long_is_no_stamp(unpacked: Path, seal: bytes) -> None:
    (unpacked / "time").mkdir()
    (unpacked / "time" / "01.tsr").write_bytes(token(seal) + bytes(1 << 17))
    assert verify(unpacked) != ()
