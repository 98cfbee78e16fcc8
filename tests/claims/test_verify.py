from __future__ import annotations

import hashlib
import os
import random
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from claims.mismatch import NotABundleError, Wrong
from claims.signature import pem
from claims.verify import stamps, verify
from tests.claims.mutations import RECORDS, Files, TestSigner, kinds_for, mutate, resealed, rewritten


def contents(folder: Path) -> Files:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def lay(files: Files, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def pack(files: Files, path: Path, top: str = "packed anew/", *, deflate: bool = True) -> Path:
    """The files as another tool would zip them."""
    method = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(top + name, data)
    return path


@pytest.fixture(params=["unsigned", "signed"])
def files(request: pytest.FixtureRequest, unpacked: Path, signed: Path) -> Files:
    return contents(unpacked if request.param == "unsigned" else signed)


def test_every_change_to_a_folder_or_a_zip_is_caught(files: Files, tmp_path: Path) -> None:
    missed: list[tuple[int, str, str]] = []
    for seed in range(150):
        name, changed = mutate(files, seed, kinds_for(files) + RECORDS)
        if seed % 2:
            place = lay(changed, tmp_path / "changed")
        else:
            place = pack(changed, tmp_path / "changed.zip", deflate=seed % 4 == 0)
        if not verify(place):
            missed.append((seed, name, str(place)))
    assert missed == []


def test_all_of_it_written_anew_is_caught_by_the_key_and_by_nothing_else(
    files: Files, tmp_path: Path
) -> None:
    pinned = tmp_path / "key.pem"
    pinned.write_text(pem(TestSigner().key))
    for seed in range(6):
        place = lay(rewritten(files, random.Random(seed)), tmp_path / "changed")
        assert verify(place) == ()
        assert run_script(place).returncode == 0
        assert [m.wrong for m in verify(place, keys=[TestSigner().key])] == [Wrong.SIGNATURE]
        done = run_script(place, pinned=pinned)
        assert (done.returncode, b"not by a key in KEY.pem" in done.stdout) == (1, True)


def test_who_signed_is_told_and_held_against_the_key_that_is_given(signed: Path, tmp_path: Path) -> None:
    key = TestSigner().key
    assert verify(signed) == ()
    assert verify(signed, keys=[TestSigner(2).key, key]) == ()
    assert stamps(signed).signer == key
    done = run_script(signed)
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"SIGNED by {key}".encode() in done.stdout
    pinned = tmp_path / "keys.pem"
    pinned.write_text((pem(TestSigner(2).key) + pem(key)).replace("\n", "\r\n"))
    done = run_script(signed, pinned=pinned)
    assert (done.returncode, b"SIGNED by the key that you gave" in done.stdout) == (0, True)
    pinned.write_text("no key")
    assert run_script(signed, pinned=pinned).returncode == 1


SHELLS = [shell for shell in ("dash", "bash", "busybox", "sh") if shutil.which(shell)]


def run_script(
    folder: Path, shell: str = "sh", path: str | None = None, pinned: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    script = Path(sys.modules["claims"].__file__ or "").parent / "verify.sh"
    command = [shell, "sh"] if shell == "busybox" else [shell]
    environment = {**os.environ, **({"PATH": path} if path else {})}
    return subprocess.run(
        [*command, str(script), str(folder), *([str(pinned)] if pinned else [])],
        capture_output=True,
        check=False,
        env=environment,
        timeout=60,
    )


def test_every_change_to_a_folder_is_caught_by_the_script(files: Files, tmp_path: Path) -> None:
    missed: list[tuple[int, str]] = []
    for seed in range(1000, 1024):
        name, changed = mutate(files, seed)
        result = run_script(lay(changed, tmp_path / "changed"))
        if result.returncode != 1 or not result.stdout.startswith((b"ALTERED", b"This folder is no bundle")):
            missed.append((seed, name))
        assert result.stderr == b""
    assert missed == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_finds_a_clean_bag_intact(unpacked: Path, shell: str) -> None:
    for place in (unpacked, unpacked.parent / "outer"):
        if not place.exists():
            place.mkdir()
            unpacked.rename(place / "inner name")
        result = run_script(place, shell)
        assert (result.returncode, result.stderr) == (0, b"")
        assert b"INTACT: all 18 listed files" in result.stdout


@pytest.mark.parametrize("hasher", ["sha256sum", "openssl"])
def test_the_script_needs_nothing_but_coreutils_or_openssl(
    unpacked: Path, tmp_path: Path, hasher: str
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cat", "wc", "tr", "sort", hasher):
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed")
        (tools / name).symlink_to(found)
    shell = shutil.which("sh") or "/bin/sh"
    result = run_script(unpacked, shell, path=str(tools))
    assert (result.returncode, result.stderr) == (0, b"")
    (unpacked / "data" / "case.json").write_bytes(b"{}")
    result = run_script(unpacked, shell, path=str(tools))
    assert (result.returncode, result.stderr) == (1, b"")
    assert b"data/case.json: SHA-256 expected" in result.stdout


def test_without_openssl_the_script_says_that_it_did_not_check_the_signature(
    signed: Path, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cat", "wc", "tr", "sort", "sha256sum"):
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed")
        (tools / name).symlink_to(found)
    shell, pinned = shutil.which("sh") or "/bin/sh", tmp_path / "key.pem"
    result = run_script(signed, shell, path=str(tools))
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"SIGNATURE: not checked, that needs openssl 3." in result.stdout
    pinned.write_text(pem(TestSigner().key))
    result = run_script(signed, shell, path=str(tools), pinned=pinned)
    assert (result.returncode, b"openssl 3 is needed" in result.stdout) == (1, True)


def test_the_script_in_the_bag_is_the_one_of_the_package(unpacked: Path) -> None:
    script = Path(sys.modules["claims"].__file__ or "").parent / "verify.sh"
    assert (unpacked / "verify.sh").read_bytes() == script.read_bytes()
    assert script.read_bytes().startswith(b"#!/bin/sh\n")
    beside = subprocess.run(["sh", "verify.sh"], cwd=unpacked, capture_output=True, check=False)
    assert beside.returncode == 0


def test_the_script_names_every_mismatch_and_shows_no_raw_names(unpacked: Path) -> None:
    (unpacked / "data" / "case.json").unlink()
    (unpacked / "data" / "\x1b[31mred").write_bytes(b"")
    (unpacked / "data" / "empty").mkdir()
    (unpacked / "data" / "link").symlink_to("/etc/passwd")
    os.mkfifo(unpacked / "data" / "pipe")
    result = run_script(unpacked)
    assert result.returncode == 1
    for piece in (
        b"data/case.json: missing",
        b"data/??31mred: added",
        b"data/empty: added",
        b"data/link",
        b"data/pipe",
    ):
        assert piece in result.stdout
    assert b"\x1b" not in result.stdout


def test_the_script_says_so_where_there_is_no_bag(tmp_path: Path) -> None:
    result = run_script(tmp_path)
    assert result.returncode == 1
    assert b"no bundle" in result.stdout


# the zip itself


def test_any_byte_changed_in_the_zip_is_caught(bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        headers = [i.header_offset + n for i in archive.infolist() for n in range(30 + len(i.filename))]
        directory = archive.start_dir
    rng = random.Random(3)
    places = [
        *rng.sample(range(directory, len(whole)), 600),
        *range(len(whole) - 60, len(whole)),
        *rng.sample(headers, 250),
        *rng.sample(range(len(whole)), 50),
    ]
    place = tmp_path / "flipped.zip"
    missed: list[int] = []
    for at in places:
        place.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << rng.randrange(8))]) + whole[at + 1 :])
        try:
            found = verify(place)
        except NotABundleError:
            continue
        if not found:
            missed.append(at)
    assert missed == []


@pytest.mark.parametrize("packed_anew", [False, True])
def test_bytes_before_behind_and_between_are_caught(
    bundle: Path, tmp_path: Path, *, packed_anew: bool
) -> None:
    if packed_anew:
        with zipfile.ZipFile(bundle) as archive:
            files = {n.removeprefix("sixface-case-1/"): archive.read(n) for n in archive.namelist()}
        bundle = pack(files, tmp_path / "anew.zip", "x/", deflate=False)
        assert verify(bundle) == ()
    whole = bundle.read_bytes()
    place = tmp_path / "changed.zip"
    with zipfile.ZipFile(bundle) as archive:
        second = archive.infolist()[1].header_offset
    for changed in (
        b"MZ" + whole,
        whole + b"\0",
        whole[:-1],
        whole[: len(whole) // 2],
        whole[:second] + b"x" + whole[second:],
    ):
        place.write_bytes(changed)
        try:
            assert verify(place)
        except NotABundleError:
            assert packed_anew  # cut off, and nothing at its beginning says that it was ours


def test_packed_anew_by_others_it_is_still_intact(unpacked: Path, tmp_path: Path) -> None:
    files = contents(unpacked)
    for top in ("", "归档/", "Documents/"):
        assert verify(pack(files, tmp_path / "anew.zip", top)) == ()
    shutil.make_archive(str(tmp_path / "made"), "zip", unpacked.parent, unpacked.name)
    assert verify(tmp_path / "made.zip") == ()
    if shutil.which("zip"):
        subprocess.run(
            ["zip", "-qr", str(tmp_path / "z.zip"), unpacked.name], cwd=unpacked.parent, check=True
        )
        assert verify(tmp_path / "z.zip") == ()


@pytest.mark.parametrize(
    "name",
    [
        "/etc/x",
        "../x",
        "top/../../x",
        "C:\\x",
        "top\\x",
        "top/data/x\0y",
        "top/\x1b[2J",
        "beside.txt",
        "other/bagit.txt",
    ],
)
def test_names_that_could_harm_are_told_and_not_read(unpacked: Path, tmp_path: Path, name: str) -> None:
    path = pack(contents(unpacked), tmp_path / "wild.zip", "top/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name.replace("\0", "!")), b"x")
    if "\0" in name:
        path.write_bytes(path.read_bytes().replace(b"x!y", b"x\0y"))
    found = verify(path)
    assert any(m.wrong in {Wrong.UNSAFE, Wrong.ADDED} for m in found)
    assert all(m.says.text and str(m).isprintable() for m in found)


def test_doubled_and_colliding_names_are_told(unpacked: Path, tmp_path: Path) -> None:
    path = pack(contents(unpacked), tmp_path / "wild.zip", "top/")
    with zipfile.ZipFile(path, "a") as archive:
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("top/bagit.txt", b"x")
        archive.writestr("top/BAGIT.txt", b"x")
    unsafe = [m.path for m in verify(path) if m.wrong is Wrong.UNSAFE]
    assert unsafe == ["bagit.txt", "BAGIT.txt"]


def test_links_in_a_zip_or_a_folder_are_not_followed(unpacked: Path, tmp_path: Path) -> None:
    files = contents(unpacked)
    secret = tmp_path / "secret"
    secret.write_bytes(files.pop("data/case.json"))
    path = pack(files, tmp_path / "wild.zip", "top/")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("top/data/case.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(secret))
    assert Wrong.UNSAFE in {m.wrong for m in verify(path)}
    (unpacked / "data" / "case.json").unlink()
    (unpacked / "data" / "case.json").symlink_to(secret)
    assert Wrong.UNSAFE in {m.wrong for m in verify(unpacked)}


def test_a_bomb_is_not_unpacked(unpacked: Path, tmp_path: Path) -> None:
    files = contents(unpacked)
    files["data/case.json"] = bytes(50 << 20)
    path = pack(files, tmp_path / "bomb.zip")
    found = verify(path)
    assert any(m.wrong is Wrong.UNSAFE and "claims to unpack" in m.found for m in found)


def test_members_that_overlap_are_told(unpacked: Path, tmp_path: Path) -> None:
    path = pack(contents(unpacked), tmp_path / "over.zip", deflate=False)
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        directory, first = archive.start_dir, archive.infolist()[0]
    second = directory + 46 + len(first.filename)
    whole[second + 42 : second + 46] = struct.pack("<L", first.header_offset)
    path.write_bytes(whole)
    assert any("overlap" in m.found for m in verify(path))


def test_too_many_members_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/bagit.txt", b"")
    whole = bytearray(path.read_bytes())
    whole[-14:-10] = struct.pack("<HH", 65_000, 65_000)
    path.write_bytes(whole)
    with pytest.raises(NotABundleError, match="more than"):
        verify(path)


# what is no bundle


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", bytes(5000), b"\x1f\x8b" + bytes(100)])
def test_what_is_no_zip_is_no_bundle(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(NotABundleError):
        verify(path)


def test_other_zips_folders_and_absent_paths_are_no_bundles(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    pack({"a.txt": b"a"}, path)
    for place in (path, tmp_path, tmp_path / "absent", Path("/dev/null")):
        with pytest.raises(NotABundleError):
            verify(place)


def test_a_folder_of_one_bag_stands_for_the_bag(unpacked: Path) -> None:
    outer = unpacked.parent / "outer"
    outer.mkdir()
    unpacked.rename(outer / "x")
    assert verify(outer) == ()
    (outer / "beside").write_bytes(b"")
    with pytest.raises(NotABundleError):
        verify(outer)


# what is told


def test_all_mismatches_are_told_with_path_expected_and_found(unpacked: Path) -> None:
    original = unpacked / "data/originals/01-film.mp4"
    before, after = original.read_bytes(), b"x" * original.stat().st_size
    original.write_bytes(after)
    (unpacked / "data/ruleset.toml").unlink()
    (unpacked / "data/evil.sh").write_bytes(b"")
    found = {(m.wrong, m.path): m for m in verify(unpacked)}
    altered = found[Wrong.ALTERED, "data/originals/01-film.mp4"]
    assert altered.expected == f"sha256:{hashlib.sha256(before).hexdigest()}"
    assert altered.found == f"sha256:{hashlib.sha256(after).hexdigest()}"
    assert (Wrong.MISSING, "data/ruleset.toml") in found
    assert (Wrong.ADDED, "data/evil.sh") in found
    assert (Wrong.SUM, "bag-info.txt") in found
    assert (Wrong.RECORD, "data/case.json") in found


def test_swapped_originals_are_told_even_with_fresh_manifests(unpacked: Path) -> None:
    files = contents(unpacked)
    film, photo = "data/originals/01-film.mp4", "data/originals/02-photo.jpg"
    files[film], files[photo] = files[photo], files[film]
    resealed(files)
    found = {m.path for m in verify(lay(files, unpacked)) if m.wrong is Wrong.RECORD}
    assert found == {"data/reports/01-film/report.json", "data/reports/02-photo/report.json"}


def test_a_log_cut_at_its_end_is_told_even_with_fresh_manifests(unpacked: Path) -> None:
    files = contents(unpacked)
    path = "data/custody/case.jsonl"
    files[path] = b"".join(files[path].splitlines(keepends=True)[:-1])
    resealed(files)
    assert [m.path for m in verify(lay(files, unpacked)) if m.wrong is Wrong.CHAIN] == [path]
    assert run_script(unpacked).returncode == 1


def test_progress_is_told(bundle: Path) -> None:
    told: list[tuple[int, int]] = []
    verify(bundle, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
