"""The film on the page of its report: what a browser has to know before it plays it, and its case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from api.dossier import Picture, View
from api.facts import FORMATS
from api.item import Item
from api.words import legible
from evidence.model import Report

_TYPES: Final[Mapping[str, str]] = {
    "h264": 'video/mp4; codecs="avc1.640028"',
    "hevc": 'video/mp4; codecs="hvc1.1.6.L120.90"',
    "av1": 'video/mp4; codecs="av01.0.08M.08"',
    "mpeg4": 'video/mp4; codecs="mp4v.20.9"',
    "vp8": 'video/webm; codecs="vp8"',
    "vp9": 'video/webm; codecs="vp09.00.40.08"',
}
"""By which a browser says whether it can play a codec (RFC 6381), of the usual profile."""
_RATE: Final = 30.0
"""Pictures a second where the file does not say."""


@dataclass(frozen=True)
class Player:
    """A film to be played."""

    type: str
    """What to ask the browser about; empty where only trying tells."""
    codec: str
    """As people call it."""
    frame: float
    """Seconds from one picture to the next, on average."""
    length: float
    """Seconds; 0 where it is not known."""
    poster: str
    """A picture to stand there until it plays; empty where there is none."""


def player(report: Report, pictures: Iterable[Picture], views: Mapping[str, View]) -> Player | None:
    """The film of that report; None for a photo."""
    media = report.media
    if media.kind != "video":
        return None
    codec = media.video_codec or ""
    length = media.duration.total_seconds() if media.duration else 0.0
    sources = (*(each.source for each in pictures), *(each.source for each in views.values()))
    return Player(
        type=_TYPES.get(codec, ""),
        codec=FORMATS.get(codec, legible(codec, 40)),
        frame=round(length / media.frames, 6) if media.frames and length else 1 / _RATE,
        length=length,
        poster=next(filter(None, sources), ""),
    )


def suggested(item: Item | None) -> str:
    """The number by which the case of an item is likely to be found."""
    if item is None:
        return ""
    told = (item.expected.tracking_number, item.expected.order_number, *item.codes)
    return legible(next(filter(None, told), ""), 60)
