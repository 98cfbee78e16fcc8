"""An overview of a film: a few pictures spread over its length, so that a report can be looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evidence.timeline import ZERO

if TYPE_CHECKING:
    from evidence.check import Album, Frame

COUNT: Final = 8
"""Pictures that a film of the claimed length gives."""
_UNTOLD: Final = timedelta(seconds=4)
"""Between two pictures at first, where the file does not say how long it lasts."""


class Overview:
    """Keeps pictures at even distances; a film that lasts longer than it claims thins them out.

    Args:
        album: where they are kept.
        claimed: the length that the container claims, presentation time.
    """

    def __init__(self, album: Album, claimed: timedelta | None) -> None:
        self._album = album
        self._pause = claimed / COUNT if claimed is not None and claimed > ZERO else _UNTOLD
        self._due = self._pause / 2
        self._kept: list[str] = []

    @property
    def stills(self) -> tuple[str, ...]:
        """Digests, in order of time: fewer than twice `COUNT`."""
        return tuple(self._kept)

    def see(self, frame: Frame) -> None:
        if frame.at < self._due or frame.corrupt:
            return
        self._kept.append(self._album.keep(frame, "overview"))
        if len(self._kept) == 2 * COUNT:
            del self._kept[1::2]
            self._pause *= 2
        self._due = frame.at + self._pause
