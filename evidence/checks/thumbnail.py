"""thumbnail: does the small picture that a photo carries of itself show the same as the photo?

What it asks. Cameras put a small copy of the picture into EXIF. Programs that change the picture often
leave the copy as it was, or the other way round; then the two differ.

How it decides. Both are made equally small and equally bright on the whole, and compared tile by tile.
- `thumbnail.match`: pass when they show the same (also when only one of them was turned, which is said);
  unsure when a part or the whole of them differs. Skipped when there is none, or one without contrast.

What it cannot see. Editors that write a fresh copy, which the good ones do; a change that is small in the
small copy (less than about a twelfth of the picture's side) or of little contrast. A change of light or
colour as a whole is no difference here. So its pass means "nothing contradicts", and its doubt is never a
fail: some gallery programs crop or turn without touching the copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from PIL import Image, ImageFilter
from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, say
from evidence.timeline import Instant

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Plane

    Small = npt.NDArray[np.float32]

_SIDE: Final = 96
"""Long side, pixels, at which both are compared."""
_TILES: Final = 12
"""Tiles along the long side."""
_FLAT: Final = 4.0
"""Standard deviation, grey levels, below which a thumbnail shows nothing to compare."""
_BLACK: Final = 12
"""Grey levels below which a border is a bar that the camera put around the copy."""


class Thumbnail(Check):
    """Compares a photo with the thumbnail inside it."""

    name: ClassVar[str] = "thumbnail"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "thumbnail.match": "Whether the small picture inside the file shows what the photo shows.",
    }

    every: Instant = timedelta(days=1)
    most: float = Field(default=14.0, gt=0)
    """Mean difference of the worst tile, grey levels, from which on the two differ."""
    alike: float = Field(default=0.8, ge=0, le=1)
    """Correlation of the whole below which the two differ."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Thumbnail, media: Media) -> None:
        self._check = check
        self._small = media.thumbnail
        self._picture: Plane | None = None

    def see(self, frame: Frame, /) -> None:
        if self._small is not None:
            self._picture = frame.gray(2 * _SIDE)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - its look tells everything
        if self._small is None or self._picture is None:
            yield Finding.of(
                "thumbnail.match", Outcome.SKIPPED, say("The file carries no small picture of itself.")
            )
            return
        small = _trimmed(self._small, self._picture)
        if float(small.std()) < _FLAT:
            yield Finding.of(
                "thumbnail.match", Outcome.SKIPPED, say("The small picture inside the file shows nothing.")
            )
            return
        compared = [_compared(self._picture, turned) for turned in _turns(small)]
        upright, best = compared[0], max(compared, key=lambda pair: pair[0])
        yield self._judged(upright, turned=best[0] > max(upright[0] + 0.1, self._check.alike), best=best)

    def _judged(self, upright: tuple[float, float], *, turned: bool, best: tuple[float, float]) -> Finding:
        check = self._check
        alike, worst = best if turned else upright
        measures = [
            Measure(name="correlation", value=round(alike, 3), limit=check.alike),
            Measure(name="worst_tile", value=round(worst, 1), unit="grey levels", limit=check.most),
        ]
        if alike >= check.alike and worst < check.most:
            says = (
                say("The small picture inside the file shows the same, turned or mirrored.")
                if turned
                else say("The small picture inside the file shows the same as the photo.")
            )
            return Finding.of("thumbnail.match", Outcome.PASS, says, measures=measures)
        says = (
            say(
                "A part of the photo differs from the small picture inside the file, as where "
                "something was changed."
            )
            if alike >= check.alike
            else say("The small picture inside the file shows another picture, or another part of it.")
        )
        return Finding.of(
            "thumbnail.match",
            Outcome.UNSURE,
            says,
            advice=say("Send the photo as the camera wrote it, without cropping or retouching."),
            measures=measures,
        )


def _trimmed(small: Plane, picture: Plane) -> Plane:
    """The thumbnail without the black bars that fill it up to another shape."""
    wanted = picture.shape[1] / picture.shape[0]
    height, width = small.shape
    if width / height < wanted * 0.98:
        kept = round(width / wanted)
        top = (height - kept) // 2
        bars = np.concatenate([small[: max(0, top - 1)].ravel(), small[top + kept + 1 :].ravel()])
        inside = small[top : top + kept]
    elif width / height > wanted * 1.02:
        kept = round(height * wanted)
        left = (width - kept) // 2
        bars = np.concatenate([small[:, : max(0, left - 1)].ravel(), small[:, left + kept + 1 :].ravel()])
        inside = small[:, left : left + kept]
    else:
        return small
    return inside if bars.size and float(bars.mean()) < _BLACK else small


def _turns(small: Plane) -> Iterator[Plane]:
    for side in (small, small[:, ::-1]):
        for quarter in range(4):
            yield np.rot90(side, quarter)


def _compared(picture: Plane, small: Plane) -> tuple[float, float]:
    """Their correlation, and the mean difference of the worst tile in grey levels.

    A tile forgives half a pixel: the smallest difference of nine small shifts counts.
    """
    scale = _SIDE / max(picture.shape)
    size = (max(_TILES, round(picture.shape[1] * scale)), max(_TILES, round(picture.shape[0] * scale)))
    one, other = _shrunk(picture, size), _shrunk(small, size)
    spread = float(one.std() * other.std())
    alike = float(((one - one.mean()) * (other - other.mean())).mean()) / spread if spread > 0 else 0.0
    fitted = (one - one.mean()) * np.float32(other.std() / max(float(one.std()), 1e-6)) + other.mean()
    shifts = [np.roll(fitted, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    tile = _SIDE // _TILES
    tiles = (max(1, size[0] // tile), max(1, size[1] // tile))
    means = [Image.fromarray(np.abs(shift - other)).resize(tiles, Image.Resampling.BOX) for shift in shifts]
    return alike, float(np.min([np.asarray(mean) for mean in means], axis=0).max())


def _shrunk(picture: Plane, size: tuple[int, int]) -> Small:
    small = Image.fromarray(np.ascontiguousarray(picture)).resize(size, Image.Resampling.BOX)
    return np.asarray(small.filter(ImageFilter.GaussianBlur(1.0)), np.float32)
