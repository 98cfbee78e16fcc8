"""A clock that a camera draws into its pictures, as watermark cameras and recorders do.

What it shows at a moment is known, since we draw it: `digits` says it, `lay` paints it. A film's pictures
are cut, slowed or repeated afterwards like any others; the clock goes with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import cv2
import numpy as np

from samples.lettering import Mask, written
from samples.paint import Picture

_DAYS: Final = "一二三四五六日"
_FORMS: Final[dict[str, str]] = {
    "iso": "%Y-%m-%d %H:%M:%S",
    "chinese": "{y}年{m}月{d}日 %H:%M:%S",
    "american": "%m/%d/%Y %I:%M:%S %p",
    "european": "%d/%m/%Y %H:%M:%S",
    "lines": "%Y-%m-%d|%H:%M:%S",
    "weekday": "%Y-%m-%d 星期{w} %H:%M:%S",
    "time first": "%H:%M:%S|%Y.%m.%d",
    "english": "%Y-%m-%d %a %H:%M:%S",
}
"""What is written, line by line, as `strftime` has it."""

Edge = Literal["outline", "box", "shadow", "none"]
Corner = Literal["upper left", "upper right", "lower left", "lower right", "lower middle"]
Form = Literal["iso", "chinese", "american", "european", "lines", "weekday", "time first", "english"]


@dataclass(frozen=True)
class Overlay:
    """How a clock is drawn, and what it says."""

    begun: datetime
    """What it says at the start of the take: the digits, without a zone."""
    font: str = "pillow"
    size: float = 22.0
    """Pixels of a digit's height."""
    form: Form = "iso"
    corner: Corner = "upper left"
    ink: tuple[int, int, int] = (255, 255, 255)
    edge: Edge = "outline"
    alpha: float = 1.0
    margin: float = 0.02
    """Share of the picture's width between the clock and the border."""
    rate: float = 1.0
    """Seconds that it counts in a second."""
    stands: tuple[float, float] | None = None
    """From when on it stands still, and until when, in seconds of the take; then it goes on where it would
    be."""
    set_at: tuple[float, float] | None = None
    """When it is set, in seconds of the take, and by how many seconds."""

    def digits(self, at: float) -> datetime:
        """What it shows at a moment of the take, in seconds."""
        if self.stands is not None and self.stands[0] <= at < self.stands[1]:
            at = self.stands[0]
        moved = self.set_at[1] if self.set_at is not None and at >= self.set_at[0] else 0.0
        return (self.begun + timedelta(seconds=at * self.rate + moved)).replace(microsecond=0)

    def text(self, at: float) -> tuple[str, ...]:
        """Its lines at a moment of the take."""
        shown = self.digits(at)
        form = _FORMS[self.form]
        form = form.replace("{y}", str(shown.year)).replace("{m}", str(shown.month))
        form = form.replace("{d}", str(shown.day)).replace("{w}", _DAYS[shown.weekday()])
        return tuple(shown.strftime(line) for line in form.split("|"))

    def lay(self, picture: Picture, at: float) -> None:
        """Paint it into an RGB picture, in place."""
        mask = self._mask(at)
        high, wide = mask.shape
        room = round(self.margin * picture.shape[1])
        top = room if self.corner.startswith("upper") else picture.shape[0] - high - room
        left = {"left": room, "right": picture.shape[1] - wide - room}.get(
            self.corner.split()[1], (picture.shape[1] - wide) // 2
        )
        part = picture[top : top + high, left : left + wide]
        mask = mask[: part.shape[0], : part.shape[1]]
        ground = self._edged(part.astype(np.float32), mask)
        share = (mask * self.alpha)[..., None]
        part[:] = np.clip(ground * (1 - share) + np.array(self.ink, np.float32) * share, 0, 255)

    def _mask(self, at: float) -> Mask:
        rows = [written(line, self.font, self.size)[0] for line in self.text(at)]
        wide = max(row.shape[1] for row in rows)
        ends = self.corner.endswith("right")
        padded = [
            np.pad(row, ((0, 0), (gap, 0) if ends else (0, gap)))
            for row in rows
            for gap in [wide - row.shape[1]]
        ]
        return np.pad(np.vstack(padded), 4)

    def _edged(self, part: np.ndarray, mask: Mask) -> np.ndarray:
        dark = sum(self.ink) < 3 * 96
        tone = 240.0 if dark else 12.0
        if self.edge == "outline":
            reach = 2 * max(1, round(self.size * 0.08)) + 1
            rim = cv2.dilate(mask, np.ones((reach, reach), np.uint8))[..., None]
            return part * (1 - rim) + tone * rim
        if self.edge == "box":
            return part * 0.45 + tone * 0.55
        if self.edge == "shadow":
            step = max(1, round(self.size * 0.07))
            shade = 0.8 * np.roll(mask, (step, step), (0, 1))[..., None]
            return part * (1 - shade) + tone * shade
        return part
