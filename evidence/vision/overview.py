"""An overview: a few pictures spread over a film, or the photo, so that a report can be looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evidence.timeline import ZERO

if TYPE_CHECKING:
    from evidence.check import Album, Frame

COUNT: Final = 8
"""Pictures that a film of the claimed length gives."""
SIDE: Final = 960
"""Long side of a picture, pixels: what a 12-megapixel JPEG gives at a quarter of its size."""
_UNTOLD: Final = timedelta(seconds=4)
"""Between two pictures at first, where the file does not say how long it lasts."""


class Overview:
    """Keeps pictures at even distances; a film that lasts longer than it claims thins them out.

    The first picture is kept until another one comes: of a photo, or of a film too short for more.

    Args:
        album: where they are kept.
        claimed: the length that the container claims, presentation time.
    """

    def __init__(self, album: Album, claimed: timedelta | None) -> None:
        self._album = album
        self._pause = claimed / COUNT if claimed is not None and claimed > ZERO else _UNTOLD
        self._due = self._pause / 2
        self._first = ""
        self._kept: list[str] = []

    @property
    def stills(self) -> tuple[str, ...]:
        """Digests, in order of time: fewer than twice `COUNT`."""
        return tuple(self._kept or filter(None, [self._first]))

    def see(self, frame: Frame) -> None:
        if frame.corrupt:
            return
        if not self._first:
            self._first = self._album.keep(frame, "overview", side=SIDE)
        if frame.at < self._due:
            return
        self._kept.append(self._album.keep(frame, "overview", side=SIDE))
        if len(self._kept) == 2 * COUNT:
            del self._kept[1::2]
            self._pause *= 2
        self._due = frame.at + self._pause
