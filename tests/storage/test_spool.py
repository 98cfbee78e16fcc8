from __future__ import annotations

import errno
import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from storage import echo
from storage.disk import DiskBlobs
from storage.errors import BusyError, ReadOnlyError, StorageFullError
from storage.spool import Spool
from storage.staging import System


def bytes_of(tmp_path: Path, name: str = "a") -> bytes:
    return (tmp_path / name).read_bytes()


def test_the_offset_is_the_length_of_the_file_and_survives_everything(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.size("a") == 0
    with spool.held("a") as file:
        file.write(b"abc")
    with Spool(tmp_path).held("a") as file:
        assert file.size == 3
        file.write(b"de")
        assert file.head(4) == b"abcd"
    assert (spool.size("a"), bytes_of(tmp_path)) == (5, b"abcde")


def test_what_was_written_before_an_exception_counts(tmp_path: Path) -> None:
    spool = Spool(tmp_path)

    def fail() -> None:
        with spool.held("a") as file:
            file.write(b"abc")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert spool.size("a") == 3


def test_the_end_can_be_cut_off(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with spool.held("a") as file:
        file.write(b"abcdef")
        file.cut(2)
        file.write(b"XY")
    assert bytes_of(tmp_path) == b"abXY"


def test_a_second_writer_waits_and_is_told(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with spool.held("a"):
        with pytest.raises(BusyError), spool.held("a", wait=0.05):
            pass
        with spool.held("b", wait=0):
            pass
    release = threading.Event()

    def hold() -> None:
        with spool.held("a"):
            release.wait(10)

    first = threading.Thread(target=hold)
    first.start()
    threading.Timer(0.2, release.set).start()
    with spool.held("a", wait=10) as file:
        file.write(b"x")
    first.join()


def test_a_killed_writer_holds_nothing_and_loses_nothing_it_wrote(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from storage.spool import Spool\n"
        "with Spool(Path(sys.argv[1])).held('a') as file:\n"
        "    file.write(b'abc'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run(
        [sys.executable, "-c", program, tmp_path], check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    with Spool(tmp_path).held("a", wait=0) as file:
        assert file.size == 3


def test_removed_files_are_gone_also_for_who_waits(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.remove("a")
    with spool.held("a") as file:
        file.write(b"old")
        spool.remove("a")
    with spool.held("a") as file:
        assert file.size == 0
    assert list(spool.names()) == ["a"]


@pytest.mark.parametrize("name", ["", "../a", "a/b", "A", "a.b", "a" * 65, "é"])
def test_no_other_text_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"), Spool(tmp_path).held(name):
        pass


def test_a_full_disk_keeps_what_fitted(tmp_path: Path) -> None:
    def write(descriptor: int, data: memoryview) -> int:
        if os.fstat(descriptor).st_size >= 4:
            raise OSError(errno.ENOSPC, "full")
        return os.write(descriptor, data[:4])

    with pytest.raises(StorageFullError), Spool(tmp_path, System(write=write)).held("a") as file:
        file.write(b"abcdef")
    with Spool(tmp_path).held("a") as file:
        assert file.size == 4
        file.write(b"ef")
    assert bytes_of(tmp_path) == b"abcdef"


def test_what_a_device_did_not_take_is_not_told_and_the_device_not_trusted(tmp_path: Path) -> None:
    broken = [False]

    def flush(descriptor: int) -> None:
        if broken[0]:
            raise OSError(errno.EIO, "gone")
        os.fsync(descriptor)

    spool = Spool(tmp_path, System(flush=flush))
    with spool.held("a") as file:
        file.write(b"abc")

    def fail() -> None:
        with spool.held("a") as file:
            file.write(b"def")
            broken[0] = True

    with pytest.raises(ReadOnlyError):
        fail()
    assert bytes_of(tmp_path) == b"abc"
    broken[0] = False
    with pytest.raises(ReadOnlyError), spool.held("a"):
        pass
    with Spool(tmp_path).held("a") as file:
        assert file.size == 3


def test_what_was_read_back_beside_the_writing_is_the_whole_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo, "STRIDE", 1 << 16)
    spool, blobs = Spool(tmp_path / "spool"), DiskBlobs(tmp_path / "store")
    luck, content = random.Random(4), b""
    for round_ in range(30):
        with spool.held("a") as file:
            for _ in range(luck.randrange(4)):
                piece = luck.randbytes(luck.randrange(100_000))
                file.write(piece)
                content += piece
            if round_ % 7 == 3:
                content = content[: luck.randrange(len(content))]
                file.cut(len(content))
        assert spool.size("a") == len(content)
    with spool.held("a") as file:
        assert 0 < file.heard.size <= len(content)
        assert file.heard.hash.hexdigest() == hashlib.sha256(content[: file.heard.size]).hexdigest()
        with blobs.adopt(file.path, file.heard) as staging:
            assert staging.commit().digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_what_is_safe_is_told_while_somebody_writes(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.safe("a") is None
    with spool.held("a") as file:
        file.write(b"abc")
        assert spool.safe("a") == 3
        file.floor = 1
        assert spool.safe("a") == 1
        assert Spool(tmp_path).safe("a") is None  # another process does not know what may be undone
    assert spool.safe("a") is None


def test_a_device_that_fails_behind_the_writer_is_told_to_him(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo, "STRIDE", 10)
    broken = [False]

    def flush(descriptor: int) -> None:
        if broken[0]:
            raise OSError(errno.EIO, "gone")
        os.fsync(descriptor)

    def fail() -> None:
        with spool.held("a") as file:
            file.write(b"x" * 10)
            file.flush()
            broken[0] = True
            for _ in range(100):
                file.write(b"y" * 10)
                time.sleep(0.01)

    spool = Spool(tmp_path, System(flush=flush))
    with pytest.raises(ReadOnlyError):
        fail()
    assert bytes_of(tmp_path) == b"x" * 10
