"""What is on the faces of a glimpse's box: card, tape, labels, print, the skins of real parcels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from samples.paint import Picture

EDGE: Final = 96
"""Pixels of a face's texture, along both sides."""
Wrap = Literal["bare", "taped", "print", "white", "dark", "real", "photo"]
_KRAFT: Final = (
    (188, 149, 107),
    (172, 132, 92),
    (205, 172, 130),
    (160, 124, 88),
    (196, 160, 120),
    (150, 112, 76),
)
_WRAPS: Final[tuple[Wrap, ...]] = ("bare", "taped", "print", "white", "dark", "real", "photo")
_SHARES: Final = (0.24, 0.26, 0.16, 0.13, 0.09, 0.08, 0.04)
_LETTERS: Final = "ABCDEFGHKLMNPRSTUVXYZ0123456789"


@dataclass(frozen=True)
class Pools:
    """Real pictures to draw from, where there are any; RGB of any size."""

    skins: tuple[tuple[Picture, ...], ...] = ()
    """Faces of real parcels, one tuple a parcel."""
    scenes: tuple[Picture, ...] = ()
    """Anything, as a background or a print."""


def soft(rng: np.random.Generator, width: int, height: int, cells: float) -> npt.NDArray[np.float32]:
    """Smooth noise `(height, width)` of unit deviation with about `cells` lumps across."""
    rows, columns = max(2, round(cells * height / max(width, 1))), max(2, round(cells))
    small = rng.standard_normal((rows, columns), dtype=np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


class Skin:
    """One box's look: draws the textures of its faces."""

    def __init__(self, rng: np.random.Generator, pools: Pools) -> None:
        self._rng = rng
        self._pools = pools
        self.wrap: Wrap = _WRAPS[int(rng.choice(len(_WRAPS), p=_SHARES))]
        if self.wrap == "real" and not pools.skins:
            self.wrap = "taped"
        if self.wrap == "photo" and not pools.scenes:
            self.wrap = "print"
        self._base = self._colour()
        self._grain = float(rng.choice((0.3, 1.0, 2.0)) * rng.uniform(0.4, 1.3))
        self._tape = np.asarray(
            rng.choice(((205, 178, 128), (225, 215, 195), (150, 105, 60), (240, 240, 240)))
        )
        self._worn = float(rng.normal(0, 1)) * float(rng.choice((0.0, 14.0, 26.0)))
        self._reals = pools.skins[int(rng.integers(len(pools.skins)))] if pools.skins else ()

    def face(self, number: int) -> npt.NDArray[np.float32]:
        """The texture of a face `(EDGE, EDGE, 3)`, 0 to 255, before the light."""
        rng = self._rng
        match self.wrap:
            case "real":
                card = self._real(number)
            case "photo":
                card = crop(rng, self._pools.scenes, EDGE, EDGE).astype(np.float32)
            case _:
                card = self._card()
        if self.wrap == "print":
            self._graphics(card)
        if self.wrap in {"taped", "white", "dark"} and rng.random() < 0.6:
            self._strip(card)
        if self.wrap not in {"bare", "real"} and rng.random() < 0.35:
            self._label(card)
        if self.wrap in {"taped", "white"} and rng.random() < 0.3:
            self._words(card)
        if self._worn:
            rim = int(rng.integers(1, 4))
            for edge in (np.s_[:rim], np.s_[-rim:], np.s_[:, :rim], np.s_[:, -rim:]):
                card[edge] += self._worn
        return card

    def _colour(self) -> npt.NDArray[np.float32]:
        rng = self._rng
        match self.wrap:
            case "white":
                base = np.full(3, rng.uniform(205, 245)) + rng.normal(0, 4, 3)
            case "dark":
                base = np.full(3, rng.uniform(20, 75)) + rng.normal(0, 10, 3)
            case "print":
                base = rng.uniform(20, 245, 3)
            case _:
                base = np.asarray(_KRAFT[int(rng.integers(len(_KRAFT)))]) * rng.uniform(0.8, 1.12)
                base = base + rng.normal(0, 5, 3)
        return np.asarray(base, np.float32)

    def _card(self) -> npt.NDArray[np.float32]:
        rng = self._rng
        tone = soft(rng, EDGE, EDGE, 3) * 3.0 + soft(rng, EDGE, EDGE, 24) * 2.0
        tone += rng.standard_normal((EDGE, EDGE), dtype=np.float32) * 1.5
        return np.asarray(self._base + (tone * self._grain)[:, :, None], np.float32)

    def _real(self, number: int) -> npt.NDArray[np.float32]:
        rng = self._rng
        face = self._reals[number % len(self._reals)]
        face = np.rot90(face, int(rng.integers(4)))
        return cv2.resize(np.ascontiguousarray(face), (EDGE, EDGE), interpolation=cv2.INTER_AREA).astype(
            np.float32
        )

    def _strip(self, card: npt.NDArray[np.float32]) -> None:
        """Tape along the middle, or hanging over an edge."""
        rng = self._rng
        wide = int(rng.integers(8, 22))
        at = int(np.clip(EDGE / 2 + rng.normal(0, 6), wide, EDGE - wide))
        end = EDGE if rng.random() < 0.6 else int(rng.integers(12, 40))
        part = np.s_[at - wide // 2 : at + wide // 2, :end]
        if rng.random() < 0.5:
            part = np.s_[:end, at - wide // 2 : at + wide // 2]
        share = float(rng.uniform(0.25, 0.9))
        card[part] = card[part] * (1 - share) + self._tape * share + rng.normal(0, 4)
        if rng.random() < 0.5:  # the slit between the flaps
            card[at : at + 1, :end] *= 0.55

    def _label(self, card: npt.NDArray[np.float32]) -> None:
        rng = self._rng
        w, h = int(rng.integers(20, 64)), int(rng.integers(16, 56))
        x, y = int(rng.integers(0, EDGE - w)), int(rng.integers(0, EDGE - h))
        paper = card[y : y + h, x : x + w]
        paper[:] = np.asarray(rng.uniform(215, 250), np.float32) + rng.normal(0, 3, 3)
        ink = float(rng.uniform(10, 70))
        for row in range(3, h - 3, int(rng.integers(3, 7))):
            paper[row : row + 1, 2 : 2 + int(rng.integers(w // 3, w - 2))] = ink
        bars = rng.random(max(1, w - 6)) < 0.5
        deep = h // 3
        paper[h - deep - 2 : h - 2, 3 : 3 + bars.size][:, bars] = ink

    def _words(self, card: npt.NDArray[np.float32]) -> None:
        rng = self._rng
        text = "".join(rng.choice(list(_LETTERS), int(rng.integers(2, 8))))
        place = (int(rng.integers(0, EDGE // 2)), int(rng.integers(15, EDGE)))
        ink = tuple(float(c) for c in self._base * rng.uniform(0.3, 0.7))
        cv2.putText(
            card,
            text,
            place,
            cv2.FONT_HERSHEY_SIMPLEX,
            float(rng.uniform(0.3, 1.1)),
            ink,
            int(rng.integers(1, 4)),
            cv2.LINE_AA,
        )

    def _graphics(self, card: npt.NDArray[np.float32]) -> None:
        """The print of a retail box."""
        rng = self._rng
        for _ in range(int(rng.integers(1, 7))):
            ink = tuple(float(c) for c in rng.uniform(5, 250, 3))
            a, b = (tuple(int(c) for c in rng.integers(-10, EDGE + 10, 2)) for _ in range(2))
            match int(rng.integers(4)):
                case 0:
                    cv2.rectangle(card, a, b, ink, -1)
                case 1:
                    cv2.circle(card, a, int(rng.integers(5, 36)), ink, -1, cv2.LINE_AA)
                case 2:
                    cv2.line(card, a, b, ink, int(rng.integers(1, 12)), cv2.LINE_AA)
                case _:
                    cv2.fillPoly(
                        card, [rng.integers(0, EDGE, (int(rng.integers(3, 6)), 2)).astype(np.int32)], ink
                    )
        if rng.random() < 0.7:
            self._words(card)


def crop(rng: np.random.Generator, pictures: tuple[Picture, ...], width: int, height: int) -> Picture:
    """A random part of one of the pictures, stretched to a size."""
    whole = pictures[int(rng.integers(len(pictures)))]
    rows, columns = whole.shape[0], whole.shape[1]
    side = int(min(rows, columns) * rng.uniform(0.25, 1.0))
    y, x = (
        int(share * free) for share, free in zip(rng.random(2), (rows - side, columns - side), strict=True)
    )
    part = np.ascontiguousarray(np.rot90(whole[y : y + side, x : x + side], int(rng.integers(4))))
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
