"""The corpus: more than 5,000 hostile files, each the same whenever it is drawn.

A file is named by its kind and number alone, so a report of "box lies 17" can be looked into.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.hostile import inventions, mutations
from tests.hostile.inventions import Bait
from tests.hostile.seeds import Form, Seed, seeds

ENDINGS: Final = ("mp4", "mov", "webm", "mkv", "3gp", "jpg", "png", "webp", "heic", "m3u8", "svg", "txt")
_ALL: Final[tuple[Form, ...]] = ("boxes", "ebml", "jpeg", "png", "webp")
_BOXES: Final[tuple[Form, ...]] = ("boxes",)
_PHOTO: Final = ("\xff\xd8\xff", "\x89PNG", "RIFF")


@dataclass(frozen=True)
class Hostile:
    """One file of the corpus."""

    kind: str
    number: int
    name: str
    """What its sender calls it."""
    data: bytes

    @property
    def profile(self) -> str:
        """The profile that its first bytes speak for, so that it comes as far as it can."""
        head = self.data[:12].decode("latin-1")
        photo = head.startswith(_PHOTO) or head[4:11] in {"ftyphei", "ftypmif"}
        return "defect_photo" if photo else "unboxing"


@dataclass(frozen=True)
class Kind:
    """One way of being hostile."""

    name: str
    count: int
    forms: tuple[Form, ...]
    make: Callable[[Random, bytes, Bait], bytes]


def _of(mutation: mutations.Mutation) -> Callable[[Random, bytes, Bait], bytes]:
    return lambda chance, data, _: mutation(chance, data)


KINDS: Final = (
    Kind("bits flipped", 680, _ALL, _of(mutations.flipped)),
    Kind("bits flipped in the head", 440, _ALL, _of(mutations.head_flipped)),
    Kind("cut short", 300, _ALL, _of(mutations.cut)),
    Kind("bytes put in or taken out", 300, _ALL, _of(mutations.spliced)),
    Kind("pieces shuffled", 160, _ALL, _of(mutations.shuffled)),
    Kind("numbers changed", 560, _ALL, _of(mutations.numbers_changed)),
    Kind("boxes that lie of their size", 480, _BOXES, _of(mutations.box_lies)),
    Kind("boxes swapped", 160, _BOXES, _of(mutations.boxes_swapped)),
    Kind("boxes doubled", 160, _BOXES, _of(mutations.box_doubled)),
    Kind("boxes nested", 100, _BOXES, _of(mutations.box_nested)),
    Kind("boxes renamed", 160, _BOXES, _of(mutations.box_renamed)),
    Kind("boxes emptied", 160, _BOXES, _of(mutations.box_emptied)),
    Kind("tables that lie", 460, _BOXES, _of(mutations.table_lies)),
    Kind("codecs renamed", 100, _BOXES, _of(mutations.codec_changed)),
    Kind("giant dimensions", 120, ("boxes", "jpeg", "png", "webp"), _of(mutations.giant)),
    Kind("elements that lie", 160, ("ebml",), _of(mutations.element_lies)),
    Kind("elements doubled", 100, ("ebml",), _of(mutations.element_doubled)),
    Kind("markers that lie", 140, ("jpeg",), _of(mutations.marker_lies)),
    Kind("scans repeated", 20, ("jpeg",), _of(mutations.scans_repeated)),
    Kind("chunks that lie", 160, ("png", "webp"), _of(mutations.chunk_lies)),
    Kind("many streams", 50, _BOXES, inventions.streams),
    Kind("many frames", 50, _BOXES, inventions.frames),
    Kind("words without end", 140, _ALL, inventions.metadata),
    Kind("large photos", 30, ("jpeg",), inventions.halves),
    Kind("polyglots", 160, _ALL, inventions.polyglot),
    Kind("lists that name others", 420, _ALL, inventions.listed),
    Kind("references to other files", 160, _BOXES, inventions.referring),
    Kind("archives", 80, _ALL, inventions.archive),
    Kind("chance behind a magic", 120, _ALL, inventions.noise),
)
TOTAL: Final = sum(kind.count for kind in KINDS)


def drawn(kind: Kind, number: int, bait: Bait) -> Hostile:
    """That file of that kind."""
    chance = Random(f"sixface {kind.name} {number}")
    fitting: list[Seed] = [seed for seed in seeds() if seed.form in kind.forms]
    data = kind.make(chance, fitting[number % len(fitting)].data, bait)
    return Hostile(kind.name, number, f"film {number}.{chance.choice(ENDINGS)}", data)


def corpus(bait: Bait) -> Iterator[Hostile]:
    """All of it, kind by kind, no bytes twice."""
    seen: set[bytes] = set()
    for kind in KINDS:
        for number in range(kind.count):
            found = drawn(kind, number, bait)
            digest = hashlib.sha256(found.data).digest()
            if digest not in seen:
                seen.add(digest)
                yield found


def sample(bait: Bait, count: int, seed: int = 0) -> list[Hostile]:
    """So many of it, of each kind at least one."""
    chance = Random(seed)
    every = [(kind, number) for kind in KINDS for number in range(kind.count)]
    chosen = [(kind, chance.randrange(kind.count)) for kind in KINDS]
    rest = [each for each in every if each not in set(chosen)]
    chosen += chance.sample(rest, max(0, min(len(rest), count - len(chosen))))
    return [drawn(kind, number, bait) for kind, number in chosen]
