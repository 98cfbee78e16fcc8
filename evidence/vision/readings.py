"""One way of reading the sights of a track, and how likely it is.

A thread follows a box by one reading: it carries an orientation with its speed (a filter
of second order, so that a box in motion is expected to keep moving) and its own idea of the
three lengths of the box, and pays for what it did not expect. Its cost is a negative
log likelihood, in nats.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from evidence.vision.rotations import CUBE, turn, vector_of

if TYPE_CHECKING:
    from evidence.vision.sight import Array, Sight

PASSED_OVER: Final = -1
"""In place of one of the 24: the sight does not belong to the reading."""
_STRANGER: Final = 24 / (8 * math.pi**2)
"""Density of an orientation about which nothing is known, up to the 24; per cubic radian."""
_ORDER: Final = [[int(i) for i in np.abs(rotation).argmax(axis=0)] for rotation in CUBE]
"""Which of a sight's axes each axis of the box is, by turn."""


@dataclass(frozen=True)
class Linking:
    """How sights are linked; angles in degrees, times in seconds."""

    gap: float = 0.5
    """A track ends where no sight was accepted for longer."""
    speed: float = 75.0
    """Usual angular speed of a hand that turns a box, degrees a second about each axis."""
    memory: float = 0.35
    """How long a speed is kept up, seconds."""
    noise: float = 7.0
    """The least error that a sight is taken to have; one deviation about each axis."""
    head_on: float = 14.0
    """The least error of a sight that shows one side only: its tilt is not told."""
    rough: float = 28.0
    """Error of the sights that are worse than they say."""
    rough_share: float = 0.12
    """How many of them there are, 0 to 1."""
    stray_share: float = 0.03
    """How many sights show nothing of the kind, 0 to 1."""
    jump: float = 40.0
    """Where the nearest of the 24 is a larger surprise, none is believed."""
    reach: float = 80.0
    """The largest surprise that is still considered beside a nearer one."""
    dark: float = 0.3
    """After so long without a sight the box must be found again nearly as expected."""
    dark_jump: float = 35.0
    """How nearly: a larger surprise ends the track."""
    beam: int = 40
    """Readings followed at once."""
    margin: float = 10.0
    """Readings that are more costly than the best by this are given up, nats."""
    confidence: float = 0.5
    """Sights below it are not used, 0 to 1."""
    error: float = 16.0
    """Sights above it are not used, degrees."""
    covered: float = 0.75
    """Sights of a box of which more is hidden are not used, 0 to 1."""
    flat: float = 0.07
    """A body whose shortest edge is a smaller share of its longest is no parcel."""
    hop: float = 0.45
    """An unexpected way of the middle between two sights that by itself is a jump, in sizes of the box."""
    swell: float = 2.0
    """A change of its area in the picture that by itself is one, times."""
    twist: float = 45.0
    """A surprise that adds to them, degrees; by itself it is none."""
    moved: float = 0.1
    """How much of a jump has to come from place and size."""
    slip: float = 0.15
    """For so long perception may slip; what stands elsewhere for longer is another box, seconds."""
    clear_error: float = 12.0
    """Two sights elsewhere with at most this error are another box, degrees."""
    clear_confidence: float = 0.8
    """And with at least this confidence, 0 to 1."""
    strangers: int = 4
    """So many of them are one whatever they say of themselves."""


class Node(NamedTuple):
    before: Node | None
    choice: int


class Shape(NamedTuple):
    """What a reading holds of the logarithms of the three lengths, along the box's own axes."""

    mean: tuple[float, ...] = (math.nan,) * 3
    told_of: tuple[int, ...] = (0,) * 3
    """How often each was told."""

    def told(self, seen: Sequence[float], deviation: Sequence[float]) -> tuple[float, Shape]:
        """What `seen` (three logarithms, nan where not told) costs, and the shape thereafter."""
        told = [i for i in range(3) if not math.isnan(seen[i])]
        known = [i for i in told if self.told_of[i]]
        if not known and len(told) < 2:  # noqa: PLR2004 - one length alone has no proportion
            return 0.0, self
        weight = {i: 1 / (deviation[i] ** 2 * (1 + 1 / self.told_of[i])) for i in known}
        # Lengths come without a scale, so only their proportions can be compared.
        whole = sum(weight.values()) or 1.0
        scale = sum(weight[i] * (seen[i] - self.mean[i]) for i in known) / whole
        cost = sum(weight[i] * (seen[i] - self.mean[i] - scale) ** 2 for i in known) / 2
        mean, count = list(self.mean), list(self.told_of)
        for i in told:
            if i in weight:
                mean[i] += (seen[i] - scale - mean[i]) / min(count[i] + 1, 40)
            else:
                mean[i] = seen[i] - scale
            count[i] += 1
        return min(1.5, 0.5 * cost), Shape(tuple(mean), tuple(count))


@dataclass(frozen=True)
class Thread:
    """One reading while it is followed."""

    cost: float
    at: float
    """Seconds; of the last sight that it accepted."""
    rotation: Array
    speed: Array
    """`(3,)` radians a second, camera frame."""
    spread: tuple[float, float, float]
    """Variances: of the angle, of angle with speed, of the speed; radians and seconds."""
    shape: Shape
    node: Node
    stands: int
    """The turn by which it takes the last sight, or would have."""
    line: int
    """A digest of how it took every few sights: readings that differed only for a moment share it."""


def begun(sight: Sight, linking: Linking) -> Thread:
    """The only reading of a first sight: its axes are those of the box."""
    noise = math.radians(_error(sight, linking))
    return Thread(
        cost=0.0,
        at=sight.at.total_seconds(),
        rotation=sight.axes,
        speed=np.zeros(3),
        spread=(noise**2, 0.0, math.radians(linking.speed) ** 2),
        shape=Shape().told(*_lengths(sight, 0))[1],
        node=Node(None, 0),
        stands=0,
        line=0,
    )


