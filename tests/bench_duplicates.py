"""How well copies are found again, and how seldom other files are: the tables of `make bench-duplicates`.

Copies are made of the sample `small` and of real films and photos, where those are there. Films
are looked at through the real decoder and the real check; its cost is the processor time of its
own calls, the small views it asks for included.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np

import samples
from evidence import decode, gate, profile
from evidence.checks.duplicate import Duplicate
from evidence.imprint import distance, hexadecimal, terms, turned
from evidence.model import Expectation, Footage, Imprint
from evidence.recurrence import ALIKE, recurrence
from evidence.timeline import ZERO
from samples.story import unboxing
from tests.evidence.copies import (
    FILMS,
    NOW,
    PHOTOS,
    bits_of,
    copied,
    footage_of,
    neighbours_in,
    photos_in,
    picture_of,
    recoded,
    staged,
)
from tests.evidence.fakes import FakeAlbum

ROOT = Path(__file__).resolve().parents[1]
REAL = ("iphone6_game_box.mov", "arjs_magic-book.mp4")
"""Of the real films those of which copies are made."""

look = cache(footage_of)


def graded(pairs: Iterable[tuple[Footage, Footage]]) -> Counter[str]:
    """How many pairs are told, by grade; `none` for those of which nothing is."""
    found = (recurrence(a, b) for a, b in pairs)
    return Counter(one.grade.value if one else "none" for one in found)


def film_copies(films: list[Path], folder: Path) -> Iterator[str]:
    yield "| copy of a film | strong | looks like it | not found | weakest rhythm |\n|---|---|---|---|---|"
    for name, how in FILMS.items():
        print(f"copying: {name} ...", file=sys.stderr)
        pairs = [(footage_of(copied(film, folder / "copy.mp4", how)), look(film)) for film in films]
        told = graded(pairs)
        rhythms = [one.rhythm for a, b in pairs if (one := recurrence(a, b)) and one.rhythm is not None]
        weakest = f"{min(rhythms):.2f}" if rhythms else "-"
        yield f"| {name} | {told['strong']} | {told['unsure']} | {told['none']} | {weakest} |"


def photo_copies(pictures: list[np.ndarray]) -> Iterator[str]:
    yield f"| copy of a photo | found, of {len(pictures)} | of these through the index |\n|---|---|---|"
    for name, (change, quality) in PHOTOS.items():
        pairs = [(bits_of(recoded(picture, change, quality)), bits_of(picture)) for picture in pictures]
        found = [(a, b) for a, b in pairs if min(distance(a, way) for way in turned(b)) <= ALIKE]
        met = sum(bool({*terms(a)} & {*terms(b)}) for a, b in found)
        yield f"| {name} | {len(found)} | {met} |"


def false_matches(films: list[Path], pictures: list[np.ndarray], folder: Path) -> Iterator[str]:
    yield "| pairs of different things | pairs | strong | looks like it |\n|---|---|---|---|"
    photos = [
        Footage(kind="photo", imprints=(Imprint(at=0, bits=hexadecimal(bits_of(each))),)) for each in pictures
    ]
    desk = [samples.make("small", folder).path, *neighbours_in(folder)]
    alike = [staged(unboxing(), seed, folder / f"alike-{seed}.mp4") for seed in (20, 21, 22)]
    kinds: dict[str, list[tuple[Footage, Footage]]] = {
        "films": list(combinations(map(look, films), 2)),
        "photos": list(combinations(photos, 2)),
        "photo and film": [(a, look(b)) for a in photos for b in films],
        "other parcels, one table and routine, other pace": list(combinations(map(look, desk), 2)),
        "one box but for its number, moved exactly alike": list(combinations(map(look, alike), 2)),
    }
    for name, pairs in kinds.items():
        told = graded(pairs)
        yield f"| {name} | {len(pairs)} | {told['strong']} | {told['unsure']} |"


def costs(film: Path) -> Iterator[str]:
    """Of the check alone, on that film, and of one comparison."""
    check, spent = Duplicate(), 0.0
    with film.open("rb") as file:
        sniffed = gate.sniff(file)
        limits = profile.load("unboxing").limits
        source = decode.open_film(file, sniffed, limits=limits, expected=Expectation(), now=NOW)
        observer, due = check.start(source.media, FakeAlbum()), ZERO
        whole = time.process_time()
        for frame in source.frames():
            if frame.at >= due:
                begun = time.process_time()
                observer.see(frame)
                spent += time.process_time() - begun
                due = frame.at + check.every
        begun = time.process_time()
        (finding,) = observer.conclude(source.ending)
        spent += time.process_time() - begun
        whole = time.process_time() - whole
    assert finding.footage
    size = len(finding.model_dump_json())
    begun = time.process_time()
    for _ in range(20):
        recurrence(finding.footage, finding.footage)
    each = (time.process_time() - begun) / 20
    yield "| cost | |\n|---|---|"
    yield f"| the check, {film.name}, of {whole:.1f} s with decoding | {spent:.2f} s |"
    yield f"| its finding in the report ({len(finding.footage.imprints)} pictures) | {size / 1000:.1f} kB |"
    yield f"| one comparison, the film with itself | {each * 1000:.1f} ms |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="real media")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        small = samples.make("small", folder).path
        real = sorted((asked.data / "video").glob("*.m*"))
        # The same clip in four rotations, and one film under two wrappers, are one each.
        distinct = [path for path in real if not path.name.startswith("decord") or "_0." in path.name]
        distinct += sorted((asked.data / "provenance").glob("video1.mp4"))
        pictures = [picture_of(path) for path in photos_in(folder, asked.data)]
        tables = (
            photo_copies(pictures),
            false_matches([small, *distinct], pictures, folder),
            film_copies([small, *(path for path in real if path.name in REAL)], folder),
            costs(samples.make("hero", folder).path),
        )
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}")
        for table in tables:
            print("", *table, sep="\n", flush=True)


if __name__ == "__main__":
    main()
