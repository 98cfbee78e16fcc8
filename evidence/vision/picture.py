"""One decoded picture of a film and its views, scaled by the decoder's own library.

A view is made from the decoder's planes straight at its final size: at 1080p a grey view
of 96 pixels takes about 0.2 ms, and a picture that nobody looks at costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from evidence.vision.orientation import Orientation, fit

if TYPE_CHECKING:
    from datetime import timedelta

    from av.video.frame import VideoFrame

    from evidence.check import Plane

_MATRICES: Final = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
"""AVColorSpace (ISO/IEC 23091-2 matrix coefficients) -> swscale's number."""
_HD_LINES: Final = 720
"""From here on, a film that does not say is BT.709; below it is BT.601, as players do."""
_FULL_RANGE: Final = ("yuvj", "rgb", "bgr", "gbr", "gray", "pal8", "argb", "abgr")
"""Formats that use all codes where the film does not say."""


class Scaler:
    """Makes views; keeps one converter for each size, since setting one up is dear."""

    def __init__(self) -> None:
        self._converters: dict[tuple[int, int, str], VideoReformatter] = {}

    def render(self, frame: VideoFrame, width: int, height: int, layout: str) -> Plane:
        """The picture as coded, at that size: `(h, w)` for `gray`, `(h, w, 3)` for `rgb24`."""
        converter = self._converters.get((width, height, layout))
        if converter is None:
            converter = self._converters[width, height, layout] = VideoReformatter()
        scaled = converter.reformat(
            frame,
            width,
            height,
            layout,
            src_colorspace=_matrix(frame),
            interpolation=Interpolation.AREA,
            src_color_range=_range(frame),
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        plane = scaled.planes[0]
        depth = 1 if layout == "gray" else 3
        # A plane is a buffer, which PyAV's hints do not say.
        lines = np.frombuffer(cast("bytes", cast("object", plane)), np.uint8).reshape(
            height, plane.line_size
        )[:, : width * depth]
        return lines if depth == 1 else lines.reshape(height, width, depth)


def _matrix(frame: VideoFrame) -> Colorspace | None:
    if frame.format.is_rgb:
        return None
    default = Colorspace.ITU709 if frame.height >= _HD_LINES else Colorspace.ITU601
    return _MATRICES.get(frame.colorspace, default)


def _range(frame: VideoFrame) -> ColorRange:
    if frame.format.name.startswith(_FULL_RANGE):
        return ColorRange.JPEG
    return ColorRange.JPEG if frame.color_range == ColorRange.JPEG else ColorRange.MPEG


class Picture:
    """One picture; a `check.Frame`. Whoever holds it holds its pixels."""

    __slots__ = (
        "_frame",
        "_orientation",
        "_scaler",
        "_views",
        "at",
        "corrupt",
        "height",
        "index",
        "key",
        "told",
        "width",
    )

    def __init__(
        self,
        frame: VideoFrame,
        scaler: Scaler,
        orientation: Orientation,
        *,
        index: int,
        at: timedelta,
        told: bool = True,
    ) -> None:
        self._frame = frame
        self._scaler = scaler
        self._orientation = orientation
        self._views: dict[tuple[int, int, str], Plane] = {}
        self.index = index
        self.at = at
        self.told = told
        """Whether the file gave the time; otherwise it was put after the picture before."""
        self.key = frame.key_frame
        self.corrupt = frame.is_corrupt
        self.width, self.height = orientation.upright_size(frame.width, frame.height)

    def gray(self, side: int) -> Plane:
        """Luma, upright, full range, shape `(h, w)`, the long side at most `side`."""
        return self._view(side, "gray")

    def rgb(self, side: int) -> Plane:
        """Colour, upright, full range, shape `(h, w, 3)`, the long side at most `side`."""
        return self._view(side, "rgb24")

    def _view(self, side: int, layout: str) -> Plane:
        width, height = fit(self._frame.width, self._frame.height, side)
        key = (width, height, layout)
        view = self._views.get(key)
        if view is None:
            view = self._orientation.upright(self._scaler.render(self._frame, width, height, layout))
            self._views[key] = view
        return view