def continued(thread: Thread, sight: Sight, turned: Array, linking: Linking, *, mark: bool) -> list[Thread]:
    """The reading with every turn that the sight could mean, and with the sight passed over."""
    now = sight.at.total_seconds()
    expected, speed, spread = _moved(thread, now - thread.at, linking)
    cosines = (np.einsum("ij,gij->g", expected, turned) - 1) / 2
    order = np.argsort(-cosines)
    limit = math.cos(math.radians(linking.reach))
    if cosines[order[0]] < math.cos(math.radians(linking.jump)):
        limit = math.inf
    passed = -math.log(linking.stray_share * _STRANGER)
    first = int(order[0])
    made = [
        replace(
            thread,
            cost=thread.cost + passed,
            node=Node(thread.node, PASSED_OVER),
            stands=first,
            line=hash((thread.line, first)) if mark else thread.line,
        )
    ]
    noise = math.radians(_error(sight, linking))
    for choice in (int(g) for g in order[:4] if cosines[g] >= limit):
        surprise = vector_of(turned[choice] @ expected.T)
        cost, error = _surprise(float(surprise @ surprise), spread[0], noise, linking)
        odd, shape = thread.shape.told(*_lengths(sight, choice))
        whole = spread[0] + error**2
        gain, drag = spread[0] / whole, spread[1] / whole
        made.append(
            Thread(
                cost=thread.cost + cost + odd,
                at=now,
                rotation=turn(gain * surprise) @ expected,
                speed=speed + drag * surprise,
                spread=(
                    spread[0] * (1 - gain),
                    spread[1] * (1 - gain),
                    spread[2] - drag * spread[1],
                ),
                shape=shape,
                node=Node(thread.node, choice),
                stands=choice,
                line=hash((thread.line, choice)) if mark else thread.line,
            )
        )
    return made


def surprise(thread: Thread, sight: Sight, linking: Linking) -> float:
    """Degrees between the sight and what the thread expects of it, by the nearest of the 24."""
    expected, _, _ = _moved(thread, sight.at.total_seconds() - thread.at, linking)
    cosine = float((np.einsum("ij,gij->g", expected, sight.axes @ CUBE).max() - 1) / 2)
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


def pruned(threads: list[Thread], linking: Linking) -> list[Thread]:
    """The cheapest of each line and turn, at most three of a turn, up to the margin."""
    threads.sort(key=lambda thread: thread.cost)
    newest = max(thread.at for thread in threads)
    kept: list[Thread] = []
    seen: set[tuple[int, int, bool]] = set()
    of_turn: Counter[tuple[int, bool]] = Counter()
    for thread in threads:
        if thread.cost > threads[0].cost + linking.margin or newest - thread.at > linking.gap:
            continue
        stand = thread.stands, thread.node.choice == PASSED_OVER
        if (thread.line, *stand) in seen or of_turn[stand] >= 3:  # noqa: PLR2004
            continue
        seen.add((thread.line, *stand))
        of_turn[stand] += 1
        kept.append(thread)
    return kept


def choices_of(node: Node | None, count: int) -> npt.NDArray[np.int8]:
    made = np.full(count, PASSED_OVER, np.int8)
    for place in range(count - 1, -1, -1):
        if node is None:
            break
        made[place] = node.choice
        node = node.before
    return made


def _error(sight: Sight, linking: Linking) -> float:
    """Degrees about each axis that the sight's orientation is taken to be wrong by."""
    plain = sum(side.share >= 0.004 for side in sight.sides) >= 2  # noqa: PLR2004 - a corner or an edge is seen
    return max(sight.error, linking.noise if plain else linking.head_on)


def _lengths(sight: Sight, choice: int) -> tuple[list[float], list[float]]:
    """Logarithms of the lengths along the box's own axes, and what they may be wrong by."""
    order = _ORDER[choice]
    logs = [math.log(max(1e-3, float(sight.extents[i]))) if sight.extents[i] > 0 else math.nan for i in order]
    # An edge that points at the eye is seen too short to be measured.
    return logs, [0.4 if abs(sight.axes[2, i]) > 0.8 else 0.16 for i in order]  # noqa: PLR2004


def _moved(thread: Thread, after: float, linking: Linking) -> tuple[Array, Array, tuple[float, float, float]]:
    """Orientation, speed and variances that are expected `after` seconds: speeds fade and are renewed."""
    memory, usual = linking.memory, math.radians(linking.speed) ** 2
    fade = math.exp(-max(0.0, after) / memory)
    way = memory * (1 - fade)
    a, b, c = thread.spread
    spread = (
        a
        + 2 * way * b
        + way**2 * c
        + usual * memory**2 * max(0.0, 2 * after / memory - 3 + 4 * fade - fade**2),
        fade * (b + way * c) + usual * memory * (1 - fade) ** 2,
        fade**2 * c + usual * (1 - fade**2),
    )
    return turn(thread.speed * way) @ thread.rotation, thread.speed * fade, spread


def _surprise(square: float, spread: float, noise: float, linking: Linking) -> tuple[float, float]:
    """What a turn of `square` (radians, squared) costs, and the error of the sight that it speaks for."""
    fits: list[tuple[float, float]] = []
    for share, error in (
        (1 - linking.rough_share, noise),
        (linking.rough_share, max(noise, math.radians(linking.rough))),
    ):
        variance = spread + error**2
        fits.append(
            (square / (2 * variance) + 1.5 * math.log(2 * math.pi * variance) - math.log(share), error)
        )
    least = min(fits)
    both = -math.log(sum(math.exp(least[0] - fit[0]) for fit in fits)) + least[0]
    return both, least[1]
