"""Honest things that look a little like a cut: light changes, a lens is covered, a camera jerks.

Each takes a reel and gives a reel with its event, which is innocent: the film stays one take.
They are painted over the pictures of any film, so that real ones can have them too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.forge import Forged, Reel, Span, changed, over, pace
from samples.paint import Picture
from samples.sprite import Sprite

_SETTLE: Final = 0.2
"""Seconds in which a camera settles on another exposure or white balance."""
_AWAY: Final = 0.9
"""Widths of the picture by which a pan goes away and comes back."""
_TREMOR: Final = 7.0
"""Swings a second of a camera that was hit."""

Way = Callable[[float], float]
"""From the time into a pan (0 to 1) to how far it got, in widths of the picture."""


def flash(reel: Reel, at: float) -> Forged:
    """A camera goes off somewhere: two very bright pictures, then the same scene."""
    span = Span(at, at + float(pace(reel)) * 2)

    def bright(picture: Picture, share: float) -> Picture:
        return cast("Picture", cv2.convertScaleAbs(picture, alpha=1.9 - share * 0.5, beta=85 - share * 45))

    return changed(reel, span, bright), over("flash", reel, span)


def exposure(reel: Reel, at: float, gain: float = 1.45) -> Forged:
    """The camera settles on another exposure within a fifth of a second."""
    span = Span(at, float(reel[-1].at) + 1)

    def settled(picture: Picture, share: float) -> Picture:
        arrived = min(1.0, share * (span.end - at) / _SETTLE)
        return cast("Picture", cv2.convertScaleAbs(picture, alpha=1 + (gain - 1) * arrived))

    return changed(reel, span, settled), over("exposure", reel, Span(at, at + _SETTLE))


def balance(reel: Reel, at: float, warmth: float = 1.25) -> Forged:
    """The camera settles on another white balance within a fifth of a second."""
    span = Span(at, float(reel[-1].at) + 1)

    def settled(picture: Picture, share: float) -> Picture:
        arrived = min(1.0, share * (span.end - at) / _SETTLE)
        gain = 1 + (warmth - 1) * arrived
        gains = np.asarray((gain, 1, 1 / gain), np.float32)
        return np.clip(picture * gains, 0, 255).astype(np.uint8)

    return changed(reel, span, settled), over("balance", reel, Span(at, at + _SETTLE))


def hand(reel: Reel, span: Span) -> Forged:
    """A hand passes close before the lens and uncovers the same scene."""
    grain = np.random.default_rng(61)

    def covered(picture: Picture, share: float) -> Picture:
        height, width = picture.shape[:2]
        middle = (1.9 - 2.8 * share) * width
        x = np.arange(width, dtype=np.float32)[None, :]
        y = np.arange(height, dtype=np.float32)[:, None]
        lean = middle + (y - height / 2) * 0.35
        cover = np.clip((width * 0.85 - np.abs(x - lean)) / (width * 0.16), 0, 1)[:, :, None]
        glow = 1 - np.abs(y / height - 0.45)[:, :, None] * 0.5
        noise = grain.standard_normal(picture.shape, np.float32) * 2.5
        skin = np.asarray((64, 40, 32), np.float32) * glow + noise
        return np.clip(picture + cover * (skin - picture), 0, 255).astype(np.uint8)

    return changed(reel, span, covered), over("hand", reel, span)


def there_and_back(share: float) -> float:
    """A pan to the side and back again."""
    return _AWAY * math.sin(math.pi * share) ** 2


def round_about(share: float) -> float:
    """A pan on to a place that looks the same: the room is mirrored at its borders, so two widths on."""
    return 2 * share * share * (3 - 2 * share)


def pan(reel: Reel, span: Span, way: Way = there_and_back) -> Forged:
    """The camera is whipped to the side, its pictures smeared; beside the picture lies its mirror image."""
    step = float(pace(reel)) / (span.end - span.start)

    def swept(picture: Picture, share: float) -> Picture:
        width = picture.shape[1]
        blur = max(1, round(abs(way(min(1.0, share + step)) - way(share)) * width))
        smeared = cv2.blur(picture, (blur, 1), borderType=cv2.BORDER_REFLECT) if blur > 1 else picture
        beside = np.concatenate((smeared, smeared[:, ::-1]), axis=1)
        shifted = np.roll(beside, -round(way(share) * width), axis=1)[:, :width]
        return np.ascontiguousarray(shifted, np.uint8)

    return changed(reel, span, swept), over("pan", reel, span)


def shake(reel: Reel, at: float, size: float = 0.05) -> Forged:
    """Somebody hits the camera: it swings by `size` of the picture's width and comes to rest."""
    span = Span(at, at + 0.45)

    def off(share: float) -> npt.NDArray[np.float64]:
        swing = math.sin(2 * math.pi * _TREMOR * share * 0.45) * (1 - share) ** 2
        return np.asarray((swing, 0.7 * swing * math.cos(9 * share), 25 * swing))

    def jerked(picture: Picture, share: float) -> Picture:
        height, width = picture.shape[:2]
        dx, dy, turn = off(share) * size * width / (1, 1, width)
        turning = cv2.getRotationMatrix2D((width / 2, height / 2), float(turn), 1)
        turning[:, 2] += (dx, dy)
        speed = (off(min(1.0, share + 0.04)) - off(share))[:2] * size * width
        moved = cv2.warpAffine(
            _smeared(picture, *speed), turning, (width, height), borderMode=cv2.BORDER_REFLECT
        )
        return cast("Picture", moved)

    return changed(reel, span, jerked), over("shake", reel, span)


