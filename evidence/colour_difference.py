"""Colours as numbers, and how far two of them are apart: sRGB, CIE L*a*b* (D65) and CIEDE2000.

Sources: IEC 61966-2-1 (sRGB); CIE 15 (L*a*b*); ISO/CIE 11664-6 (CIEDE2000), written from the formulas in
Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary test data,
and mathematical observations", Color Research and Application 30 (2005), and held against their 34 pairs.
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from typing import Final

Lab = tuple[float, float, float]
"""`L*` 0 to 100, `a*`, `b*`, of the white D65."""
Linear = tuple[float, float, float]
"""Red, green, blue in proportion to light, 0 to 1."""

_WHITE: Final = (0.95047, 1.0, 1.08883)
_TO_XYZ: Final = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_KNEE: Final = (6 / 29) ** 3
_TURN: Final = 360.0
_HALF: Final = 180.0
_FAR_CHROMA: Final = 25.0**7


def linear(level: float) -> float:
    """The light that an sRGB level from 0 to 255 stands for, 0 to 1."""
    share = level / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's


def lab(light: Linear) -> Lab:
    """The colour of linear red, green and blue."""
    x, y, z = (
        _root(sum(part * share for part, share in zip(row, light, strict=True)) / white)
        for row, white in zip(_TO_XYZ, _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(share: float) -> float:
    return share ** (1 / 3) if share > _KNEE else share * (29 / 6) ** 2 / 3 + 4 / 29


def ciede2000(one: Lab, other: Lab) -> float:
    """The difference of two colours; about 1 is just noticeable side by side.

    kL = kC = kH = 1.
    """
    mean = (hypot(*one[1:]) + hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * sqrt(mean**7 / (mean**7 + _FAR_CHROMA))
    (l1, c1, h1), (l2, c2, h2) = _polar(one, stretch), _polar(other, stretch)
    hue_apart, hue = _hues(c1, h1, c2, h2)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    turn = (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )
    bulge = (light - 50) ** 2
    in_light = (l2 - l1) / (1 + 0.015 * bulge / sqrt(20 + bulge))
    in_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    in_hue = 2 * sqrt(c1 * c2) * sin(radians(hue_apart / 2)) / (1 + 0.015 * chroma * turn)
    blue = 60 * exp(-(((hue - 275) / 25) ** 2))
    rotation = -2 * sqrt(chroma**7 / (chroma**7 + _FAR_CHROMA)) * sin(radians(blue))
    return sqrt(max(0.0, in_light**2 + in_chroma**2 + in_hue**2 + rotation * in_chroma * in_hue))


def _polar(colour: Lab, stretch: float) -> tuple[float, float, float]:
    """Lightness, chroma and hue in degrees, with `a*` stretched."""
    light, a, b = colour[0], colour[1] * stretch, colour[2]
    return light, hypot(a, b), degrees(atan2(b, a)) % 360 if a or b else 0.0


def _hues(c1: float, h1: float, c2: float, h2: float) -> tuple[float, float]:
    """The difference of two hues, -180 to 180 degrees, and their mean; grey has none."""
    if not c1 * c2:
        return 0.0, h1 + h2
    apart, total = h2 - h1, h1 + h2
    if abs(apart) <= _HALF:
        return apart, total / 2
    across = apart - _TURN if apart > 0 else apart + _TURN
    return across, (total + _TURN if total < _TURN else total - _TURN) / 2
