from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import staging
from storage.blobs import MissingBlobError, damaged, named
from storage.disk import DiskBlobs
from storage.errors import ReadOnlyError, StorageError, StorageFullError
from storage.staging import System

REPOSITORY = Path(__file__).resolve().parents[2]


def keep(blobs: DiskBlobs, data: bytes) -> str:
    with blobs.stage() as upload:
        upload.write(data)
        return upload.commit().digest


def staged(root: Path) -> list[Path]:
    return sorted((root / "staging").iterdir())


def file_of(root: Path, digest: str) -> Path:
    digits = digest.removeprefix("sha256:")
    return root / "blobs" / digits[:2] / digits[2:4] / digits


def failing(code: int) -> Callable[..., int]:
    def call(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    return call


def is_folder(descriptor: int) -> bool:
    return stat.S_ISDIR(os.fstat(descriptor).st_mode)


def test_the_layout_is_two_levels_and_read_only(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "store"
    blobs = DiskBlobs(root)
    digest = keep(blobs, b"abc")
    path = file_of(root, digest)
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o7777 == 0o400
    assert path.stat().st_nlink == 1
    assert staged(root) == []
    for folder in (tmp_path / "deep", root, root / "staging", *list(path.parents)[:3]):
        assert folder.stat().st_mode & 0o7777 == 0o700


def test_local_is_the_blob_itself(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    digest = keep(blobs, b"abc")
    with blobs.local(digest) as path:
        assert path == file_of(tmp_path, digest)


def test_a_relative_folder_gives_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blobs = DiskBlobs(Path("store"))
    monkeypatch.chdir("/")
    with blobs.local(keep(blobs, b"abc")) as path:
        assert path.is_absolute()
    assert staged(tmp_path / "store") == []


def test_a_store_opens_again_with_what_it_had(tmp_path: Path) -> None:
    digest = keep(DiskBlobs(tmp_path), b"abc")
    assert list(DiskBlobs(tmp_path).digests()) == [digest]


def test_what_does_not_belong_is_no_blob(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    digest = keep(blobs, b"abc")
    path = file_of(tmp_path, digest)
    (path.parent / "notes.txt").write_text("x")
    (tmp_path / "blobs" / "README").write_text("x")
    assert list(blobs.digests()) == [digest]


def test_the_order_is_flush_then_name_then_folders(tmp_path: Path) -> None:
    calls: list[str | int] = []

    def flush(descriptor: int) -> None:
        calls.append(os.fstat(descriptor).st_ino if is_folder(descriptor) else "draft")
        os.fsync(descriptor)

    def link(source: Path, target: Path) -> None:
        calls.append("link")
        os.link(source, target)

    blobs = DiskBlobs(tmp_path, system=System(flush=flush, link=link))
    calls.clear()
    path = file_of(tmp_path, keep(blobs, b"abc"))
    folders = [folder.stat().st_ino for folder in list(path.parents)[:3]]
    assert calls == ["draft", "link", *folders]
    calls.clear()
    keep(blobs, b"abc")
    # The name is there, yet nothing says that it is durable: whoever made it may not have come so far.
    assert calls == ["draft", "link", *folders]


def test_equal_bytes_never_replace_the_first(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    path = file_of(tmp_path, keep(blobs, b"abc"))
    before = path.stat()
    keep(blobs, b"abc")
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (before.st_ino, before.st_mtime_ns, 1)


def test_a_flipped_bit_is_found_and_healed_by_the_next_upload(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    kept = [keep(blobs, os.urandom(10_000)) for _ in range(20)]
    data = os.urandom(10_000)
    digest = keep(blobs, data)
    path = file_of(tmp_path, digest)
    path.chmod(0o600)
    rotten = bytearray(data)
    rotten[5_000] ^= 1
    path.write_bytes(rotten)
    assert list(damaged(blobs)) == [digest]
    assert keep(blobs, data) == digest
    assert path.read_bytes() == data
    assert list(damaged(blobs)) == []
    assert sorted([*kept, digest]) == list(blobs.digests())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["write", "flush", "link"])
def test_a_full_disk_stores_nothing_and_recovers_alone(tmp_path: Path, call: str, code: int) -> None:
    DiskBlobs(tmp_path)
    full = DiskBlobs(tmp_path, system=System(**{call: failing(code)}))
    with pytest.raises(StorageFullError, match="free some space"):
        keep(full, b"abc")
    assert staged(tmp_path) == []
    assert list(full.digests()) == []
    assert keep(DiskBlobs(tmp_path), b"abc")


def test_a_disk_that_is_full_for_a_while_takes_the_next_file(tmp_path: Path) -> None:
    room = [0]

    def write(descriptor: int, data: memoryview) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "full")
        return os.write(descriptor, data)

    blobs = DiskBlobs(tmp_path, system=System(write=write))
    with pytest.raises(StorageFullError):
        keep(blobs, b"abc")
    room[0] = 1
    assert keep(blobs, b"abc")


@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS])
@pytest.mark.parametrize("call", ["write", "flush"])
def test_after_a_device_error_nothing_more_is_written(tmp_path: Path, call: str, code: int) -> None:
    kept = keep(DiskBlobs(tmp_path), b"before")
    calls: list[int] = []

    def once(*given: object) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OSError(code, os.strerror(code))
        return os.write(*given) if call == "write" else os.fsync(*given)  # type: ignore[arg-type, func-returns-value]

    blobs = DiskBlobs(tmp_path, system=System(**{call: once}))
    with blobs.stage() as upload:
        with pytest.raises(ReadOnlyError):
            _ = upload.write(b"abc"), upload.commit()
        # The kernel would report success this time: the pages are gone. So there is no second time.
        with pytest.raises(ValueError, match="failed"):
            upload.commit()
    with pytest.raises(ReadOnlyError, match="check the disk"):
        keep(blobs, b"def")
    assert len(calls) == 1
    assert staged(tmp_path) == []
    assert list(blobs.digests()) == [kept]
    with blobs.open(kept) as stream:
        assert stream.read() == b"before"


def test_a_commit_under_way_does_not_trust_a_device_that_failed_meanwhile(tmp_path: Path) -> None:
    broken = threading.Event()

    def flush(descriptor: int) -> None:
        if broken.is_set():
            raise OSError(errno.EIO, "broken")
        os.fsync(descriptor)

    blobs = DiskBlobs(tmp_path, system=System(flush=flush))
    with blobs.stage() as first:
        first.write(b"first")
        broken.set()
        with pytest.raises(ReadOnlyError):
            keep(blobs, b"second")
        broken.clear()
        with pytest.raises(ReadOnlyError):
            first.commit()
    assert list(blobs.digests()) == []


def test_a_device_that_gives_back_other_bytes_is_caught_before_the_acknowledgement(tmp_path: Path) -> None:
    def flush(descriptor: int) -> None:
        if not is_folder(descriptor):
            os.pwrite(descriptor, b"X", 1)
        os.fsync(descriptor)

    blobs = DiskBlobs(tmp_path, system=System(flush=flush))
    with pytest.raises(StorageError):
        keep(blobs, b"abc")
    assert list(blobs.digests()) == []
    assert staged(tmp_path) == []


def test_short_writes_are_continued(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path, system=System(write=lambda fd, data: os.write(fd, data[:3])))
    digest = keep(blobs, b"0123456789")
    assert file_of(tmp_path, digest).read_bytes() == b"0123456789"


def test_a_folder_that_cannot_be_flushed_is_left_to_its_server(tmp_path: Path) -> None:
    def flush(descriptor: int) -> None:
        if is_folder(descriptor):
            raise OSError(errno.EINVAL, "not here")
        os.fsync(descriptor)

    assert keep(DiskBlobs(tmp_path, system=System(flush=flush)), b"abc")


def test_a_file_system_without_links_renames(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path, system=System(link=failing(errno.EPERM)))
    digest = keep(blobs, b"abc")
    before = file_of(tmp_path, digest).stat().st_ino
    assert keep(blobs, b"abc") == digest
    assert file_of(tmp_path, digest).stat().st_ino == before
    assert staged(tmp_path) == []


def test_a_blob_deleted_while_its_bytes_arrive_again_is_stored_again(tmp_path: Path) -> None:
    tries: list[int] = []

    def link(source: Path, target: Path) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise FileExistsError(errno.EEXIST, "there a moment ago")
        os.link(source, target)

    assert keep(DiskBlobs(tmp_path, system=System(link=link)), b"abc")
    assert len(tries) == 2


def test_a_folder_that_may_not_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError) as caught:
        DiskBlobs(tmp_path / "file" / "store")
    assert "\n" not in str(caught.value)


def test_an_abandoned_staging_is_swept_and_a_live_one_is_not(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    code = (
        "import sys; from pathlib import Path; from storage.disk import DiskBlobs\n"
        "with DiskBlobs(Path(sys.argv[1])).stage() as upload:\n"
        "    upload.write(b'abc' * 1000); print('ready', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        assert len(staged(tmp_path)) == 1
        assert blobs.sweep() == 0
        assert len(staged(tmp_path)) == 1
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert len(staged(tmp_path)) == 1
    assert blobs.sweep() == 1
    assert staged(tmp_path) == []


def test_a_draft_swept_between_its_making_and_its_locking_is_made_again(tmp_path: Path) -> None:
    DiskBlobs(tmp_path)
    stop = threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            staging.sweep(tmp_path / "staging")

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        blobs = DiskBlobs(tmp_path)
        kept = {keep(blobs, str(n).encode()) for n in range(150)}
    finally:
        stop.set()
        sweeper.join()
    assert kept == set(blobs.digests())
    assert not list(damaged(blobs))


def test_a_link_made_by_a_process_that_died_then_is_kept_and_its_draft_swept(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    draft = tmp_path / "staging" / "dead.part"
    draft.write_bytes(b"abc")
    digest = named(hashlib.sha256(b"abc").hexdigest())
    target = file_of(tmp_path, digest)
    target.parent.mkdir(parents=True)
    os.link(draft, target)
    assert blobs.sweep() == 1
    assert keep(blobs, b"abc") == digest
    assert target.read_bytes() == b"abc"


def test_a_blob_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    digest = keep(blobs, b"abc")
    path = file_of(tmp_path, digest)
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageError) as caught:
        blobs.open(digest)
    assert not isinstance(caught.value, MissingBlobError)


ON_A_TINY_DISK = """
import json, os, sys
from datetime import UTC, datetime
from pathlib import Path
from storage.disk import DiskBlobs
from storage.errors import StorageFullError
from storage.sql import SqlRows, open_sqlite

root = Path(sys.argv[1])
now = datetime(2026, 11, 21, tzinfo=UTC)
blobs = DiskBlobs(root / "store")
rows = SqlRows(open_sqlite(root / "data" / "rows.db"))
told = {}

def keep(size):
    with blobs.stage() as upload:
        for _ in range(size // 4096):
            upload.write(os.urandom(4096))
        return upload.commit().digest

kept = keep(200 << 10)
try:
    keep(4 << 20)
except StorageFullError:
    told["too large"] = len(list((root / "store" / "staging").iterdir()))
second = keep(100 << 10)

ballast = root / "ballast"
with ballast.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
try:
    keep(4096)
except StorageFullError:
    told["nothing fits"] = len(list((root / "store" / "staging").iterdir()))
try:
    with rows.begin("t", now=now) as unit:
        unit.append("s", "e", actor="a", detail={"blob": "x" * 900_000})
        unit.add("k", "1", {"blob": "x" * 900_000})
except StorageFullError:
    with rows.read("t") as reading:
        told["row"] = [reading.get("k", "1"), list(reading.entries("s"))]
ballast.unlink()
third = keep(4096)
with rows.begin("t", now=now) as unit:
    unit.add("k", "1", {})
told["kept"] = sorted(blobs.digests()) == sorted({kept, second, third})
print(json.dumps(told))
"""


def test_a_really_full_disk(tmp_path: Path) -> None:
    mounting = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    if (
        shutil.which("unshare") is None
        or subprocess.run(
            [*alone, "sh", "-c", 'mount -t tmpfs -o size=2m tmpfs "$1"', "sh", str(tmp_path)],
            check=False,
            capture_output=True,
        ).returncode
    ):
        pytest.skip("this machine lets us mount no tmpfs; the same faults are injected above")
    done = subprocess.run(
        [*alone, "sh", "-c", mounting, "sh", str(tmp_path), sys.executable, ON_A_TINY_DISK],
        check=False,
        capture_output=True,
        cwd=REPOSITORY,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"too large": 0, "nothing fits": 0, "row": [None, []], "kept": True}
