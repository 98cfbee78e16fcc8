from __future__ import annotations

import hashlib
import io
import json
import random
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import bagit
import pytest

from claims.bundle import BundleError, SpoiledError, UnmetError
from claims.case import ExhibitKind
from claims.verify import verify


def test_bagit_python_calls_it_valid(unpacked: Path) -> None:
    assert bagit.Bag(str(unpacked)).validate()


def test_the_same_plan_makes_the_same_bytes(desk: Any) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    sealed = desk.seal(first)
    desk.reports = dict(reversed(desk.reports.items()))
    desk.custody = dict(reversed(desk.custody.items()))
    assert desk.seal(second) == sealed
    assert first.getvalue() == second.getvalue()
    assert sealed.digest == f"sha256:{hashlib.sha256(first.getvalue()).hexdigest()}"
    assert sealed.size == len(first.getvalue())


def test_originals_go_in_bit_for_bit_under_our_names(desk: Any, bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        for name, exhibit in zip(
            ("01-film.mp4", "02-photo.jpg", "03-document.bin"), desk.case.exhibits, strict=True
        ):
            assert archive.read(f"sixface-case-1/data/originals/{name}") == desk.blobs[exhibit.digest]
        assert all(name.isascii() and ".." not in name for name in archive.namelist())


def test_what_users_called_their_files_is_data_in_json_only(desk: Any, bundle: Path) -> None:
    name = desk.case.exhibits[0].name
    with zipfile.ZipFile(bundle) as archive:
        case = json.loads(archive.read("sixface-case-1/data/case.json"))
        assert case["exhibits"][0]["name"] == name
        readme = archive.read("sixface-case-1/README.txt")
    assert "长长长".encode() not in readme
    assert b"passwd" not in readme
    assert verify(bundle) == ()


def test_the_ruleset_goes_in_as_it_was_read(desk: Any, bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.read("sixface-case-1/data/ruleset.toml").decode() == desk.ruleset.text


def test_an_incomplete_case_is_sealed_only_on_demand_and_says_so(desk: Any, tmp_path: Path) -> None:
    desk.reports = {}
    with pytest.raises(UnmetError, match="still open: V-02") as refused:
        desk.seal(io.BytesIO())
    assert "V-07" in refused.value.unmet
    path = tmp_path / "incomplete.zip"
    with path.open("wb") as out:
        sealed = desk.seal(out, incomplete=True)
    assert sealed.incomplete == refused.value.unmet
    assert verify(path) == ()
    with zipfile.ZipFile(path) as archive:
        top = sealed.folder
        assert "Sixface-Completeness: incomplete: V-02" in archive.read(f"{top}/bag-info.txt").decode()
        readme = archive.read(f"{top}/README.txt").decode()
        assert "INCOMPLETE" in readme
        assert "不完整" in readme
        assert json.loads(archive.read(f"{top}/data/assessment.json"))["readiness"] == "open"


def test_a_complete_one_says_that_too(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        info = archive.read("sixface-case-1/bag-info.txt").decode()
    assert "Sixface-Completeness: complete\n" in info
    assert "Sixface-Worm: absent\n" in info
    assert "Bagging-Date: 2026-11-21\n" in info


@pytest.mark.parametrize("damage", ["flip", "shorten", "lengthen"])
def test_a_spoiled_blob_stops_the_sealing(desk: Any, damage: str) -> None:
    digest = desk.case.exhibits[0].digest
    data = desk.blobs[digest]
    desk.blobs[digest] = {
        "flip": data[:-1] + bytes([data[-1] ^ 1]),
        "shorten": data[:-1],
        "lengthen": data + b"x",
    }[damage]
    with pytest.raises(SpoiledError) as spoiled:
        desk.seal(io.BytesIO())
    assert spoiled.value.digest == digest


def test_a_broken_chain_is_not_sealed(desk: Any) -> None:
    lines = desk.custody["case-1"].splitlines(keepends=True)
    desk.custody["case-1"] = lines[0] + lines[2]
    with pytest.raises(BundleError, match=r"custody/case\.jsonl is broken at line 2"):
        desk.seal(io.BytesIO())


def test_parts_of_another_case_are_refused(desk: Any) -> None:
    desk.custody["stranger"] = ""
    with pytest.raises(ValueError, match="stranger"):
        desk.seal(io.BytesIO())


@pytest.mark.parametrize(
    "path", ["../face.jpg", "/etc/passwd", "stills/../x.jpg", "stills/.x", "stills/a/b.jpg", "stills/面.jpg"]
)
def test_a_still_with_a_wild_path_is_refused(desk: Any, path: str) -> None:
    digest = desk.case.exhibits[0].digest
    report = desk.reports[digest]
    wild = report.stills[0].model_copy(update={"path": path})
    desk.reports[digest] = report.model_copy(update={"stills": (wild,)})
    with pytest.raises(ValueError, match="still"):
        desk.seal(io.BytesIO())


def test_memory_stays_flat_while_a_large_film_goes_in(desk: Any) -> None:
    class Zeros(io.RawIOBase):
        """Forty-eight megabytes, made as they are read."""

        def __init__(self) -> None:
            self.left = 48 << 20

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            count = min(len(buffer), self.left)
            buffer[:count] = bytes(count)
            self.left -= count
            return count

    class Nowhere:
        def write(self, data: bytes) -> int:
            return len(data)

    found = hashlib.sha256()
    for _ in range(48):
        found.update(bytes(1 << 20))
    digest = f"sha256:{found.hexdigest()}"
    document = desk.case.exhibits[2].model_copy(update={"digest": digest, "size": 48 << 20})
    desk.case = desk.case.without_exhibit("chat").with_exhibit(document)
    small = desk.open
    desk.open = lambda wanted: io.BufferedReader(Zeros()) if wanted == digest else small(wanted)
    tracemalloc.start()
    desk.seal(Nowhere())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_progress_ends_at_the_whole(desk: Any) -> None:
    from claims.bundle import plan, write  # noqa: PLC0415 - this test alone seals by hand

    planned = plan(
        desk.case,
        desk.ruleset,
        desk.assessment,
        reports=desk.reports,
        pages=desk.pages,
        custody=desk.custody,
        sealed_at=desk.assessment.assessed_at,
        engine="sixface 0.1.0",
    )
    told: list[tuple[int, int]] = []
    write(planned, desk.open, io.BytesIO(), progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)


@pytest.mark.parametrize("seed", range(8))
def test_bundles_of_varied_content_raise_no_alarm(empty_desk: Any, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    for number in range(rng.randrange(0, 12)):
        empty_desk.add(
            f"e{number}", rng.randbytes(rng.randrange(0, 5000)), rng.choice(list(ExhibitKind)), "片" * number
        )
    path = tmp_path / "bundle.zip"
    with path.open("wb") as out:
        empty_desk.seal(out, incomplete=True)
    assert verify(path) == ()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
    assert verify(tmp_path / "out") == ()
    assert bagit.Bag(str(tmp_path / "out" / "sixface-case-1")).validate()
