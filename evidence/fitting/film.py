"""A film that has to fit: two passes of FFmpeg, again with fewer bits, and again smaller, until it does.

What was made is read back from its first picture to its last: a derivative that is shorter than its
original, or has lost pictures, is a fault of ours and is never handed out.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import join
from typing import Final

from evidence.check import RefusedError
from evidence.fault import FaultError, broke
from evidence.fitting import command, workshop
from evidence.fitting.rate import Footage, Shape, shapes
from evidence.fitting.wish import Become, Look, Made, Measure, Measured
from evidence.model import say

TRIES: Final = 3
"""Times that one size of picture is tried; each aims lower by what the last was over."""
BRIGHT: Final = frozenset({16, 18})
"""Perceptual quantizer (SMPTE ST 2084) and hybrid log-gamma (ITU-R BT.2100), as ITU-T H.273 counts them."""
_AIM: Final = 0.97
_SHORTER: Final = 0.25
"""Seconds by which a re-encoded film may seem shorter: the last picture's own length is rounded."""
_COST: Final = 40
"""Seconds of processor time for one of film: 4K HEVC on a slow machine."""

log = logging.getLogger(__name__)


@dataclass
class _Search:
    """One film, the room that it has, and the command lines that were run for it."""

    film: Path
    footage: Footage
    most: int
    out: Path
    """The folder that FFmpeg writes in."""
    run: list[str] = field(default_factory=list[str])

    def encode(self, shape: Shape) -> Shape | None:
        """The settings that fitted, the film being in `out`; None where none of the tries did."""
        self._pass(command.passes(self.footage, shape)[0])
        for _ in range(TRIES):
            try:
                self._pass(command.passes(self.footage, shape)[1])
            except FaultError:
                if not shape.sound:
                    raise
                # A sound that cannot be decoded must not cost the film.
                log.warning("the film is encoded again without its sound")
                shape = replace(shape, sound=0)
                continue
            _, size = workshop.digest_of(self.out / command.FILM)
            if size <= self.most:
                return shape
            shape = replace(shape, video=int(shape.video * self.most / size * _AIM))
        return None

    def measure(self, place: Path) -> Measured:
        """What was made, read back to its end. Raises `FaultError` where it is not the whole film."""
        what = workshop.done(place, Measure(seconds=self._seconds), self.out)
        if what is None:
            raise broke()
        short = (what.duration or 0.0) < self.footage.duration - _SHORTER
        if short or (what.frames or 0) < self.footage.frames:
            log.warning("of %s there is %s", self.footage, what)
            raise FaultError(
                "fault.not_whole",
                say("The smaller film does not hold the whole of the original, so it was thrown away."),
            )
        return what

    @property
    def _seconds(self) -> int:
        return 120 + int(_COST * self.footage.duration)

    def _pass(self, arguments: list[str]) -> None:
        self.run.append(join(["ffmpeg", *arguments]))
        # The statistics of a pass hold two bytes for each block of 16 x 16 pixels.
        statistics = self.footage.frames * self.footage.width * self.footage.height // 128
        task = Become(
            arguments=tuple(arguments),
            program=command.program(),
            seconds=self._seconds,
            bytes=self.most + statistics + (16 << 20),
        )
        workshop.done(self.film, task, self.out)


def _bright(film: Path, out: Path) -> bool:
    """Whether the film's pictures are written for bright screens. Raises as `fit`."""
    seen = workshop.done(film, Look(seconds=120), out)
    if seen is None:
        raise broke()
    return seen.transfer in BRIGHT


def fit(film: Path, footage: Footage, most: int, place: Path) -> Made:
    """Make an MP4 of the whole of `film`, of at most `most` bytes, at `place`.

    Raises:
        RefusedError: it would not be readable in so few bytes.
        FaultError: a child or FFmpeg broke, or what was made does not hold the whole film.
    """
    search = _Search(film, replace(footage, bright=_bright(film, place.parent)), most, place.parent)
    for shape in shapes(footage, most):
        found = search.encode(shape)
        if found is None:
            continue
        (place.parent / command.FILM).replace(place)
        what = search.measure(place)
        digest, size = workshop.digest_of(place)
        return Made(
            digest=digest,
            bytes=size,
            what=what,
            program=command.version(),
            commands=tuple(search.run),
            settings={
                "short_side": found.short,
                "video_bits_per_second": found.video,
                "sound_bits_per_second": found.sound,
            },
        )
    raise RefusedError(
        "refused.not_readable",
        say(
            "This film could not be made to fit in {most} MB and stay readable; send pictures of it instead.",
            most=round(most / 1e6, 2),
        ),
    )
