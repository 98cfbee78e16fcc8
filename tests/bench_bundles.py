"""How surely changes of a bundle are caught, and what sealing costs: `python -m tests.bench_bundles`.

`--mutations N` (1,200 unless told) changes are tried on three bundles (not signed; signed; signed and
stamped by a time-stamping authority of our own) as unpacked folders by `verify.sh` (sh, coreutils, openssl)
and by `sixface verify` (in process; every 60th by its command line); N/4 more flip single bytes of the
zips themselves. Changes that write a whole bag anew are listed apart: without a key from elsewhere
nothing can tell them. `--gb 1.0` sets the size of the evidence that is sealed beside `sha256sum`.
`--shell NAME` takes another shell.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.verifying import examine
from claims import bag, stamped
from claims.case import Exhibit, ExhibitKind
from claims.mismatch import NotABundleError
from claims.signature import Signer, pem
from claims.verify import verify
from storage import notary
from storage.disk import DiskBlobs
from storage.staging import hash_of
from tests.authority import Authority
from tests.claims.conftest import NOW, bare, filled
from tests.claims.mutations import Files, TestSigner, kinds_for, mutate, rewritten

SCRIPT: Final = Path(sys.modules["claims"].__file__ or "").with_name("verify.sh")
TOP: Final = "sixface-case-1"
MB: Final = 1 << 20


@dataclass
class Sealed:
    """A bundle as a zip and as files, and what is given to whoever verifies it."""

    name: str
    zip: Path
    roots: Path | None = None
    files: Files = field(default_factory=dict[str, bytes])

    def __post_init__(self) -> None:
        with zipfile.ZipFile(self.zip) as archive:
            self.files = {n.removeprefix(f"{TOP}/"): archive.read(n) for n in archive.namelist()}


@dataclass
class Score:
    """How many changes of a kind there were, and how many each verifier caught."""

    tried: int = 0
    script: int = 0
    program: int = 0


class Table:
    """Scores by bundle and kind, and what escaped."""

    def __init__(self) -> None:
        self.scores: dict[tuple[str, str], Score] = {}
        self.escaped: list[str] = []

    def note(self, name: str, kind: str, seed: int, *, script: bool | None, program: bool | None) -> None:
        score = self.scores.setdefault((name, kind), Score())
        score.tried += 1
        score.script += bool(script)
        score.program += bool(program)
        if script is False or program is False:
            self.escaped.append(f"{name}, {kind}, seed {seed}: verify.sh {script}, sixface verify {program}")

    def show(self) -> None:
        print("| bundle | kind | tried | verify.sh | sixface verify |\n|---|---|---|---|---|")
        for (name, kind), score in sorted(self.scores.items()):
            script = "-" if kind.startswith("zip") else score.script
            print(f"| {name} | {kind} | {score.tried} | {script} | {score.program} |")
        tried = sum(score.tried for score in self.scores.values())
        print(f"\n{tried} changes, {len(self.escaped)} escaped.", *self.escaped, sep="\n")


def lay(files: Files, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def pack(files: Files, path: Path) -> Path:
    """As another tool would zip them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"anew/{name}", data)
    return path


def script_says(shell: str, folder: Path, *more: Path | None) -> bool:
    """Whether `verify.sh` calls the folder altered."""
    words = [shell, str(SCRIPT), str(folder), *(str(each) for each in more if each)]
    done = subprocess.run(words, capture_output=True, check=False, timeout=120)
    assert done.returncode in {0, 1}, done
    assert done.stderr == b"", done
    return done.returncode == 1


def program_says(place: Path, roots: Path | None, keys: tuple[str, ...] | None = None) -> bool:
    try:
        return examine(place, roots=roots.read_bytes() if roots else None, keys=keys).altered
    except NotABundleError:
        return True


def command_says(place: Path, roots: Path | None) -> bool:
    """The same by the command line, in a process of its own."""
    words = [str(Path(sys.executable).with_name("sixface")), "verify", str(place)]
    words += ["--roots", str(roots)] if roots else []
    return subprocess.run(words, capture_output=True, check=False).returncode != 0


