"""A film that has to fit: two passes of FFmpeg, again with fewer bits, and again smaller, until it does.

What was made is read back from its first picture to its last: a derivative that is shorter than its
original, or has lost pictures, is a fault of ours and is never handed out.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from shlex import join
from typing import Final

from evidence.check import RefusedError
from evidence.fault import FaultError, broke
from evidence.fitting import command, workshop
from evidence.fitting.rate import Footage, Shape, shapes
from evidence.fitting.wish import Become, Made, Measure, Measured
from evidence.model import say

TRIES: Final = 3
"""Times that one size of picture is tried; each aims lower by what the last was over."""
_AIM: Final = 0.97
_SHORTER: Final = 0.25
"""Seconds by which a re-encoded film may seem shorter: the last picture's own length is rounded."""
_COST: Final = 40
"""Seconds of processor time for one of film: 4K HEVC on a slow machine."""

log = logging.getLogger(__name__)


def fit(film: Path, footage: Footage, most: int, place: Path) -> Made:
    """Make an MP4 of the whole of `film`, of at most `most` bytes, at `place`.

    Raises:
        RefusedError: it would not be readable in so few bytes.
        FaultError: a child or FFmpeg broke, or what was made does not hold the whole film.
    """
    run: list[str] = []
    for shape in shapes(footage, most):
        found = _shaped(film, footage, shape, most, place.parent, run)
        if found is None:
            continue
        (place.parent / command.FILM).replace(place)
        what = workshop.done(place, Measure(seconds=_seconds(footage)), place.parent)
        digest, size = workshop.digest_of(place)
        if what is None or size > most:
            raise broke()
        _require_whole(footage, what)
        return Made(
            digest=digest,
            bytes=size,
            what=what,
            program=command.version(),
            commands=tuple(run),
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


def _shaped(
    film: Path, footage: Footage, shape: Shape, most: int, out: Path, run: list[str]
) -> Shape | None:
    """The settings that fitted, the film being in `out`; None where none of the tries did."""
    first, _ = command.passes(footage, shape)
    _pass(film, footage, first, most, out, run)
    for _ in range(TRIES):
        try:
            _pass(film, footage, command.passes(footage, shape)[1], most, out, run)
        except FaultError:
            if not shape.sound:
                raise
            # A sound that cannot be decoded must not cost the film.
            log.warning("the film is encoded again without its sound")
            shape = replace(shape, sound=0)
            continue
        _, size = workshop.digest_of(out / command.FILM)
        if size <= most:
            return shape
        shape = replace(shape, video=int(shape.video * most / size * _AIM))
    return None


def _pass(
    film: Path, footage: Footage, arguments: list[str], most: int, out: Path, run: list[str]
) -> None:
    run.append(join(["ffmpeg", *arguments]))
    # The statistics of a pass hold two bytes for each block of 16 x 16 pixels.
    statistics = footage.frames * footage.width * footage.height // 128
    task = Become(
        arguments=tuple(arguments),
        program=command.program(),
        seconds=_seconds(footage),
        bytes=most + statistics + (16 << 20),
    )
    workshop.done(film, task, out)


def _seconds(footage: Footage) -> int:
    return 120 + int(_COST * footage.duration)


def _require_whole(footage: Footage, what: Measured) -> None:
    short = (what.duration or 0.0) < footage.duration - _SHORTER
    if short or (what.frames or 0) < footage.frames:
        log.warning(
            "of %s pictures in %s s there are %s in %s s",
            footage.frames,
            footage.duration,
            what.frames,
            what.duration,
        )
        raise FaultError(
            "fault.not_whole",
            say("The smaller film does not hold the whole of the original, so it was thrown away."),
        )