def _smeared(picture: Picture, dx: float, dy: float) -> Picture:
    """The picture blurred along a short line (pixels)."""
    long = math.ceil(max(abs(dx), abs(dy)))
    if long < 2:  # noqa: PLR2004 - less than two pixels is no blur
        return picture
    line = np.zeros((2 * long + 1, 2 * long + 1), np.uint8)
    ends = [(round(long + sign * dx / 2), round(long + sign * dy / 2)) for sign in (-1, 1)]
    cv2.line(line, ends[0], ends[1], 1)
    return cast(
        "Picture", cv2.filter2D(picture, -1, line / max(1, int(line.sum())), borderType=cv2.BORDER_REFLECT)
    )


def focus(reel: Reel, at: float, depth: float = 0.012) -> Forged:
    """The autofocus hunts: soft by up to `depth` of the picture's width, sharp, soft again; it breathes."""
    span = Span(at, at + 1.3)

    def hunted(picture: Picture, share: float) -> Picture:
        height, width = picture.shape[:2]
        out = abs(math.sin(2 * math.pi * share)) * (1 if share < 0.5 else 0.5)  # noqa: PLR2004 - the second half
        soft = out * depth * width
        if soft < 0.4:  # noqa: PLR2004 - pixels; sharp
            return picture
        nearer = cv2.getRotationMatrix2D((width / 2, height / 2), 0, 1 + 0.015 * out)
        grown = cv2.warpAffine(picture, nearer, (width, height), borderMode=cv2.BORDER_REFLECT)
        return cast("Picture", cv2.GaussianBlur(grown, (0, 0), soft))

    return changed(reel, span, hunted), over("focus", reel, span)


@dataclass(frozen=True)
class Visit:
    """How something comes into the picture: from where to where, in shares of width and height."""

    come: tuple[float, float]
    stay: tuple[float, float]
    leave: tuple[float, float]
    entering: float
    """Seconds to come in, and to leave."""
    staying: float
    """Seconds."""

    @property
    def length(self) -> float:
        return 2 * self.entering + self.staying

    def place(self, at: float) -> tuple[float, float]:
        """Where it is so many seconds after it set out, in shares of width and height."""
        if at < self.entering:
            return _between(self.come, self.stay, at / self.entering)
        late = at - self.entering - self.staying
        sway = 0.012 * math.sin(9 * at), 0.01 * math.sin(7 * at)
        here = self.stay[0] + sway[0], self.stay[1] + sway[1]
        return here if late < 0 else _between(here, self.leave, min(1.0, late / self.entering))


def entrance(reel: Reel, at: float, sprite: Sprite, visit: Visit, kind: str = "entrance") -> Forged:
    """A hand reaches in, or somebody passes: `kind` says which. It is smeared where it is quick."""
    span = Span(at, at + visit.length)
    step = float(pace(reel))

    def entered(picture: Picture, share: float) -> Picture:
        now = share * visit.length
        height, width = picture.shape[:2]
        here, then = (
            np.asarray(visit.place(moment)) * (width, height) for moment in (max(0.0, now - step / 2), now)
        )
        return sprite.over(picture, then, then - here)

    return changed(reel, span, entered), over(kind, reel, span)


def _between(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    eased = share * share * (3 - 2 * share)
    return start[0] + (end[0] - start[0]) * eased, start[1] + (end[1] - start[1]) * eased


def fan(reel: Reel, at: float) -> Forged:
    """A fan is switched off: nothing to see; `samples.track.fanned` is what is heard."""
    return [replace(shot) for shot in reel], over("fan", reel, Span(at, at + 2 * float(pace(reel))))