def sealed(folder: Path) -> Iterator[Sealed]:
    """The three bundles."""

    def write(name: str, signer: Signer | None) -> Path:
        path = folder / f"{name}.zip"
        with path.open("wb") as out:
            filled(bare(), random.Random(1)).seal(out, signer=signer)
        return path

    yield Sealed("not signed", write("plain", None))
    signed = write("signed", TestSigner())
    yield Sealed("signed", signed)
    authority = Authority(folder / "authority")
    timed = folder / "stamped.zip"
    with signed.open("rb") as source, timed.open("wb") as out:
        seal = stamped.seal_of(source)
        tokens = [authority.answer(notary.ask(seal).body) for _ in range(2)]
        stamped.write(source, tokens, out, TestSigner())
    yield Sealed("signed, stamped", timed, authority.roots)


def mutations(bundles: list[Sealed], folder: Path, count: int, shell: str) -> Table:
    """Every kind in turn on every bundle, by both verifiers."""
    table = Table()
    for number in range(count):
        bundle = bundles[number % len(bundles)]
        kinds = kinds_for(bundle.files)
        kind, changed = mutate(bundle.files, number, (kinds[number // len(bundles) % len(kinds)],))
        place = lay(changed, folder / "changed")
        script = script_says(shell, place, bundle.roots)
        if number % 2:
            place = pack(changed, folder / "changed.zip")
        program = program_says(place, bundle.roots)
        if number % 60 == 0:
            program = program and command_says(place, bundle.roots)
        table.note(bundle.name, kind, number, script=script, program=program)
    rng = random.Random(7)
    for number in range(count // 4):
        bundle = bundles[number % len(bundles)]
        whole = bytearray(bundle.zip.read_bytes())
        whole[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        place = folder / "flipped.zip"
        place.write_bytes(whole)
        table.note(bundle.name, "zip: flip", number, script=None, program=program_says(place, bundle.roots))
    return table


def rewrites(bundles: list[Sealed], folder: Path, count: int, shell: str) -> None:
    """What nothing in a bag can show, and a key from elsewhere does."""
    pinned = folder / "key.pem"
    pinned.write_text(pem(TestSigner().key))
    found: Counter[str] = Counter()
    for number in range(count):
        bundle = bundles[number % len(bundles)]
        place = lay(rewritten(bundle.files, random.Random(number)), folder / "changed")
        found["verify.sh"] += script_says(shell, place)
        found["sixface verify"] += program_says(place, None)
        found["verify.sh FOLDER KEY.pem"] += script_says(shell, place, pinned)
        found["sixface verify --key"] += program_says(place, None, (TestSigner().key,))
    print(f"\nWhole bags written anew ({count}), caught by: ", end="")
    print(", ".join(f"{name} {caught}" for name, caught in found.items()))


def alarms(bundles: list[Sealed], folder: Path, shell: str) -> None:
    """Bundles that nobody changed: as sealed, unpacked, and packed anew by others."""
    tried = false = 0
    pinned = folder / "key.pem"
    for bundle in bundles:
        unpacked = lay(bundle.files, folder / "clean")
        anew = [bundle.zip, unpacked, pack(bundle.files, folder / "anew.zip")]
        shutil.make_archive(str(folder / "shutil"), "zip", folder, "clean")
        anew.append(folder / "shutil.zip")
        if shutil.which("zip"):
            (folder / "z.zip").unlink(missing_ok=True)
            subprocess.run(["zip", "-qr", "z.zip", "clean"], cwd=folder, check=True)
            anew.append(folder / "z.zip")
        keys = (TestSigner().key,) if bag.SIGNATURE in bundle.files else None
        answers = [program_says(place, bundle.roots, keys) for place in anew]
        answers += [script_says(shell, unpacked, bundle.roots, pinned if keys else None)]
        answers += [script_says(shell, unpacked)]
        tried += len(answers)
        false += sum(answers)
    for seed in range(60):
        desk, rng = bare(), random.Random(seed)
        for number in range(rng.randrange(8)):
            kind = rng.choice(list(ExhibitKind))
            desk.add(f"e{number}", rng.randbytes(rng.randrange(5000)), kind, "片" * number)
        path = folder / "varied.zip"
        with path.open("wb") as out:
            desk.seal(out, incomplete=True, signer=TestSigner() if seed % 2 else None)
        false += program_says(path, None)
        with zipfile.ZipFile(path) as archive:
            shutil.rmtree(folder / "varied", ignore_errors=True)
            archive.extractall(folder / "varied")
        false += script_says(shell, folder / "varied")
        tried += 2
    print(f"\nFalse alarms: {false} of {tried} looks at bundles that nobody changed.")


def same(folder: Path) -> None:
    """The same case sealed by four processes, whose dictionaries are ordered otherwise."""
    digests: set[str] = set()
    for seed in range(4):
        words = [sys.executable, "-m", "tests.bench_bundles", "--seal", str(folder / f"same-{seed}.zip")]
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "TZ": ("UTC", "Asia/Shanghai")[seed % 2]}
        subprocess.run(words, check=True, env=environment)
        digests.add(hash_of(folder / f"same-{seed}.zip"))
    print(f"\nThe same case sealed in four processes: {len(digests)} different zip(s).")


def large(folder: Path, size: int) -> None:
    """Evidence of that size sealed into the store, beside `sha256sum` over it; medians of three."""
    film = folder / "film.bin"
    with film.open("wb") as out:
        for _ in range(size // MB):
            out.write(os.urandom(MB))
    spent: dict[str, list[float]] = {"sha256sum": [], "write": [], "stored": []}
    peak = 0
    for _ in range(3):
        spent["sha256sum"].append(_timed(["sha256sum", str(film)]))
        for how in ("write", "stored"):
            words = [sys.executable, "-m", "tests.bench_bundles", "--large", str(film), "--how", how]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            seconds, memory = done.stdout.split()
            spent[how].append(float(seconds))
            peak = max(peak, int(memory))
    base = sorted(spent["sha256sum"])[1]
    print(f"\n| {size / MB:.0f} MiB of evidence | s, median of 3 | speed of sha256sum |\n|---|---|---|")
    for how, seconds in spent.items():
        middle = sorted(seconds)[1]
        print(f"| {how} | {middle:.2f} ({', '.join(f'{s:.2f}' for s in seconds)}) | {base / middle:.2f} |")
    print(f"\nPeak memory of the sealing process: {peak / 1024:.0f} MiB.")


def seal_large(film: Path, how: str) -> None:
    """Print the seconds and the peak memory (KiB) of sealing that file: to a file, or into a store."""
    digest, size = hash_of(film), film.stat().st_size
    desk = bare()
    exhibit = Exhibit(
        id="film",
        evidence_id="ev-film",
        digest=digest,
        size=size,
        name="film.mov",
        kind=ExhibitKind.FILM,
        added_at=NOW,
    )
    desk.case = desk.case.with_exhibit(exhibit)
    desk.open = lambda _digest: film.open("rb")
    with tempfile.TemporaryDirectory(dir=film.parent) as folder:
        begun = time.perf_counter()
        if how == "write":
            with (Path(folder) / "bundle.zip").open("wb") as out:
                desk.seal(out, incomplete=True, signer=TestSigner())
        else:
            with DiskBlobs(Path(folder)).stage() as staging:
                made = desk.seal(staging, incomplete=True, signer=TestSigner())
                staging.commit(made.digest)
        spent = time.perf_counter() - begun
    print(f"{spent:.3f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")


def dossier() -> None:
    """Processor time of the PDF of a case with a film, photos and six faces, in a process of its own."""
    from tests.api.paper.test_press import gathered, pressed  # noqa: PLC0415 - needs the extra

    spans: list[float] = []
    for _ in range(6):
        begun = time.process_time()
        size = len(pressed(gathered(), "zh"))
        spans.append(time.process_time() - begun)
    first, later = spans[0], sorted(spans[1:])[2]
    print(
        f"\nThe PDF of a normal case: {first:.2f} s of processor time at first, then {later:.2f} s;", end=""
    )
    print(f" {size / 1000:.0f} kB.")


def _timed(words: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=1200)
    parser.add_argument("--gb", type=float, default=1.0)
    parser.add_argument("--shell", default="sh")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seal", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--large", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--how", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.seal:
        with asked.seal.open("wb") as out:
            filled(bare(), random.Random(1)).seal(out, signer=TestSigner())
        return
    if asked.large:
        seal_large(asked.large, asked.how)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        bundles = list(sealed(folder))
        assert all(verify(bundle.zip) == () for bundle in bundles)
        if asked.mutations:
            mutations(bundles, folder, asked.mutations, asked.shell).show()
            rewrites(bundles, folder, asked.mutations // 20, asked.shell)
            alarms(bundles, folder, asked.shell)
        same(folder)
        if asked.gb:
            large(folder, int(asked.gb * 1e9))
        dossier()


if __name__ == "__main__":
    main()
