"""What passes or shines: breaks that light makes, or that are undone a moment later, and that are no joins.

What blinks or passes for a moment makes two breaks, one where it comes and one where it goes. The picture
before the first is compared with those soon after it, the picture after the second with those soon
before, with movement and light taken out. A join has no way back. And where a lamp is switched on,
all that changed is gone once the picture before has the tones of the picture after.
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


def innocent(found: Break, motion: Motion) -> bool:
    """Whether a break that was just reported is light alone, or leads back to the same scene."""
    return motion.lit(found.ago + 1, found.ago) < LIGHT or _returns(found, motion)


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
