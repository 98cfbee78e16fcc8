"""The one contract of all blob stores."""

from __future__ import annotations

import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from storage.blobs import Blob, Blobs, DigestMismatchError, MissingBlobError, Worm, damaged, hex_of, named

ABSENT = named("0" * 64)
NOT_DIGESTS = [
    "",
    "sha256:",
    "sha256:" + "0" * 63,
    "sha256:" + "A" * 64,
    "sha256:" + "０" * 64,
    "sha256:../../../../etc/passwd",
    "../../etc/passwd",
    "sha256:" + "0" * 64 + "\n",
    "0" * 64,
    "sha1:" + "0" * 64,
]


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def keep(blobs: Blobs, data: bytes, expected: str | None = None) -> Blob:
    with blobs.stage() as staging:
        staging.write(data)
        return staging.commit(expected)


def read(blobs: Blobs, digest: str) -> bytes:
    with blobs.open(digest) as stream:
        return stream.read()


@pytest.mark.parametrize("size", [0, 1, 65_537, 3_000_001])
def test_what_is_read_is_what_was_written(blobs: Blobs, size: int) -> None:
    data = os.urandom(size)
    blob = keep(blobs, data)
    assert blob == Blob(digest_of(data), size)
    assert read(blobs, blob.digest) == data
    assert blobs.stat(blob.digest) == blob
    with blobs.local(blob.digest) as path:
        assert path.read_bytes() == data


def test_it_is_hashed_while_it_is_written_in_pieces_of_any_kind(blobs: Blobs) -> None:
    with blobs.stage() as staging:
        assert (staging.size, staging.digest) == (0, digest_of(b""))
        assert staging.write(b"one ") == 4
        assert staging.write(bytearray(b"two ")) == 4
        assert (staging.size, staging.digest) == (8, digest_of(b"one two "))
        assert staging.write(memoryview(b"three")) == 5
        assert staging.write(b"") == 0
        blob = staging.commit()
    assert read(blobs, blob.digest) == b"one two three"


def test_nothing_is_seen_before_the_commit(blobs: Blobs) -> None:
    with blobs.stage() as staging:
        staging.write(b"early")
        assert blobs.stat(digest_of(b"early")) is None
        assert list(blobs.digests()) == []
        staging.commit()
        assert list(blobs.digests()) == [digest_of(b"early")]


def test_leaving_without_a_commit_leaves_nothing(blobs: Blobs) -> None:
    with blobs.stage() as staging:
        staging.write(b"never mind")
    with suppress(KeyError), blobs.stage() as staging:
        staging.write(b"never mind")
        raise KeyError
    assert list(blobs.digests()) == []
    assert blobs.sweep() == 0


def test_a_declared_digest_is_held_to(blobs: Blobs) -> None:
    assert keep(blobs, b"abc", digest_of(b"abc")).size == 3
    for wrong in [digest_of(b"abd"), *NOT_DIGESTS]:
        with pytest.raises(DigestMismatchError) as caught:
            keep(blobs, b"xyz", wrong)
        assert (caught.value.expected, caught.value.found) == (wrong, digest_of(b"xyz"))
    assert list(blobs.digests()) == [digest_of(b"abc")]
    assert blobs.sweep() == 0


def test_a_staging_ends_with_its_commit(blobs: Blobs) -> None:
    with blobs.stage() as staging:
        staging.write(b"abc")
        staging.commit()
        with pytest.raises(ValueError, match="committed"):
            staging.write(b"more")
        with pytest.raises(ValueError, match="committed"):
            staging.commit()
    with blobs.stage() as mismatched:
        mismatched.write(b"def")
        with pytest.raises(DigestMismatchError):
            mismatched.commit(ABSENT)
        with pytest.raises(ValueError, match="failed"):
            mismatched.commit()
    with blobs.stage() as left:
        left.write(b"ghi")
    with pytest.raises(ValueError, match="left"):
        left.commit()
    assert list(blobs.digests()) == [digest_of(b"abc")]


def test_the_same_bytes_are_the_same_blob(blobs: Blobs) -> None:
    assert keep(blobs, b"twice") == keep(blobs, b"twice")
    assert list(blobs.digests()) == [digest_of(b"twice")]


def test_the_same_bytes_from_many_at_once_are_one_blob(blobs: Blobs) -> None:
    data = os.urandom(200_000)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keep(blobs, data), range(16)))
    assert set(made) == {Blob(digest_of(data), len(data))}
    assert list(blobs.digests()) == [digest_of(data)]
    assert read(blobs, digest_of(data)) == data
    assert blobs.sweep() == 0


