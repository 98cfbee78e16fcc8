"""The network: a small U-Net with residual blocks, 128 x 128 RGB in, seven maps of 64 x 64 out.

It never works at full size: blocks of 4 x 4 pixels are taken as 48 channels, and the
maps come out of 2 x 2 blocks of channels. On a CPU the large and shallow layers of the
usual U-Net cost more time than they are worth.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

MAPS: Final = ("box", "cover", "crease", "x", "y", "z", "opened")
"""Logits, but for x, y and z: a normal that is not yet of unit length."""
_WIDTHS: Final = (40, 80, 128, 160)
"""Channels at 32, 16, 8 and 4 cells."""


def _step(wide: int, out: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    layers = (
        nn.Conv2d(wide, out, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(inplace=True),
    )
    return nn.Sequential(*layers)


class _Block(nn.Module):
    def __init__(self, wide: int) -> None:
        super().__init__()
        self.first = _step(wide, wide)
        self.second = nn.Sequential(nn.Conv2d(wide, wide, 3, 1, 1, bias=False), nn.BatchNorm2d(wide))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(self.first(x)))


class Network(nn.Module):
    """`(n, 3, 128, 128)` RGB from 0 to 1 -> `(n, 7, 64, 64)`, see `MAPS`."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = _WIDTHS
        self.stem = nn.Sequential(_step(48, a), _Block(a))
        self.down1 = nn.Sequential(_step(a, b, 3, 2), _Block(b), _Block(b))
        self.down2 = nn.Sequential(_step(b, c, 3, 2), _Block(c), _Block(c))
        self.down3 = nn.Sequential(_step(c, d, 3, 2), _Block(d), _Block(d))
        self.across3, self.up3 = _step(d, c, 1), _Block(c)
        self.across2, self.up2 = _step(c, b, 1), _Block(b)
        self.across1, self.up1 = _step(b, a, 1), _Block(a)
        self.head = nn.Conv2d(a, 4 * len(MAPS), 3, 1, 1)

    def forward(self, picture: Tensor) -> Tensor:
        one = self.stem(functional.pixel_unshuffle(picture * 2 - 1, 4))
        two = self.down1(one)
        three = self.down2(two)
        four = self.down3(three)
        three = self.up3(three + _double(self.across3(four)))
        two = self.up2(two + _double(self.across2(three)))
        one = self.up1(one + _double(self.across1(two)))
        return functional.pixel_shuffle(self.head(one), 2)


def _double(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
