"""Small grey pictures of letters and what they are, to learn to read clocks in pictures from.

`python -m samples.glyphs OUT.npz` draws lines of text as recorders and phones do, in many fonts and sizes,
over bright and dark, quiet and busy grounds, compresses them, and cuts pieces out: at letters, between them,
and where there is none. The fonts of `OTHER` are never drawn here: films in them are what the reader is
measured on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from samples.lettering import Mask, there, written

Grey = npt.NDArray[np.uint8]

WIDE: Final = 16
"""Pixels of a piece across."""
HIGH: Final = 20
"""And from top to foot."""
TALL: Final = 14
"""Of a digit in it."""
NAMES: Final = "0123456789:APM"
"""What a piece may show, by its number; the number after the last is anything else."""
OTHER: Final = ("pillow", "stroke:duplex", "dots:wide", "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
FONTS: Final = (
    "stroke:simplex",
    "stroke:plain",
    "stroke:complex",
    "dots:narrow",
    *(
        f"DejaVu{kind}.ttf"
        for kind in (
            "Sans",
            "Sans-Bold",
            "SansCondensed",
            "SansCondensed-Bold",
            "Sans-Oblique",
            "Sans-ExtraLight",
            "SansMono",
            "SansMono-Bold",
            "Serif",
            "SerifCondensed-Bold",
        )
    ),
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJK-Bold.ttc",
)
_PIECES: Final = 26
"""Of one line."""
_WORDS: Final = (
    "CAM 01",
    "星期三",
    "Wed",
    "Friday",
    "MON",
    "REC",
    "年月日",
    "今日水印相机",
    "CH3",
    "km/h",
    "-+",
)


def _line(draw: np.random.Generator) -> str:
    d = "".join(str(n) for n in draw.integers(0, 10, 24))
    marks = ("-", "/", ".", "年")
    mark = marks[draw.integers(len(marks))]
    time = f"{d[0:2]}:{d[2:4]}:{d[4:6]}"
    date = f"{d[6:10]}{mark}{d[10:12]}{mark}{d[12:14]}"
    half = (" AM", " PM", "")[draw.integers(3)]
    word = _WORDS[draw.integers(len(_WORDS))]
    forms = (
        f"{date} {time}{half}",
        f"{time}{half} {word}",
        f"{word} {d[14:18]} {time}",
        f"{date} {word} AM PM",
        f"{word} {word} {d[:8]}",
    )
    return forms[draw.integers(len(forms))]


def _ground(draw: np.random.Generator, high: int, wide: int) -> Mask:
    """Something a camera may see, grey levels."""
    ground = np.full((high, wide), draw.uniform(10, 235), np.float32)
    for _ in range(draw.integers(0, 4)):
        cells = max(2, int(draw.integers(2, 24)))
        rough = draw.normal(0, 1, (max(2, high * cells // wide + 2), cells)).astype(np.float32)
        ground += cv2.resize(rough, (wide, high), interpolation=cv2.INTER_CUBIC) * draw.uniform(4, 40)
    for _ in range(draw.integers(0, 5)):
        a, b = draw.integers(0, wide, 2), draw.integers(0, high, 2)
        tone, thick = float(draw.uniform(0, 255)), int(draw.integers(1, 7))
        cv2.line(ground, (int(a[0]), int(b[0])), (int(a[1]), int(b[1])), tone, thick)
    return ground


def _inked(draw: np.random.Generator, mask: Mask, size: float) -> Mask:
    """Bright letters over a ground, as films show them; dark ones are turned round before they are read."""
    high, wide = mask.shape
    ground = _ground(draw, high, wide)
    ink = float(draw.uniform(170, 255))
    alpha = 1.0 if draw.random() < 0.7 else float(draw.uniform(0.55, 0.95))  # noqa: PLR2004 - three in ten
    match int(draw.integers(4)):
        case 0:
            reach = max(1, round(size * draw.uniform(0.05, 0.14)))
            rim = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
            ground = ground * (1 - rim) + draw.uniform(0, 60) * rim
        case 1:
            veil = draw.uniform(0.3, 1.0)
            ground = ground * (1 - veil) + draw.uniform(0, min(120, ink - 90)) * veil
        case 2:
            step = max(1, round(size * 0.07))
            shade = np.roll(mask, (step, step), (0, 1)) * 0.9
            ground = ground * (1 - shade) + 15 * shade
        case _:
            ground = np.minimum(ground * min(1.0, (ink - 70) / max(1.0, float(ground.max()))), ink - 40)
    return (ground * (1 - mask * alpha) + ink * mask * alpha).astype(np.float32)


def _developed(draw: np.random.Generator, drawn: Mask) -> Grey:
    blur = draw.uniform(0, 1.0)
    if blur > 0.3:  # noqa: PLR2004 - less is none
        drawn = cv2.GaussianBlur(drawn, (0, 0), blur).astype(np.float32)
    noisy = np.clip(drawn + draw.normal(0, draw.uniform(0, 5), drawn.shape), 0, 255).astype(np.uint8)
    _, coded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, int(draw.integers(28, 92))])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _varied(
    draw: np.random.Generator, mask: Mask, places: tuple[tuple[float, float], ...], size: float
) -> tuple[Mask, tuple[tuple[float, float], ...]]:
    """The line wider or narrower, bolder or finer, as other fonts are."""
    stretch = float(draw.uniform(0.78, 1.28))
    wider = round(mask.shape[1] * stretch), mask.shape[0]
    mask = cv2.resize(mask, wider, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    if draw.random() < 0.4:  # noqa: PLR2004 - two in five
        width = size * float(draw.uniform(0.02, 0.06))
        soft = cv2.GaussianBlur(mask, (0, 0), max(0.4, width))
        mask = np.clip((soft - draw.uniform(0.25, 0.6)) * 3 + 0.5, 0, 1).astype(np.float32)
    return mask, tuple((start * stretch, end * stretch) for start, end in places)


def pieces(draw: np.random.Generator, fonts: tuple[str, ...]) -> Iterator[tuple[Grey, int]]:
    """Pieces of one drawn line and the number of what each shows."""
    size = float(draw.uniform(9, 20) if draw.random() < 0.6 else draw.uniform(20, 42))  # noqa: PLR2004
    text = _line(draw)
    mask, places = written(text, fonts[draw.integers(len(fonts))], size)
    mask, places = _varied(draw, mask, places, size)
    room = round(size)
    mask = np.pad(mask, ((room // 2, room // 2), (room, room)))
    picture = _developed(draw, _inked(draw, mask, size))
    foot = room // 2 + max(6, round(size * 1.5)) * 5 / 6
    middle = foot - size / 2
    for _ in range(_PIECES):
        scale = TALL / size * float(draw.uniform(0.87, 1.15))
        off = float(draw.uniform(-1.3, 1.3)) / scale
        if draw.random() < 0.75:  # noqa: PLR2004 - three in four at a letter
            n = int(draw.integers(len(text)))
            start, end = places[n]
            shift = float(np.clip(draw.normal(0, 0.09), -0.2, 0.2)) * (end - start)
            x, what = room + (start + end) / 2 + shift, NAMES.find(text[n])
        elif draw.random() < 0.75:  # noqa: PLR2004 - the rest mostly between two
            n = int(draw.integers(len(text)))
            start, end = places[n]
            x, what = room + end + float(draw.uniform(-0.15, 0.15)) * (end - start), -1
        else:
            x, what = float(draw.random()) * picture.shape[1], -1
            above = float(draw.integers(2)) * 2 - 1
            off = above * float(draw.uniform(0.4, 0.8)) * size
        turn = np.array(
            [[scale, 0, WIDE / 2 - scale * x - 0.5], [0, scale, HIGH / 2 - scale * (middle + off) - 0.5]]
        )
        flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        source = cv2.GaussianBlur(picture, (0, 0), 0.45 / scale) if scale < 0.7 else picture  # noqa: PLR2004
        piece = cv2.warpAffine(source, turn, (WIDE, HIGH), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(piece, np.uint8), what if what >= 0 else len(NAMES)


def drawn(lines: int, seed: int, fonts: tuple[str, ...] = FONTS) -> tuple[Grey, npt.NDArray[np.int64]]:
    """`(n, HIGH, WIDE)` pieces and `(n,)` numbers."""
    draw = np.random.default_rng(seed)
    usable = tuple(font for font in fonts if there(font))
    made = [piece for _ in range(lines) for piece in pieces(draw, usable)]
    return np.stack([piece for piece, _ in made]), np.array([what for _, what in made])


if __name__ == "__main__":
    shown, numbers = drawn(18_000, 1)
    held, truth = drawn(1_000, 2, OTHER)
    np.savez_compressed(sys.argv[1], shown=shown, numbers=numbers, held=held, truth=truth)
