"""Clocks: days off, how lengths are counted, where each clock stands, and the board of them all."""

from __future__ import annotations
