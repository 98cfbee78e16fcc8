"""What `continuity` costs beyond decoding, by the size of the picture: `bench_continuity --cost`.

One drawn film with sound, as a phone writes it, in three sizes. With and without the check in turn, since a
machine's speed drifts; the median ratio of processor times counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, cast

import cv2

from evidence.checks.continuity import Continuity
from samples import generations
from samples.film import Shot, read, render, steady, write
from samples.footage import scene
from samples.paint import Picture
from samples.story import unboxing
from samples.track import room
from samples.truth import Sample, Truth, kept
from tests import examining
from tests.continuity.studio import described

SIZES: Final = ((1920, 1080), (1280, 720), (640, 360))
SECONDS: Final = 10
RATE: Final = 30
ROUNDS: Final = 7
MOST: Final = 0.35
"""Of the processor time of decoding alone."""


def table(folder: Path) -> Iterator[str]:
    """The figures in Markdown, one size a line."""
    yield "| picture | decoding | continuity beside it | of decoding | at most | met |"
    yield "|---|---|---|---|---|---|"
    for width, height in SIZES:
        alone, more, ratio = measured(film(folder, width, height).path)
        met = "yes" if ratio <= MOST else "**no**"
        yield f"| {width} x {height} | {alone:.2f} s | {more:.2f} s | {ratio:.2f} | {MOST} | {met} |"


def measured(path: Path) -> tuple[float, float, float]:
    """Processor seconds of decoding, of the check beside it, and the median of their ratios."""
    _spent(path, check=True)
    pairs = [(_spent(path, check=False), _spent(path, check=True)) for _ in range(ROUNDS)]
    more = [(alone, both - alone) for alone, both in pairs]
    return (
        statistics.median(alone for alone, _ in more),
        statistics.median(beyond for _, beyond in more),
        statistics.median(beyond / alone for alone, beyond in more),
    )


def _spent(path: Path, *, check: bool) -> float:
    begun = time.process_time()
    examining.examined(path, [Continuity()] if check else [])
    return time.process_time() - begun


def film(folder: Path, width: int, height: int) -> Sample:
    """The drawn film in one size; the smaller ones are shrunk, not drawn anew."""
    name = f"cost-{height}"

    def make(path: Path) -> Truth:
        sound = room(SECONDS + 1, 1)
        made = generations.recorded(list(_shots(folder, width, height)), sound=True)
        write(path, made.reel, made.encoding, sound.wave)
        return described(path, name, "original", "recorded")

    return kept(folder, name, f"{name}.mp4", make, by=("scene", "hands", "opened", "generations", "track"))


def _shots(folder: Path, width: int, height: int) -> Iterator[Shot]:
    if (width, height) == SIZES[0]:
        whole = scene(width, height, unboxing())
        yield from islice(render(whole, steady(RATE, SECONDS)), RATE * SECONDS)
        return
    for shot in read(film(folder, *SIZES[0]).path):
        small = cv2.resize(shot.picture, (width, height), interpolation=cv2.INTER_AREA)
        yield replace(shot, picture=cast("Picture", small))
