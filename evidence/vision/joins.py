"""Joins: the breaks of a film's pictures as cues, each as strong as what speaks against it lets it be.

A join is one step, changes much of the picture, and has no way back. What is local, faint, one of several
steps in a row, light alone or undone a moment later may support other cues; alone it decides nothing.
Two joins whose pictures fit crosswise are one cue: what lies between them runs backwards. A join that is
spread over pictures, under a fade, is a cue of its own, and never sure alone.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from evidence.cue import CERTAIN, DOUBT, STRONGEST, Cue
from evidence.model import say
from evidence.timeline import clock
from evidence.vision.blends import LEAST, Blends
from evidence.vision.breaks import Break, Breaks
from evidence.vision.innocence import innocent
from evidence.vision.mirror import SIDE, Seam, mirrored
from evidence.vision.motion import Motion
from evidence.vision.whip_pans import WhipPan, WhipPans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence.check import Album, Frame, Plane

FAINTEST: Final = -1.5
"""From what score on a break of the picture counts beside other cues."""
SHOWN: Final = -0.5
"""From what score on the two pictures of a break are kept: each costs its encoding."""
STRENGTHS: Final = ((FAINTEST, 0.0, 1.5, 6.0), (0.0, DOUBT, CERTAIN, 5.0))
"""Scores of breaks, and how strong a cue they are."""
NARROW: Final = 0.07
"""Up to what part of the picture a break is local: a thing that moves quickly makes those."""
BROAD: Final = 0.15
"""From what part of the picture on a break alone can be certain."""
LOW: Final = 1.0
"""Grey levels that no join stays below in its strongest blocks; what a coder refreshes does."""
SUPPORT: Final = 0.7
"""How strong a break is at most that is local or low, that light explains, or that is soon undone."""
UNCERTAIN: Final = 1.9
"""How strong a break is at most that is not broad, or that is one of several in a row: a join is one step."""
GLARING: Final = 4.0
"""From what score on a local break is reported nevertheless."""
MIRRORED: Final = 0.7
"""How much is added to the strengths of two joins whose pictures fit crosswise."""
MIXED: Final = ((LEAST, 0.3), (DOUBT, 1.8))
"""How much of the picture is mixed, and how strong a cue that is; 0.06 is the most that honest films have."""
IN_A_ROW: Final = timedelta(seconds=0.1)
"""How close breaks in a row are."""
MOST: Final = 64
"""Breaks of which stills are kept."""
MOST_SEAMS: Final = 256
"""Breaks whose pictures are kept small, for comparing: seven kilobytes each."""


class Joins:
    """Looks for the joins of one film as its pictures go by.

    Args:
        album: keeps the pictures before and after a break.
    """

    def __init__(self, album: Album) -> None:
        self._album = album
        self._motion = Motion()
        self._breaks = Breaks(self._motion, least=FAINTEST)
        self._blends = Blends(self._motion)
        self._whip_pans = WhipPans()
        self._passing: set[tuple[timedelta, timedelta]] = set()
        """Breaks that light explains, or after which the same scene is there again."""
        self._seams: list[Seam] = []
        self._last: Frame | None = None
        self.stills: dict[tuple[timedelta, timedelta], tuple[str, str]] = {}
        """The pictures before and after each break, by its start and end."""

    def see(self, frame: Frame, gray: Plane) -> float:
        """Take the next picture and its grey view; its mean change in grey levels, 255 for a new size."""
        last, self._last = self._last, frame
        alike = last is not None and (last.width, last.height) == (frame.width, frame.height)
        plain = self._motion.see(gray)
        self._blends.see(frame.at)
        self._whip_pans.see(frame.at, plain if alike else None, *self._motion.tone)
        if last is None:
            return 0.0
        self._note(self._breaks.see(last, frame, plain if alike else None))
        return cv2.mean(plain)[0] if alike and plain is not None else 255.0

    def finish(self) -> None:
        """The film is over."""
        for late in self._breaks.finish():
            self._note(late)
        self._last = None

    def turns(self) -> Iterator[WhipPan]:
        """The stretches in which the camera turns too fast to follow, in order."""
        return self._whip_pans.found()

    def cues(self) -> Iterator[Cue]:
        """One cue for each break, in order, then one for each stretch that runs backwards or is mixed."""
        yield from self._mixed()
        found = self._breaks.found()
        strengths: dict[tuple[timedelta, timedelta], float] = {}
        for place, join in enumerate(found):
            beside = [*found[max(0, place - 1) : place], *found[place + 1 : place + 2]]
            alone = all(abs(join.start - other.start) > IN_A_ROW for other in beside)
            strengths[join.start, join.end] = strength = self._strength(join, alone=alone)
            # Where the stamps turn back the picture after a break is shown before the one that precedes it.
            yield Cue("picture", "cut", join.start, max(join.start, join.end), strength)
        for first, second in mirrored(self._seams):
            ends = [strengths.get((seam.start, seam.end), 0.0) for seam in (first, second)]
            if all(ends):
                says = say(
                    "From {start} to {end} the film runs backwards: its pictures fit the other way round.",
                    start=clock(first.end),
                    end=clock(second.start),
                )
                strength = min(STRONGEST, sum(ends) + MIRRORED)
                yield Cue("mirror", "reverse", first.end, second.start, strength, says=says)

    def _mixed(self) -> Iterator[Cue]:
        for blend in islice(self._blends.found(), MOST):
            says = say(
                "From {start} to {end} one picture fades into another: a cut may lie under it.",
                start=clock(blend.start),
                end=clock(blend.end),
            )
            strength = float(np.interp(blend.weight, *MIXED))
            yield Cue("blend", "cut", blend.start, max(blend.start, blend.end), strength, says=says)

    def _note(self, found: tuple[Break, Frame, Frame] | None) -> None:
        if found is None:
            return
        join, before, after = found
        self._remember(join)
        if innocent(join, self._motion):
            self._passing.add((join.start, join.end))
        elif join.score >= SHOWN and len(self.stills) < MOST:
            pair = self._album.keep(before, "before"), self._album.keep(after, "after")
            self.stills[join.start, join.end] = pair

    def _remember(self, join: Break) -> None:
        before, after = self._motion.small(join.ago + 1, SIDE), self._motion.small(join.ago, SIDE)
        if before is not None and after is not None and len(self._seams) < MOST_SEAMS:
            self._seams.append(Seam(join.start, join.end, before, after))

    def _strength(self, join: Break, *, alone: bool) -> float:
        strength = float(np.interp(join.score, *STRENGTHS))
        if join.height < LOW or (join.start, join.end) in self._passing:
            return min(strength, SUPPORT)
        if join.share < NARROW:
            return min(strength, SUPPORT if join.score < GLARING else DOUBT)
        return strength if alone and join.share >= BROAD else min(strength, UNCERTAIN)
