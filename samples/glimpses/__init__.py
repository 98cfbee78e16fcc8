"""Glimpses: random small pictures of a box with truth for every pixel, to train a network on.

Where the other samples are films whose every picture follows from the time, a glimpse
follows from its number alone. It aims at variety, not at beauty: plain kraft without
texture, tape, labels, retail print, hands, clutter, other boxes, opened cartons, bad
light, blur, noise and compression.
"""

from __future__ import annotations

from samples.glimpses.world import GRID, SIDE, Glimpse, Pools, draw

__all__ = ["GRID", "SIDE", "Glimpse", "Pools", "draw"]
