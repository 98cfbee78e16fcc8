"""Films with a station clock in sight whose every second is known because we signed it.

A table with a carton seen from above; beside it a screen that shows the code of each second, a
little late as a page over a network does. The hand that films moves. `cut`, `slowed` and `repeated` change
the presentation, never the codes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding as Form
from cryptography.hazmat.primitives.serialization import PublicFormat

from evidence.printing.qr import modules
from evidence.station import Kind, key_name, signed_part, written
from samples.film import Encoding, Shot, write
from samples.kraft import kraft
from samples.paint import Picture
from tests.evidence.fakes import FakeFrame

RATE = 15
QUIET = 4
BEGUN = datetime(2026, 11, 20, 8, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """A station's key, the same for the same seed."""

    seed: int = 1

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32)

    @property
    def pem(self) -> bytes:
        return self.key.public_key().public_bytes(Form.PEM, PublicFormat.SubjectPublicKeyInfo)

    def code(self, at: datetime, name: str = "TABLE-1", kind: Kind = Kind.STATION) -> str:
        known = key_name(self.key.public_key().public_bytes_raw())
        return written(kind, known, name, at, self.key.sign(signed_part(kind, known, name, at)))


@cache
def _tile(text: str) -> np.ndarray:
    """The code with its quiet zone, grey, a pixel a module."""
    dark = np.array([[letter == "1" for letter in row] for row in modules(text)])
    return np.pad(np.where(dark, 25, 225).astype(np.uint8), QUIET, constant_values=225)


@cache
def _noise(width: int, height: int, plate: int) -> np.ndarray:
    noise = np.random.default_rng(plate).normal(0, 3, (height, width, 1))
    return np.repeat(noise, 3, axis=2).astype(np.int16)


@cache
def _ground(width: int, height: int, seed: int) -> Picture:
    table = kraft(width, height, (150, 146, 138), 0.6, seed)
    box = kraft(width // 3, height // 2, (188, 149, 107), 1.0, seed + 1)
    table[height // 4 : height // 4 + box.shape[0], width // 8 : width // 8 + box.shape[1]] = box
    return table


@dataclass(frozen=True)
class StationFilm:
    """One take: where the film's moments come from and what the screen shows.

    Args:
        seconds: how long the take was, before anything was done to it.
        side: pixels of the code in the picture, without its quiet zone.
        blur: sigma of a soft lens, pixels.
        turn: degrees by which the screen is turned in the picture.
        late: seconds by which the screen lags.
        begun: when the take began.
        shown: what the screen shows at a real moment of the take; by default the clock of `signer`.
    """

    seconds: float = 10.0
    side: float = 220.0
    blur: float = 0.0
    turn: float = 6.0
    late: float = 0.15
    begun: datetime = BEGUN + timedelta(seconds=0.37)
    signer: Signer = field(default_factory=Signer)
    shown: Callable[[datetime], datetime | None] = lambda moment: moment
    kind: Kind = Kind.STATION
    width: int = 960
    height: int = 540
    seed: int = 0

    def picture(self, at: float, index: int) -> Picture:
        """RGB at a real moment of the take, in seconds."""
        picture = _ground(self.width, self.height, self.seed).copy()
        moment = self.shown(self.begun + timedelta(seconds=at - self.late))
        sway = 6 * math.sin(1.3 * at + self.seed), 4 * math.sin(0.9 * at + 1)
        if moment is not None:
            tile = _tile(self.signer.code(moment.replace(microsecond=0), kind=self.kind))
            self._lay(picture, tile, sway)
        if self.blur:
            picture = cv2.GaussianBlur(picture, (0, 0), self.blur)
        return cv2.add(picture, _noise(self.width, self.height, index % 4), dtype=cv2.CV_8U)

    def _lay(self, picture: Picture, tile: np.ndarray, sway: tuple[float, float]) -> None:
        fine = 3
        scale = self.side / (tile.shape[0] - 2 * QUIET)
        middle = (self.width * 0.72 + sway[0], self.height * 0.5 + sway[1])
        reach = math.ceil(tile.shape[0] * scale * 0.71) + 2
        left, top = round(middle[0]) - reach, round(middle[1]) - reach
        turned = cv2.getRotationMatrix2D(
            ((tile.shape[1] - 1) / 2, (tile.shape[0] - 1) / 2), self.turn, scale * fine
        )
        turned[:, 2] += (np.array(middle) - (left, top)) * fine - (np.array(tile.shape) - 1) / 2
        size = (2 * reach * fine, 2 * reach * fine)
        drawn = cv2.warpAffine(tile, turned, size, flags=cv2.INTER_NEAREST)
        cover = cv2.warpAffine(np.full_like(tile, 255), turned, size, flags=cv2.INTER_NEAREST)
        small = (2 * reach, 2 * reach)
        drawn = cv2.resize(drawn, small, interpolation=cv2.INTER_AREA)[..., None].astype(np.float32)
        share = cv2.resize(cover, small, interpolation=cv2.INTER_AREA)[..., None] / np.float32(255)
        part = picture[top : top + 2 * reach, left : left + 2 * reach]
        part[:] = (part * (1 - share) + drawn).clip(0, 255).astype(np.uint8)


def whole(film: StationFilm) -> list[float]:
    """The moments of an uncut take, one a picture."""
    return [n / RATE for n in range(round(film.seconds * RATE))]


def cut(moments: list[float], start: float, removed: float) -> list[float]:
    """Without the stretch of `removed` seconds from `start` on."""
    return [moment for moment in moments if not start <= moment < start + removed]


def repeated(moments: list[float], start: float, length: float) -> list[float]:
    """With a stretch shown twice."""
    again = [moment for moment in moments if start <= moment < start + length]
    before = [moment for moment in moments if moment < start + length]
    return before + again + moments[len(before) :]


@dataclass
class _Frame(FakeFrame):
    """One that is drawn only where somebody looks."""

    drawn: Callable[[], Picture] | None = None

    def gray(self, side: int) -> np.ndarray:
        if self.drawn is not None:
            self.picture, self.drawn = cv2.cvtColor(self.drawn(), cv2.COLOR_RGB2GRAY), None
        return super().gray(side)


def frames(film: StationFilm, moments: list[float]) -> Iterator[FakeFrame]:
    """The film without a codec, grey."""
    blank = np.zeros((film.height, film.width), np.uint8)
    for index, moment in enumerate(moments):
        at = timedelta(seconds=index / RATE)
        yield _Frame(blank, index=index, at=at, drawn=partial(film.picture, moment, index))


def encoded(
    film: StationFilm, moments: list[float], path: Path, *, recorded_at: datetime | None = None
) -> Path:
    """The film as a camera writes it."""
    shots = (Shot(Fraction(n, RATE), film.picture(moment, n)) for n, moment in enumerate(moments))
    options = {"preset": "superfast", "crf": "27"}
    write(path, shots, Encoding(options=options, rate=Fraction(RATE), sound=None, recorded_at=recorded_at))
    return path
