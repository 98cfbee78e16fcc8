"""When the parcel is opened, from looks that see a closed box, an opened carton, or neither.

The network now and then sees flaps where a hand lies on a box, so one look decides nothing:
an opened carton has to be seen for most of a second without a closed box beside it.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import Final

LEAST: Final = 0.03
"""Of the picture that an opened carton takes, 0 to 1."""
LASTING: Final = timedelta(seconds=0.8)
"""For how long it is seen before that is believed."""
_MOSTLY: Final = 0.75
"""Share of the looks in that time that see it."""
_FEWEST: Final = 4
"""Looks in that time."""
_LAST: Final = 3
"""Looks at the end of a film that have to see it, if it breaks off there."""


class Opening:
    """Takes looks in order of time."""

    def __init__(self) -> None:
        self.at: timedelta | None = None
        """When the carton was first seen open; None as long as that is not certain."""
        self.closed_at: timedelta | None = None
        """When the closed box was seen last before that."""
        self._recent: deque[tuple[timedelta, bool, bool]] = deque()

    def see(self, at: timedelta, opened: float, *, closed: bool) -> None:
        """Take what one look told.

        Args:
            at: its moment.
            opened: share of the picture that an opened carton takes.
            closed: whether a closed box was seen well enough to be followed.
        """
        if self.at is not None:
            return
        recent = self._recent
        if closed:
            self.closed_at = at
        recent.append((at, opened >= LEAST and not closed, closed))
        while at - recent[0][0] > LASTING:
            recent.popleft()
        if len(recent) < _FEWEST or at - recent[0][0] < LASTING * _MOSTLY:
            return
        seen = [moment for moment, open_one, _ in recent if open_one]
        if len(seen) >= _MOSTLY * len(recent) and not any(shut for _, _, shut in recent):
            self.at = seen[0]

    def finish(self) -> None:
        """The film is over: what its last looks saw need not have lasted as long."""
        last = list(self._recent)[-_LAST:]
        if self.at is None and len(last) == _LAST and all(open_one for _, open_one, _ in last):
            self.at = last[0][0]
