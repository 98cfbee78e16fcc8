"""What the guided order adds to a track: which of its likely readings agree with what was asked for when.

That somebody was asked for a face proves nothing. But where the turns that were measured
can be read in several ways, the one that brings the faces up as they were asked for is to
be believed before those that do not, provided that the measurement itself prefers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from evidence.vision.coverage import FACES
from evidence.vision.rotations import CUBE
from evidence.vision.tally import AXES, Tally

if TYPE_CHECKING:
    from evidence.model import Prompt
    from evidence.vision.sight import Array


@dataclass(frozen=True)
class Guiding:
    """When prompts are heeded; times in seconds, angles in degrees."""

    within: float = 2.5
    """How soon a face is shown that was asked for, if no other was asked for before."""
    facing: float = 50.0
    """Up to this angle from head-on the face nearest to head-on is taken for the answer."""
    least: int = 5
    """Different faces that were asked for; with fewer, too many readings agree."""
    lead: float = 3.0
    """By how much, in nats, what was measured has to prefer the reading that agrees to one that does not."""


@dataclass(frozen=True)
class Guided:
    """The readings that are left where prompts are heeded."""

    tallies: tuple[Tally, ...]
    """The likeliest first."""
    prompts: int
    """With how many prompts each of them agrees."""


def guided(
    tallies: Sequence[Tally],
    costs: Sequence[float],
    at: Array,
    prompts: Sequence[Prompt],
    guiding: Guiding = Guiding(),
) -> Guided | None:
    """The readings that agree with the prompts; None where prompts tell nothing.

    Args:
        tallies: of the likely readings of one track, the likeliest first.
        costs: of the same readings, nats.
        at: moments of the track's sights, seconds.
        prompts: of the whole film, in order of time.
        guiding: when prompts are heeded.
    """
    asked = _asked(prompts, at, guiding)
    if len({face for face, _, _ in asked}) < guiding.least:
        return None
    agree = [_agrees(one, at, asked, guiding) for one in tallies]
    # Prompts come with the upload and may be wrong: they never speak against the measurement.
    odd = [cost for cost, agreed in zip(costs, agree, strict=True) if not agreed]
    if not agree[0] or min(odd, default=np.inf) < costs[0] + guiding.lead:
        return None
    left = tuple(one for one, agreed in zip(tallies, agree, strict=True) if agreed)
    return Guided(left, len(asked))


def _asked(prompts: Sequence[Prompt], at: Array, guiding: Guiding) -> list[tuple[int, float, float]]:
    """The face and the time for an answer, from and to, of each prompt that falls into the track."""
    starts = [prompt.at.total_seconds() for prompt in prompts]
    made: list[tuple[int, float, float]] = []
    for prompt, start, following in zip(prompts, starts, [*starts, np.inf][1:], strict=True):
        end = min(start + guiding.within, following)
        if min(end, float(at[-1])) - max(start, float(at[0])) >= (end - start) / 2:
            made.append((FACES.index(prompt.face), start, end))
    return made


def _agrees(one: Tally, at: Array, asked: Sequence[tuple[int, float, float]], guiding: Guiding) -> bool:
    """Whether the box can be named so that every face that was asked for came up in its time."""
    nearest = one.angle.argmin(axis=0)
    facing = one.angle.min(axis=0) <= guiding.facing
    # Who films may call another side the front than the ledger does, but no mirror image of the box.
    names = np.ones(len(_RENAMED), np.bool_)
    for face, start, end in asked:
        answers = nearest[facing & (at >= start) & (at <= end)]
        names &= np.isin(_RENAMED[:, face], answers)
    return bool(names.any())


def _renamed() -> npt.NDArray[np.int64]:
    normals = np.zeros((len(FACES), 3))
    for number, face in enumerate(FACES):
        axis, sign = AXES[face]
        normals[number, axis] = sign
    return np.argmax(np.einsum("gij,fj,ki->gfk", CUBE, normals, normals), axis=2).astype(np.int64)


_RENAMED: Final = _renamed()
"""`(24, 6)` what each face, by its number in `FACES`, becomes by each turn of the cube."""
