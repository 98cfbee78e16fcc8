"""What passes or shines: breaks that light makes, or that are undone a moment later, and that are no joins.

What blinks or passes for a moment makes two breaks, one where it comes and one where it goes. The picture
before the first is compared with those soon after it, the picture after the second with those soon
before, with movement and light taken out. A join has no way back. And where a lamp is switched on,
all that changed is gone once the picture before has the tones of the picture after: all but what moves,
so that no more may be left than the steps before it change. Two takes of a scene often differ in tone too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from evidence.vision.breaks import Break
    from evidence.vision.motion import Motion

SOON: Final = (1, 2, 3, 5)
"""Pictures beyond a break at which it is looked whether the scene is there again."""
AGAIN: Final = 0.25
"""Up to what part of the change at the break may be left for the scene to count as the same."""
LIGHT: Final = 0.25
"""Up to what part of the change at the break other tones may leave for it to be light alone."""
LIGHT_ALONE: Final = 0.1
"""Up to what part it is light whatever the film does: shadows and what is too bright leave that much."""
LIVELY: Final = 2.0
"""Beyond that part, how many times the liveliest of the steps before may be left, and a little more ..."""
LITTLE: Final = 1.0
"""... that much, grey levels on the mean."""
BEFORE: Final = 4
"""Steps before a break that tell how lively the film is."""


def innocent(found: Break, motion: Motion) -> bool:
    """Whether a break that was just reported is light alone, or leads back to the same scene."""
    return _lit(found, motion) or _returns(found, motion)


def _lit(found: Break, motion: Motion) -> bool:
    """Whether other tones explain the break, up to what moves anyway."""
    part, left = motion.lit(found.ago + 1, found.ago)
    if part >= LIGHT:
        return False
    return part < LIGHT_ALONE or left <= LIVELY * motion.liveliest(found.ago + 1, BEFORE) + LITTLE


def _returns(found: Break, motion: Motion) -> bool:
    """Whether the scene before comes again, or that after was there before."""
    after, before = found.ago, found.ago + 1
    here = motion.difference(before, after)
    if here is None:
        return False
    come = (motion.difference(before, after - n) for n in SOON)
    gone = (motion.difference(before + n, after) for n in SOON)
    left = min((value for value in (*come, *gone) if value is not None), default=here)
    return left < AGAIN * here
