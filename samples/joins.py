"""Joins that are made to be overlooked.

Between two like pictures, after a pause of the camera, in a cross-fade or a blend along the movement,
behind a whip pan or a hand before the lens. Each takes a reel and gives a reel with its event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from samples.film import Shot
from samples.forge import Forged, Reel, Span, cut, moved
from samples.likeness import Likeness
from samples.mishaps import hand, pan, round_about
from samples.paint import Picture
from samples.truth import Event

Mix = Callable[[Picture, Picture, float], Picture]
"""The picture between an outgoing and an incoming one, by how far the transition got (0 to 1)."""
Field = npt.NDArray[np.float32]
"""`(height, width, 2)`: where each pixel goes, in pixels."""


def matched(reel: Reel, shortest: float, longest: float, margin: float) -> Forged:
    """Between so many seconds are cut out where both sides look the most alike."""
    return cut(reel, Likeness(reel, margin).closest(shortest, longest), "matched")


def paused(reel: Reel, shortest: float, longest: float, margin: float, seed: int) -> Forged:
    """The camera was stopped and started again: a little has moved, and it is aimed a little differently."""
    draw = np.random.default_rng(seed + 630)
    rank = float(draw.uniform(0.25, 0.6))
    made, event = cut(reel, Likeness(reel, margin).moved(shortest, longest, rank), "pause")
    height, width = reel[0].picture.shape[:2]
    turn, zoom = float(draw.uniform(-0.6, 0.6)), float(draw.uniform(0.99, 1.012))
    aim = cv2.getRotationMatrix2D((width / 2, height / 2), turn, zoom)
    aim[:, 2] += draw.uniform(-0.012, 0.012, 2) * width

    def aimed(shot: Shot) -> Shot:
        if shot.at < event.end - 1e-6:
            return shot
        seen = cv2.warpAffine(shot.picture, aim, (width, height), borderMode=cv2.BORDER_REFLECT)
        return replace(shot, picture=cast("Picture", seen))

    return [aimed(shot) for shot in made], event


def faded(reel: Reel, span: Span, count: int) -> Forged:
    """A jump under a cross-fade of `count` pictures, both takes moving on meanwhile."""
    return _blended(reel, span, count, _faded, "fade")


def morphed(reel: Reel, span: Span, count: int) -> Forged:
    """A jump under `count` pictures that are drawn along the movement from the one take to the other."""
    return _blended(reel, span, count, _morphed, "morph")


def behind_pan(reel: Reel, span: Span, seconds: float = 0.6) -> Forged:
    """A jump in the middle of a whip pan, where its pictures are smeared the most."""
    made, event = cut(reel, span, "pan_jump")
    return pan(made, _around(event, seconds), round_about)[0], event


def behind_hand(reel: Reel, span: Span, seconds: float = 0.9) -> Forged:
    """A jump while a hand covers the lens."""
    made, event = cut(reel, span, "hand_jump")
    return hand(made, _around(event, seconds))[0], event


def _around(event: Event, seconds: float) -> Span:
    middle = (event.start + event.end) / 2
    return Span(middle - seconds / 2, middle + seconds / 2)


def _blended(reel: Reel, span: Span, count: int, mix: Mix, kind: str) -> Forged:
    before = [shot for shot in reel if shot.at < span.start]
    after = [shot for shot in reel if shot.at >= span.end]
    leaving = reel[len(before) : len(before) + count]
    joined: list[Shot] = []
    for n, (old, new) in enumerate(zip(leaving, after, strict=False), 1):
        share = n / (count + 1)
        late = share >= 0.5  # noqa: PLR2004 - half-way
        joined.append(
            Shot(old.at, mix(old.picture, new.picture, share), new.scene_at if late else old.scene_at)
        )
    rest = moved(after[count:], reel[len(before) + count].at)
    event = Event(kind, float(before[-1].at), float(rest[0].at), missing=span.end - span.start)
    return before + joined + rest, event


def _faded(old: Picture, new: Picture, share: float) -> Picture:
    return cast("Picture", cv2.addWeighted(old, 1 - share, new, share, 0))


def _morphed(old: Picture, new: Picture, share: float) -> Picture:
    there, back = _flow(old, new), _flow(new, old)
    return _faded(_carried(old, there * share), _carried(new, back * (1 - share)), share)


def _flow(old: Picture, new: Picture) -> Field:
    small = [
        cv2.cvtColor(cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        for p in (old, new)
    ]
    dis: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    field = dis.calc(small[0], small[1], None)
    height, width = old.shape[:2]
    return cast("Field", cv2.resize(field, (width, height)) * 2)


def _carried(picture: Picture, field: Field) -> Picture:
    """The picture with its pixels moved along a field, taken from where they were."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    carried = cv2.remap(
        picture, x - field[:, :, 0], y - field[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return cast("Picture", carried)
