"""Pictures that may become stills, held small while the film runs.

Which face a side is becomes clear at the end, and a picture cannot be read again. So the
best views so far of every side and every corner of the box are held, under the reading of
the track that is the likeliest at that moment, as JPEG; at the end they stand in for frames.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from evidence.vision.rotations import CUBE

if TYPE_CHECKING:
    from collections.abc import Collection

    from evidence.check import Frame, Plane
    from evidence.vision.sight import Sight

SIDE: Final = 960
"""Long side of a held picture, pixels."""
_QUALITY: Final = 92
_BETTER: Final = 5.0
"""Degrees by which a view has to be better than the one that is held."""
_TRACKS: Final = 8
"""Tracks of which pictures are held."""


class Snapshot:
    """A held picture; a `check.Frame` as far as an album asks."""

    def __init__(self, frame: Frame) -> None:
        self.index, self.at = frame.index, frame.at
        self.key, self.corrupt = frame.key, frame.corrupt
        self.width, self.height = frame.width, frame.height
        self._jpeg = cv2.imencode(".jpg", frame.rgb(SIDE)[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1]

    def gray(self, side: int) -> Plane:
        return cast("Plane", cv2.cvtColor(self.rgb(side), cv2.COLOR_RGB2GRAY))

    def rgb(self, side: int) -> Plane:
        picture = cv2.imdecode(self._jpeg, cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError("a held picture cannot be read again")
        scale = side / max(picture.shape)
        if scale < 1:
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(picture[..., ::-1], np.uint8)


class Snapshots:
    """Holds the best views of each track; bounded in number."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, str], tuple[float, Snapshot]] = {}
        self._seen: Counter[int] = Counter()
        """Sights by track."""

    def see(self, frame: Frame, sight: Sight, track: int, choice: int) -> None:
        """Hold this picture where it shows a side or a corner better than those before.

        Args:
            frame: the picture.
            sight: what it shows.
            track: the number of the track.
            choice: the turn by which that track takes the sight.
        """
        self._seen[track] += 1
        body = sight.axes @ CUBE[choice]
        seen: list[tuple[str, float]] = []
        for side in sight.sides:
            along = body.T @ side.normal
            axis = int(np.abs(along).argmax())
            name = f"{'+' if along[axis] > 0 else '-'}{axis}"
            small = max(0.0, float(np.log(0.1 / max(1e-4, side.share))))
            worth = side.angle + 60 * (side.covered + side.outside) + 8 * small + 6 * sight.blur
            seen.append((name, worth))
        wanted = [(name, worth) for name, worth in seen if worth < 130]  # noqa: PLR2004 - worse is no view
        if len(seen) == 3:  # noqa: PLR2004 - a corner
            names = sorted((name for name, _ in seen), key=lambda name: name[1])
            wanted.append(("".join(names), max(side.angle for side in sight.sides) + 3 * sight.blur))
        snapshot: Snapshot | None = None
        for name, worth in wanted:
            held = self._held.get((track, name))
            if held is None or worth < held[0] - _BETTER:
                snapshot = snapshot or Snapshot(frame)
                self._held[track, name] = worth, snapshot
        if snapshot is not None:
            self._forget(track)

    @property
    def moments(self) -> Collection[timedelta]:
        return frozenset(snapshot.at for _, snapshot in self._held.values())

    def at(self, moment: timedelta) -> Snapshot | None:
        """The picture of that moment, where it is held."""
        return next((snapshot for _, snapshot in self._held.values() if snapshot.at == moment), None)

    def _forget(self, current: int) -> None:
        """Let go of the shortest track, where pictures of too many are held."""
        tracks = {track for track, _ in self._held}
        if len(tracks) > _TRACKS:
            shortest = min(tracks - {current}, key=lambda track: self._seen[track])
            self._held = {key: value for key, value in self._held.items() if key[0] != shortest}
