"""Films and photos whose truth is known because we made them."""

from __future__ import annotations
