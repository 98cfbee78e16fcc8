"""Pictures, films and an album made of arrays, for checks that must not need a decoder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np

from evidence.check import Check, Ending, Media
from evidence.model import Finding
from evidence.timeline import ZERO

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
WIDTH, HEIGHT = 320, 180


@dataclass
class FakeFrame:
    """A `check.Frame` that shows a grey array, `(h, w)`."""

    picture: np.ndarray
    index: int = 0
    at: timedelta = ZERO
    key: bool = False
    corrupt: bool = False

    @property
    def width(self) -> int:
        return self.picture.shape[1]

    @property
    def height(self) -> int:
        return self.picture.shape[0]

    def gray(self, side: int) -> np.ndarray:
        scale = min(1.0, side / max(self.picture.shape))
        size = (max(1, round(self.width * scale)), max(1, round(self.height * scale)))
        return cv2.resize(self.picture, size, interpolation=cv2.INTER_AREA)

    def rgb(self, side: int) -> np.ndarray:
        return np.repeat(self.gray(side)[..., None], 3, axis=2)


@dataclass
class FakeAlbum:
    """A `check.Album` that remembers what it was given, by digest."""

    kept: dict[str, tuple[str, timedelta]] = field(default_factory=dict)

    def keep(self, frame, what: str, *, face: int | None = None, side: int = 1280, quad=None) -> str:
        shown = frame.gray(64).tobytes() + (b"" if quad is None else np.asarray(quad).tobytes())
        digest = f"sha256:{hashlib.sha256(shown).hexdigest()}"
        self.kept[digest] = (what, frame.at)
        return digest


def film(pictures: Iterable[np.ndarray], *, rate: float = 30.0, stamps: Sequence[float] = (), keys: int = 0):
    """Frames of `pictures` at `rate` a second, or at `stamps` in seconds; a key frame every `keys`."""
    return [
        FakeFrame(
            picture,
            index=i,
            at=timedelta(seconds=stamps[i] if len(stamps) else i / rate),
            key=bool(keys) and i % keys == 0,
        )
        for i, picture in enumerate(pictures)
    ]


def described(kind: str = "video", **facts) -> Media:
    """Media as a gate and a decoder would describe it."""
    made = {
        "container": "mp4" if kind == "video" else "jpeg",
        "size": 1_000_000,
        "width": 1280,
        "height": 720,
        "now": NOW,
        "video_codec": "h264" if kind == "video" else None,
    }
    return Media(kind=kind, **{**made, **facts})


def watched(check: Check, frames, *, media: Media | None = None, ending: Ending | None = None, album=None):
    """The findings of `check` over `frames`, thinned to its `every` as an examination does."""
    media = media or described()
    observer = check.start(media, album or FakeAlbum())
    due = ZERO
    for frame in frames:
        if frame.at >= due:
            observer.see(frame)
            due = frame.at + check.every if check.every else due
    if ending is None:
        last = frames[-1].at if frames else ZERO
        ending = Ending(frames=len(frames), duration=last + timedelta(seconds=1 / 30))
    return list(observer.conclude(ending))


def outcomes(findings: Iterable[Finding]) -> dict[str, str]:
    """Code -> outcome; of several findings of one code the last."""
    return {finding.code: str(finding.outcome) for finding in findings}


class World:
    """A large picture with texture at all scales, and a camera that looks at a part of it."""

    def __init__(self, seed: int, *, width: int = WIDTH, height: int = HEIGHT) -> None:
        self._random = np.random.default_rng(seed)
        self._size = width, height
        field_ = np.zeros((3 * height, 3 * width), np.float32)
        for scale in (2, 6, 20, 60):
            rough = self._random.normal(0, 1, (field_.shape[0] // scale + 2, field_.shape[1] // scale + 2))
            field_ += cv2.resize(
                rough.astype(np.float32), field_.shape[::-1], interpolation=cv2.INTER_CUBIC
            ) * np.sqrt(scale)
        low, high = np.percentile(field_, (1, 99))
        self.all = np.clip((field_ - low) / (high - low) * 200 + 25, 0, 255).astype(np.float32)

    def seen(self, x: float, y: float, *, noise: float = 2.0, gain: float = 1.0) -> np.ndarray:
        """The view with its upper left corner at `(x, y)` pixels, with fresh sensor noise."""
        width, height = self._size
        view = cv2.getRectSubPix(self.all, (width, height), (x + width / 2, y + height / 2))
        noisy = view * gain + self._random.normal(0, noise, view.shape)
        return np.clip(noisy, 0, 255).astype(np.uint8)

    def take(
        self, count: int, *, start: float = 0.0, speed: float = 1.0, noise: float = 2.0
    ) -> list[np.ndarray]:
        """A hand-held take: the camera drifts by about `speed` pixels a picture and trembles."""
        made = []
        for i in range(count):
            t = start + i
            x = 200 + 60 * np.sin(t * speed / 60) + 2 * np.sin(t / 3.1)
            y = 120 + 30 * np.cos(t * speed / 47) + 2 * np.cos(t / 2.3)
            made.append(self.seen(x, y, noise=noise))
        return made
