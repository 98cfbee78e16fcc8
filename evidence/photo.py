"""Photos: one picture that the gate let through, with its EXIF, upright.

1. The header gives the size; a picture of more pixels than the profile allows is
   refused before one of them is decoded.
2. The picture is decoded once, small and in colour, so that the ending is known; it is decoded
   again only where a view needs more.
3. A photo that breaks off is shown as far as it goes, and said to be incomplete.

Of a moving picture (APNG, animated WebP, a burst in HEIC) only the first is examined;
the tag `container:pictures` holds how many it claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import cv2
import numpy as np
from PIL.Image import DecompressionBombError

from evidence import exif
from evidence.bounds import require_pixels, require_size
from evidence.check import Ending, Media, RefusedError
from evidence.container.boxes import cut_short
from evidence.gate import Sniffed
from evidence.metadata import captured_at, made_with, printable
from evidence.model import Expectation, MediaFacts, say
from evidence.profile import Limits
from evidence.provenance import Provenance
from evidence.timeline import ZERO
from evidence.vision.developing import BROKEN, Mode, develop, glimpse, open_image
from evidence.vision.orientation import Orientation, fit

if TYPE_CHECKING:
    from evidence.check import Plane

FIRST: Final = 960
"""Long side, in pixels, of the first decoding: a 12-megapixel JPEG at a quarter of its size."""
SECOND: Final = 4096
"""Long side of the second, in grey: that of the largest view that a check asks for. The scale hardly changes
what a decoding costs, so there is no third."""


def open_photo(
    file: BinaryIO,
    sniffed: Sniffed,
    *,
    limits: Limits,
    expected: Expectation,
    now: datetime,
    provenance: Provenance | None = None,
    stations: bytes = b"",
) -> Photo:
    """Open the photo and decode it once.

    Args:
        file: seekable, and open as long as views are asked for.
        sniffed: what the gate said of `file`.
        limits: `bytes` and `pixels` are held here.
        expected: what the order says, passed on to the checks.
        now: the moment of the examination.
        provenance: the file's record of origin, passed on to the checks.
        stations: public keys of station clocks, in PEM, passed on to the checks.

    Raises:
        RefusedError: `refused.too_large`, `.too_many_pixels`, `.truncated` or `.no_pictures`.
    """
    require_size(sniffed.size, limits)
    try:
        image = open_image(file, sniffed.container)
        require_pixels(*image.size, limits)
        negative = _Negative(file, sniffed.container, image.size)
        negative.decode(fit(*image.size, FIRST), "RGB")
        turn, tags = exif.read(image)
    except DecompressionBombError as error:  # WebP holds its size against Pillow's own limit
        raise RefusedError(
            "refused.too_many_pixels",
            say("The picture has too many pixels; choose a lower resolution in the camera app."),
        ) from error
    except BROKEN as error:
        raise _undecodable(sniffed) from error
    pictures = getattr(image, "n_frames", 1)
    if isinstance(pictures, int) and pictures > 1:
        tags["container:pictures"] = str(pictures)
    orientation = Orientation.of_exif(turn)
    small = glimpse(exif.thumbnail(image))
    media = Media(
        kind="photo",
        container=sniffed.container,
        size=sniffed.size,
        width=image.size[0],
        height=image.size[1],
        rotation=orientation.rotation,
        pixel_format=image.mode,
        tags=tags,
        structure=sniffed.structure,
        thumbnail=None if small is None else orientation.upright(small),
        provenance=provenance,
        stations=stations,
        expected=expected,
        now=now,
    )
    error = negative.error or (f"the file ends {sniffed.missing} bytes early" if sniffed.missing else "")
    return Photo(media, Shot(negative, orientation, corrupt=bool(error)), printable(error, 200))


def _undecodable(sniffed: Sniffed) -> RefusedError:
    if sniffed.missing:
        return cut_short()
    return RefusedError(
        "refused.no_pictures",
        say("This photo cannot be decoded; send the original file from the camera again."),
    )


class _Negative:
    """The photo as coded, decoded again only where a view needs more than is at hand."""

    def __init__(self, file: BinaryIO, container: str, size: tuple[int, int]) -> None:
        self._file = file
        self._container = container
        self._halves: dict[Mode, list[Plane]] = {}
        """The picture as decoded, its half, the half of that, as far as they were wanted."""
        self.size = size
        self.error = ""

    def view(self, side: int, mode: Mode) -> Plane:
        """The picture as coded, the long side at most `side`; `(h, w)` or `(h, w, 3)`."""
        size = fit(*self.size, side)
        self.decode(size, mode)
        return _resized(self._near(mode, size), size)

    def decode(self, size: tuple[int, int], mode: Mode) -> None:
        """Have the picture at hand in at least `size`, or in as many pixels as it has."""
        halves = self._halves.get(mode)
        if halves and _covers(halves[0], size):
            return
        colours = self._halves.get("RGB")
        if mode == "L" and colours and _covers(colours[0], size):
            plane = cast("Plane", cv2.cvtColor(colours[0], cv2.COLOR_RGB2GRAY))
        else:
            least = max(size, fit(*self.size, SECOND)) if mode == "L" else size
            image, error = develop(self._file, self._container, least, mode)
            self.error = self.error or error
            plane = np.asarray(image)
        self._halves[mode] = [plane]

    def _near(self, mode: Mode, size: tuple[int, int]) -> Plane:
        """The smallest half that is still at least twice as large; halves cost little and serve many.

        From a picture that is hardly larger, some pixels would be taken nearly whole and others be mixed.
        """
        halves = self._halves[mode]
        while _covers(halves[-1], size, times=4):
            height, width = halves[-1].shape[:2]
            halves.append(_resized(halves[-1], ((width + 1) // 2, (height + 1) // 2)))
        return next((half for half in reversed(halves) if _covers(half, size, times=2)), halves[0])


def _covers(plane: Plane, size: tuple[int, int], times: int = 1) -> bool:
    return plane.shape[1] >= times * size[0] and plane.shape[0] >= times * size[1]


def _resized(plane: Plane, size: tuple[int, int]) -> Plane:
    if plane.shape[1::-1] == size:
        return plane
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


class Shot:
    """The one picture of a photo; a `check.Frame`."""

    index: int = 0
    at: timedelta = ZERO
    key: bool = True

    def __init__(self, negative: _Negative, orientation: Orientation, *, corrupt: bool) -> None:
        self._negative = negative
        self._orientation = orientation
        self._views: dict[tuple[int, Mode], Plane] = {}
        self.corrupt = corrupt
        self.width, self.height = orientation.upright_size(*negative.size)

    def gray(self, side: int) -> Plane:
        """Luma, upright, full range, shape `(h, w)`, the long side at most `side`."""
        return self._view(side, "L")

    def rgb(self, side: int) -> Plane:
        """Colour, upright, full range, shape `(h, w, 3)`, the long side at most `side`."""
        return self._view(side, "RGB")

    def _view(self, side: int, mode: Mode) -> Plane:
        key = (min(side, max(self._negative.size)), mode)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._orientation.upright(self._negative.view(key[0], mode))
        return view


class Photo:
    """One opened photo; an `examination.Source`."""

    def __init__(self, media: Media, shot: Shot, error: str) -> None:
        self._media = media
        self._shot = shot
        self._error = error

    @property
    def media(self) -> Media:
        return self._media

    @property
    def ending(self) -> Ending:
        return Ending(frames=1, corrupt=int(bool(self._error)), complete=not self._error, error=self._error)

    def frames(self) -> Iterator[Shot]:
        """The one picture."""
        yield self._shot

    def facts(self) -> MediaFacts:
        """What the file is, as decoded."""
        media = self._media
        return MediaFacts(
            kind="photo",
            container=media.container,
            width=media.width,
            height=media.height,
            rotation=media.rotation,
            frames=1,
            created_at=captured_at(media.tags),
            encoder=made_with(media.tags),
        )