def test_different_bytes_from_many_at_once_are_all_there(blobs: Blobs) -> None:
    pieces = [os.urandom(50_000) for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: keep(blobs, data), pieces))
    assert list(blobs.digests()) == sorted(map(digest_of, pieces))
    assert all(read(blobs, digest_of(data)) == data for data in pieces)


def test_it_can_be_read_from_anywhere_in_it(blobs: Blobs) -> None:
    data = os.urandom(2_500_000)
    digest = keep(blobs, data).digest
    with blobs.open(digest) as stream:
        assert stream.seekable()
        assert stream.readable()
        assert stream.seek(-10, os.SEEK_END) == 2_499_990
        assert stream.read() == data[-10:]
        assert stream.read(1) == b""
        assert stream.seek(1_200_000) == 1_200_000
        assert stream.read(7) == data[1_200_000:1_200_007]
        assert stream.tell() == 1_200_007
        assert stream.seek(-7, os.SEEK_CUR) == 1_200_000
        assert stream.read(2_000_000) == data[1_200_000:]
        stream.seek(0)
        assert stream.read() == data
        stream.seek(5_000_000)
        assert stream.read() == b""


@pytest.mark.parametrize("digest", [ABSENT, *NOT_DIGESTS])
def test_what_is_not_there_is_missing_whatever_it_is_called(blobs: Blobs, digest: str) -> None:
    with pytest.raises(MissingBlobError) as caught:
        blobs.open(digest)
    assert caught.value.digest == digest
    with pytest.raises(MissingBlobError), blobs.local(digest):
        pass
    assert blobs.stat(digest) is None
    blobs.delete(digest)


def test_a_deleted_blob_is_gone_and_can_come_back(blobs: Blobs) -> None:
    digest = keep(blobs, b"abc").digest
    keep(blobs, b"def")
    blobs.delete(digest)
    assert blobs.stat(digest) is None
    assert list(blobs.digests()) == [digest_of(b"def")]
    blobs.delete(digest)
    assert keep(blobs, b"abc").digest == digest
    assert read(blobs, digest) == b"abc"


def test_a_sweep_spares_what_is_alive(blobs: Blobs) -> None:
    with blobs.stage() as staging:
        staging.write(b"still ")
        assert blobs.sweep() == 0
        staging.write(b"here")
        blob = staging.commit()
    assert read(blobs, blob.digest) == b"still here"


def test_a_local_copy_can_be_opened_by_another_program(blobs: Blobs) -> None:
    digest = keep(blobs, b"abc").digest
    with blobs.local(digest) as path:
        assert path.is_absolute()
        assert path.is_file()
        assert not path.is_symlink()
        assert subprocess.check_output(["cat", path]) == b"abc"
    assert blobs.sweep() == 0


def test_a_healthy_store_is_not_damaged(blobs: Blobs) -> None:
    for data in (b"", b"abc", os.urandom(100_000)):
        keep(blobs, data)
    assert list(damaged(blobs)) == []


def test_only_a_digest_has_digits() -> None:
    assert hex_of(ABSENT) == "0" * 64
    assert [hex_of(each) for each in NOT_DIGESTS] == [None] * len(NOT_DIGESTS)


def test_a_whole_file_is_taken_over_and_its_name_stays_its_owners(blobs: Blobs, tmp_path: Path) -> None:
    data = os.urandom(3_000_001)
    path = tmp_path / "whole"
    path.write_bytes(data)
    with blobs.adopt(path) as staging:
        assert (staging.size, staging.digest) == (len(data), digest_of(data))
        blob = staging.commit(digest_of(data))
    assert path.read_bytes() == data
    path.unlink()
    assert read(blobs, blob.digest) == data
    assert blobs.sweep() == 0


def test_a_file_that_is_not_taken_stays_and_nothing_is_stored(blobs: Blobs, tmp_path: Path) -> None:
    path = tmp_path / "whole"
    path.write_bytes(b"abc")
    with blobs.adopt(path) as staging, pytest.raises(DigestMismatchError):
        staging.commit(ABSENT)
    with blobs.adopt(path):
        pass
    assert path.read_bytes() == b"abc"
    assert list(blobs.digests()) == []


def test_it_says_whether_it_is_locked_and_links_to_no_other_text(blobs: Blobs) -> None:
    assert blobs.worm() is Worm.ABSENT
    for text in NOT_DIGESTS:
        with pytest.raises(MissingBlobError):
            blobs.link(text, disposition="attachment")
