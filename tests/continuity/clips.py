"""The clips of both sets: every source in its forged, authentic and mishap versions.

What is drawn for a clip depends on its name alone, so that sets do not change when clips are added. Clips are
kept under `bench/continuity` and made again when what makes them changes.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from samples.film import write
from samples.truth import Sample, Truth, kept
from tests.continuity import sources
from tests.continuity.forged import FORGED
from tests.continuity.honest import HARD, PLAIN
from tests.continuity.sources import Source
from tests.continuity.studio import Recipe, Studio, described, written

MAKERS = ("forge", "joins", "mishaps", "sprite", "track", "packets", "visibility", "generations", "film")
"""Modules that a clip is made by."""
RECIPES: Mapping[str, Mapping[str, Recipe]] = {"forged": FORGED, "plain": PLAIN, "hard": HARD}
KINDS: Mapping[str, tuple[str, ...]] = {
    "forged": tuple(FORGED),
    "plain": ("original", *PLAIN),
    "hard": tuple(HARD),
}


@dataclass(frozen=True)
class Clip:
    """One version of one source."""

    source: Source
    kind: str
    group: str
    """`forged`, `plain` or `hard`."""

    @property
    def name(self) -> str:
        return f"{self.source.name}-{self.kind}"

    def sample(self, studio: Studio) -> Sample | None:
        """The clip with its truth, made where it is not there; None where the source is too short for it."""
        if self.kind == "original":
            return studio.original
        note = studio.folder / f"{self.name}.none"
        also = written("studio", "forged" if self.group == "forged" else "honest")
        also += str(zlib.crc32(studio.original.path.read_bytes()))
        if note.is_file() and note.read_text() == also:
            return None
        recipe = RECIPES[self.group][self.kind]
        ending = {"remuxed": "mkv"}.get(self.kind, "mp4")
        if self.kind == "native" and self.source.file:
            ending = self.source.file.suffix[1:]

        def make(path: Path) -> Truth:
            made = recipe(studio, np.random.default_rng(zlib.crc32(self.name.encode())), path)
            if made is None:
                raise UnfitError
            if isinstance(made, tuple):
                return described(path, self.source.name, self.kind, "copied", made)
            write(
                path, made.generation.reel, made.generation.encoding, made.track.wave if made.track else None
            )
            return described(path, self.source.name, self.kind, made.finish, made.events)

        try:
            return kept(studio.folder, self.name, f"{self.name}.{ending}", make, by=MAKERS, also=also)
        except UnfitError:
            note.write_text(also)
            return None


class UnfitError(Exception):
    """The source cannot have this version."""


def clips(which: str) -> tuple[Clip, ...]:
    """All clips of a set, source by source."""
    made: list[Clip] = []
    for source in getattr(sources, which)():
        groups = {"plain": ("original", "messenger")} if source.plain else KINDS
        made += [Clip(source, kind, group) for group, kinds in groups.items() for kind in kinds]
    return tuple(made)


def studios(which: str, folder: Path) -> Mapping[str, Studio]:
    """Source -> what its clips start from; nothing is made yet."""
    films = [source for source in getattr(sources, which)() if not source.plain]
    found: dict[str, Studio] = {}
    for source in getattr(sources, which)():
        names = [s.name for s in films]
        after = names[(names.index(source.name) + 1) % len(names)] if source.name in names else names[0]
        found[source.name] = Studio(source, folder, lambda after=after: found[after])
    return found
